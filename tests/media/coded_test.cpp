// Packets of real files on their way past the decoder.
// SPDX-License-Identifier: Apache-2.0
#include "media/coded.h"

#include <gtest/gtest.h>

#include <set>

#include "media/av.h"
#include "media/decoder.h"
#include "tests/support/media_files.h"

extern "C" {
#include <libavcodec/codec_par.h>
#include <libavcodec/packet.h>
}

namespace xb::media {
namespace {

using support::ffmpeg;
using support::flash_and_beep;

struct Tapped {
  std::vector<CodedPicture> pictures;
  std::vector<std::uint64_t> shown;  // ids of what was decoded, in the order of showing
  std::string bytes;                 // of all packets
};

Tapped tap(const std::string& path, CodedPipe& pipe, InputKind kind = InputKind::file) {
  SystemClock clock;
  InputSpec spec;
  spec.kind = kind;
  spec.url = path;
  spec.coded = &pipe;
  auto decoder = Decoder::open(spec, clock, {});
  EXPECT_TRUE(decoder.has_value());
  Tapped out;
  while (true) {
    const auto next = (*decoder)->next({});
    while (auto picture = pipe.try_pop()) {
      out.bytes.append(reinterpret_cast<const char*>(picture->data->data),
                       static_cast<std::size_t>(picture->data->size));
      out.pictures.push_back(std::move(*picture));
    }
    if (!next || next->piece == Piece::end) break;
    if (next->piece == Piece::video) out.shown.push_back(next->coded);
  }
  return out;
}

Tapped tap(const std::string& path) {
  CodedPipe pipe("packets", 16);
  pipe.open();
  return tap(path, pipe);
}

TEST(Coded, gives_every_packet_and_tells_which_picture_it_became) {
  support::Folder folder;
  for (const auto& [name, how] :
       {std::pair{"a.mp4", "-c:v libx264 -bf 2 -g 15"},
        std::pair{"b.ts", "-c:v libx264 -bf 2 -g 15"}, std::pair{"c.flv", "-c:v libx264 -g 15"},
        std::pair{"d.mkv", "-c:v libx264 -bf 3 -g 15"},
        std::pair{"e.avi", "-c:v mjpeg -pix_fmt yuvj422p"},
        std::pair{"f.mkv", "-c:v mjpeg -pix_fmt yuvj420p"}}) {
    SCOPED_TRACE(name);
    const auto is_mjpeg = std::string(how).find("mjpeg") != std::string::npos;
    const auto got = tap(ffmpeg(flash_and_beep(1) + how + " -sc_threshold 0 -an", folder / name));
    ASSERT_EQ(got.pictures.size(), 30U);
    ASSERT_EQ(got.shown.size(), 30U);
    EXPECT_EQ(std::set(got.shown.begin(), got.shown.end()).size(), 30U);
    EXPECT_FALSE(std::set(got.shown.begin(), got.shown.end()).contains(0));
    int keys = 0;
    for (std::size_t i = 0; i < 30; ++i) {
      const auto& one = got.pictures[i];
      EXPECT_EQ(one.id, i + 1);
      EXPECT_EQ(one.opening, 1U);
      EXPECT_EQ(one.is_after_loss, i == 0) << "nobody knows what was before the first";
      EXPECT_EQ(one.codec, got.pictures[0].codec);
      keys += one.is_key ? 1 : 0;
      // shown in the order of their times
      const auto& first = got.pictures[got.shown[i] - 1];
      if (i > 0) {
        EXPECT_GT(first.time, got.pictures[got.shown[i - 1] - 1].time);
      }
    }
    EXPECT_TRUE(got.pictures[0].is_key);
    EXPECT_EQ(keys, is_mjpeg ? 30 : 2);
    EXPECT_TRUE(got.pictures[0].codec->is_as_delivered);
    EXPECT_EQ(got.pictures[0].codec->parameters->extradata_size > 0, !is_mjpeg);
  }
}

TEST(Coded, gives_the_bytes_as_they_are) {
  support::Folder folder;
  const auto film = ffmpeg(flash_and_beep(1) + "-c:v mjpeg -an", folder / "a.mjpeg");
  EXPECT_EQ(tap(film).bytes, support::bytes_of(film));
}

TEST(Coded, gives_nothing_that_could_not_be_kept_as_it_is) {
  support::Folder folder;
  const auto flat = ffmpeg(flash_and_beep(0.3) + "-c:v libx264 -an", folder / "flat.mp4");
  const auto turned = ffmpeg("-i '" + flat + "' -c copy -metadata:s:v rotate=90", folder / "t.mp4");
  const auto other = ffmpeg(flash_and_beep(0.3) + "-c:v mpeg4 -an", folder / "other.mp4");
  const auto sound = ffmpeg(flash_and_beep(0.3) + "-vn", folder / "sound.wav");
  for (const auto& file : {turned, other, sound}) {
    const auto got = tap(file);
    EXPECT_TRUE(got.pictures.empty()) << file;
    for (const auto id : got.shown) EXPECT_EQ(id, 0U);
  }
}

TEST(Coded, follows_parameters_that_change_in_the_stream) {
  support::Folder folder;
  const auto make = [&](const char* size, const std::string& name) {
    return support::bytes_of(
        ffmpeg(flash_and_beep(0.4, size) + "-c:v libx264 -g 6 -an", folder / name));
  };
  const auto small = make("320x180", "small.ts");
  support::write_bytes(folder / "both.ts", small + make("240x320", "other.ts") + small);
  CodedPipe pipe("packets", 16);
  pipe.open();
  const auto got = tap(folder / "both.ts", pipe);
  std::vector<std::shared_ptr<const AVCodecParametersHolder>> codecs;
  for (const auto& one : got.pictures) {
    if (!codecs.empty() && codecs.back() == one.codec) continue;
    EXPECT_TRUE(one.is_key) << "they change with a key picture alone";
    codecs.push_back(one.codec);
  }
  EXPECT_EQ(codecs.size(), 3U);
  // opened anew with what it had last: the same object, and times of an opening of their own
  const auto again = tap(folder / "small.ts", pipe);
  EXPECT_EQ(again.pictures.front().codec, codecs.back());
  EXPECT_EQ(again.pictures.front().opening, 2U);
}

CodedPicture picture() {
  CodedPicture out;
  out.data = std::shared_ptr<const AVPacket>(make_av_packet());
  return out;
}

TEST(CodedPipe, says_after_what_picture_some_are_missing) {
  CodedPipe pipe("packets", 2);
  EXPECT_FALSE(pipe.is_wanted());
  pipe.open();
  EXPECT_TRUE(pipe.is_wanted());
  EXPECT_EQ(pipe.push(picture()), 1U);
  EXPECT_EQ(pipe.push(picture()), 2U);
  EXPECT_EQ(pipe.push(picture()), 0U) << "full";
  EXPECT_TRUE(pipe.try_pop()->is_after_loss) << "the first ever";
  EXPECT_EQ(pipe.push(picture()), 4U);
  EXPECT_FALSE(pipe.try_pop()->is_after_loss);
  EXPECT_TRUE(pipe.try_pop()->is_after_loss);
  pipe.lose();
  EXPECT_EQ(pipe.push(picture()), 5U);
  EXPECT_TRUE(pipe.try_pop()->is_after_loss);
  EXPECT_EQ(pipe.counters().lost, 1U);
}

TEST(CodedPipe, is_empty_when_it_is_opened_again) {
  CodedPipe pipe("packets", 2);
  pipe.open();
  pipe.push(picture());
  pipe.close();
  EXPECT_FALSE(pipe.is_wanted());
  EXPECT_FALSE(pipe.try_pop());
  pipe.open();
  pipe.push(picture());
  EXPECT_TRUE(pipe.try_pop()->is_after_loss);
}

}  // namespace
}  // namespace xb::media
