// PulseAudio: which microphones it has, and the sound of one of them. PipeWire answers the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "capture/devices.h"
#include "capture/source.h"

namespace xb::capture {

// Its sources, the usual one marked. Errors: device_missing, there is no server; timed_out, there
// is one that does not answer in a second; sound_denied.
Result<std::vector<Device>> pulse_microphones(Clock& clock, const std::stop_token& stop);

// Through libpulse itself, and not through libav: its reader waits without end for a source that is
// suspended or a server that stands still, and stamps by the wall clock.
//
// Thread: one at a time; there is none of its own.
class PulseStream {
 public:
  // `source`: its name there. It stays with that one: a microphone pulled out is an error, not the
  // sound of the speakers. Errors: device_missing, sound_denied, device_busy, device_refused,
  // timed_out, cancelled.
  static Result<std::unique_ptr<PulseStream>> open(const std::string& source, Clock& clock,
                                                   const std::stop_token& stop);
  virtual ~PulseStream() = default;
  // A sound, timed by counting samples; or nothing, at once. Error: device_missing.
  virtual Result<Due> next() = 0;
  virtual std::span<const float> sound() const = 0;  // of the last next()
};

}  // namespace xb::capture
