// Offers, claims, sessions and proofs, with time by hand.
// SPDX-License-Identifier: Apache-2.0
#include "control/pairing.h"

#include <gtest/gtest.h>

#include <fstream>

#include "net/json.h"
#include "net/key_exchange.h"
#include "tests/support/pairing_device.h"

namespace xb::control {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::claim_of;

Json pair_vectors() {
  std::ifstream file(XB_SOURCE_DIR "/tests/cases/pair/vectors.json");
  return Json::parse(file);
}

TEST(PairKeys, are_those_the_page_comes_to) {
  for (const auto& one : pair_vectors()) {
    const auto raw = [&](const char* name) {
      return net::from_hex(one.at(name).get<std::string>()).value();
    };
    EXPECT_EQ(net::x25519_public(raw("server_secret")), raw("server_public"));
    const auto shared = net::x25519_shared(raw("server_secret"), raw("device_public"));
    ASSERT_TRUE(shared);
    EXPECT_EQ(net::to_hex(*shared), one.at("shared"));
    const auto keys =
        pair_keys(*shared, one.at("word").get<std::string>(), one.at("offer").get<std::string>(),
                  raw("server_public"), raw("device_public"));
    EXPECT_EQ(net::to_hex(keys.session), one.at("session_key"));
    EXPECT_EQ(net::to_hex(net::hmac_sha256(keys.claim, one.at("name").get<std::string>())),
              one.at("claim_proof"));
    const auto& command = one.at("command");
    EXPECT_EQ(net::to_hex(command_proof(keys.session, command.at("counter").get<std::uint64_t>(),
                                        command.at("target").get<std::string>())
                              .add(command.at("body").get<std::string>())
                              .end()),
              command.at("proof"));
  }
}

TEST(SeenNumbers, are_taken_once_in_any_order_until_they_are_long_past) {
  SeenNumbers numbers;
  for (const auto number : {100U, 3U, 50U, 101U}) EXPECT_TRUE(numbers.take(number)) << number;
  for (const auto number : {100U, 3U, 50U, 101U}) EXPECT_FALSE(numbers.take(number)) << number;
  for (std::uint64_t number = 1000; number < 1064; ++number) EXPECT_TRUE(numbers.take(number));
  for (const auto number : {3U, 4U, 102U, 999U}) EXPECT_FALSE(numbers.take(number)) << number;
  EXPECT_TRUE(numbers.take(UINT64_MAX));
  EXPECT_FALSE(numbers.take(1000));
}

class PairingTest : public testing::Test {
 protected:
  Result<const Device*> claim(const PairClaim& said, const std::string& address = "10.0.0.2") {
    return pairing.claim(said, address, now, WallTime{});
  }
  PairClaim wrong() { return claim_of(*pairing.open_offer(now), "not it", "小李").claim; }
  ErrorCode code_of(const Result<const Device*>& result) {
    return result ? ErrorCode::internal : result.error().code();
  }

  Pairing pairing;
  MonoTime now{hours(100)};
};

TEST_F(PairingTest, takes_the_secret_or_the_code_once) {
  for (const auto by : {PairClaim::By::secret, PairClaim::By::code}) {
    const auto offer = pairing.offer(Role::assistant, now);
    EXPECT_EQ(offer.secret.size(), 32U);
    EXPECT_EQ(offer.code.size(), 6U);
    auto said = claim_of(offer, by == PairClaim::By::secret ? offer.secret : offer.code, "小李");
    said.claim.by = by;
    const auto device = claim(said.claim);
    ASSERT_TRUE(device) << device.error().log_line();
    EXPECT_EQ((*device)->role, Role::assistant);
    EXPECT_EQ((*device)->name, "小李");
    EXPECT_EQ((*device)->key, said.key);
    EXPECT_GE((*device)->session.size(), 32U);
    EXPECT_EQ(code_of(claim(said.claim)), ErrorCode::pair_used);
  }
  EXPECT_EQ(pairing.devices().size(), 2U);
}

TEST_F(PairingTest, takes_no_word_for_the_other) {
  const auto offer = pairing.offer(Role::viewer, now);
  auto said = claim_of(offer, offer.code, "x");
  said.claim.by = PairClaim::By::secret;
  EXPECT_EQ(code_of(claim(said.claim)), ErrorCode::pair_wrong);
  said.claim.by = PairClaim::By::code;
  said.claim.name = "another name than was signed";
  EXPECT_EQ(code_of(claim(said.claim)), ErrorCode::pair_wrong);
  said.claim.key = std::string(32, '\0');
  EXPECT_EQ(code_of(claim(said.claim)), ErrorCode::pair_wrong);
}

TEST_F(PairingTest, is_over_after_two_minutes_and_with_the_next_offer) {
  const auto first = pairing.offer(Role::viewer, now);
  const auto second = pairing.offer(Role::viewer, now);
  EXPECT_EQ(code_of(claim(claim_of(first, first.code, "x").claim)), ErrorCode::pair_expired);
  now += offer_time - std::chrono::nanoseconds(1);
  EXPECT_NE(pairing.open_offer(now), nullptr);
  now += std::chrono::nanoseconds(1);
  EXPECT_EQ(code_of(claim(claim_of(second, second.code, "x").claim)), ErrorCode::pair_expired);
  EXPECT_EQ(pairing.open_offer(now), nullptr);
}

TEST_F(PairingTest, listens_to_nobody_for_a_minute_after_five_wrong_tries) {
  const auto offer = pairing.offer(Role::viewer, now);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code_of(claim(wrong())), ErrorCode::pair_wrong);
    now += seconds(1);
  }
  const auto right = claim_of(offer, offer.code, "x").claim;
  EXPECT_EQ(code_of(claim(right)), ErrorCode::pair_many);
  EXPECT_EQ(code_of(claim(wrong(), "10.0.0.3")), ErrorCode::pair_wrong) << "others may";
  now += seconds(55);  // a minute after the first
  EXPECT_TRUE(claim(right));
}

TEST_F(PairingTest, is_void_after_twenty_wrong_tries_of_all) {
  const auto offer = pairing.offer(Role::viewer, now);
  for (int i = 0; i < 20; ++i) {
    const auto code = code_of(claim(wrong(), "10.0.0." + std::to_string(i / 4)));
    EXPECT_EQ(code, i < 19 ? ErrorCode::pair_wrong : ErrorCode::pair_many) << i;
  }
  EXPECT_EQ(code_of(claim(claim_of(offer, offer.code, "x").claim, "10.0.0.9")),
            ErrorCode::pair_many);
  EXPECT_EQ(pairing.open_offer(now), nullptr);
}

TEST_F(PairingTest, keeps_no_more_than_it_has_room_for) {
  for (std::size_t i = 0; i < most_devices; ++i) {
    const auto offer = pairing.offer(Role::viewer, now);
    ASSERT_TRUE(claim(claim_of(offer, offer.code, "x").claim));
  }
  const auto offer = pairing.offer(Role::viewer, now);
  EXPECT_EQ(code_of(claim(claim_of(offer, offer.code, "x").claim)), ErrorCode::pair_full);
  EXPECT_TRUE(pairing.revoke(pairing.devices().front().id));
  EXPECT_TRUE(claim(claim_of(offer, offer.code, "x").claim)) << "the code is still good";
}

TEST_F(PairingTest, cleans_names_and_cuts_them) {
  const auto offer = pairing.offer(Role::viewer, now);
  const auto device =
      claim(claim_of(offer, offer.code, "小\n\xe2\x80\xae李" + std::string(60, 'x')).claim);
  ASSERT_TRUE(device);
  EXPECT_EQ((*device)->name.find('\n'), std::string::npos);
  EXPECT_LT((*device)->name.size(), 40U);
}

TEST_F(PairingTest, ends_twelve_hours_after_the_last_use) {
  const auto offer = pairing.offer(Role::viewer, now);
  const auto device = claim(claim_of(offer, offer.code, "x").claim);
  ASSERT_TRUE(device);
  const auto session = (*device)->session;
  const auto id = (*device)->id;
  for (int i = 0; i < 3; ++i) {
    now += idle_end - seconds(1);
    ASSERT_NE(pairing.find(session, now), nullptr);
  }
  EXPECT_TRUE(pairing.expire(now).empty());
  now += idle_end;
  EXPECT_EQ(pairing.find(session, now), nullptr);
  EXPECT_EQ(pairing.expire(now), std::vector<std::uint64_t>{id});
  EXPECT_TRUE(pairing.devices().empty());
}

TEST_F(PairingTest, takes_a_command_with_its_proof_once) {
  const auto offer = pairing.offer(Role::viewer, now);
  const auto said = claim_of(offer, offer.code, "x");
  const auto device = claim(said.claim);
  ASSERT_TRUE(device);
  const auto id = (*device)->id;
  const auto proof = command_proof(said.key, 5, "/api/command").add("{}").end();
  const auto code = [&](std::uint64_t number, std::string_view target, std::string_view body) {
    auto expected = pairing.proof_of(id, number, target);
    if (!expected) return expected.error().code();
    const auto checked = pairing.check(id, number, expected->add(body).end(), proof);
    return checked ? ErrorCode::internal : checked.error().code();
  };
  EXPECT_EQ(code(6, "/api/command", "{}"), ErrorCode::pair_unproven);
  EXPECT_EQ(code(5, "/api/other", "{}"), ErrorCode::pair_unproven);
  EXPECT_EQ(code(5, "/api/command", "{ }"), ErrorCode::pair_unproven);
  EXPECT_EQ(code(5, "/api/command", "{}"), ErrorCode::internal);
  EXPECT_EQ(code(5, "/api/command", "{}"), ErrorCode::pair_repeated);
  const auto revoked_meanwhile = pairing.proof_of(id, 7, "/api/command")->end();
  pairing.revoke(id);
  EXPECT_EQ(pairing.check(id, 7, revoked_meanwhile, revoked_meanwhile).error().code(),
            ErrorCode::pair_ended);
  EXPECT_EQ(code(7, "/api/command", "{}"), ErrorCode::pair_ended);
}

}  // namespace
}  // namespace xb::control
