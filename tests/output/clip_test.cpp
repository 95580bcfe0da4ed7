// Clips: the right pictures, copied where they can be. SPDX-License-Identifier: Apache-2.0
#include "output/clip.h"

#include <gtest/gtest.h>

#include "media/decoder.h"
#include "media_support.h"
#include "output/clip_sets.h"
#include "output/recorder.h"

extern "C" {
#include <libavutil/frame.h>
}

namespace xb::output {
namespace {

using testing::encode_program;
using testing::Folder;
using testing::judge;
using testing::small_settings;

std::filesystem::path record(const Folder& folder, int seconds, const std::string& name,
                             EncoderSettings settings = small_settings()) {
  const auto program = encode_program(settings, seconds);
  SystemClock clock;
  Health health;
  RecorderSettings wishes;
  wishes.least_free = wishes.resume_free = 0;
  wishes.path_of = [&](int i) { return folder.path() / (name + std::to_string(i) + ".mp4"); };
  auto recorder =
      Recorder::start(wishes, OutputParts{program.video, program.audio, clock, health, [] {}});
  for (const auto& packet : program.packets) recorder->queue().push(packet);
  recorder->queue().end();
  recorder->join();
  return folder.path() / (name + "0.mp4");
}

// The luma of every picture.
std::vector<std::string> pictures_of(const std::filesystem::path& file) {
  SystemClock clock;
  media::InputSpec spec;
  spec.url = file.string();
  spec.wants_audio = false;
  auto decoder = media::Decoder::open(spec, clock, {});
  EXPECT_TRUE(decoder);
  std::vector<std::string> out;
  while (decoder) {
    const auto piece = (*decoder)->next({});
    EXPECT_TRUE(piece);
    if (!piece || piece->piece == media::Piece::end) break;
    if (piece->piece != media::Piece::video) continue;
    const auto picture = (*decoder)->picture();
    EXPECT_TRUE(picture);
    if (!picture) break;
    const AVFrame& frame = **picture;
    std::string luma;
    for (int y = 0; y < frame.height; ++y)
      luma.append(reinterpret_cast<const char*>(frame.data[0]) +
                      static_cast<std::ptrdiff_t>(y) * frame.linesize[0],
                  static_cast<std::size_t>(frame.width));
    out.push_back(std::move(luma));
  }
  EXPECT_EQ((*decoder)->decode_errors(), 0U);
  return out;
}

double psnr(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<std::uint8_t>(a[i]) - static_cast<std::uint8_t>(b[i]);
    sum += d * d;
  }
  if (sum == 0) return 100;
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / sum);
}

class ClipTest : public ::testing::Test {
 protected:
  Result<ClipMade> cut(const std::vector<ClipPart>& parts,
                       ClipShape shape = ClipShape::as_recorded) {
    return cut_clip(parts, to_, shape, clock_, [](double) { return true; });
  }
  Folder folder_;
  SystemClock clock_;
  const std::filesystem::path to_ = folder_.path() / "clip.mp4";
};

TEST_F(ClipTest, begins_and_ends_with_the_right_picture_and_copies_what_lies_between) {
  const auto source = record(folder_, 8, "a");
  const auto made = cut({{source, from_ms(1500), from_ms(6700)}});
  ASSERT_TRUE(made) << made.error().log_line();
  const auto whole = pictures_of(source);
  const auto clip = pictures_of(to_);
  ASSERT_EQ(clip.size(), 156U);
  EXPECT_EQ(made->pictures, 156);
  int same = 0;
  for (std::size_t i = 0; i < clip.size(); ++i) {
    EXPECT_GT(psnr(clip[i], whole[45 + i]), 33) << i;
    same += clip[i] == whole[45 + i] ? 1 : 0;
  }
  EXPECT_EQ(same, made->copied);
  EXPECT_GE(made->copied, 120);
  const auto judged = judge(to_);
  EXPECT_NEAR(judged.duration, 5.2, 0.003);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_TRUE(made->has_sound);
}

TEST_F(ClipTest, goes_on_over_recordings_of_different_encoders) {
  const auto first = record(folder_, 4, "a");
  auto other = small_settings();
  other.preset = "ultrafast";  // no CABAC: other parameter sets
  const auto second = record(folder_, 4, "b", other);
  const auto made = cut({{first, from_ms(1000), from_ms(4000)}, {second, {}, from_ms(1500)}});
  ASSERT_TRUE(made) << made.error().log_line();
  const auto clip = pictures_of(to_);
  ASSERT_EQ(clip.size(), 135U);
  const auto a = pictures_of(first);
  const auto b = pictures_of(second);
  EXPECT_GT(psnr(clip[0], a[30]), 33);
  EXPECT_GT(psnr(clip[89], a[119]), 33);
  EXPECT_GT(psnr(clip[90], b[0]), 33);
  EXPECT_GT(psnr(clip[134], b[44]), 33);
  EXPECT_GT(made->copied, 0);
}

TEST_F(ClipTest, a_tall_one_is_encoded_and_has_the_same_length) {
  const auto source = record(folder_, 3, "a");
  const auto made = cut({{source, from_ms(500), from_ms(1500)}}, ClipShape::tall);
  ASSERT_TRUE(made) << made.error().log_line();
  EXPECT_EQ(made->copied, 0);
  EXPECT_EQ(pictures_of(to_).size(), 30U);
}

TEST_F(ClipTest, writes_over_nothing_and_stops_when_told) {
  const auto source = record(folder_, 3, "a");
  const std::vector<ClipPart> parts{{source, {}, from_ms(2000)}};
  const auto stopped = cut_clip(parts, folder_.path() / "b.mp4", ClipShape::as_recorded, clock_,
                                [](double) { return false; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), ErrorCode::cancelled);
  const auto over =
      cut_clip(parts, source, ClipShape::as_recorded, clock_, [](double) { return true; });
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code(), ErrorCode::file_unwritable);
  const auto behind = cut({{source, from_ms(60'000), from_ms(61'000)}});
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().code(), ErrorCode::review_clip);
}

TEST(ClipSets, a_cut_record_is_none_and_numbers_in_use_are_not_given_again) {
  const std::vector<std::uint8_t> record{1,   100, 0,  31,   0xFF, 0xE1, 0, 5,    0x67,
                                         100, 0,   31, 0xAC, 1,    0,    2, 0x68, 0xEE};
  const auto sets = sets_of_avcc(record);
  ASSERT_TRUE(sets);
  EXPECT_EQ(free_set_id(*sets), 1);
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_FALSE(sets_of_avcc({record.data(), size})) << size;
  const auto joined = sets_of_avcc(joined_avcc(*sets, *sets));
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->sps.size(), 2U);
  EXPECT_EQ(joined->pps.size(), 2U);
}

}  // namespace
}  // namespace xb::output
