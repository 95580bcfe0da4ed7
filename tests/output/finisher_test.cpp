// SPDX-License-Identifier: Apache-2.0
#include "output/finisher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "media/av.h"
#include "media_support.h"
#include "output/recorder.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace xb::output {
namespace {

using testing::encode_program;
using testing::Encoded;
using testing::Folder;
using testing::judge;
using testing::small_settings;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// As if a file were two seconds at the most.
TEST(Finisher, joins_without_a_gap_what_was_split_by_time) {
  const Folder folder;
  const auto program = encode_program(small_settings(), 7);
  SystemClock clock;
  Health health;
  RecorderSettings settings;
  settings.least_free = settings.resume_free = 0;
  settings.longest_file = from_ms(2000);
  const auto path_of = [&](int i) {
    return folder.path() / ("part-" + std::to_string(i) + ".mp4");
  };
  settings.path_of = path_of;
  std::vector<RecordedFile> told;
  settings.file_changed = [&](const RecordedFile& file) { told.push_back(file); };
  auto recorder =
      Recorder::start(settings, OutputParts{program.video, program.audio, clock, health, [] {}});
  for (const auto& packet : program.packets) recorder->queue().push(packet);
  recorder->queue().end();
  recorder->join();
  const auto files = recorder->recorder_stats().files;
  ASSERT_EQ(files, 4);
  int frames = 0;
  int sounds = 0;
  double sound_ended = 0;
  for (int i = 0; i < files; ++i) {
    ASSERT_TRUE(finish_recording(path_of(i), {}, [](double) { return true; }));
    const auto judged = judge(path_of(i));
    const auto begins =
        static_cast<double>(told[static_cast<std::size_t>(2 * i)].begins_us) / 1'000'000;
    EXPECT_NEAR(begins, 2 * i, 1e-3);
    EXPECT_EQ(judged.decode_errors, 0);
    EXPECT_NEAR(judged.video_start, 0, 1e-4) << "it begins with a key frame";
    EXPECT_NEAR(begins + judged.audio_start, sound_ended, 1e-3) << i;
    // counted: libav's reader takes an empty edit off the last packet's length
    EXPECT_LT(judged.largest_audio_gap, 0.001);
    sound_ended = begins + judged.audio_start + judged.audio_packets * 1024.0 / sample_rate;
    frames += judged.decoded_frames;
    sounds += judged.audio_packets;
  }
  EXPECT_EQ(frames, 210);
  const auto is_sound = [](const auto& one) { return one->kind == media::Kind::audio; };
  EXPECT_EQ(sounds, std::count_if(program.packets.begin(), program.packets.end(), is_sound));
  EXPECT_EQ(recorder->stats().dropped_audio, 0U);
}

bool go_on(double) {
  return true;
}

// The last frame before a split was left out: the one before it stands until the next file begins.
TEST(Recorder, ends_a_file_where_the_next_one_begins_though_a_frame_is_missing) {
  const Folder folder;
  const auto program = encode_program(small_settings(), 3);
  SystemClock clock;
  Health health;
  RecorderSettings settings;
  settings.least_free = settings.resume_free = 0;
  settings.longest_file = from_ms(2000);
  settings.path_of = [&](int i) { return folder.path() / std::to_string(i); };
  std::vector<RecordedFile> told;
  settings.file_changed = [&](const RecordedFile& file) { told.push_back(file); };
  auto recorder =
      Recorder::start(settings, OutputParts{program.video, program.audio, clock, health, [] {}});
  for (const auto& packet : program.packets) {
    const bool is_left_out = packet->kind == media::Kind::video && packet->pts == 59 * 3000;
    if (!is_left_out) recorder->queue().push(packet);
  }
  recorder->queue().end();
  recorder->join();
  ASSERT_EQ(told.size(), 4U);
  EXPECT_NEAR(static_cast<double>(told[1].ends_us.value_or(0)), 2e6, 2);
  EXPECT_EQ(told[2].begins_us, 2'000'000);
}

// A recording as the recorder leaves it. It begins in the midst of the run, where sound and picture
// do not begin together.
std::filesystem::path record(const Folder& folder) {
  static const Encoded program = encode_program(small_settings(), 6);
  SystemClock clock;
  Health health;
  RecorderSettings settings;
  settings.least_free = settings.resume_free = 0;
  settings.path_of = [&](int) { return folder.path() / "program-000.mp4"; };
  auto recorder =
      Recorder::start(settings, OutputParts{program.video, program.audio, clock, health, [] {}});
  for (const auto& packet : program.packets) {
    if (time_us(*packet) >= 2'000'000) recorder->queue().push(packet);
  }
  recorder->queue().end();
  recorder->join();
  return folder.path() / "program-000.mp4";
}

TEST(Finisher, makes_a_plain_file_with_the_same_packets_at_the_same_times) {
  const Folder folder;
  const auto file = record(folder);
  const auto before = judge(file);
  ASSERT_TRUE(is_in_fragments(file).value());
  const auto mode = std::filesystem::status(file).permissions();
  std::vector<double> told;
  ASSERT_TRUE(finish_recording(file, {}, [&](double done) {
    told.push_back(done);
    return true;
  }));
  EXPECT_EQ(std::filesystem::status(file).permissions(), mode) << "nobody else may read it";
  EXPECT_FALSE(is_in_fragments(file).value());
  EXPECT_FALSE(std::filesystem::exists(unfinished_of(file)));
  const auto after = judge(file);
  EXPECT_EQ(after.video_packets, before.video_packets);
  EXPECT_EQ(after.audio_packets, before.audio_packets);
  EXPECT_EQ(after.decoded_frames, before.decoded_frames);
  EXPECT_EQ(after.decode_errors, 0);
  EXPECT_NEAR(after.video_start, before.video_start, 1e-4);
  EXPECT_NEAR(after.audio_start, before.audio_start, 1e-4);
  EXPECT_NEAR(after.video_end, before.video_end, 1e-4);
  EXPECT_LT(after.largest_video_gap, 0.001);
  const auto bytes = bytes_of(file);
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat")) << "the index comes first";
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_GT(told.back(), 0.5);
}

TEST(Finisher, names_chapters) {
  const Folder folder;
  const auto file = record(folder);
  const std::vector<Chapter> chapters{
      {Duration{}, "开始"}, {from_ms(1500), "高山橙子"}, {from_ms(3000), "标记"}};
  ASSERT_TRUE(finish_recording(file, chapters, go_on));
  AVFormatContext* context = nullptr;
  ASSERT_EQ(avformat_open_input(&context, file.c_str(), nullptr, nullptr), 0);
  ASSERT_EQ(context->nb_chapters, 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* chapter = context->chapters[i];
    EXPECT_NEAR(static_cast<double>(chapter->start) * av_q2d(chapter->time_base),
                static_cast<double>(to_ms(chapters[i].begins)) / 1000, 0.002);
    const auto* title = av_dict_get(chapter->metadata, "title", nullptr, 0);
    ASSERT_NE(title, nullptr);
    EXPECT_EQ(title->value, chapters[i].title);
  }
  avformat_close_input(&context);
  EXPECT_EQ(judge(file).decoded_frames, 120);
}

TEST(Finisher, leaves_everything_as_it_was_when_it_is_ended) {
  const Folder folder;
  const auto file = record(folder);
  const auto before = bytes_of(file);
  for (const double at : {0.0, 0.3, 0.6}) {
    const auto done = finish_recording(file, {}, [&](double part) { return part < at; });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::cancelled);
    EXPECT_EQ(bytes_of(file), before);
    EXPECT_FALSE(std::filesystem::exists(unfinished_of(file)));
  }
}

// What a crash leaves: half of a new file beside the old one, and an old one that breaks off.
TEST(Finisher, begins_anew_after_a_crash_and_finishes_what_broke_off) {
  const Folder folder;
  const auto file = record(folder);
  std::ofstream(unfinished_of(file)) << "half a file";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) * 2 / 3);
  const auto before = judge(file);
  ASSERT_TRUE(before.is_open);
  ASSERT_TRUE(finish_recording(file, {}, go_on));
  const auto after = judge(file);
  EXPECT_EQ(after.decode_errors, 0);
  EXPECT_GE(after.decoded_frames, before.decoded_frames - 1);
  EXPECT_GT(after.decoded_frames, 60);
}

TEST(Finisher, touches_nothing_that_is_no_recording) {
  const Folder folder;
  const auto file = folder.path() / "program-000.mp4";
  std::ofstream(file) << "no film at all, but long enough to be looked at";
  EXPECT_FALSE(is_in_fragments(file).value());
  EXPECT_FALSE(finish_recording(file, {}, go_on));
  EXPECT_EQ(bytes_of(file).substr(0, 7), "no film");
  EXPECT_FALSE(is_in_fragments(folder.path() / "nothing"));
}

}  // namespace
}  // namespace xb::output
