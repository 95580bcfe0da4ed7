// SPDX-License-Identifier: Apache-2.0
#include "output/recorder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <random>

#include "live_support.h"
#include "media_support.h"
#include "output/hub.h"

namespace {
std::atomic<int> syncs{0};
}

// Counts what the recorder asks of the kernel, and asks it.
extern "C" int fdatasync(int fd) {
  ++syncs;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

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
  Recording(RecorderSettings settings, const Encoded& encoded,
            std::shared_future<void> disk = ready())
      : program(encoded) {
    settings.path_of = [this, disk = std::move(disk)](int index) {
      disk.wait();
      return folder.path() / ("program-00" + std::to_string(index) + ".mp4");
    };
    settings.file_changed = [this](const RecordedFile& file) { told_files.push_back(file); };
    recorder = Recorder::start(
        std::move(settings),
        OutputParts{encoded.video, encoded.audio, clock, health, [this] { ++key_frame_requests; },
                    [this](const OutputStats& now) { told_states.push_back(now.state); }});
  }
  static std::shared_future<void> ready() {
    std::promise<void> promise;
    promise.set_value();
    return promise.get_future().share();
  }
  void play() {
    play_between(0, 1000);
    end();
  }
  // What of the program lies between two times.
  void play_between(std::int64_t from_s, std::int64_t to_s) {
    for (const auto& packet : program.packets) {
      if (time_us(*packet) >= from_s * 1'000'000 && time_us(*packet) < to_s * 1'000'000)
        recorder->queue().push(packet);
    }
  }
  // Waits until the recorder has taken all of it.
  bool is_taken() {
    return eventually([&] { return recorder->queue().counters().packets == 0; });
  }
  void end() {
    recorder->queue().end();
    recorder->join();
  }
  bool becomes(OutputState state) {
    return eventually([&] { return recorder->stats().state == state; });
  }
  static bool eventually(const std::function<bool()>& is_true) {
    SystemClock real;
    return testing::eventually(real, from_ms(20'000), is_true);
  }
  // Judges file `index`, which must play from 0 without a fault, each picture in its own tick, and
  // gives its frames.
  int frames_of(int index) const {
    const auto judged = judge(path_of(index));
    EXPECT_TRUE(judged.is_open) << index;
    EXPECT_EQ(judged.decode_errors, 0) << index;
    EXPECT_NEAR(judged.video_start, 0, 0.001) << index;
    EXPECT_LT(judged.largest_video_gap, 0.001) << index;
    EXPECT_NEAR(judged.video_end, judged.video_packets / 30.0, 1e-4) << index;
    return judged.decoded_frames;
  }
  std::filesystem::path path_of(int index) const {
    return folder.path() / ("program-00" + std::to_string(index) + ".mp4");
  }
  const Encoded& program;
  Folder folder;
  ManualClock clock;
  Health health;
  std::atomic<int> key_frame_requests{0};
  // by out-rec: to be read when it has ended
  std::vector<RecordedFile> told_files;
  std::vector<OutputState> told_states;
  std::unique_ptr<Recorder> recorder;
};

RecorderSettings without_space_rules() {
  RecorderSettings settings;
  settings.least_free = 0;
  settings.resume_free = 0;
  return settings;
}

RecorderSettings with_space(const std::atomic<std::uint64_t>& free) {
  RecorderSettings settings;
  settings.free_in = [&free](const auto&) { return Result<std::uint64_t>(free.load()); };
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

// A copied stream has pictures nobody saw, all within a moment before its first frame.
TEST(Recorder, a_file_that_begins_a_moment_before_the_run_or_within_it_begins_at_zero) {
  for (std::int64_t moment = -10; moment <= 10; ++moment) {
    SCOPED_TRACE(moment);
    Recording recording(without_space_rules(), ten_seconds());
    bool is_first = true;
    for (const auto& packet : recording.program.packets) {
      if (time_us(*packet) >= 1'000'000) break;
      auto moved = *packet;
      if (packet->kind == media::Kind::video && std::exchange(is_first, false)) {
        moved.pts += moment;
        moved.dts += moment;
      }
      recording.recorder->queue().push(std::make_shared<media::Packet>(moved));
    }
    recording.end();
    const auto judged = judge(recording.path_of(0));
    EXPECT_EQ(judged.video_start, 0);
    EXPECT_GE(judged.audio_start, 0);
    EXPECT_LT(judged.audio_start, 0.03);
    EXPECT_EQ(judged.decode_errors, 0);
  }
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

// A file system that allows no more than 150 kB a file: the recording goes on in the next one, at a
// key frame it asks for, and each can be played to its end.
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
  ASSERT_GE(stats.files, 2);
  int frames = 0;
  for (int i = 0; i < stats.files; ++i) {
    frames += recording.frames_of(i);
    EXPECT_LE(std::filesystem::file_size(recording.path_of(i)), 150'000U);
  }
  EXPECT_GE(recording.key_frame_requests, 1);
  // every frame is in a file or counted
  EXPECT_EQ(static_cast<std::uint64_t>(frames) + recording.recorder->stats().dropped, 300U);
}

TEST(Recorder, begins_the_next_file_without_a_gap_before_one_is_too_large) {
  auto settings = without_space_rules();
  settings.largest_file = 100'000;
  Recording recording(settings, ten_seconds());
  recording.play();
  const auto stats = recording.recorder->recorder_stats();
  ASSERT_GE(stats.files, 3);
  int frames = 0;
  double sound_ended = 0;  // in the run's time
  for (int i = 0; i < stats.files; ++i) {
    frames += recording.frames_of(i);
    const auto judged = judge(recording.path_of(i));
    const auto& told = recording.told_files[static_cast<std::size_t>(2 * i)];
    const auto begins = static_cast<double>(told.begins_us) / 1e6;
    EXPECT_NEAR(begins + judged.audio_start, sound_ended, 1e-4) << i;
    sound_ended = begins + judged.audio_end;
  }
  EXPECT_EQ(frames, 300);
  EXPECT_EQ(recording.recorder->stats().dropped, 0U);
}

TEST(Recorder, begins_the_next_file_where_another_encoder_takes_over) {
  Recording recording(without_space_rules(), ten_seconds());
  recording.play_between(0, 2);
  const auto other = encode_program(small_settings(), 2);  // its own parameters, from 0
  for (const auto& packet : other.packets) {
    auto later = std::make_shared<media::Packet>(*packet);
    const auto base = packet->kind == media::Kind::video ? media::video_time_base : sample_rate;
    later->pts += 2 * base;
    later->dts += 2 * base;
    recording.recorder->queue().push(std::move(later));
  }
  recording.end();
  EXPECT_EQ(recording.recorder->recorder_stats().files, 2);
  EXPECT_EQ(recording.frames_of(0), 60);
  EXPECT_EQ(recording.frames_of(1), 60);
  EXPECT_EQ(recording.recorder->stats().dropped, 0U);
}

// A disk that stands still while more comes than the queue may hold.
TEST(Recorder, writes_what_was_queued_and_begins_anew_when_the_disk_is_too_slow) {
  auto settings = without_space_rules();
  settings.queue_bytes = 150'000;
  std::promise<void> disk;
  Recording recording(settings, ten_seconds(), disk.get_future().share());
  recording.play_between(0, 4);
  EXPECT_EQ(recording.recorder->stats().state, OutputState::reconnecting);
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_slow);
  disk.set_value();
  ASSERT_TRUE(Recording::eventually([&] { return recording.key_frame_requests == 1; }));
  recording.play_between(4, 6);
  recording.end();
  EXPECT_EQ(recording.recorder->recorder_stats().files, 2);
  const auto first = recording.frames_of(0);
  EXPECT_GE(first, 30);
  EXPECT_EQ(recording.frames_of(1), 60);
  EXPECT_EQ(recording.recorder->stats().dropped, 120U - static_cast<unsigned>(first));
}

TEST(Recorder, ends_the_file_when_space_runs_out_and_goes_on_when_it_comes_back) {
  std::atomic<std::uint64_t> free{RecorderSettings{}.least_free + 1};
  auto settings = with_space(free);
  Recording recording(settings, ten_seconds());
  recording.play_between(0, 3);
  ASSERT_TRUE(recording.is_taken());
  recording.clock.advance(settings.sync_every);
  ASSERT_TRUE(
      Recording::eventually([&] { return recording.health.all().front().error.has_value(); }));
  EXPECT_EQ(recording.health.all().front().error->code(), ErrorCode::disk_low);
  free = settings.resume_free + (1ULL << 40);
  recording.clock.advance(settings.sync_every);
  EXPECT_TRUE(Recording::eventually([&] {
    return !recording.health.all().front().error.has_value();
  })) << "the warning goes when there is room again";
  free = settings.least_free;
  recording.clock.advance(settings.sync_every);
  ASSERT_TRUE(recording.becomes(OutputState::reconnecting));
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_full);
  recording.play_between(3, 4);
  EXPECT_EQ(recording.recorder->recorder_stats().seconds_left, 0);
  free = settings.resume_free - 1;
  recording.clock.advance(settings.sync_every);
  EXPECT_TRUE(Recording::eventually([&] {
    return recording.recorder->recorder_stats().seconds_left > 0;
  })) << "it is said how much there is while it is not enough";
  EXPECT_EQ(recording.recorder->stats().state, OutputState::reconnecting);
  free = settings.resume_free;
  recording.clock.advance(settings.sync_every);
  ASSERT_TRUE(Recording::eventually([&] { return recording.key_frame_requests == 1; }));
  recording.play_between(4, 6);
  ASSERT_TRUE(recording.becomes(OutputState::live));
  EXPECT_FALSE(recording.recorder->stats().error.has_value());
  recording.end();
  EXPECT_EQ(recording.health.all().front().condition, Condition::stopped);
  EXPECT_EQ(recording.frames_of(0), 90);
  EXPECT_EQ(recording.frames_of(1), 60);
  EXPECT_EQ(recording.recorder->stats().dropped, 30U);
  EXPECT_EQ(recording.told_states,
            (std::vector{OutputState::connecting, OutputState::live, OutputState::reconnecting,
                         OutputState::live, OutputState::ended}));
  ASSERT_EQ(recording.told_files.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& told = recording.told_files[i];
    EXPECT_EQ(told.path.filename(), i < 2 ? "program-000.mp4" : "program-001.mp4");
    EXPECT_EQ(told.begins_us, i < 2 ? 0 : 4'000'000);
    ASSERT_EQ(told.ends_us.has_value(), i % 2 == 1);
    if (told.ends_us) {
      EXPECT_NEAR(static_cast<double>(*told.ends_us), i < 2 ? 3e6 : 6e6, 1);
    }
  }
}

TEST(Recorder, of_a_disk_full_at_the_start_begins_when_there_is_space) {
  std::atomic<std::uint64_t> free{0};
  const auto settings = with_space(free);
  Recording recording(settings, ten_seconds());
  recording.play_between(0, 1);
  ASSERT_TRUE(recording.becomes(OutputState::reconnecting));
  EXPECT_EQ(recording.recorder->stats().error->code(), ErrorCode::disk_full);
  EXPECT_TRUE(std::filesystem::is_empty(recording.folder.path()));
  free = settings.resume_free;
  recording.clock.advance(settings.sync_every);
  ASSERT_TRUE(Recording::eventually([&] { return recording.key_frame_requests == 1; }));
  recording.play_between(2, 4);
  recording.end();
  EXPECT_EQ(recording.frames_of(0), 60);
}

// A volume of 260 MB, of which 200 are kept free, can be recorded to again.
TEST(RecorderSettings, ask_for_little_more_space_to_go_on_than_to_stop) {
  const RecorderSettings settings;
  EXPECT_GT(settings.resume_free, settings.least_free);
  EXPECT_LE(settings.resume_free, 240U * 1000 * 1000);
}

TEST(Recorder, puts_what_it_wrote_on_the_disk_each_second_and_says_how_old_the_rest_is) {
  auto settings = without_space_rules();
  std::atomic<int> looks{0};  // one when the file begins, one each second
  settings.free_in = [&](const auto& folder) {
    ++looks;
    return free_bytes(folder);
  };
  Recording recording(settings, ten_seconds());
  const auto age = [&] { return recording.recorder->recorder_stats().sync_age_ms; };
  recording.play_between(0, 1);
  ASSERT_TRUE(Recording::eventually([&] { return looks == 2 && age().has_value(); }));
  recording.clock.advance(from_ms(1000));
  ASSERT_TRUE(Recording::eventually([&] { return looks == 3 && age() == 0; }));
  for (int second = 1; second < 4; ++second) {
    const auto bytes = recording.recorder->recorder_stats().bytes;
    recording.play_between(second, second + 1);
    ASSERT_TRUE(
        Recording::eventually([&] { return recording.recorder->recorder_stats().bytes > bytes; }));
    recording.clock.advance(from_ms(700));
    EXPECT_EQ(age(), 700);
    const auto synced = syncs.load();
    recording.clock.advance(from_ms(300));
    ASSERT_TRUE(Recording::eventually([&] { return age() == 0; }));
    EXPECT_GT(syncs, synced);
  }
  recording.end();
}

TEST(Recorder, syncs_right_behind_a_fragment_rather_than_half_of_one_later) {
  auto settings = without_space_rules();
  std::atomic<int> looks{0};
  settings.free_in = [&](const auto& folder) {
    ++looks;
    return free_bytes(folder);
  };
  Recording recording(settings, ten_seconds());
  recording.play_between(0, 1);
  ASSERT_TRUE(Recording::eventually([&] { return looks == 2; }));
  recording.clock.advance(from_ms(800));
  recording.play_between(1, 2);
  EXPECT_TRUE(Recording::eventually([&] { return looks == 3; }));
}

}  // namespace
}  // namespace xb::output
