// Offers, claims, sessions and proofs.
// SPDX-License-Identifier: Apache-2.0
#include "control/pairing.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/key_exchange.h"
#include "net/server.h"

namespace xb::control {
namespace {

constexpr Duration wrong_memory = std::chrono::minutes(1);
constexpr std::size_t most_wrong_of_one = 5;
constexpr int most_wrong_of_all = 20;
constexpr std::size_t most_addresses = 256;  // beyond, nobody new is listened to for a minute
constexpr std::size_t remembered_numbers = 64;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t secret_bytes = 16;
constexpr std::size_t session_bytes = 24;
constexpr std::size_t name_graphemes = 24;

// Each of a million equally likely: what does not divide evenly is thrown again.
std::string six_digits() {
  constexpr std::uint32_t codes = 1'000'000;
  constexpr std::uint32_t fair = UINT32_MAX / codes * codes;
  for (;;) {
    std::uint32_t thrown = 0;
    for (const char each : net::random_bytes(4))
      thrown = thrown << 8U | static_cast<unsigned char>(each);
    if (thrown >= fair) continue;
    const auto digits = std::to_string(thrown % codes);
    return std::string(6 - digits.size(), '0') + digits;
  }
}

std::string device_name(const std::string& said) {
  auto name = clean_outside_text(said, {.graphemes = name_graphemes});
  return name.empty() ? "手机" : name;
}

}  // namespace

bool SeenNumbers::take(std::uint64_t number) {
  const bool is_full = largest_.size() == remembered_numbers;
  if (is_full && number < *largest_.begin()) return false;
  if (!largest_.insert(number).second) return false;
  if (is_full) largest_.erase(largest_.begin());
  return true;
}

PairKeys pair_keys(const std::string& shared, std::string_view word, std::string_view offer,
                   std::string_view server_key, std::string_view device_key) {
  auto about = std::string("xiangbo pair 1");
  about.append(server_key).append(device_key);
  const auto both = net::hkdf_sha256(shared + std::string(word), offer, about, 2 * key_bytes);
  return {both.substr(0, key_bytes), both.substr(key_bytes)};
}

net::HmacSha256 command_proof(std::string_view key, std::uint64_t number, std::string_view target) {
  net::HmacSha256 out(key);
  out.add(std::to_string(number)).add("\n").add(target).add("\n");
  return out;
}

const PairOffer& Pairing::offer(Role role, MonoTime now) {
  PairOffer made;
  made.id = net::to_hex(net::random_bytes(8));
  made.role = role;
  made.secret = net::to_hex(net::random_bytes(secret_bytes));
  made.code = six_digits();
  made.key_secret = net::random_bytes(key_bytes);
  made.key_public = net::x25519_public(made.key_secret);
  made.until = now + offer_time;
  ended_ = ErrorCode::pair_expired;
  return offer_.emplace(std::move(made));
}

const PairOffer* Pairing::open_offer(MonoTime now) {
  if (offer_ && now >= offer_->until) offer_.reset();
  return offer_ ? &*offer_ : nullptr;
}

void Pairing::withdraw() {
  offer_.reset();
  ended_ = ErrorCode::pair_expired;
}

Result<const Device*> Pairing::claim(const PairClaim& claim, const std::string& address,
                                     MonoTime now, WallTime wall) {
  if (has_tried_too_often(address, now)) return Error(ErrorCode::pair_many);
  const auto* open = open_offer(now);
  if (open == nullptr) return Error(ended_);
  if (claim.offer != open->id) return Error(ErrorCode::pair_expired);
  if (devices_.size() >= most_devices) return Error(ErrorCode::pair_full);
  const auto shared = net::x25519_shared(open->key_secret, claim.key);
  if (!shared) return wrong(address, now);
  const auto& word = claim.by == PairClaim::By::secret ? open->secret : open->code;
  auto keys = pair_keys(*shared, word, open->id, open->key_public, claim.key);
  if (!net::are_same_secrets(net::hmac_sha256(keys.claim, claim.name), claim.proof))
    return wrong(address, now);
  Device device;
  device.id = ++last_device_;
  device.role = open->role;
  device.name = device_name(claim.name);
  device.address = address;
  device.since = wall;
  device.used = now;
  device.session = net::to_hex(net::random_bytes(session_bytes));
  device.key = std::move(keys.session);
  offer_.reset();
  ended_ = ErrorCode::pair_used;
  return &devices_.emplace_back(std::move(device));
}

Error Pairing::wrong(const std::string& address, MonoTime now) {
  wrong_[net::counted_as(address)].push_back(now);
  if (++offer_->wrong_tries < most_wrong_of_all) return Error(ErrorCode::pair_wrong);
  offer_.reset();
  ended_ = ErrorCode::pair_many;
  return Error(ErrorCode::pair_many);
}

bool Pairing::has_tried_too_often(const std::string& address, MonoTime now) {
  for (auto one = wrong_.begin(); one != wrong_.end();) {
    auto& tries = one->second;
    while (!tries.empty() && now - tries.front() >= wrong_memory) tries.pop_front();
    one = tries.empty() ? wrong_.erase(one) : std::next(one);
  }
  const auto found = wrong_.find(net::counted_as(address));
  if (found != wrong_.end()) return found->second.size() >= most_wrong_of_one;
  return wrong_.size() >= most_addresses;
}

const Device* Pairing::find(std::string_view session, MonoTime now) {
  Device* found = nullptr;
  for (auto& device : devices_)  // all of them, so that time tells nothing
    if (net::are_same_secrets(device.session, session)) found = &device;
  if (found == nullptr || now - found->used >= idle_end) return nullptr;
  found->used = now;
  return found;
}

Result<net::HmacSha256> Pairing::proof_of(std::uint64_t device, std::uint64_t number,
                                          std::string_view target) const {
  const auto found = std::find_if(devices_.begin(), devices_.end(),
                                  [&](const auto& one) { return one.id == device; });
  if (found == devices_.end()) return Error(ErrorCode::pair_ended);
  return command_proof(found->key, number, target);
}

Status Pairing::check(std::uint64_t device, std::uint64_t number, std::string_view expected,
                      std::string_view proof) {
  const auto found = std::find_if(devices_.begin(), devices_.end(),
                                  [&](const auto& one) { return one.id == device; });
  if (found == devices_.end()) return Error(ErrorCode::pair_ended);
  if (!net::are_same_secrets(expected, proof)) return Error(ErrorCode::pair_unproven);
  if (!found->numbers.take(number)) return Error(ErrorCode::pair_repeated);
  return ok();
}

bool Pairing::revoke(std::uint64_t device) {
  return std::erase_if(devices_, [&](const auto& one) { return one.id == device; }) > 0;
}

void Pairing::revoke_all() {
  devices_.clear();
  withdraw();
}

std::vector<std::uint64_t> Pairing::expire(MonoTime now) {
  std::vector<std::uint64_t> out;
  for (const auto& device : devices_)
    if (now - device.used >= idle_end) out.push_back(device.id);
  for (const auto id : out) revoke(id);
  return out;
}

}  // namespace xb::control
