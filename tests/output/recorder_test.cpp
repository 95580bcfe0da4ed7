// SPDX-License-Identifier: Apache-2.0
#include "output/recorder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <random>

#include "media_support.h"
#include "output/hub.h"

namespace xb::output {
namespace {

using testing::encode_program;
using testing::Encoded;
using testing::Folder;
using testing::judge;
using testing::small_settings;

const Encoded& ten_seconds() {
  static const Encoded encoded = encode_program(small_settings(), 10);
  return encoded;
}

struct Recording {
  explicit Recording(RecorderSettings settings, const Encoded& encoded) : program(encoded) {
    settings.path_of = [this](int index) {
      return folder.path() / ("program-00" + std::to_string(index) + ".mp4");
    };
    recorder = Recorder::start(std::move(settings),
                               OutputParts{encoded.video, encoded.audio, clock, health, [] {}});
  }
  void play() {
    for (const auto& packet : program.packets) recorder->queue().push(packet);
    recorder->queue().end();
    recorder->join();
  }
  const Encoded& program;
  Folder folder;
  SystemClock clock;
  Health health;
  std::unique_ptr<Recorder> recorder;
};

RecorderSettings without_space_rules() {
  RecorderSettings settings;
  settings.least_free = 0;
  settings.resume_free = 0;
  return settings;
}

TEST(Recorder, writes_a_file_without_gaps_that_begins_with_both_streams_at_zero) {
  Recording recording(without_space_rules(), ten_seconds());
  recording.play();
  const auto file = recording.folder.path() / "program-000.mp4";
  const auto judged = judge(file);
  ASSERT_TRUE(judged.is_open);
  EXPECT_EQ(judged.video_packets, 300);
  EXPECT_EQ(judged.decoded_frames, 300);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_EQ(judged.key_frames, 5);
  EXPECT_NEAR(judged.video_start, 0, 1e-6);
  EXPECT_NEAR(judged.audio_start, 0, 1e-6);
  EXPECT_LT(judged.largest_video_gap, 0.001);
  EXPECT_LT(judged.largest_audio_gap, 0.001);
  EXPECT_NEAR(judged.video_end, 10, 0.001);
  EXPECT_NEAR(judged.duration, 10, 0.05);
  const auto stats = recording.recorder->recorder_stats();
  EXPECT_EQ(stats.bytes, std::filesystem::file_size(file));
  EXPECT_EQ(recording.recorder->stats().state, OutputState::ended);
  EXPECT_FALSE(recording.recorder->stats().error.has_value());
}

TEST(Recorder, loses_at_most_one_second_wherever_the_file_is_cut) {
  Recording recording(without_space_rules(), ten_seconds());
  recording.play();
  std::ifstream in(recording.folder.path() / "program-000.mp4", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::mt19937 random(20260501);
  for (int i = 0; i < 30; ++i) {
    const auto cut =
        std::uniform_int_distribution<std::size_t>(whole.size() / 20, whole.size())(random);
    const auto file = recording.folder.path() / "cut.mp4";
    std::ofstream(file, std::ios::binary).write(whole.data(), static_cast<std::streamsize>(cut));
    const auto judged = judge(file);
    ASSERT_TRUE(judged.is_open) << cut;
    // The share of the bytes is about the share of the time.
    const auto expected = 10.0 * static_cast<double>(cut) / static_cast<double>(whole.size());
    EXPECT_GE(judged.video_end, expected - 1.0) << cut;
    EXPECT_GE(judged.audio_end, expected - 1.0) << cut;
  }
}

TEST(Recorder, hands_whole_fragments_of_half_a_second_to_the_kernel) {
  Recording recording(without_space_rules(), ten_seconds());
  recording.play();
  std::ifstream in(recording.folder.path() / "program-000.mp4", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  int fragments = 0;
  for (std::size_t at = 0; at + 8 <= whole.size();) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i)
      size = size << 8U | static_cast<unsigned char>(whole[at + i]);
    ASSERT_GE(size, 8U);
    fragments += whole.compare(at + 4, 4, "moof") == 0 ? 1 : 0;
    at += size;
    ASSERT_LE(at, whole.size());
  }
  EXPECT_GE(fragments, 20);
  EXPECT_LE(fragments, 22);
}

TEST(Recorder, never_overwrites_a_file) {
  Recording recording(without_space_rules(), ten_seconds());
  std::ofstream(recording.folder.path() / "program-000.mp4") << "precious";
  recording.play();
  EXPECT_EQ(std::filesystem::file_size(recording.folder.path() / "program-000.mp4"), 8U);
  ASSERT_TRUE(recording.recorder->stats().error.has_value());
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_failed);
}

TEST(Recorder, says_disk_full_at_once_when_there_is_less_space_than_it_may_use) {
  auto settings = without_space_rules();
  settings.least_free = std::uint64_t{1} << 60U;
  settings.resume_free = settings.least_free;
  Recording recording(settings, ten_seconds());
  recording.play();
  ASSERT_TRUE(recording.recorder->stats().error.has_value());
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_full);
  EXPECT_TRUE(std::filesystem::is_empty(recording.folder.path()));
}

// A file system that allows no more than 100 kB a file: the recording goes on in the next one, and
// each can be played to its end.
TEST(Recorder, goes_on_in_the_next_file_where_one_cannot_grow) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto limit = before;
  limit.rlim_cur = 150'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  Recording recording(without_space_rules(), ten_seconds());
  recording.play();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  const auto stats = recording.recorder->recorder_stats();
  EXPECT_GE(stats.files, 2);
  double last_end = 0;
  for (int i = 0; i < stats.files; ++i) {
    const auto file = recording.folder.path() / ("program-00" + std::to_string(i) + ".mp4");
    EXPECT_LE(std::filesystem::file_size(file), 150'000U);
    const auto judged = judge(file);
    ASSERT_TRUE(judged.is_open) << file;
    EXPECT_EQ(judged.decode_errors, 0);
    EXPECT_NEAR(judged.video_start, 0, 0.001);
    last_end = judged.video_end;
  }
  EXPECT_GT(last_end, 0);
}

TEST(Recorder, fails_loudly_when_the_disk_is_too_slow) {
  auto settings = without_space_rules();
  settings.queue_bytes = 20'000;
  Recording recording(settings, ten_seconds());
  // all at once: ten seconds are more than the queue may hold
  recording.play();
  EXPECT_EQ(recording.recorder->stats().state, OutputState::refused);
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_slow);
  const auto judged = judge(recording.folder.path() / "program-000.mp4");
  EXPECT_EQ(judged.decode_errors, 0);
}

}  // namespace
}  // namespace xb::output
