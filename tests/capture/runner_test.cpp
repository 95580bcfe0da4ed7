// Sources through Runner and Sync in real time, a second or two each.
// SPDX-License-Identifier: Apache-2.0
#include "capture/runner.h"

#include <gtest/gtest.h>

#include "tests/capture/program_bench.h"
#include "tests/support/media_files.h"

namespace xb::capture {
namespace {

using support::ffmpeg;
using support::flash_and_beep;

Condition condition_of(const Health& health, const std::string& component) {
  for (const auto& one : health.all()) {
    if (one.component == component) return one.condition;
  }
  return Condition::idle;
}

TEST(Runner, test_source_is_in_sync) {
  ProgramBench bench;
  {
    Runner runner(bench.setup("test:"), bench.clock, bench.health);
    bench.run(75);
    const auto stats = runner.stats();
    EXPECT_GT(stats.frames_captured, 60U);
    EXPECT_EQ(stats.frames_lost, 0U);
    EXPECT_TRUE(stats.has_sound);
    ASSERT_TRUE(stats.peak_dbfs);
    EXPECT_GT(*stats.peak_dbfs, -45.0F);
  }
  ASSERT_GE(bench.offsets_ms().size(), 2U);
  for (const double offset : bench.offsets_ms()) EXPECT_NEAR(offset, 0, 20);
  ASSERT_TRUE(bench.sync.stats().av_offset_ms);
  EXPECT_NEAR(*bench.sync.stats().av_offset_ms, 0, 20);
  EXPECT_EQ(condition_of(bench.health, "capture.camera"), Condition::stopped);
}

TEST(Runner, a_looped_file_stays_in_sync_over_the_seams) {
  support::Folder folder;
  // one second exactly, so that flashes come each second over the seams
  const auto path =
      ffmpeg(flash_and_beep(1) + "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a aac -shortest",
             folder / "a.mp4");
  ProgramBench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(110);
  EXPECT_GE(bench.flashes_ms.size(), 3U);
  for (std::size_t i = 1; i < bench.flashes_ms.size(); ++i)
    EXPECT_NEAR(bench.flashes_ms[i] - bench.flashes_ms[i - 1], 1000, 40);
  ASSERT_GE(bench.offsets_ms().size(), 3U);
  for (const double offset : bench.offsets_ms()) EXPECT_NEAR(offset, 0, 30);
  EXPECT_EQ(runner.stats().frames_lost, 0U);
}

TEST(Runner, a_file_that_ends_says_so) {
  support::Folder folder;
  const auto path = ffmpeg(flash_and_beep(0.3) + "-c:v libx264", folder / "a.mp4");
  ProgramBench bench;
  Runner runner(bench.setup("file:" + path + "?loop=0"), bench.clock, bench.health);
  bench.run(30);
  EXPECT_EQ(condition_of(bench.health, "capture.camera"), Condition::stopped);
  EXPECT_EQ(runner.stats().frames_captured, 9U);
}

TEST(Runner, a_missing_file_is_tried_again_and_stops_at_once) {
  support::Folder folder;
  const auto path = folder / "later.mp4";
  ProgramBench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(6);
  EXPECT_EQ(condition_of(bench.health, "capture.camera"), Condition::failed);
  ffmpeg(flash_and_beep(1) + "-c:v libx264", path);
  bench.run(45);
  EXPECT_EQ(condition_of(bench.health, "capture.camera"), Condition::running);
  EXPECT_GT(bench.fresh_ticks, 0);
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
  ProgramBench bench;
  Runner runner(bench.setup("file:" + path), bench.clock, bench.health);
  bench.run(75);
  EXPECT_GT(bench.fresh_ticks, 60);
  EXPECT_GE(bench.flashes_ms.size(), 3U);
}

}  // namespace
}  // namespace xb::capture
