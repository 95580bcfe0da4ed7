// A file as program frames and blocks: all of them, in step, the same each time.
// SPDX-License-Identifier: Apache-2.0
#include "capture/offline.h"

#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/media_files.h"

namespace xb::capture {
namespace {

using support::ffmpeg;
using support::flash_and_beep;

struct Run {
  int frames = 0;
  std::vector<int> flashes;         // frame numbers where a flash begins
  std::vector<std::int64_t> beeps;  // samples where a beep begins
  std::size_t hash = 0;
  std::string error;
};

Run run(const std::string& path, Rate rate = {30, 1}, int width = 160, int height = 90) {
  SystemClock clock;
  Run out;
  SourceSpec spec = *parse_source("file:" + path);
  auto source = OfflineSource::open(spec, media::Canvas{width, height, {}}, rate, clock);
  if (!source) {
    out.error = source.error().log_line();
    return out;
  }
  bool was_bright = false;
  std::int64_t quiet = 48'000;
  media::Samples block;
  std::int64_t samples = 0;
  while (true) {
    auto frame = (*source)->next_frame({});
    if (!frame) {
      out.error = frame.error().log_line();
      break;
    }
    if (!*frame) break;
    const auto& picture = **frame;
    const auto* luma = picture.plane(0);
    const bool is_bright = luma[picture.stride(0) * 10 + 10] > 150;
    if (is_bright && !was_bright) out.flashes.push_back(out.frames);
    was_bright = is_bright;
    for (int y = 0; y < height; ++y) {
      const std::string_view line(reinterpret_cast<const char*>(luma + y * picture.stride(0)),
                                  static_cast<std::size_t>(width));
      out.hash = out.hash * 31 + std::hash<std::string_view>()(line);
    }
    ++out.frames;
    while (samples < sample_of(FrameNumber{out.frames}, rate).value) {
      EXPECT_TRUE((*source)->next_block(block, {}));
      for (int i = 0; i < media::Samples::count; ++i, ++samples) {
        const float value = block.values[static_cast<std::size_t>(i) * 2];
        if (std::abs(value) > 0.2F) {
          if (quiet > 9'600) out.beeps.push_back(samples);
          quiet = 0;
        } else {
          ++quiet;
        }
      }
      out.hash = out.hash * 31 +
                 std::hash<std::string_view>()(std::string_view(
                     reinterpret_cast<const char*>(block.values.data()), sizeof block.values));
    }
  }
  return out;
}

TEST(Offline, gives_every_picture_once_and_sound_in_step) {
  support::Folder folder;
  for (const auto& [name, how] :
       {std::pair{"a.mp4", "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a aac"},
        {"b.ts", "-c:v libx264 -pix_fmt yuv420p -c:a aac"},
        {"c.avi", "-c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le"},
        {"d.mkv", "-c:v libx264 -c:a libvorbis -ar 44100"}}) {
    const auto got = run(ffmpeg(flash_and_beep(3) + how, folder / name));
    EXPECT_EQ(got.error, "") << name;
    EXPECT_NEAR(got.frames, 90, 1) << name;  // a .ts begins with its sound, a little earlier
    ASSERT_EQ(got.flashes.size(), 3U) << name;
    ASSERT_EQ(got.beeps.size(), 3U) << name;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(got.flashes[i] / 30.0, static_cast<double>(i), 0.04) << name;
      EXPECT_NEAR(static_cast<double>(got.beeps[i]) / 48'000, static_cast<double>(i), 0.03) << name;
    }
  }
}

TEST(Offline, a_hole_in_the_picture_keeps_the_sound_in_step) {
  support::Folder folder;
  const auto got = run(ffmpeg(flash_and_beep(10, "64x36") +
                                  "-vf \"select='not(between(t,2.5,7.5))'\" -vsync vfr "
                                  "-c:v libvpx -c:a libvorbis",
                              folder / "a.webm"));
  EXPECT_EQ(got.error, "");
  EXPECT_NEAR(got.frames, 300, 2);
  ASSERT_EQ(got.flashes.size(), 5U);  // at 0, 1, 2, 8 and 9 s
  ASSERT_EQ(got.beeps.size(), 10U);
  EXPECT_NEAR(got.flashes.back() / 30.0, static_cast<double>(got.beeps.back()) / 48'000, 0.04);
}

TEST(Offline, sound_that_begins_a_little_after_the_picture_stays_there) {
  support::Folder folder;
  const auto got =
      run(ffmpeg(flash_and_beep(3) + "-af asetpts=PTS+0.016/TB -c:v libx264 -c:a pcm_s16le",
                 folder / "a.mkv"));
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.beeps.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(static_cast<double>(got.beeps[i]) / 48'000, static_cast<double>(i) + 0.016, 0.002);
}

TEST(Offline, a_single_picture_lasts_as_long_as_its_sound) {
  support::Folder folder;
  const auto got =
      run(ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=25:d=0.04 -f lavfi -i sine=d=3 "
                 "-c:v libx264 -c:a aac",
                 folder / "a.mp4"));
  EXPECT_EQ(got.error, "");
  EXPECT_NEAR(got.frames, 90, 2);
}

// The JPEGs of these numbers name a quantization table that cannot be: their heads are read, they
// are not.
std::string damaged(const std::string& path, int first, int end) {
  auto bytes = support::bytes_of(path);
  auto at = bytes.find("\xFF\xD8\xFF");
  for (int n = 0; n < end; ++n, at = bytes.find("\xFF\xD8\xFF", at + 3)) {
    EXPECT_NE(at, std::string::npos) << n;
    if (n < first) continue;
    const auto frame = bytes.find("\xFF\xC0", at);
    bytes[frame + 12] = '\x07';
  }
  support::write_bytes(path, bytes);
  return path;
}

TEST(Offline, where_pictures_cannot_be_decoded_the_one_before_stands_and_the_sound_goes_on) {
  support::Folder folder;
  const auto film = [&](const std::string& name) {
    return ffmpeg(flash_and_beep(3) + "-c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le", folder / name);
  };
  const auto got = run(damaged(film("a.avi"), 30, 33));  // the second flash
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.frames, 90);
  EXPECT_EQ(got.flashes, (std::vector{0, 60}));
  EXPECT_EQ(got.beeps.size(), 3U);

  const auto late = run(damaged(film("b.avi"), 0, 3));
  EXPECT_EQ(late.error, "");
  EXPECT_EQ(late.frames, 90) << "the first that can be decoded stands from the beginning";
  EXPECT_EQ(late.flashes, (std::vector{30, 60}));
  EXPECT_EQ(late.beeps.size(), 3U);
}

TEST(Offline, same_input_gives_the_same_bytes) {
  support::Folder folder;
  const auto path = ffmpeg(
      "-f lavfi -i testsrc2=s=640x360:r=25:d=2 -f lavfi -i sine=d=2 -c:v libx264 -bf 3 -c:a aac",
      folder / "a.mp4");
  const auto first = run(path);
  const auto second = run(path);
  EXPECT_EQ(first.frames, 60);
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.frames, second.frames);
}

TEST(Offline, other_rates_keep_the_length) {
  support::Folder folder;
  const auto path = ffmpeg(flash_and_beep(2, "320x180", "60") + "-c:v libx264", folder / "a.mp4");
  EXPECT_EQ(run(path, {30, 1}).frames, 60);
  EXPECT_EQ(run(path, {25, 1}).frames, 50);
  EXPECT_EQ(run(path, {60, 1}).frames, 120);
}

TEST(Offline, a_file_without_picture_is_an_error_and_a_silent_film_is_none) {
  support::Folder folder;
  EXPECT_NE(run(ffmpeg("-f lavfi -i sine=d=1", folder / "a.wav")).error, "");
  const auto silent = run(ffmpeg(flash_and_beep(1) + "-an -c:v libx264", folder / "b.mp4"));
  EXPECT_EQ(silent.error, "");
  EXPECT_EQ(silent.frames, 30);
}

}  // namespace
}  // namespace xb::capture
