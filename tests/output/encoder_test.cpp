// SPDX-License-Identifier: Apache-2.0
#include "output/encoder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <random>

#include "base/clock.h"
#include "media_support.h"
#include "output/effort.h"
#include "output/encoder_threads.h"
#include "output/hardware.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xb::output {
namespace {

using media::Kind;
using testing::encode_program;
using testing::small_settings;
using testing::Synthetic;

std::vector<media::PacketRef> of(const std::vector<media::PacketRef>& packets, Kind kind) {
  std::vector<media::PacketRef> out;
  for (const auto& p : packets)
    if (p->kind == kind) out.push_back(p);
  return out;
}

TEST(Encoder, counts_timestamps_of_both_streams_from_zero_wherever_the_run_begins) {
  for (const std::int64_t begin : {0, 1, 1234567}) {
    const auto encoded = encode_program(small_settings(), 2, begin);
    const auto video = of(encoded.packets, Kind::video);
    const auto audio = of(encoded.packets, Kind::audio);
    ASSERT_EQ(video.size(), 60U);
    ASSERT_GE(audio.size(), 92U);
    for (std::size_t i = 0; i < video.size(); ++i)
      EXPECT_EQ(video[i]->pts, static_cast<std::int64_t>(i) * 3000);
    for (std::size_t i = 0; i < audio.size(); ++i)
      EXPECT_EQ(audio[i]->pts, static_cast<std::int64_t>(i) * 1024);
    EXPECT_TRUE(video[0]->is_key);
  }
}

TEST(Encoder, does_not_drift_at_ntsc_rates) {
  auto settings = small_settings();
  settings.rate = Rate{30000, 1001};
  const auto video = of(encode_program(settings, 2).packets, Kind::video);
  for (std::size_t i = 0; i < video.size(); ++i)
    EXPECT_EQ(video[i]->pts, static_cast<std::int64_t>(i) * 3003);
}

TEST(Encoder, makes_a_key_frame_every_two_seconds_and_when_asked) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  Synthetic program(settings.width, settings.height);
  std::vector<int> keys;
  for (int n = 0; n < 130; ++n) {
    if (n == 37) (*encoder)->force_key_frame();
    ASSERT_TRUE((*encoder)->encode(program.frame(n, settings.rate), [&](const auto& packet) {
      if (packet->is_key) keys.push_back(n);
    }));
  }
  EXPECT_EQ(keys, (std::vector<int>{0, 37, 97}));
}

TEST(Encoder, leaves_the_hole_of_a_skipped_frame_in_the_timestamps) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  Synthetic program(settings.width, settings.height);
  std::vector<std::int64_t> times;
  for (const int n : {0, 1, 5, 6}) {
    ASSERT_TRUE((*encoder)->encode(program.frame(n, settings.rate),
                                   [&](const auto& packet) { times.push_back(packet->pts); }));
  }
  EXPECT_EQ(times, (std::vector<std::int64_t>{0, 3000, 15000, 18000}));
}

TEST(Encoder, holds_no_picture_after_the_packet_is_out) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  media::PicturePool pool("one", 2,
                          [&] { return media::Picture(settings.width, settings.height); });
  for (int n = 0; n < 20; ++n) {
    auto picture = pool.take();
    ASSERT_TRUE(picture) << "frame " << n;
    picture->fill(100, 128, 128);
    const media::Frame frame{picture, SessionTime{}, FrameNumber{n}};
    ASSERT_TRUE((*encoder)->encode(frame, [](const auto&) {}));
  }
}

TEST(Encoder, is_tagged_bt709_limited_and_carries_parameter_sets) {
  const auto encoded = encode_program(small_settings(), 1);
  const auto& parameters = *encoded.video.codec->parameters;
  EXPECT_EQ(parameters.color_space, AVCOL_SPC_BT709);
  EXPECT_EQ(parameters.color_primaries, AVCOL_PRI_BT709);
  EXPECT_EQ(parameters.color_trc, AVCOL_TRC_BT709);
  EXPECT_EQ(parameters.color_range, AVCOL_RANGE_MPEG);
  EXPECT_GT(parameters.extradata_size, 16);
}

TEST(Encoder, keeps_near_the_bitrate_it_was_given) {
  auto settings = small_settings();
  settings.video_bitrate = 300'000;
  std::size_t bytes = 0;
  for (const auto& p : of(encode_program(settings, 6).packets, Kind::video)) bytes += p->bytes;
  EXPECT_LT(static_cast<double>(bytes) * 8 / 6, 300'000 * 1.2);
}

// Noise takes all the bits there are.
TEST(Encoder, spends_what_it_is_told_from_the_next_frame_on) {
  auto settings = small_settings();
  settings.video_bitrate = 1'000'000;
  auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  media::PicturePool pool("noise", 2,
                          [&] { return media::Picture(settings.width, settings.height); });
  std::minstd_rand random(1);
  std::int64_t number = 0;
  const auto kbps_of = [&](int seconds) {
    std::size_t bytes = 0;
    for (const auto end = number + seconds * settings.rate.num / settings.rate.den; number < end;
         ++number) {
      auto picture = pool.take();
      for (int row = 0; row < settings.height; ++row) {
        auto* at = picture->plane(0) + row * picture->stride(0);
        std::generate_n(at, settings.width, [&] { return static_cast<std::uint8_t>(random()); });
      }
      const media::Frame frame{picture, SessionTime{}, FrameNumber{number}};
      EXPECT_TRUE((*encoder)->encode(frame, [&](const auto& packet) { bytes += packet->bytes; }));
    }
    return static_cast<double>(bytes) * 8 / 1000 / seconds;
  };
  kbps_of(2);
  EXPECT_NEAR(kbps_of(4), 1000, 200);
  (*encoder)->set_bitrate(250'000);
  kbps_of(1);
  EXPECT_NEAR(kbps_of(4), 250, 75);
  (*encoder)->set_bitrate(1'000'000);
  kbps_of(2);
  EXPECT_NEAR(kbps_of(4), 1000, 200);
}

TEST(AudioEncoder, puts_silence_where_blocks_were_lost) {
  const auto settings = small_settings();
  auto encoder = AudioEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  (*encoder)->begin(SampleCount{500});
  Synthetic program(settings.width, settings.height);
  std::vector<std::int64_t> times;
  const auto sink = [&](const auto& packet) { times.push_back(packet->pts); };
  for (const std::int64_t first : {0, 1024, 5 * 1024, 6 * 1024})
    ASSERT_TRUE((*encoder)->encode(program.block(first), sink));
  ASSERT_TRUE((*encoder)->finish(sink));
  ASSERT_EQ(times.size(), 7U);  // 7 * 1024 - 500 samples
  for (std::size_t i = 0; i < times.size(); ++i)
    EXPECT_EQ(times[i], static_cast<std::int64_t>(i) * 1024);
}

TEST(Encoder, refuses_a_size_it_cannot_encode_with_a_reason) {
  auto settings = small_settings();
  settings.width = 321;
  const auto opened = VideoEncoder::open(settings);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), ErrorCode::encoder_failed);
}

TEST(Encoder, chosen_here_opens) {
  auto settings = small_settings();
  settings.video_encoder = choose_video_encoder(settings);
  const auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  EXPECT_EQ((*encoder)->name(), settings.video_encoder);
}

TEST(Encoder, is_x264_where_the_hardware_does_not_open) {
  auto settings = small_settings();
  settings.video_encoder = "h264_absent";
  const auto encoder = VideoEncoder::open(settings);
  ASSERT_TRUE(encoder.has_value());
  EXPECT_EQ((*encoder)->name(), software_encoder);
}

TEST(Hardware, answers_and_leaves_no_process_behind) {
  EXPECT_TRUE(succeeds_apart([] { return true; }, from_ms(20'000)));
  EXPECT_FALSE(succeeds_apart([] { return false; }, from_ms(20'000)));
  EXPECT_FALSE(succeeds_apart(
      [] {
        ::pause();
        return true;
      },
      from_ms(50)));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no child at all, not even a dead one
}

// Both encoders between queues that hold all of a test, and what came out of them.
struct Encoding {
  explicit Encoding(EncoderSettings settings, const VideoOpener& opener = VideoEncoder::open)
      : program(settings.width, settings.height), rate(settings.rate) {
    const auto keep = [this](media::PacketRef packet) {
      std::lock_guard lock(mutex);
      packets.push_back(std::move(packet));
    };
    auto opened_sound = AudioThread::open(settings, blocks, keep, health);
    auto opened = VideoThread::open(
        {.settings = std::move(settings), .frames = frames, .sink = keep, .opener = opener}, clock,
        health);
    XB_CHECK(opened.has_value() && opened_sound.has_value());
    video = std::move(*opened);
    sound = std::move(*opened_sound);
  }
  std::vector<media::PacketRef> finish(Kind kind) {
    video->run(FrameNumber{});
    sound->run(SampleCount{});
    video->finish();
    sound->finish();
    return of(packets, kind);
  }
  SystemClock clock;
  Health health;
  FrameQueue frames{"program -> venc", 20, Overflow::refuse};
  BlockQueue blocks{"program -> aenc", 64, Overflow::refuse};
  std::mutex mutex;  // guards packets
  std::vector<media::PacketRef> packets;
  Synthetic program;
  const Rate rate;
  std::unique_ptr<VideoThread> video;
  std::unique_ptr<AudioThread> sound;
};

TEST(EncoderThreads, encode_all_that_was_queued_before_the_end) {
  Encoding encoding(small_settings());
  for (int n = 0; n < 6; ++n) encoding.frames.push(encoding.program.frame(n, encoding.rate));
  for (int n = 0; n < 9; ++n) encoding.blocks.push(encoding.program.block(n * 1024));
  EXPECT_EQ(encoding.finish(Kind::video).size(), 6U);
  EXPECT_EQ(of(encoding.packets, Kind::audio).size(), 9U);
  EXPECT_EQ(encoding.video->frames_encoded(), 6U);
  EXPECT_EQ(encoding.video->refused() + encoding.sound->refused(), 0U);
}

// Hardware that encodes four frames and then dies.
class Dying final : public VideoEncoder {
 public:
  explicit Dying(std::unique_ptr<VideoEncoder> inner) : inner_(std::move(inner)) {}
  void begin(FrameNumber first) override { inner_->begin(first); }
  Status encode(const media::Frame& frame, const PacketSink& sink) override {
    if (left_-- > 0) return inner_->encode(frame, sink);
    return Error(ErrorCode::encoder_failed, "the device is gone");
  }
  Status finish(const PacketSink& sink) override { return inner_->finish(sink); }
  void force_key_frame() override { inner_->force_key_frame(); }
  void set_bitrate(std::int64_t) override {}
  const media::StreamParameters& parameters() const override { return inner_->parameters(); }
  const std::string& name() const override { return name_; }

 private:
  std::unique_ptr<VideoEncoder> inner_;
  std::string name_ = "h264_dying";
  int left_ = 4;
};

TEST(EncoderThreads, go_on_with_x264_where_the_hardware_dies_on_air) {
  auto settings = small_settings();
  settings.video_encoder = "h264_dying";
  Encoding encoding(
      settings, [](const EncoderSettings& wanted) -> Result<std::unique_ptr<VideoEncoder>> {
        XB_TRY_ASSIGN(auto opened, VideoEncoder::open(wanted));
        if (wanted.video_encoder == software_encoder) return opened;
        return std::unique_ptr<VideoEncoder>(std::make_unique<Dying>(std::move(opened)));
      });
  for (int n = 0; n < 20; ++n) encoding.frames.push(encoding.program.frame(n, encoding.rate));
  const auto packets = encoding.finish(Kind::video);
  ASSERT_EQ(packets.size(), 10U);  // four, ten refused, six
  EXPECT_EQ(packets[4]->pts, 14 * 3000);
  EXPECT_TRUE(packets[4]->is_key);
  EXPECT_EQ(packets[3]->codec, encoding.video->parameters().codec);
  EXPECT_NE(packets[4]->codec, encoding.video->parameters().codec);
  EXPECT_EQ(encoding.video->encoder_name(), software_encoder);
  EXPECT_EQ(encoding.video->refused(), 10U);
}

TEST(EncoderThreads, change_their_effort_and_nobody_has_to_begin_anew) {
  for (const auto effort : {Effort::less, Effort::least, Effort::every_other}) {
    auto settings = small_settings();
    settings.preset = "veryfast";
    Encoding encoding(settings);
    for (int n = 0; n < 12; ++n) encoding.frames.push(encoding.program.frame(n, encoding.rate));
    encoding.video->set_effort(effort);
    const auto packets = encoding.finish(Kind::video);
    const std::size_t left_out = effort == Effort::every_other ? 6 : 0;
    ASSERT_EQ(packets.size(), 12 - left_out);
    EXPECT_EQ(encoding.video->eased(), left_out);
    EXPECT_TRUE(packets.front()->is_key);
    EXPECT_EQ(packets.front()->pts, 0);
    EXPECT_EQ(packets.back()->pts, (left_out > 0 ? 10 : 11) * 3000);
    for (const auto& packet : packets)
      EXPECT_EQ(packet->codec, encoding.video->parameters().codec) << name_of(effort);
  }
}

TEST(EncoderThreads, keep_the_sound_when_single_samples_are_no_sound) {
  Encoding encoding(small_settings());
  media::SamplesPool spoilt("spoilt", 3, [] { return media::Samples{}; });
  std::int64_t at = 0;
  for (const float value : {std::nanf(""), std::numeric_limits<float>::infinity(), 1e30F}) {
    encoding.blocks.push(encoding.program.block(at));
    auto samples = spoilt.take();
    samples->values[700] = value;
    const SampleCount first{at + media::Samples::count};
    encoding.blocks.push(media::AudioBlock{samples, time_of(first), first});
    at += 2 * media::Samples::count;
  }
  const auto packets = encoding.finish(Kind::audio);
  ASSERT_EQ(packets.size(), 6U);
  for (std::size_t i = 0; i < packets.size(); ++i)
    EXPECT_EQ(packets[i]->pts, static_cast<std::int64_t>(i) * media::Samples::count);
  EXPECT_EQ(encoding.sound->refused(), 0U);
}

}  // namespace
}  // namespace xb::output
