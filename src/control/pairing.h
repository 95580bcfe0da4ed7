// Pairing: which devices may steer from the network, how they came in and what they prove.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "control/roles.h"
#include "net/key_exchange.h"

namespace xb::control {

inline constexpr Duration offer_time = std::chrono::seconds(120);
inline constexpr Duration idle_end = std::chrono::hours(12);
inline constexpr std::size_t most_devices = 32;

// One way in, for one device. Who knows `secret` (of the QR code) or `code` (typed) may use it.
struct PairOffer {
  std::string id;
  Role role = Role::viewer;
  std::string secret;      // 128 bits as hexadecimal
  std::string code;        // six digits
  std::string key_secret;  // X25519
  std::string key_public;
  MonoTime until;
  int wrong_tries = 0;
};

// What a device sends. All of it is from outside: sizes are checked by whoever reads it.
struct PairClaim {
  enum class By : std::uint8_t { secret = 1, code };
  std::string offer;
  By by = By::code;
  std::string key;    // its X25519 public key, 32 bytes
  std::string proof;  // 32 bytes
  std::string name;   // as it is signed, not cleaned
};

// Numbers that came, each taken once. Several are under way at a time and overtake each other, so
// they need not rise one by one: what is below the 64 largest that came is refused.
class SeenNumbers {
 public:
  bool take(std::uint64_t number);

 private:
  std::set<std::uint64_t> largest_;
};

struct Device {
  std::uint64_t id = 0;
  Role role = Role::viewer;
  std::string name;     // cleaned
  std::string address;  // it paired from
  WallTime since;
  MonoTime used;        // last request
  std::string session;  // the cookie's value
  std::string key;      // signs commands
  SeenNumbers numbers;
};

// The key that both sides come to, and the proof of having the word: docs/wire.md section 11.
struct PairKeys {
  std::string claim;
  std::string session;
};
PairKeys pair_keys(const std::string& shared, std::string_view word, std::string_view offer,
                   std::string_view server_key, std::string_view device_key);
// Of a command whose body is yet to be added.
net::HmacSha256 command_proof(std::string_view key, std::uint64_t number, std::string_view target);

// Thread: one at a time. Time is passed in; randomness is the system's.
class Pairing {
 public:
  // Takes the place of the one before.
  const PairOffer& offer(Role role, MonoTime now);
  // The one that may be used now; null when there is none.
  const PairOffer* open_offer(MonoTime now);
  void withdraw();
  // How the last offer went: pair_expired (or there was none), pair_used, pair_many.
  ErrorCode how_it_ended() const { return ended_; }

  // The new device; its cookie is `session`. Errors: pair_expired and pair_used (no such offer any
  // more), pair_many (also for what is right, in the minute after five wrong ones from `address`),
  // pair_wrong, pair_full. After twenty wrong ones the offer is void.
  Result<const Device*> claim(const PairClaim& claim, const std::string& address, MonoTime now,
                              WallTime wall);

  // Whose cookie it is, which counts as use of it; null when it is nobody's.
  const Device* find(std::string_view session, MonoTime now);
  // What `device` has to prove, its body yet to be added. Error: pair_ended.
  Result<net::HmacSha256> proof_of(std::uint64_t device, std::uint64_t number,
                                   std::string_view target) const;
  // `expected`: what that came to. Errors: pair_ended, pair_unproven, pair_repeated.
  Status check(std::uint64_t device, std::uint64_t number, std::string_view expected,
               std::string_view proof);

  const std::deque<Device>& devices() const { return devices_; }
  bool revoke(std::uint64_t device);  // false: there is none
  void revoke_all();
  // Those that were not used for twelve hours go; which.
  std::vector<std::uint64_t> expire(MonoTime now);

 private:
  bool has_tried_too_often(const std::string& address, MonoTime now);
  Error wrong(const std::string& address, MonoTime now);

  std::optional<PairOffer> offer_;
  ErrorCode ended_ = ErrorCode::pair_expired;
  std::map<std::string, std::deque<MonoTime>> wrong_;  // tries of the last minute, by address
  std::deque<Device> devices_;
  std::uint64_t last_device_ = 0;
};

}  // namespace xb::control
