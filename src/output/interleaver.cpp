// Order of time over two streams.
// SPDX-License-Identifier: Apache-2.0
#include "output/interleaver.h"

#include "output/packet_queue.h"

namespace xb::output {
namespace {
// One encoder may stand still; the other must not wait for it longer than this much media.
constexpr std::int64_t most_held_us = 300'000;
constexpr std::size_t most_held_packets = 64;
}  // namespace

void Interleaver::push(media::PacketRef packet, const Out& out) {
  held_[packet->kind == media::Kind::video ? 0 : 1].push_back(std::move(packet));
  hand_on(out, false);
}

void Interleaver::flush(const Out& out) {
  hand_on(out, true);
}

void Interleaver::hand_on(const Out& out, bool is_end) {
  auto& [video, audio] = held_;
  while (!video.empty() || !audio.empty()) {
    if (video.empty() || audio.empty()) {
      const auto& held = video.empty() ? audio : video;
      const bool is_too_long = time_us(*held.back()) - time_us(*held.front()) > most_held_us ||
                               held.size() > most_held_packets;
      if (!is_end && !is_too_long) return;
    }
    const bool is_video_next =
        audio.empty() || (!video.empty() && time_us(*video.front()) <= time_us(*audio.front()));
    auto& from = is_video_next ? video : audio;
    auto packet = std::move(from.front());
    from.pop_front();
    out(std::move(packet));
  }
}

}  // namespace xb::output
