// One connection to one platform, from connecting to the goodbye.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/result.h"
#include "media/frame.h"
#include "output/push_url.h"

namespace xb::output {

// How far a Link came: to no server at all, to a server, to showing it the key.
enum class Reached : std::uint8_t { nothing = 1, server, key };

// Where lost pieces are sent again: bytes so far, each time counted.
struct LinkLosses {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
};

// Thread: the Output's. Every call returns by its deadline, and soon after `stop` is requested.
class Link {
 public:
  virtual ~Link() = default;
  // Connects, logs in, is accepted for publishing. Errors: output_unreachable, output_refused,
  // output_in_use, output_certificate, output_stalled (connected, but no word), cancelled.
  virtual Status open(std::stop_token stop) = 0;
  // As far as it goes without showing the key: is there such a server, and does it know the
  // application? False where the protocol cannot ask that; then the server's name alone was looked
  // up. Instead of open(). Errors: output_unreachable, output_address_refused, output_certificate,
  // output_stalled, cancelled.
  virtual Result<bool> knock(std::stop_token stop) = 0;
  virtual Reached reached() const = 0;
  // The other side ended the connection in order: it did not break.
  virtual bool is_hung_up() const = 0;
  // Takes the Packet and sends what goes at once. Time counts from the first one; none is older.
  // Call only when has_room().
  virtual Status send(const media::Packet& packet) = 0;
  // Moves waiting bytes and reads answers; waits for the network at most `wait`.
  virtual Status pump(Duration wait) = 0;
  // False while bytes of an earlier Packet still wait in the process.
  virtual bool has_room() const = 0;
  // Bytes the platform's side is known to have taken (acknowledged, for TCP).
  virtual std::uint64_t taken() const = 0;
  virtual std::uint64_t written() const = 0;
  // Written and not taken: in this process and in the kernel.
  virtual std::size_t waiting() const = 0;
  // The way there and back, as measured last.
  virtual std::optional<Duration> round_trip() const = 0;
  // Nothing where taken() tells all, because what is lost holds it up. Where it is told, the other
  // side notices a loss by what comes after it alone.
  virtual std::optional<LinkLosses> losses() const { return std::nullopt; }
  // For how long nothing at all has been heard while something was on its way.
  virtual Duration silent_for() const = 0;
  // Says goodbye by `deadline` if the connection still moves.
  virtual void close(Duration deadline) = 0;
  // A bare try whether the server answers at all; false also when that cannot be told.
  virtual bool probe(std::stop_token stop) = 0;
};

}  // namespace xb::output
