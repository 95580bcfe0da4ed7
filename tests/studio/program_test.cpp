// The heartbeat by a clock of its own: one frame a tick, whatever comes late or stands still.
// SPDX-License-Identifier: Apache-2.0
#include "studio/program.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "capture/sync.h"
#include "output/encoder_threads.h"
#include "output/preview.h"
#include "tests/overlay/heap_count.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{30, 1};

// Notes how much memory its one waiting thread takes between its waits.
class CountingClock final : public Clock {
 public:
  MonoTime now() const override { return manual.now(); }
  WallTime wall() const override { return manual.wall(); }
  Waited wait_until(MonoTime when, std::stop_token stop) override {
    taken += overlay::allocations() - before_;
    const auto waited = manual.wait_until(when, std::move(stop));
    before_ = overlay::allocations();
    return waited;
  }
  ManualClock manual{MonoTime(1h)};
  std::atomic<std::size_t> taken{0};

 private:
  std::size_t before_ = 0;  // that thread's
};

// What the encoders were given; the pictures themselves go back to the program.
struct Shown {
  FrameNumber number;
  SessionTime time;
  std::uint8_t luma;
  const media::Picture* picture;
};

struct Bench {
  media::PicturePool pictures{"test", 60, [] { return media::Picture(64, 36); }};
  media::SamplesPool samples{"test", 200, [] { return media::Samples(); }};
  CountingClock clock;
  Health health;
  capture::PictureQueue camera{"camera", capture::picture_queue_size, Overflow::drop_oldest};
  capture::SoundQueue microphone{"mic", capture::sound_queue_size, Overflow::drop_oldest};
  capture::Sync sync{rate, &camera, &microphone};
  Snapshot<overlay::Bitmaps> bitmaps{"bitmaps"};
  output::FrameQueue to_video{"video", output::frame_queue_size, Overflow::refuse};
  output::BlockQueue to_audio{"audio", output::block_queue_size, Overflow::refuse};
  Mailbox<media::Frame> previewed{"preview"};
  output::Preview preview{previewed, clock, health};
  Mailbox<media::Frame> looked_at{"faces"};
  Queue<Aired> aired{"aired", 64, Overflow::refuse};
  std::optional<Program> program;
  std::int64_t ticks = 0;
  std::vector<Shown> frames;
  std::vector<SampleCount> blocks;

  Bench() {
    auto holding = pictures.take();
    holding->fill(16, 128, 128);
    program.emplace(ProgramPipes{sync, bitmaps, to_video, to_audio, previewed, preview, looked_at,
                                 nullptr, aired},
                    std::move(holding), rate, clock.now(), clock, health);
    clock.manual.await_waiting(1);  // the first tick is over
  }
  // As many ticks, each when it is due; what they gave is taken away.
  void run(int count) {
    for (int i = 0; i < count; ++i) stand_still(time_of(FrameNumber{ticks + 1}, rate));
  }
  // Nothing runs until this moment of the program.
  void stand_still(SessionTime until) {
    ticks =
        frame_at(until + Duration(1), rate).value;  // a tick is due a little early: rounded down
    clock.manual.advance(MonoTime(1h) + until.time_since_epoch() - clock.now());
    clock.manual.await_waiting(1);
    while (auto frame = to_video.try_pop())
      frames.push_back({frame->number, frame->time, *frame->picture->plane(0), &*frame->picture});
    while (auto block = to_audio.try_pop()) blocks.push_back(block->first);
  }
  void give_picture(SessionTime time, std::uint8_t luma) {
    auto picture = pictures.take();
    picture->fill(luma, 128, 128);
    camera.push(media::Frame{std::move(picture), time, {}});
  }
  SessionTime now() const { return time_of(FrameNumber{ticks}, rate); }
};

TEST(Program, every_tick_has_one_frame_with_or_without_a_camera) {
  Bench bench;
  bench.program->start_feeding();
  bench.run(30);
  EXPECT_EQ(bench.program->signal(), capture::Signal::none);
  EXPECT_EQ(bench.frames.back().luma, 16) << "the holding picture";
  for (int i = 0; i < 30; ++i) {
    bench.give_picture(bench.now(), 200);
    bench.run(1);
  }
  EXPECT_EQ(bench.program->signal(), capture::Signal::fresh);
  EXPECT_EQ(bench.frames.back().luma, 200);
  bench.run(60);
  EXPECT_EQ(bench.program->signal(), capture::Signal::lost);
  EXPECT_EQ(bench.frames.back().luma, 16);
  const auto counters = bench.program->counters();
  EXPECT_EQ(counters.program, 121U);
  EXPECT_EQ(counters.missed + counters.skipped + counters.starved + counters.skipped_audio, 0U);
}

TEST(Program, feeds_from_where_it_says_picture_and_sound_alike) {
  Bench bench;
  bench.run(17);
  EXPECT_TRUE(bench.frames.empty());
  const auto begin = bench.program->start_feeding();
  EXPECT_EQ(begin.sample, sample_of(begin.frame, rate));
  bench.run(60);
  ASSERT_FALSE(bench.frames.empty());
  ASSERT_FALSE(bench.blocks.empty());
  EXPECT_EQ(bench.frames.front().number, begin.frame);
  for (std::size_t i = 0; i < bench.frames.size(); ++i) {
    EXPECT_EQ(bench.frames[i].number.value, begin.frame.value + static_cast<std::int64_t>(i));
    EXPECT_EQ(bench.frames[i].time, time_of(bench.frames[i].number, rate));
  }
  // the first block is the first that lies wholly in the run, and each follows on the one before
  EXPECT_GE(bench.blocks.front(), begin.sample);
  EXPECT_LT(bench.blocks.front().value, begin.sample.value + media::Samples::count);
  for (std::size_t i = 1; i < bench.blocks.size(); ++i)
    EXPECT_EQ(bench.blocks[i].value, bench.blocks[i - 1].value + media::Samples::count);
  bench.program->stop_feeding();
  bench.run(1);
  bench.frames.clear();
  bench.run(10);
  EXPECT_TRUE(bench.frames.empty());
}

TEST(Program, a_late_tick_repeats_the_picture_and_numbers_stay_dense) {
  Bench bench;
  bench.program->start_feeding();
  bench.run(20);
  const auto last = bench.frames.back();
  bench.frames.clear();
  bench.stand_still(bench.now() + 110ms);  // three ticks at once
  ASSERT_EQ(bench.frames.size(), 3U);
  EXPECT_EQ(bench.frames[0].picture, last.picture);
  EXPECT_EQ(bench.frames[1].picture, last.picture);
  EXPECT_NE(bench.frames[2].picture, last.picture);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(bench.frames[i].number.value, last.number.value + 1 + static_cast<std::int64_t>(i));
  EXPECT_EQ(bench.program->counters().missed, 2U);
  EXPECT_EQ(bench.program->counters().stood_still, 0U);
}

TEST(Program, after_a_long_standstill_time_goes_on_without_a_burst) {
  Bench bench;
  bench.program->start_feeding();
  bench.run(20);
  bench.frames.clear();
  bench.blocks.clear();
  bench.stand_still(SessionTime(60s));
  bench.run(1);
  ASSERT_EQ(bench.frames.size(), 2U);
  EXPECT_EQ(bench.frames[0].number.value, 1800);
  EXPECT_EQ(bench.frames[0].time, SessionTime(60s));
  EXPECT_EQ(bench.program->counters().missed, 1779U);
  EXPECT_EQ(bench.program->counters().stood_still, 1779U);
  // the sound begins again with the block in which that frame lies
  ASSERT_FALSE(bench.blocks.empty());
  EXPECT_LE(bench.blocks.size(), 5U);
  const auto apart = sample_of(FrameNumber{1800}, rate).value - bench.blocks[0].value;
  EXPECT_GE(apart, 0);
  EXPECT_LT(apart, media::Samples::count);
}

TEST(Program, an_encoder_that_takes_nothing_is_skipped_and_never_waited_for) {
  Bench bench;
  bench.program->start_feeding();
  for (int i = 0; i < 60; ++i) {  // nobody takes anything
    bench.clock.manual.advance(time_of(FrameNumber{bench.ticks + 1}, rate) - bench.now());
    bench.clock.manual.await_waiting(1);
    ++bench.ticks;
  }
  const auto counters = bench.program->counters();
  EXPECT_GE(counters.program, 60U);
  EXPECT_GT(counters.skipped, 40U);
  EXPECT_EQ(counters.starved, 0U);
}

TEST(Program, tells_once_what_has_come_on_the_screen) {
  Bench bench;
  bench.run(5);
  while (bench.aired.try_pop()) {
  }
  auto changed = std::make_shared<overlay::Bitmaps>();
  changed->scene.version = 7;
  bench.bitmaps.publish(changed);
  bench.run(5);
  const auto told = bench.aired.try_pop();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->frame.value, 6);
  EXPECT_EQ(told->bitmaps->scene.version, 7U);
  EXPECT_FALSE(bench.aired.try_pop());
}

TEST(Program, takes_no_memory_after_its_first_second) {
  if (!overlay::counts_allocations) GTEST_SKIP() << "a sanitizer has its own operator new";
  Bench bench;
  bench.program->start_feeding();
  std::int64_t sound = 0;
  const auto live_for = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      bench.give_picture(bench.now(), 100);
      for (; time_of(SampleCount{sound}) <= bench.now(); sound += media::Samples::count)
        bench.microphone.push({bench.samples.take(), time_of(SampleCount{sound}), {}, false});
      bench.run(1);
      bench.frames.clear();
      bench.blocks.clear();
      if (i % 10 == 0) {
        auto next = std::make_shared<overlay::Bitmaps>(*bench.bitmaps.read());
        ++next->scene.version;
        bench.bitmaps.publish(next);
      }
      while (bench.aired.try_pop()) {
      }
    }
  };
  live_for(30);
  const auto before = bench.clock.taken.load();
  live_for(120);
  EXPECT_EQ(bench.clock.taken.load(), before);
  EXPECT_EQ(bench.program->signal(), capture::Signal::fresh);
}

}  // namespace
}  // namespace xb::studio
