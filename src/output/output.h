// Output: one place Packets go to, and what is told about it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/health.h"
#include "base/secret.h"
#include "media/frame.h"
#include "output/adaptive_bitrate.h"
#include "output/packet_queue.h"

namespace xb::output {

enum class OutputState : std::uint8_t { off = 1, connecting, live, reconnecting, refused, ended };
std::string_view name_of(OutputState state);

struct OutputStats {
  std::string name;
  OutputState state = OutputState::off;
  std::uint64_t dropped = 0;  // video Packets not sent; one is one frame
  std::uint64_t dropped_audio = 0;
  std::int64_t queue_ms = 0;      // waiting here and in the kernel
  std::uint64_t bytes = 0;        // handed to the network or the file
  std::int64_t bitrate_kbps = 0;  // over the last 2 s or so
  std::uint64_t reconnects = 0;   // how often a live push was cut off or had to connect anew
  // How the network takes it, while live and where that can be told.
  std::optional<LinkLook> way = {};
  std::optional<Error> error;  // the last one, gone once live again
};

// What to open, as the Show says it. `url` is without the key; how they are joined: push_url.h.
struct OutputSpec {
  std::string name;
  std::string url;
  Secret key;
  std::string ca_file;  // an additional certificate authority (PEM), "" for the system's alone
};

// What every Output is given.
struct OutputParts {
  media::StreamParameters video;
  media::StreamParameters audio;
  Clock& clock;
  Health& health;
  std::function<void()> request_key_frame;  // any thread; must not block
  // Told after each change of state or of its reason, on the Output's thread; must not block.
  std::function<void(const OutputStats&)> changed = {};
  // Bits a second the picture has now; empty: those of `video`. Any thread; must not block.
  std::function<std::int64_t()> video_bits_now = {};
};

// Thread: made, started and destroyed by the owner; stats() from any thread, costs microseconds.
class Output {
 public:
  virtual ~Output() = default;
  virtual const std::string& name() const = 0;
  // The hub pushes into it; attach it before start(), detach it before destroying.
  virtual PacketQueue& queue() = 0;
  virtual OutputStats stats() const = 0;
  // Ends the wait for the next attempt where one goes on, except after a refused key: another try
  // would only be refused again. Thread: any; returns at once.
  virtual void try_now() {}
  // Says goodbye within 2 s whatever the other side does; what is queued is sent if it can be.
  // After it the state is `ended` (`refused` stays). request_stop() returns at once, so that
  // several Outputs can end at the same time; join() waits.
  virtual void request_stop() = 0;
  virtual void join() = 0;
};

}  // namespace xb::output
