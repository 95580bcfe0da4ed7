// A network that stands still and then gives all at once: stamped, picked, and on time again.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "capture/device_clock.h"
#include "capture/sync.h"

namespace xb::capture {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{30, 1};

// A live source of 30 pictures a second and sound, whose pieces arrive as a test says.
struct Stream {
  struct Piece {
    Duration time;
    bool is_picture;
    Duration arrival;
  };
  std::vector<Piece> pieces;
  std::size_t next = 0;
  std::int64_t pictures_made = 0;

  media::PicturePool picture_pool{"test", 60, [] { return media::Picture(2, 2); }};
  media::SamplesPool sound_pool{"test", 200, [] { return media::Samples(); }};
  PictureQueue pictures{"test", picture_queue_size, Overflow::drop_oldest};
  SoundQueue sounds{"test", sound_queue_size, Overflow::drop_oldest};
  DeviceClock clock;
  Sync sync{rate, &pictures, &sounds};
  std::int64_t samples = 0;

  // What the time between `from` and `until` brings comes only then, in a burst.
  Stream(Duration length, Duration from, Duration until) {
    for (int n = 0; time_of(FrameNumber{n}, rate).time_since_epoch() < length; ++n)
      pieces.push_back({time_of(FrameNumber{n}, rate).time_since_epoch(), true, {}});
    for (int n = 0; time_of(SampleCount{n * 1024}).time_since_epoch() < length; ++n)
      pieces.push_back({time_of(SampleCount{n * 1024}).time_since_epoch(), false, {}});
    std::stable_sort(pieces.begin(), pieces.end(),
                     [](const Piece& a, const Piece& b) { return a.time < b.time; });
    Duration last{};
    for (auto& piece : pieces) {
      piece.arrival = piece.time + 50ms;
      if (piece.arrival > from && piece.arrival < until) piece.arrival = until;
      piece.arrival = std::max(piece.arrival, last + (piece.is_picture ? 2ms : 0ms));  // decoding
      last = piece.arrival;
    }
  }

  struct Seen {
    Signal signal;
    double picture_ms;  // how old what is seen and heard is, by the source's own clock
    double sound_ms;
    bool is_heard;
  };
  Seen tick(FrameNumber frame) {
    const auto now = time_of(frame, rate);
    for (; next < pieces.size() && pieces[next].arrival <= now.time_since_epoch(); ++next) {
      const auto& piece = pieces[next];
      const auto stamped = clock.stamp(piece.time, SessionTime(piece.arrival)).time;
      if (piece.is_picture) {
        auto picture = picture_pool.take();
        picture->fill(static_cast<std::uint8_t>(pictures_made++ % 200), 0, 0);
        pictures.push(media::Frame{std::move(picture), stamped, {}});
      } else {
        auto block = sound_pool.take();
        // its own time, as a level
        block->values.fill(static_cast<float>(piece.time.count()) / 1e11F + 0.1F);
        sounds.push(media::AudioBlock{std::move(block), stamped, {}, false});
      }
    }
    const auto picked = sync.pick(now);
    Seen out{picked.signal, 1e9, 1e9, false};
    const double now_ms = static_cast<double>(now.time_since_epoch().count()) / 1e6;
    if (picked.picture) {
      const auto shown = (pictures_made - 1) / 200 * 200 + *picked.picture->plane(0);
      const auto index = shown > pictures_made - 1 ? shown - 200 : shown;
      out.picture_ms = now_ms - static_cast<double>(index) * 1000 / 30;
    }
    media::Samples block;
    for (const auto end = sample_of(FrameNumber{frame.value + 1}, rate).value;
         samples + media::Samples::count <= end; samples += media::Samples::count) {
      sync.pick_audio(SampleCount{samples}, block);
      out.is_heard = block.values[1024] != 0;
      out.sound_ms = now_ms - (static_cast<double>(block.values[1024]) - 0.1) * 1e5;
    }
    return out;
  }
};

TEST(Hiccup, of_any_length_is_over_half_a_second_after_the_burst) {
  for (const auto stall : {500ms, 1000ms, 1200ms, 1400ms, 1800ms}) {
    Stream stream(14s, 5s, 5s + stall);
    const auto over = 5s + stall + 100ms + 500ms;  // the burst itself takes up to 0.1 s
    for (int n = 0; n < 13 * 30; ++n) {
      const auto seen = stream.tick({n});
      const auto now = time_of(FrameNumber{n}, rate).time_since_epoch();
      const bool is_well = (now > 1s && now < 5s) || now > over;
      if (!is_well) continue;
      EXPECT_EQ(seen.signal, Signal::fresh) << stall.count() << " at " << to_ms(now);
      EXPECT_LT(seen.picture_ms, 750) << stall.count() << " at " << to_ms(now);
      if (now < 12s) continue;  // the burst has left the window of 4 s
      EXPECT_TRUE(seen.is_heard) << stall.count() << " at " << to_ms(now);
      EXPECT_LT(seen.picture_ms, 260) << stall.count() << " at " << to_ms(now);
      EXPECT_NEAR(seen.sound_ms, seen.picture_ms, 60) << stall.count() << " at " << to_ms(now);
    }
    EXPECT_LE(stream.clock.jumps(), 4U) << stall.count();
  }
}

TEST(Hiccup, sound_is_back_with_the_picture) {
  for (const auto stall : {500ms, 1000ms, 1200ms, 1400ms, 1800ms}) {
    Stream stream(14s, 5s, 5s + stall);
    int silent = 0;
    for (int n = 0; n < 13 * 30; ++n) {
      const auto seen = stream.tick({n});
      const auto now = time_of(FrameNumber{n}, rate).time_since_epoch();
      if (now > 5s + stall + 600ms) silent += seen.is_heard ? 0 : 1;
    }
    EXPECT_EQ(silent, 0) << stall.count();
  }
}

}  // namespace
}  // namespace xb::capture
