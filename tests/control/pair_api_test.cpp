// Pairing over real HTTP: the door to the network, who comes through it, and how it is shut.
// SPDX-License-Identifier: Apache-2.0
#include "control/pair_api.h"

#include <gmock/gmock.h>

#include "tests/control/paired_test_room.h"

namespace xb::control {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string show_rice = R"({"id":"a","name":"product.show","args":{"product":"rice"}})";

class Pair : public PairedTest {
 protected:
  Pair() { open(); }
};

TEST_F(Pair, opens_the_network_when_the_operator_asks_and_not_before) {
  EXPECT_FALSE(test::RawSocket("127.0.0.2", port).is_connected());
  EXPECT_FALSE(desk().at("is_open").get<bool>());
  const auto offered = offer("assistant");
  EXPECT_EQ(lan_port, port);
  EXPECT_EQ(offered.at("role"), "assistant");
  EXPECT_EQ(offered.at("ends_in_s"), 120);
  EXPECT_TRUE(test::RawSocket("127.0.0.2", port).is_connected());
  EXPECT_EQ(post_here("/api/pair/close", "{}").status, 200);
  EXPECT_FALSE(test::RawSocket("127.0.0.2", port).is_connected());
  EXPECT_TRUE(desk().at("offer").is_null());
  offer("viewer");
  EXPECT_EQ(get_lan("/").status, 200) << "and again, at once";
}

TEST_F(Pair, says_what_to_do_where_there_is_no_network) {
  set_lan_hosts({});
  const auto answer = post_here("/api/pair/offer", R"({"role":"viewer"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(code_in(answer), "pair.no_network");
}

TEST_F(Pair, takes_another_port_where_its_own_is_taken) {
  net::Server other(web, {.listen = {"127.0.0.2", port}, .limits = {}, .more_hosts = {}});
  ASSERT_TRUE(other.listen());
  offer("viewer");
  EXPECT_NE(lan_port, port);
  EXPECT_EQ(get_lan("/").status, 200);
}

TEST_F(Pair, follows_this_machine_to_another_network) {
  const auto phone = pair("viewer");
  set_lan_hosts({"127.0.0.3"});
  offer("viewer");
  EXPECT_FALSE(test::RawSocket("127.0.0.2", port).is_connected());
  EXPECT_TRUE(test::RawSocket("127.0.0.3", port).is_connected());
  EXPECT_EQ(desk().at("devices").size(), 1U) << "its session is still good";
}

TEST_F(Pair, refuses_roles_that_are_none) {
  for (const auto* wrong :
       {R"({"role":"owner"})", R"({"role":"stranger"})", R"({"role":7})", "{}", "x"})
    EXPECT_EQ(post_here("/api/pair/offer", wrong).status, 400) << wrong;
  EXPECT_FALSE(test::RawSocket("127.0.0.2", port).is_connected());
}

TEST_F(Pair, shows_strangers_the_pages_and_nothing_else) {
  offer("assistant");
  EXPECT_EQ(get_lan("/").status, 200);
  EXPECT_EQ(get_lan("/pair").field("location"), "/pair.html");
  for (const auto* path :
       {"/api/state", "/api/stats", "/api/show", "/api/commands", "/api/preview.jpg", "/api/me",
        "/api/audience.svg", "/api/pictures/rice", "/api/pair/devices", "/api/pair/code.svg",
        "/api/nothing", "/%61pi/state"}) {
    const auto answer = get_lan(path);
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_EQ(code_in(answer), "pair.needed") << path;
    EXPECT_EQ(get_lan(path, "Cookie: xiangbo_session=0123456789abcdef\r\n").status, 401) << path;
  }
  EXPECT_EQ(get_lan("/api/ingest").status, 403);
  for (const auto* path : {"/api/updates", "/api/preview"}) {
    EXPECT_EQ(ask_lan(lan_handshake(path, lan_origin())).status, 401) << path;
  }
  for (const auto* path :
       {"/api/command", "/api/pair/offer", "/api/pair/revoke", "/api/pair/close"})
    EXPECT_EQ(post_lan(path, show_rice, lan_origin()).status, 401) << path;
  EXPECT_TRUE(studio.effects().empty());
  EXPECT_TRUE(desk().at("is_open").get<bool>());
}

TEST_F(Pair, tells_the_code_at_the_computer_alone) {
  const auto offered = offer("assistant");
  const auto told = get_lan("/api/pair/offer").body;
  EXPECT_THAT(told, Not(HasSubstr(offered.at("code").get<std::string>())));
  const auto picture = get("/api/pair/code.svg?offer=" + offered.at("id").get<std::string>());
  EXPECT_EQ(picture.field("content-type"), "image/svg+xml");
  EXPECT_EQ(picture.field("cache-control"), "no-store");
  EXPECT_THAT(picture.body, HasSubstr("http://" + lan_host() + "/pair.html#"));
  EXPECT_EQ(get("/api/pair/code.svg?offer=1").status, 410);
  auto operator_phone = pair("operator");
  offer("viewer");
  EXPECT_TRUE(
      Json::parse(get_lan("/api/pair/devices", operator_phone.cookie).body).at("offer").is_null());
  EXPECT_EQ(code_in(post_as(operator_phone, "/api/pair/offer", R"({"role":"operator"})")),
            "pair.elsewhere");
  EXPECT_EQ(get_lan("/api/pair/code.svg", operator_phone.cookie).status, 403);
}

TEST_F(Pair, makes_a_device_of_whoever_scans_the_code) {
  const auto offered = offer("assistant");
  const auto picture = get("/api/pair/code.svg?offer=" + offered.at("id").get<std::string>()).body;
  const auto secret = picture.substr(picture.find('#') + 1, 32);
  const auto said = claim_with(secret, "小李");
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(said, "secret"), "").status, 403) << "no Origin";
  const auto answer = post_lan("/api/pair/claim", claim_text(said, "secret"), lan_origin());
  EXPECT_EQ(answer.status, 200) << answer.body;
  const auto cookie = answer.field("set-cookie");
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(cookie, HasSubstr("; Path=/;"));
  EXPECT_EQ(cookie.find(';'), std::string("xiangbo_session=").size() + 48);
  EXPECT_EQ(answer.field("access-control-allow-origin"), "");
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(said, "secret"), lan_origin()).status, 410);
  const auto devices = desk().at("devices");
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].at("name"), "小李");
  EXPECT_EQ(devices[0].at("role"), "assistant");
  const auto me = Json::parse(
      get_lan("/api/me", "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n").body);
  EXPECT_EQ(me.at("role"), "assistant");
  EXPECT_FALSE(me.at("is_here").get<bool>());
  EXPECT_TRUE(Json::parse(get("/api/me").body).at("is_here").get<bool>());
}

TEST_F(Pair, turns_guessers_away) {
  const auto offered = offer("operator");
  const auto wrong = [&] {
    return post_lan("/api/pair/claim", claim_text(claim_with("not it", "x")), lan_origin());
  };
  for (int i = 0; i < 5; ++i) {
    const auto answer = wrong();
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(code_in(answer), "pair.wrong");
  }
  EXPECT_EQ(wrong().status, 429);
  const auto right = claim_with(offered.at("code").get<std::string>(), "x");
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(right), lan_origin()).status, 429);
  EXPECT_TRUE(desk().at("devices").empty());
}

TEST_F(Pair, refuses_claims_that_are_none) {
  offer("viewer");
  for (const auto* wrong : {"", "[]", "{}", R"({"offer":1})", R"({"offer":"a","by":"x"})",
                            R"({"offer":"a","by":"code","key":"00","proof":"00","name":"x"})"})
    EXPECT_EQ(post_lan("/api/pair/claim", wrong, lan_origin()).status, 400) << wrong;
  const auto old =
      test::claim_of("0123456789abcdef", net::x25519_public(std::string(32, 'k')), "1", "x");
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(old), lan_origin()).status, 410);
}

TEST_F(Pair, takes_signed_commands_and_says_who_gave_them) {
  auto phone = pair("assistant");
  EXPECT_EQ(post_as(phone, "/api/command", show_rice).body, R"({"ok":true})");
  ASSERT_EQ(studio.effects().size(), 1U);
  EXPECT_EQ(studio.effects()[0].who, "assistant 小李");
  auto page = open_ws("/api/updates");
  const auto recent = Json::parse(next_message(page)).at("recent");
  ASSERT_EQ(recent.size(), 1U);
  EXPECT_EQ(recent[0].at("who"), "小李");
  EXPECT_EQ(recent[0].at("name"), "product.show");
  EXPECT_EQ(recent[0].at("args").dump(), R"({"product":"rice"})");
  post_here("/api/command", R"({"id":"b","name":"product.hide"})");
  std::string said;
  while (said.find("recent") == std::string::npos) said = next_message(page);
  const auto both = Json::parse(said).at("recent");
  ASSERT_EQ(both.size(), 2U) << "what was in the snapshot does not come again";
  EXPECT_EQ(both[1].at("device"), 0);
}

TEST_F(Pair, takes_no_cookie_alone_no_replay_and_no_change_on_the_way) {
  auto phone = pair("operator");
  const auto common = lan_origin() + phone.cookie;
  const auto tried = [&](const std::string& more) {
    return code_in(post_lan("/api/command", show_rice, common + more));
  };
  const auto proof = proof_of(phone, 7, "/api/command", show_rice);
  EXPECT_EQ(tried(""), "pair.unproven");
  EXPECT_EQ(tried("X-Xiangbo-Counter: 7\r\n"), "pair.unproven");
  EXPECT_EQ(tried("X-Xiangbo-Counter: 07\r\n" + proof.substr(proof.find("X-Xiangbo-Proof"))),
            "pair.unproven");
  EXPECT_EQ(tried(proof_of(phone, 7, "/api/pair/close", show_rice)), "pair.unproven");
  EXPECT_EQ(tried(proof_of(phone, 7, "/api/command", show_rice + " ")), "pair.unproven");
  EXPECT_EQ(post_lan("/api/command", show_rice, phone.cookie + proof).status, 403) << "no Origin";
  EXPECT_EQ(
      post_lan("/api/command", show_rice, phone.cookie + "Origin: http://evil.example\r\n" + proof)
          .status,
      403);
  EXPECT_TRUE(studio.effects().empty());
  EXPECT_EQ(post_lan("/api/command", show_rice, common + proof).status, 200);
  EXPECT_EQ(tried(proof), "pair.repeated");
  EXPECT_EQ(studio.effects().size(), 1U);
  // what was asked for by GET is not asked for by hosts and pages that are not ours
  EXPECT_EQ(ask_lan("GET /api/state HTTP/1.1\r\nHost: evil.example:" + std::to_string(lan_port) +
                    "\r\n" + phone.cookie + "\r\n")
                .status,
            421);
  EXPECT_EQ(ask_lan(lan_handshake("/api/updates", phone.cookie)).status, 403) << "no Origin";
  EXPECT_EQ(ask_lan(lan_handshake("/api/updates", phone.cookie + "Origin: null\r\n")).status, 403);
}

TEST_F(Pair, reads_with_the_cookie) {
  const auto phone = pair("viewer");
  EXPECT_EQ(get_lan("/api/state", phone.cookie).body, R"({"state":"ready"})");
  auto updates = open_lan_ws("/api/updates", phone);
  EXPECT_THAT(next_message(updates), HasSubstr(R"("state":{"state":"ready"})"));
}

TEST_F(Pair, ends_a_device_at_once_when_it_is_revoked) {
  auto phone = pair("assistant");
  auto other = pair("viewer", "二娃");
  auto updates = open_lan_ws("/api/updates", phone);
  auto preview = open_lan_ws("/api/preview", phone);
  auto kept = open_lan_ws("/api/updates", other);
  EXPECT_EQ(post_here("/api/pair/revoke", R"({"device":99})").status, 404);
  EXPECT_EQ(post_here("/api/pair/revoke", R"({"device":"1"})").status, 400);
  EXPECT_EQ(
      post_here("/api/pair/revoke", R"({"device":)" + std::to_string(phone.device) + "}").status,
      200);
  EXPECT_EQ(close_code(updates), 4401);
  EXPECT_EQ(close_code(preview), 4401);
  EXPECT_EQ(code_in(get_lan("/api/state", phone.cookie)), "pair.ended");
  EXPECT_EQ(post_as(phone, "/api/command", show_rice).status, 401);
  EXPECT_EQ(ask_lan(lan_handshake("/api/updates", lan_origin() + phone.cookie)).status, 401);
  EXPECT_TRUE(studio.effects().empty());
  EXPECT_EQ(get_lan("/api/state", other.cookie).status, 200);
  studio.set_state({{"state", "live"}});
  std::string said;
  while (said.find("live") == std::string::npos) said = next_message(kept);
}

TEST_F(Pair, ends_all_when_the_door_is_closed) {
  auto phone = pair("operator");
  auto updates = open_lan_ws("/api/updates", phone);
  EXPECT_EQ(post_as(phone, "/api/pair/close", "{}").status, 200) << "also from a paired operator";
  EXPECT_EQ(close_code(updates), 4401);
  EXPECT_FALSE(test::RawSocket("127.0.0.2", lan_port).is_connected());
  EXPECT_TRUE(desk().at("devices").empty());
  offer("viewer");
  EXPECT_EQ(get_lan("/api/state", phone.cookie).status, 401);
}

TEST_F(Pair, ends_with_the_room) {
  offer("viewer");
  EXPECT_EQ(desk().at("devices").size(), 0U);
  room.reset();  // with the door open and nothing said goodbye to
  EXPECT_FALSE(test::RawSocket("127.0.0.2", lan_port).is_connected());
}

// With the time of offers and sessions by hand; sockets keep the machine's.
class PairTime : public PairedTest {
 protected:
  PairTime() {
    room = std::make_unique<ControlRoom>(studio, web, time, net::Address{"127.0.0.1", 0},
                                         folder / "pages",
                                         LanSettings{[this] { return lan_hosts(); }});
    EXPECT_TRUE(room->listen());
    const auto address = room->address();
    port = std::stoi(address.substr(address.rfind(':') + 1));
  }
  ~PairTime() override { room.reset(); }
  ManualClock time{MonoTime(std::chrono::hours(1))};
};

TEST_F(PairTime, leaves_a_code_good_for_two_minutes) {
  const auto offered = offer("viewer");
  const auto said = claim_with(offered.at("code").get<std::string>(), "x");
  time.advance(std::chrono::seconds(100));
  EXPECT_EQ(desk().at("offer").at("ends_in_s"), 20);
  time.advance(std::chrono::seconds(20));
  EXPECT_TRUE(desk().at("offer").is_null());
  EXPECT_EQ(code_in(post_lan("/api/pair/claim", claim_text(said), lan_origin())), "pair.expired");
  EXPECT_EQ(get_lan("/api/pair/offer").status, 410);
}

TEST_F(PairTime, listens_again_to_whoever_guessed_a_minute_later) {
  const auto offered = offer("viewer");
  const auto right = claim_with(offered.at("code").get<std::string>(), "x");
  for (int i = 0; i < 5; ++i)
    post_lan("/api/pair/claim", claim_text(claim_with("not it", "x")), lan_origin());
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(right), lan_origin()).status, 429);
  time.advance(std::chrono::minutes(1));
  EXPECT_EQ(post_lan("/api/pair/claim", claim_text(right), lan_origin()).status, 200);
}

TEST_F(PairTime, ends_a_session_and_its_sockets_after_twelve_hours_without_a_request) {
  const auto phone = pair("viewer");
  time.advance(std::chrono::hours(11));
  auto updates = open_lan_ws("/api/updates", phone);
  time.advance(std::chrono::hours(11));
  EXPECT_EQ(get_lan("/api/state", phone.cookie).status, 200);
  time.advance(std::chrono::hours(12));
  EXPECT_EQ(code_in(get_lan("/api/state", phone.cookie)), "pair.ended");
  EXPECT_EQ(close_code(updates), 4401);
  EXPECT_TRUE(desk().at("devices").empty());
}

}  // namespace
}  // namespace xb::control
