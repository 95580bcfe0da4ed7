// OwnQuality: whether the recording may have an encoder of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "output/effort.h"

namespace xb::studio {

enum class OwnWish : std::uint8_t { if_affordable = 1, always, never };

struct OwnLook {
  bool is_lowered = false;  // the stream has less bits than the Show says, for a slow network
  bool is_thinned = false;  // and fewer pictures
  output::Effort effort = output::Effort::usual;
  std::uint64_t lost =
      0;             // all frames lost so far, as Ease looks at them, and those it lost itself
  double share = 0;  // of a frame's time that the slowest encoder takes
};

// From the moment the stream is lowered until some seconds after it is whole again; and only while
// the machine has room for it, unless it is always wanted. Where it had none, it is not tried again
// for a minute, and then for twice as long.
//
// While the network leaves no room for every picture it has one whatever is wished, and however
// busy the machine is: else what is sent and what is kept would have the same holes. Both together
// take no more than the one did before: at 720p 63 % of it for all pictures by superfast, and 33 %
// for half of them with the few bits they have. Pure.
class OwnQuality {
 public:
  explicit OwnQuality(OwnWish wish) : wish_(wish) {}
  // To be called some times a second.
  bool look(const OwnLook& seen, MonoTime now);
  bool is_own() const { return is_own_; }
  // It could not be had: it is tried again in ten seconds. That says nothing of room for it.
  void cannot(MonoTime now);

 private:
  void give_up(MonoTime now);
  bool is_too_much(const OwnLook& seen, MonoTime now);

  const OwnWish wish_;
  bool is_own_ = false;
  MonoTime thinned_at_;
  std::optional<MonoTime> whole_since_;
  std::optional<MonoTime> not_before_;
  std::optional<MonoTime> cannot_before_;
  Duration pause_ = from_ms(60'000);
  std::uint64_t lost_ = 0;  // at the begin of the present window
  MonoTime window_;
};

}  // namespace xb::studio
