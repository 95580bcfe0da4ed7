// Sources through Runner and Sync by a clock of their own: as fast as they can, the same each time.
// SPDX-License-Identifier: Apache-2.0
#include "capture/runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "media/coded.h"
#include "tests/capture/program_bench.h"
#include "tests/capture/scripted_source.h"
#include "tests/support/media_files.h"

namespace xb::capture {
namespace {

using namespace std::chrono_literals;
using support::ffmpeg;
using support::flash_and_beep;
using Bench = ProgramBench<ManualClock>;

RunnerSetup with(Script& script, Bench& bench) {
  auto setup = bench.setup("test:");
  setup.make = scripted(script);
  return setup;
}

TEST(Runner, test_source_is_in_sync) {
  Bench bench;
  {
    Runner runner(bench.setup("test:"), bench.clock, bench.health);
    bench.run(75);
    const auto stats = runner.stats();
    EXPECT_GT(stats.frames_captured, 74U);
    EXPECT_EQ(stats.frames_lost, 0U);
    EXPECT_TRUE(stats.has_sound);
    ASSERT_TRUE(stats.peak_dbfs);
    EXPECT_GT(*stats.peak_dbfs, -45.0F);
  }
  ASSERT_GE(bench.offsets_ms().size(), 2U);
  for (const double offset : bench.offsets_ms()) EXPECT_NEAR(offset, 0, 20);
  ASSERT_TRUE(bench.sync.stats().av_offset_ms);
  EXPECT_NEAR(*bench.sync.stats().av_offset_ms, 0, 20);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::stopped);
}

TEST(Runner, says_of_each_picture_which_packet_it_was) {
  support::Folder folder;
  const auto path = ffmpeg(flash_and_beep(1) + "-c:v mjpeg -an", folder / "a.avi");
  Bench bench;
  media::CodedPipe packets("packets", 64);
  packets.open();
  auto setup = bench.setup("file:" + path);
  setup.coded = &packets;
  Runner runner(setup, bench.clock, bench.health);
  bench.run(20);
  ASSERT_TRUE(bench.picked.picture);
  std::uint64_t newest = 0;
  while (const auto packet = packets.try_pop()) newest = packet->id;
  EXPECT_GT(bench.picked.coded, 10U);
  EXPECT_LE(bench.picked.coded, newest);
  EXPECT_GT(bench.picked.coded + 8, newest) << "only what is between the file and the air is ahead";
}

TEST(Runner, has_no_packets_of_pictures_that_are_drawn) {
  Bench bench;
  media::CodedPipe packets("packets", 64);
  packets.open();
  auto setup = bench.setup("test:");
  setup.coded = &packets;
  Runner runner(setup, bench.clock, bench.health);
  bench.run(20);
  ASSERT_TRUE(bench.picked.picture);
  EXPECT_EQ(bench.picked.coded, 0U);
  EXPECT_FALSE(packets.try_pop());
}

// Fine stripes survive only in what is made from the whole picture.
TEST(Runner, cuts_every_canvas_out_of_the_whole_picture_in_one_frame) {
  support::Folder folder;
  const auto path = ffmpeg(
      "-f lavfi -i "
      "\"nullsrc=s=640x360:r=30:d=2,geq=lum='if(mod(floor(X/2)\\,2)\\,235\\,16)':cb=128:"
      "cr=128\" -c:v ffv1",
      folder / "stripes.mkv");
  Bench bench;
  auto setup = bench.setup("file:" + path);
  setup.canvas = media::Canvas{32, 18, {}};
  setup.further = {media::Canvas{202, 360, {}}};
  setup.sounds = nullptr;
  Runner runner(setup, bench.clock, bench.health);
  bench.run(20);
  ASSERT_TRUE(bench.picked.picture);
  const auto& tall = bench.picked.on(1);
  ASSERT_TRUE(tall);
  EXPECT_EQ(tall->width(), 202);
  EXPECT_EQ(tall->height(), 360);
  const auto range_of = [](const media::Picture& picture) {
    const auto* row = picture.plane(0) + static_cast<std::ptrdiff_t>(8) * picture.stride(0);
    const auto [least, most] = std::minmax_element(row + 2, row + picture.width() - 2);
    return *most - *least;
  };
  EXPECT_LT(range_of(*bench.picked.picture), 60) << "too small for them";
  EXPECT_GT(range_of(*tall), 180);
  EXPECT_EQ(runner.stats().frames_lost, 0U);
}

TEST(Runner, a_looped_file_stays_in_sync_over_the_seams) {
  support::Folder folder;
  // one second exactly, so that flashes come each second over the seams
  const auto path =
      ffmpeg(flash_and_beep(1) + "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a aac -shortest",
             folder / "a.mp4");
  Bench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(320);
  EXPECT_GE(bench.flashes_ms.size(), 10U);
  for (std::size_t i = 1; i < bench.flashes_ms.size(); ++i)
    EXPECT_NEAR(bench.flashes_ms[i] - bench.flashes_ms[i - 1], 1000, 40);
  ASSERT_GE(bench.offsets_ms().size(), 10U);
  for (const double offset : bench.offsets_ms()) EXPECT_NEAR(offset, 0, 20);
  EXPECT_EQ(runner.stats().frames_lost, 0U);
  EXPECT_EQ(bench.sync.stats().sound.gaps, 0U);
}

TEST(Runner, a_file_that_ends_says_so) {
  support::Folder folder;
  const auto path = ffmpeg(flash_and_beep(0.3) + "-c:v libx264", folder / "a.mp4");
  Bench bench;
  std::promise<void> stopped;
  bench.health.listen([&](const ComponentHealth& now) {
    if (now.component == "capture.camera" && now.condition == Condition::stopped)
      stopped.set_value();
  });
  Runner runner(bench.setup("file:" + path + "?loop=0"), bench.clock, bench.health);
  bench.run(9);  // the last picture is on: not before it has been seen is the film over
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
  bench.clock.advance(100ms);
  stopped.get_future().get();
  EXPECT_EQ(bench.state_of("capture.camera").error->code(), ErrorCode::source_ended);
  EXPECT_EQ(runner.stats().frames_captured, 9U);
}

TEST(Runner, a_source_that_cannot_be_opened_is_tried_again_and_stops_at_once) {
  Script script;
  script.openings_refused = 5;
  add_pieces(script, Next::picture, 0s, 10s, 33ms);
  Bench bench;
  {
    Runner runner(with(script, bench), bench.clock, bench.health);
    bench.run_for(7400ms);  // tried at 0, 0.5, 1.5, 3.5, 5.5, 7.5 s
    EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::failed);
    bench.run_for(500ms);
    EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
    EXPECT_GT(bench.fresh_ticks, 0);
    script.openings_refused = 0;
  }
  script.openings_refused = 1000;
  Runner never(with(script, bench), bench.clock, bench.health);
  bench.clock.await_waiting(1);  // and now ends though its time never comes
}

TEST(Runner, a_file_may_come_later) {
  support::Folder folder;
  const auto path = folder / "later.mp4";
  Bench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(6);
  EXPECT_EQ(bench.state_of("capture.camera").error->code(), ErrorCode::file_missing);
  ffmpeg(flash_and_beep(1) + "-c:v libx264", path);
  bench.run(20);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
}

TEST(Runner, size_and_timestamps_may_change_in_mid_stream) {
  support::Folder folder;
  const auto first = ffmpeg(flash_and_beep(0.5) + "-c:v mpeg2video -c:a mp2 -output_ts_offset 50",
                            folder / "a.ts");
  const auto second =
      ffmpeg(flash_and_beep(0.5, "240x320") + "-c:v mpeg2video -c:a mp2", folder / "b.ts");
  const auto third = ffmpeg(flash_and_beep(0.5) + "-c:v mpeg2video -c:a mp2 -output_ts_offset 900",
                            folder / "c.ts");
  const auto path = folder / "jumps.ts";
  support::write_bytes(
      path, support::bytes_of(first) + support::bytes_of(second) + support::bytes_of(third));
  Bench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(75);
  EXPECT_GT(bench.fresh_ticks, 60);
  EXPECT_GE(bench.flashes_ms.size(), 3U);
}

TEST(Runner, a_still_picture_of_a_file_is_no_loss_until_the_file_ends) {
  for (const auto step : {200ms, 1000ms, 5000ms}) {
    Script script;
    script.pace = Pace::paced;
    add_pieces(script, Next::picture, 0s, 15s, step);
    add_pieces(script, Next::sound, 0s, 7s, 21ms);  // with sound, and then without
    script.pieces.push_back({Next::end, 15s});
    Bench bench;
    Runner runner(with(script, bench), bench.clock, bench.health);
    bench.run_for(1s);
    bench.fresh_ticks = 0;
    int others = 0;
    for (int i = 0; i < 14 * 30 - 5; ++i) {
      bench.run(1);
      others += bench.picked.signal == Signal::fresh ? 0 : 1;
    }
    EXPECT_EQ(others, 0) << step.count();
    EXPECT_EQ(runner.stats().frames_captured, static_cast<std::uint64_t>(15s / step));
    EXPECT_EQ(runner.stats().frames_lost, 0U);
    std::promise<void> stopped;
    bench.health.listen([&](const ComponentHealth& now) {
      if (now.component == "capture.camera" && now.condition == Condition::stopped)
        stopped.set_value();
    });
    bench.clock.advance(200ms);
    stopped.get_future().get();
    while (bench.pictures.try_pop()) {
    }
    bench.clock.advance(4s);
    EXPECT_FALSE(bench.pictures.try_pop()) << "the dead send nothing";
    const auto after = time_of(FrameNumber{19 * 30}, Bench::rate);
    EXPECT_EQ(bench.sync.pick(after).signal, Signal::lost) << step.count();
  }
}

TEST(Runner, a_live_source_without_new_pictures_is_frozen_then_lost_then_opened_again) {
  Script script;
  add_pieces(script, Next::picture, 0s, 2s, 33ms);
  add_pieces(script, Next::sound, 0s, 60s, 21ms);  // sound does not make up for it
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run_for(2s);
  EXPECT_EQ(bench.picked.signal, Signal::fresh);
  bench.run_for(600ms);
  EXPECT_EQ(bench.picked.signal, Signal::frozen);
  bench.run_for(600ms);
  EXPECT_EQ(bench.picked.signal, Signal::lost);
  bench.run_for(900ms);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::degraded);
  bench.run_for(700ms);
  EXPECT_EQ(runner.stats().openings, 2U);
  EXPECT_EQ(bench.picked.signal, Signal::fresh);
}

TEST(Runner, keeps_its_source_when_it_fails_so_that_it_knows_the_device_again) {
  Script script;
  script.throws = 1;
  add_pieces(script, Next::sound, 0s, 1s, 21ms);
  Bench bench;
  auto setup = bench.setup("test:");
  int made = 0;
  setup.make = [&](const SourceSpec& spec, const SourceSetup& for_it) {
    ++made;
    return scripted(script)(spec, for_it);
  };
  Runner runner(setup, bench.clock, bench.health);
  bench.run_for(10s);
  EXPECT_GE(runner.stats().openings, 3U);
  EXPECT_EQ(made, 1);
}

TEST(Runner, a_stream_joined_between_key_pictures_is_given_time_for_its_first) {
  Script script;
  add_pieces(script, Next::picture, 10s, 20s, 33ms);
  add_pieces(script, Next::sound, 0s, 20s, 21ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run_for(900ms);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::starting);
  EXPECT_FALSE(bench.state_of("capture.camera").error) << "not yet unusual";
  bench.run_for(1s);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::starting);
  ASSERT_TRUE(bench.state_of("capture.camera").error);
  EXPECT_EQ(bench.state_of("capture.camera").error->code(), ErrorCode::source_joining);
  bench.run_for(9s);
  EXPECT_EQ(runner.stats().openings, 1U);
  EXPECT_EQ(bench.picked.signal, Signal::fresh);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
}

TEST(Runner, a_stream_without_any_picture_is_opened_again) {
  Script script;
  add_pieces(script, Next::sound, 0s, 20s, 21ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run_for(13s);
  EXPECT_EQ(runner.stats().openings, 2U);
}

TEST(Runner, pictures_that_cannot_be_decoded_are_none) {
  Script script;
  script.is_damaged = true;
  add_pieces(script, Next::picture, 0s, 20s, 33ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run_for(5s);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::starting);
  EXPECT_EQ(bench.picked.signal, Signal::none);
  EXPECT_EQ(runner.stats().frames_captured, 0U);
  bench.run_for(8s);
  EXPECT_EQ(runner.stats().openings, 2U);
}

TEST(Runner, says_where_it_waits_for_a_sender) {
  Script script;
  script.opens_after = 30s;
  script.waits_at = "127.0.0.1:9000";
  add_pieces(script, Next::picture, 0s, 10s, 33ms);
  add_pieces(script, Next::sound, 0s, 10s, 21ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run(1);
  const auto waiting = bench.state_of("capture.camera");
  EXPECT_EQ(waiting.condition, Condition::starting);
  ASSERT_TRUE(waiting.error);
  EXPECT_EQ(waiting.error->code(), ErrorCode::source_waiting);
  EXPECT_NE(waiting.error->zh().find("127.0.0.1:9000"), std::string::npos);
  bench.run_for(31s);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
  EXPECT_FALSE(bench.state_of("capture.camera").error);
  EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::idle);
}

TEST(Runner, ten_seconds_of_silence_are_told_though_the_device_lives) {
  Script script;
  script.level = 0.0005F;
  add_pieces(script, Next::sound, 0s, 60s, 21ms);
  Bench bench;
  auto setup = with(script, bench);
  setup.pictures = nullptr;
  setup.component = "capture.mic";
  {
    Runner runner(setup, bench.clock, bench.health);
    bench.run_for(9s);
    EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::idle);
    bench.run_for(2s);
    EXPECT_EQ(bench.state_of("capture.mic").condition, Condition::running);
    EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::degraded);
    EXPECT_EQ(bench.state_of("capture.sound").error->code(), ErrorCode::sound_missing);
  }
  script.level = 0.5F;
  Runner runner(setup, bench.clock, bench.health);
  bench.run_for(1s);
  EXPECT_FALSE(bench.state_of("capture.sound").error);
}

TEST(Runner, a_source_without_sound_has_not_lost_it) {
  Script script;
  script.has_sound = false;
  add_pieces(script, Next::picture, 0s, 20s, 33ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  bench.run_for(15s);
  EXPECT_EQ(bench.state_of("capture.camera").condition, Condition::running);
  EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::idle);
}

TEST(Runner, silence_in_a_long_hole_of_a_file_is_told_while_it_lasts) {
  Script script;
  script.pace = Pace::paced;
  add_pieces(script, Next::sound, 0s, 1s, 21ms);
  script.pieces.push_back({Next::sound, 30s});
  Bench bench;
  auto setup = with(script, bench);
  setup.pictures = nullptr;
  Runner runner(setup, bench.clock, bench.health);
  bench.run_for(10s);
  EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::idle);
  bench.run_for(2s);
  EXPECT_EQ(bench.state_of("capture.sound").condition, Condition::degraded);
}

TEST(Runner, what_the_program_does_not_take_is_counted_as_lost) {
  Script script;
  add_pieces(script, Next::picture, 0s, 10s, 33ms);
  add_pieces(script, Next::sound, 0s, 10s, 21ms);
  Bench bench;
  Runner runner(with(script, bench), bench.clock, bench.health);
  for (int i = 0; i < 1000; ++i) {  // 5 s, and nobody picks
    bench.clock.await_waiting(1);
    bench.clock.advance(5ms);
  }
  bench.clock.await_waiting(1);
  const auto stats = runner.stats();
  EXPECT_EQ(stats.frames_lost, stats.frames_captured - picture_queue_size);
  EXPECT_GT(stats.blocks_lost, 100U);
  ASSERT_EQ(stats.pipes.size(), 2U);
  EXPECT_EQ(stats.pipes[0].depth, picture_queue_size);
  EXPECT_EQ(stats.pipes[0].lost, stats.frames_lost);
}

}  // namespace
}  // namespace xb::capture
