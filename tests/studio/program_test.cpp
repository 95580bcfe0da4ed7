// The heartbeat by a clock of its own: one frame a tick, whatever comes late or stands still.
// SPDX-License-Identifier: Apache-2.0
#include "studio/program.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "capture/sync.h"
#include "output/encoder_threads.h"
#include "output/preview.h"
#include "tests/support/heap_count.h"

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
  std::uint64_t coded;
};

enum class Strandings : std::uint8_t { one = 1, three };

struct Bench {
  media::PicturePool pictures{"test", 120, [] { return media::Picture(64, 36); }};
  media::PicturePool tall_pictures{"tall", 120, [] { return media::Picture(36, 64); }};
  media::SamplesPool samples{"test", 200, [] { return media::Samples(); }};
  CountingClock clock;
  Health health;
  capture::PictureQueue camera{"camera", capture::picture_queue_size, Overflow::drop_oldest};
  capture::SoundQueue microphone{"mic", capture::sound_queue_size, Overflow::drop_oldest};
  capture::Sync sync{rate, &camera, &microphone};
  Snapshot<overlay::BitmapSet> bitmaps{"bitmaps"};
  output::FrameQueue to_video{"video", output::frame_queue_size, Overflow::refuse};
  output::FrameQueue to_tall{"tall", output::frame_queue_size, Overflow::refuse};
  output::FrameQueue to_clean{"clean", output::frame_queue_size, Overflow::refuse};
  output::BlockQueue to_audio{"audio", output::block_queue_size, Overflow::refuse};
  Mailbox<media::Frame> previewed{"preview"};
  output::Preview preview{previewed, clock, health};
  Mailbox<media::Frame> looked_at{"faces"};
  Queue<Aired> aired{"aired", 64, Overflow::refuse};
  std::optional<Program> program;
  std::int64_t ticks = 0;
  std::vector<Shown> frames, tall, clean;
  std::vector<SampleCount> blocks;
  bool takes_tall = true;   // that encoder keeps up
  std::uint64_t coded = 0;  // of the picture given last

  explicit Bench(Strandings strandings = Strandings::one) {
    auto holding = pictures.take();
    holding->fill(16, 128, 128);
    auto tall_holding = tall_pictures.take();
    tall_holding->fill(17, 128, 128);
    std::vector<StrandPipe> strands{{to_video}};
    if (strandings == Strandings::three) {
      strands.push_back({to_tall, 1, Dress::layers});
      strands.push_back({to_clean, 0, Dress::none});
    }
    program.emplace(ProgramPipes{sync, bitmaps, std::move(strands), to_audio, previewed, preview,
                                 looked_at, nullptr, aired},
                    std::vector<media::Ref<const media::Picture>>{holding, tall_holding}, rate,
                    clock.now(), clock, health);
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
    take(to_video, frames);
    if (takes_tall) take(to_tall, tall);
    take(to_clean, clean);
    while (auto block = to_audio.try_pop()) blocks.push_back(block->first);
  }
  static void take(output::FrameQueue& from, std::vector<Shown>& into) {
    while (auto frame = from.try_pop())
      into.push_back(
          {frame->number, frame->time, *frame->picture->plane(0), &*frame->picture, frame->coded});
  }
  // The same moment for both Canvases; returns that of the first.
  const media::Picture* give_picture(SessionTime time, std::uint8_t luma) {
    auto picture = pictures.take();
    picture->fill(luma, 128, 128);
    auto tall_picture = tall_pictures.take();
    tall_picture->fill(static_cast<std::uint8_t>(luma + 1), 128, 128);
    const auto* given = &*picture;
    camera.push(media::Frame{std::move(picture), time, {}, {std::move(tall_picture)}, ++coded});
    return given;
  }
  // A Scene without Layers.
  void publish(std::uint64_t version) {
    auto shown = std::make_shared<overlay::Bitmaps>();
    shown->scene.version = version;
    bitmaps.publish(std::make_shared<overlay::BitmapSet>(overlay::BitmapSet{{shown, shown}}));
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
  bench.publish(7);
  bench.run(5);
  const auto told = bench.aired.try_pop();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->frame.value, 6);
  EXPECT_EQ(told->bitmaps->scene.version, 7U);
  EXPECT_FALSE(bench.aired.try_pop());
}

TEST(Program, tells_of_every_set_and_of_the_frames_that_repeated_another) {
  Bench bench;
  bench.run(5);
  while (bench.aired.try_pop()) {
  }
  bench.publish(7);
  const auto same_scene = bench.bitmaps.read();
  bench.run(1);
  EXPECT_EQ(bench.aired.try_pop()->set, same_scene);
  bench.publish(7);  // the same Scene, painted anew: a chat line, a second of the timer
  bench.run(1);
  const auto told = bench.aired.try_pop();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->set, bench.bitmaps.read());
  EXPECT_FALSE(told->repeated_from);
  const auto before = bench.ticks;
  bench.stand_still(bench.now() + 110ms);  // two late ticks repeat, the third is drawn
  const auto late = bench.aired.try_pop();
  ASSERT_TRUE(late);
  ASSERT_TRUE(late->repeated_from);
  EXPECT_EQ(late->repeated_from->value, before + 1);
  EXPECT_EQ(late->frame.value, before + 3);
  EXPECT_FALSE(late->is_late);
  bench.run(3);
  EXPECT_FALSE(bench.aired.try_pop());
}

TEST(Program, says_that_news_is_late_when_nobody_took_the_news_before) {
  Bench bench;
  bench.run(2);
  for (std::uint64_t version = 1; version <= 70; ++version) {
    bench.publish(version);
    bench.run(1);
  }
  std::optional<Aired> last;
  while (auto told = bench.aired.try_pop()) last = std::move(told);
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->is_late);
  bench.run(1);
  const auto told = bench.aired.try_pop();
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->is_late);
  EXPECT_EQ(told->set, bench.bitmaps.read());
}

TEST(Program, gives_every_strand_the_same_frames_each_from_its_own_picture) {
  Bench bench(Strandings::three);
  const auto begin = bench.program->start_feeding();
  const media::Picture* given = nullptr;
  for (int i = 0; i < 40; ++i) {
    given = bench.give_picture(bench.now(), 200);
    bench.run(1);
  }
  for (int i = 0; i < 4; ++i) bench.run(1);
  ASSERT_GE(bench.frames.size(), 30U);
  ASSERT_EQ(bench.tall.size(), bench.frames.size());
  ASSERT_EQ(bench.clean.size(), bench.frames.size());
  EXPECT_EQ(bench.frames.front().number, begin.frame);
  for (std::size_t i = 0; i < bench.frames.size(); ++i) {
    EXPECT_EQ(bench.tall[i].number, bench.frames[i].number);
    EXPECT_EQ(bench.clean[i].number, bench.frames[i].number);
  }
  EXPECT_EQ(bench.frames.back().luma, 200);
  EXPECT_EQ(bench.tall.back().luma, 201);
  EXPECT_EQ(bench.tall.back().picture->width(), 36);
  EXPECT_EQ(bench.clean.back().picture, given) << "the camera's own, not a copy";
  EXPECT_NE(bench.frames.back().picture, given);
  EXPECT_EQ(bench.clean.back().coded, 40U) << "and which packet it was";
  bench.run(60);
  EXPECT_EQ(bench.clean.back().luma, 16) << "the camera is lost";
  EXPECT_EQ(bench.clean.back().coded, 0U) << "the holding picture was no packet";
  EXPECT_EQ(bench.tall.back().luma, 17);
}

TEST(Program, draws_on_the_cameras_own_picture_where_nobody_else_has_it) {
  Bench bench;
  bench.program->start_feeding();
  std::vector<const media::Picture*> given;
  for (int i = 0; i < 40; ++i) {
    given.push_back(bench.give_picture(bench.now() + from_ms(40), 200));  // its successor waits
    bench.run(1);
  }
  const auto is_own = [&](const Shown& one) {
    return std::find(given.begin(), given.end(), one.picture) != given.end();
  };
  EXPECT_TRUE(std::all_of(bench.frames.end() - 20, bench.frames.end(), is_own));
  const auto free_before = bench.pictures.free_count();
  bench.frames.clear();
  bench.run(8);  // the last one is shown again: it stays as it was, and copies are drawn on
  EXPECT_EQ(bench.frames.back().luma, 200);
  EXPECT_FALSE(is_own(bench.frames.back()));
  EXPECT_GE(bench.pictures.free_count(), free_before) << "none is kept";
}

// Half a layer of black lies over the picture: twice would be darker.
TEST(Program, draws_once_on_each_picture_whether_it_is_shown_again_or_not) {
  Bench bench;
  auto dim = std::make_shared<overlay::Bitmap>();
  dim->width = dim->height = 8;
  dim->stride = dim->chroma_stride = 64;
  dim->y.assign(64 * 8, 8);
  dim->alpha.assign(64 * 8, 128);
  dim->u.assign(64 * 4, 64);
  dim->v.assign(64 * 4, 64);
  dim->chroma_alpha.assign(64 * 4, 128);
  auto shown = std::make_shared<overlay::Bitmaps>();
  shown->layers.emplace_back().bitmap = dim;
  bench.bitmaps.publish(std::make_shared<overlay::BitmapSet>(overlay::BitmapSet{{shown, shown}}));
  bench.program->start_feeding();
  for (int i = 0; i < 60; ++i) {
    // every third one comes late and the one before it is shown again
    if (i % 3 != 2) bench.give_picture(bench.now() + from_ms(40), 200);
    bench.run(1);
  }
  ASSERT_GT(bench.frames.size(), 40U);
  for (auto frame = bench.frames.begin() + 10; frame != bench.frames.end(); ++frame)
    EXPECT_NEAR(frame->luma, 8 + 200 * 127 / 255, 2);
}

// The clock of the source jumped ahead, and so much came at once that the one in line was lost.
TEST(Program, repeats_and_counts_a_tick_whose_picture_was_given_away) {
  Bench bench;
  bench.program->start_feeding();
  for (int i = 0; i < 20; ++i) {
    bench.give_picture(bench.now() + from_ms(40), 200);
    bench.run(1);
  }
  for (int burst = 0; burst < 3; ++burst) {
    for (int i = 0; i < 16; ++i)
      bench.give_picture(bench.now() + std::chrono::seconds(100 + burst) + from_ms(i), 90);
    bench.run(1);
  }
  EXPECT_GE(bench.program->counters().starved, 1U);
  EXPECT_EQ(bench.frames.back().luma, 200);
  for (std::size_t i = 1; i < bench.frames.size(); ++i)
    EXPECT_EQ(bench.frames[i].number.value, bench.frames[i - 1].number.value + 1);
}

TEST(Program, leaves_out_of_one_strand_what_its_encoder_has_no_room_for) {
  Bench bench(Strandings::three);
  bench.program->start_feeding();
  bench.takes_tall = false;
  bench.run(40);
  const auto counters = bench.program->counters();
  EXPECT_EQ(counters.skipped, 0U);
  EXPECT_EQ(counters.skipped_by_strand[0], 0U);
  EXPECT_EQ(counters.skipped_by_strand[2], 0U);
  EXPECT_EQ(counters.skipped_by_strand[1], bench.frames.size() - output::frame_queue_size);
  EXPECT_EQ(bench.clean.size(), bench.frames.size());
  bench.takes_tall = true;
  bench.run(2);
  EXPECT_EQ(bench.tall.back().number, bench.frames.back().number) << "and it goes on";
}

TEST(Program, repeats_on_every_strand_when_it_comes_late) {
  Bench bench(Strandings::three);
  bench.program->start_feeding();
  bench.run(10);
  bench.stand_still(time_of(FrameNumber{bench.ticks + 4}, rate));
  EXPECT_GT(bench.program->counters().missed, 0U);
  ASSERT_EQ(bench.tall.size(), bench.frames.size());
  ASSERT_EQ(bench.clean.size(), bench.frames.size());
  const auto late = bench.frames.size() - 3;
  EXPECT_EQ(bench.frames[late].picture, bench.frames[late - 1].picture);
  EXPECT_EQ(bench.tall[late].picture, bench.tall[late - 1].picture);
  EXPECT_EQ(bench.tall[late].number, bench.frames[late].number);
}

TEST(Program, draws_no_further_canvas_that_nobody_is_fed_with) {
  Bench bench(Strandings::three);
  StrandSet fed;
  fed.set(0);
  fed.set(2);
  bench.program->start_feeding(fed);
  bench.run(30);
  EXPECT_TRUE(bench.tall.empty());
  EXPECT_EQ(bench.clean.size(), bench.frames.size());
  EXPECT_EQ(bench.program->counters().skipped_by_strand[1], 0U) << "nobody wants them";
  bench.program->stop_feeding();
  bench.run(5);
  const auto before = bench.clean.size();
  bench.run(5);
  EXPECT_EQ(bench.clean.size(), before);
}

TEST(Program, takes_no_memory_after_its_first_second) {
  if (!overlay::counts_allocations) GTEST_SKIP() << "a sanitizer has its own operator new";
  Bench bench(Strandings::three);
  bench.program->start_feeding();
  std::int64_t sound = 0;
  const auto live_for = [&](int ticks) {
    for (int i = 0; i < ticks; ++i) {
      bench.give_picture(bench.now(), 100);
      for (; time_of(SampleCount{sound}) <= bench.now(); sound += media::Samples::count)
        bench.microphone.push({bench.samples.take(), time_of(SampleCount{sound}), {}, false});
      bench.run(1);
      bench.frames.clear();
      bench.tall.clear();
      bench.clean.clear();
      bench.blocks.clear();
      if (i % 10 == 0) {
        bench.publish(bench.bitmaps.read()->canvases.front()->scene.version + 1);
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
