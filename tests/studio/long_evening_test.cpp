// A long evening in little time: a film through the live graph by a clock that waits for it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "capture/runner.h"
#include "capture/sync.h"
#include "output/preview.h"
#include "studio/air.h"
#include "tests/support/media_files.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

// XB_LONG_FRAMES=720000: eight hours at 25 a second.
std::int64_t frames_wanted() {
  const char* text = std::getenv("XB_LONG_FRAMES");
  return text == nullptr ? 600 : std::strtoll(text, nullptr, 10);
}

struct Weight {
  double mib = 0;
  std::ptrdiff_t threads = 0;
  std::ptrdiff_t descriptors = 0;
};
std::ptrdiff_t entries_of(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}
Weight weigh() {
  std::ifstream status("/proc/self/status");
  std::string word;
  double kib = 0;
  while (status >> word) {
    if (word == "VmRSS:") status >> kib;
  }
  return {kib / 1024, entries_of("/proc/self/task"), entries_of("/proc/self/fd")};
}

Plan plan_of_a_film(const std::string& film) {
  Plan plan;
  plan.show.video.width = 320;
  plan.show.video.height = 180;
  plan.show.video.rate = Rate{25, 1};
  plan.show.video.bitrate_kbps = 200;
  plan.source = "file:" + film;
  return plan;
}

// File, camera thread, sync, program, encoders, hub and recorder; Session and Ledger as always.
class LongEvening {
 public:
  explicit LongEvening(const std::string& film) : plan_(plan_of_a_film(film)) {
    media::PicturePool pool("holding", 1, [] { return media::Picture(320, 180); });
    auto holding = pool.take();
    holding->fill(90, 120, 140);
    program_.emplace(ProgramPipes{sync_,
                                  bitmaps_,
                                  {{frames_[0]}},
                                  blocks_,
                                  previewed_,
                                  preview_,
                                  looked_at_,
                                  nullptr,
                                  aired_},
                     std::vector<media::Ref<const media::Picture>>{holding}, plan_.show.video.rate,
                     start_, clock_, health_);
    capture::RunnerSetup setup;
    setup.source = *capture::parse_source(plan_.source);
    setup.canvas = media::Canvas{320, 180, {}};
    setup.rate = plan_.show.video.rate;
    setup.session_start = start_;
    setup.pictures = &pictures_;
    setup.sounds = &sounds_;
    camera_.emplace(std::move(setup), clock_, health_);
    auto air = Air::prepare({plan_, strands_, encoder_, *program_, frames_, blocks_, qr_,
                             key_frames_, start_, clock_, health_});
    XB_CHECK(air.has_value());
    air_ = std::move(*air);
    // a file that is opened takes its time, and the program's goes on only after it
    await([&] { return camera_->stats().openings == 1; });
    auto session =
        session::Session::open(data_, clock_, health_, {.station = "村", .program_start = start_});
    XB_CHECK(session.has_value());
    air_->begin(std::move(*session));
  }
  // Each tick when all have done what the one before gave them.
  void run(std::int64_t frames) {
    for (const auto end = ticks_ + frames; ticks_ < end;) {
      ++ticks_;
      clock_.advance(start_ +
                     time_of(FrameNumber{ticks_}, plan_.show.video.rate).time_since_epoch() -
                     clock_.now());
      await([&] { return program_->counters().program > static_cast<std::uint64_t>(ticks_); });
      await([&] { return frames_[0].counters().depth == 0 && blocks_.counters().depth < 8; });
      await([&] { return camera_->stats().frames_captured >= static_cast<std::uint64_t>(ticks_); });
    }
  }
  AirState state() { return air_->state(); }
  void end() {
    air_->stop_outputs();
    air_->close("command", 5s, std::nullopt);
  }
  ProgramCounters counters() const { return program_->counters(); }
  capture::RunnerStats camera() const { return camera_->stats(); }

 private:
  template <class Done>
  void await(Done&& done) {
    const auto until = real_.now() + 60s;
    while (!done()) {
      XB_CHECK(real_.now() < until);
      real_.wait_until(real_.now() + std::chrono::microseconds(50), {});
    }
  }

  test::TempFolder temp_;
  SystemClock real_;
  ManualClock clock_{MonoTime(1h)};
  Health health_;
  const MonoTime start_ = clock_.now();
  const Plan plan_;
  const Strands strands_ = strands_of(plan_);
  const std::string encoder_ = output::software_encoder;
  session::DataFolder data_ = std::move(*session::DataFolder::open(temp_ / "data"));
  capture::PictureQueue pictures_{"camera", capture::picture_queue_size, Overflow::drop_oldest};
  capture::SoundQueue sounds_{"mic", capture::sound_queue_size, Overflow::drop_oldest};
  capture::Sync sync_{plan_.show.video.rate, &pictures_, &sounds_};
  Snapshot<overlay::BitmapSet> bitmaps_{"bitmaps"};
  std::deque<output::FrameQueue> frames_ = [] {
    std::deque<output::FrameQueue> out;
    out.emplace_back("video", output::frame_queue_size, Overflow::refuse);
    return out;
  }();
  output::BlockQueue blocks_{"audio", output::block_queue_size, Overflow::refuse};
  Mailbox<media::Frame> previewed_{"preview"};
  output::Preview preview_{previewed_, clock_, health_};
  Mailbox<media::Frame> looked_at_{"faces"};
  Queue<Aired> aired_{"aired", 64, Overflow::refuse};
  Mailbox<vision::KeyFrame> key_frames_{"qr"};
  Queue<vision::QrLook> looks_{"looks", 8, Overflow::drop_oldest};
  vision::QrWatch qr_{key_frames_, looks_, clock_, health_};
  std::optional<Program> program_;
  std::optional<capture::Runner> camera_;
  std::unique_ptr<Air> air_;
  std::int64_t ticks_ = 0;
};

TEST(LongEvening, loses_no_frame_and_needs_no_more_at_its_end) {
  support::Folder folder;
  const auto film = support::ffmpeg(
      support::flash_and_beep(20, "320x180", "25") + "-c:v libx264 -preset ultrafast -c:a aac",
      folder / "film.mp4");
  LongEvening evening(film);
  const auto frames = frames_wanted();
  const auto part = std::max<std::int64_t>(1, frames / 40);
  evening.run(2 * part);
  std::vector<Weight> weights{weigh()};
  std::int64_t done = 2 * part;
  for (; done < frames; done += part) {
    evening.run(std::min(part, frames - done));
    weights.push_back(weigh());
    if (frames < 100'000) continue;
    std::printf("%lld frames, %.1f MiB\n", static_cast<long long>(done), weights.back().mib);
    std::fflush(stdout);
  }
  const auto counters = evening.counters();
  const auto state = evening.state();
  evening.end();
  EXPECT_EQ(counters.skipped + counters.missed + counters.starved + counters.skipped_audio, 0U);
  EXPECT_EQ(state.strands[0].refused, 0U);
  EXPECT_EQ(evening.camera().frames_lost, 0U);
  EXPECT_LE(counters.repeated, 10U + static_cast<std::uint64_t>(frames) / 1000);
  EXPECT_LE(std::abs(counters.av_offset_ms.value_or(99)), 40);
  const auto after = evening.state();
  ASSERT_TRUE(after.recording && after.recorder);
  EXPECT_EQ(after.recording->dropped, 0U);
  EXPECT_EQ(after.recorder->files, 1);
  const auto& first = weights.front();
  const auto& last = weights.back();
  std::printf(
      "%lld frames: %.1f MiB, then %.1f; threads %td, %td; descriptors %td, %td; A/V %.1f ms\n",
      static_cast<long long>(done), first.mib, last.mib, first.threads, last.threads,
      first.descriptors, last.descriptors, counters.av_offset_ms.value_or(0));
  for (const auto& weight : weights) {
    EXPECT_EQ(weight.threads, first.threads);
    EXPECT_LE(std::abs(weight.descriptors - first.descriptors), 2);
  }
  if (frames >= 100'000) {
    EXPECT_LE(last.mib - first.mib, 16) << "and none of it is a leak";
  }
}

}  // namespace
}  // namespace xb::studio
