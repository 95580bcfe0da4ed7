// Way: how fast one connection takes what it is given, and how much may be on its way at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "output/adaptive_bitrate.h"
#include "output/bitrate.h"
#include "output/link.h"

namespace xb::output {

// Thread: one at a time. Pure but for the Link's own figures, which it is given.
class Way {
 public:
  // A new connection; `bits_per_second` is what will be sent.
  void begin(std::int64_t bits_per_second);
  // `taken`: bytes the platform's side has taken so far. `round_trip`: nothing where that figure
  // says nothing about the network.
  void look(std::uint64_t taken, std::optional<Duration> round_trip, MonoTime now,
            const std::optional<LinkLosses>& losses = std::nullopt);
  // Bytes that may be written and not taken. What is in the kernel can no longer be dropped, so a
  // way that becomes slow must not find much there; what goes there and back unacknowledged must
  // have its place. A large round trip may be the queue of a slow way itself: the shortest counts.
  std::size_t most_in_flight(std::int64_t bits_per_second) const;
  // Of what waits: `bytes` here and in the kernel. Nothing where it cannot be told. A way that
  // loses a tenth of what it is given counts as one with a long delay, and takes what it does not
  // lose.
  std::optional<LinkLook> tell(std::size_t bytes, MonoTime now) const;

 private:
  BitrateMeter meter_{from_ms(600)};
  BitrateMeter sent_meter_{from_ms(600)};
  BitrateMeter lost_meter_{from_ms(600)};
  LinkLosses losses_;
  std::uint64_t taken_ = 0;
  std::int64_t usual_kbps_ = 0;
  std::optional<Duration> shortest_;
};

}  // namespace xb::output
