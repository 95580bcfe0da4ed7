// The pieces of files with holes, jumps, stills and seams: at which times, and that none is lost.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "capture/source.h"
#include "tests/support/media_files.h"

namespace xb::capture {
namespace {

using support::ffmpeg;

struct Sound {
  double begins;
  std::int64_t samples;
};

// Everything a file gives until `seconds` of its own time, or its end.
struct Read {
  std::vector<double> pictures;
  std::vector<Sound> sounds;
  std::vector<double> beeps;
  bool has_ended = false;

  double sound_end() const {
    return sounds.empty()
               ? 0
               : sounds.back().begins + static_cast<double>(sounds.back().samples) / 48'000;
  }
  // The longest time without a new picture, and where it begins.
  std::pair<double, double> longest_still() const {
    std::pair<double, double> out{0, 0};
    for (std::size_t i = 1; i < pictures.size(); ++i)
      out = std::max(out, {pictures[i] - pictures[i - 1], pictures[i - 1]});
    return out;
  }
};

Read read(const std::string& spec, double seconds, Wanted wanted = Wanted::picture_and_sound) {
  SystemClock clock;
  Read out;
  auto source =
      make_source(*parse_source(spec), SourceSetup{{64, 36, {}}, {30, 1}, wanted, &clock});
  EXPECT_TRUE(source);
  const auto opened = (*source)->open({});
  EXPECT_TRUE(opened) << opened.error().log_line();
  double loud = -1;
  while (opened) {
    const auto due = (*source)->next({});
    if (!due) {
      ADD_FAILURE() << due.error().log_line();
      break;
    }
    const double time = static_cast<double>(due->time.count()) / 1e9;
    out.has_ended = due->what == Next::end;
    if (out.has_ended || time > seconds) break;
    if (due->what == Next::picture) out.pictures.push_back(time);
    if (due->what != Next::sound) continue;
    const auto heard = (*source)->sound();
    out.sounds.push_back({time, static_cast<std::int64_t>(heard.size() / 2)});
    for (std::size_t i = 0; i < heard.size(); i += 2) {
      if (std::abs(heard[i]) < 0.2F) continue;
      const double at = time + static_cast<double>(i / 2) / 48'000;
      if (at - loud > 0.2) out.beeps.push_back(at);
      loud = at;
    }
  }
  return out;
}

// A picture and a beep at each full second; `picture` and `sound` are filters of the two.
std::string film(double seconds, const std::string& picture, const std::string& sound) {
  const auto s = std::to_string(seconds);
  return "-f lavfi -i \"color=c=gray:s=64x36:r=10:d=" + s + picture +
         "\" -f lavfi -i \"aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.08)':s=48000:d=" + s +
         sound + "\" -vsync vfr ";
}

TEST(FileSource, a_hole_in_one_track_stays_and_the_other_runs_on) {
  support::Folder folder;
  const auto picture = read("file:" + ffmpeg(film(10, ",select='not(between(t,3,7.95))'", "") +
                                                 "-c:v libvpx -c:a libvorbis",
                                             folder / "a.webm"),
                            9.9);
  EXPECT_NEAR(picture.longest_still().first, 5.1, 0.11);
  EXPECT_NEAR(picture.longest_still().second, 2.9, 0.11);
  EXPECT_NEAR(picture.beeps.back(), 9, 0.03);

  const auto sound = read("file:" + ffmpeg(film(10, "", ",aselect='not(between(t,3,7.95))'") +
                                               "-c:v libvpx -c:a libvorbis",
                                           folder / "b.webm"),
                          9.9);
  ASSERT_GE(sound.beeps.size(), 4U);
  EXPECT_NEAR(sound.beeps[2], 2, 0.03);
  EXPECT_NEAR(sound.beeps.back(), 9, 0.06);
  EXPECT_LT(sound.longest_still().first, 0.2);
}

TEST(FileSource, a_track_that_begins_late_does_so) {
  support::Folder folder;
  const auto sound =
      "-f lavfi -i aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.08)':s=48000:d=2 ";
  const auto got = read("file:" + ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=10:d=8 -itsoffset 5 " +
                                             std::string(sound) + "-c:v libx264 -c:a aac",
                                         folder / "a.mp4"),
                        7.9);
  ASSERT_EQ(got.beeps.size(), 2U);
  EXPECT_NEAR(got.beeps[0], 5, 0.03);
}

TEST(FileSource, a_jump_of_both_tracks_is_closed_up_and_they_stay_together) {
  support::Folder folder;
  const auto how = " -c:v mpeg2video -c:a mp2 -output_ts_offset ";
  std::string bytes;
  for (const auto* offset : {"50", "0", "900"})
    bytes += support::bytes_of(
        ffmpeg(film(2, "", "") + how + offset, folder / (std::string(offset) + ".ts")));
  support::write_bytes(folder / "jumps.ts", bytes);
  const auto got = read("file:" + (folder / "jumps.ts?loop=0"), 100);
  EXPECT_TRUE(got.has_ended);
  EXPECT_NEAR(got.pictures.back(), 5.9, 0.5);
  EXPECT_EQ(got.beeps.size(), 6U);
  // a beep is where the picture of its second is: each part has 20 pictures and 2 beeps
  ASSERT_EQ(got.pictures.size(), 60U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(got.beeps[i], got.pictures[i * 10], 0.06) << i;
}

TEST(FileSource, sound_is_heard_until_the_last_picture_ends) {
  support::Folder folder;
  // slides of five seconds
  const auto slides =
      read("file:" +
               ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=1/5:d=15 -f lavfi -i sine=d=15 "
                      "-c:v libx264 -c:a aac",
                      folder / "a.mp4") +
               "?loop=0",
           100);
  EXPECT_EQ(slides.pictures.size(), 3U);
  EXPECT_NEAR(slides.sound_end(), 15, 0.05);
  // one picture, and music
  const auto cover =
      read("file:" + ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=25:d=0.04 -f lavfi -i sine=d=3 "
                            "-c:v libx264 -c:a aac",
                            folder / "b.mp4"),
           7.5);
  EXPECT_EQ(cover.pictures.size(), 3U);
  EXPECT_NEAR(cover.pictures.back(), 6, 0.1);
  EXPECT_GT(cover.sounds.size(), 300U);
}

TEST(FileSource, sound_goes_on_over_the_seam_to_the_sample) {
  support::Folder folder;
  for (const auto& [name, how] :
       {std::pair{"a.mp4",
                  "-t 1.01 -shortest -c:v libx264 -c:a aac"},  // sound a little longer or shorter
        {"b.mkv", "-t 1.01 -c:v libx264 -c:a libvorbis -ar 44100"},
        {"c.ts", "-t 1.01 -c:v libx264 -c:a mp2"},
        {"d.mkv", "-c:v libx264 -c:a flac -ar 48000 -frame_size 4608"}}) {
    const auto got =
        read("file:" + ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=30:d=1 -f lavfi -i sine=d=1.5 " +
                                  std::string(how),
                              folder / name),
             4.5);
    std::int64_t worst = 0;
    for (std::size_t i = 1; i < got.sounds.size(); ++i) {
      const auto expected =
          got.sounds[i - 1].begins * 48'000 + static_cast<double>(got.sounds[i - 1].samples);
      worst = std::max<std::int64_t>(
          worst, std::llround(std::abs(got.sounds[i].begins * 48'000 - expected)));
    }
    EXPECT_LE(worst, 48) << name;  // a container's own milliseconds
    EXPECT_NEAR(got.sound_end(), 4.5, 0.1) << name;
  }
}

TEST(FileSource, counts_what_could_not_be_decoded_over_all_openings) {
  support::Folder folder;
  const auto path =
      ffmpeg("-f lavfi -i testsrc=s=64x36:r=10:d=1 -c:v mjpeg", folder / "broken.avi");
  auto bytes = support::bytes_of(path);
  bytes.replace(bytes.find("\xFF\xD8\xFF", bytes.find("\xFF\xD8\xFF") + 3), 500, 500, '\0');
  support::write_bytes(path, bytes);
  SystemClock clock;
  auto source = *make_source(*parse_source("file:" + path + "?loop=0"),
                             SourceSetup{{64, 36, {}}, {30, 1}, Wanted::picture, &clock});
  for (const std::uint64_t round : {1, 2}) {
    ASSERT_TRUE(source->open({}));
    for (auto due = source->next({}); due && due->what != Next::end;) due = source->next({});
    EXPECT_EQ(source->decode_errors(), round);
    source->close();
    EXPECT_EQ(source->decode_errors(), round);
  }
}

TEST(FileSource, a_silent_film_loops_as_well) {
  support::Folder folder;
  const auto got = read(
      "file:" + ffmpeg("-f lavfi -i color=c=gray:s=64x36:r=10:d=1 -c:v libx264", folder / "a.mp4"),
      2.45);
  EXPECT_EQ(got.pictures.size(), 25U);
}

}  // namespace
}  // namespace xb::capture
