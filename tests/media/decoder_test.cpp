// Real files of many kinds, damaged files, and playlists in disguise.
// SPDX-License-Identifier: Apache-2.0
#include "media/decoder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "media/convert.h"
#include "tests/support/media_files.h"

namespace xb::media {
namespace {

using support::ffmpeg;
using support::flash_and_beep;

struct Read {
  bool is_open = false;
  bool has_ended = false;
  std::string error;
  int pictures = 0;
  std::int64_t samples = 0;
  std::vector<Duration> times;
  std::uint64_t decode_errors = 0;
  VideoFacts facts;
};

Read read_all(const std::string& path, bool wants_video = true, bool wants_audio = true) {
  SystemClock clock;
  InputSpec spec;
  spec.url = path;
  spec.wants_video = wants_video;
  spec.wants_audio = wants_audio;
  Read out;
  auto decoder = Decoder::open(spec, clock, {});
  if (!decoder) {
    out.error = decoder.error().log_line();
    return out;
  }
  out.is_open = true;
  out.facts = (*decoder)->video();
  PictureConverter pictures(Canvas{320, 180, {}});
  Picture picture(320, 180);
  SoundConverter sounds;
  std::vector<float> sound;
  for (int i = 0; i < 20'000; ++i) {
    auto next = (*decoder)->next({});
    if (!next) {
      out.error = next.error().log_line();
      break;
    }
    if (next->piece == Piece::end) {
      out.has_ended = true;
      break;
    }
    if (next->piece == Piece::video) {
      ++out.pictures;
      out.times.push_back(next->time);
      static_cast<void>((*decoder)->read_picture(pictures, picture));
    }
    if (next->piece == Piece::audio) {
      sound.clear();
      static_cast<void>(sounds.convert(*next->frame, sound));
      out.samples += static_cast<std::int64_t>(sound.size() / 2);
    }
  }
  out.decode_errors = (*decoder)->decode_errors();
  return out;
}

TEST(Decoder, reads_every_picture_and_all_sound_of_common_files) {
  support::Folder folder;
  struct Form {
    const char* name;
    const char* how;
    int pictures;
    bool has_sound;
  };
  for (const auto& form : {
           Form{"a.mp4", "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a aac", 30, true},
           Form{"b.mkv", "-c:v libx264 -pix_fmt yuv444p -c:a flac", 30, true},
           Form{"c.avi", "-c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le", 30, true},
           Form{"d.ts", "-c:v libx264 -pix_fmt yuv420p -c:a aac", 30, true},
           Form{"e.flv", "-c:v libx264 -pix_fmt yuv420p -c:a aac -ar 44100", 30, true},
           Form{"f.webm", "-c:v libvpx -c:a libvorbis -ac 1", 30, true},
           Form{"g.mov", "-c:v libx264 -pix_fmt yuv420p10le -c:a aac", 30, true},
           Form{"h.mjpeg", "-an -c:v mjpeg -pix_fmt yuvj420p", 30, false},
           Form{"i.wav", "-vn", 0, true},
           Form{"j.mp3", "-vn", 0, true},
           Form{"k.ogg", "-vn -c:a libvorbis", 0, true},
       }) {
    const auto got =
        read_all(ffmpeg(flash_and_beep(1) + "-shortest " + form.how, folder / form.name));
    EXPECT_TRUE(got.has_ended) << form.name << ' ' << got.error;
    EXPECT_EQ(got.pictures, form.pictures) << form.name;
    EXPECT_EQ(got.decode_errors, 0U) << form.name;
    if (form.has_sound) {
      EXPECT_NEAR(static_cast<double>(got.samples), 48'000, 3'000) << form.name;
    }
    for (std::size_t i = 1; i < got.times.size(); ++i)
      EXPECT_GT(got.times[i], got.times[i - 1]) << form.name;
  }
}

TEST(Decoder, gives_a_cameras_jpeg_once_or_for_several_canvases) {
  support::Folder folder;
  const auto path =
      ffmpeg(flash_and_beep(1) + "-an -c:v mjpeg -pix_fmt yuvj422p", folder / "a.avi");
  SystemClock clock;
  InputSpec spec;
  spec.url = path;
  const auto decoder = Decoder::open(spec, clock, {});
  ASSERT_TRUE(decoder);
  const Canvas whole{(*decoder)->video().width, (*decoder)->video().height, {}};
  PictureConverter as_it_is(whole);
  PictureConverter small(Canvas{160, 90, {}});
  Picture first(whole.width, whole.height);
  Picture again(whole.width, whole.height);
  Picture reduced(160, 90);
  for (int i = 0; i < 30; ++i) {
    const auto next = (*decoder)->next({});
    ASSERT_TRUE(next);
    ASSERT_EQ(next->piece, Piece::video);
    if (i % 3 == 0) continue;  // nobody wants it
    ASSERT_TRUE((*decoder)->read_picture(as_it_is, first));
    ASSERT_TRUE((*decoder)->read_picture(small, reduced));
    ASSERT_TRUE((*decoder)->read_picture(as_it_is, again));
    // the second time by libavcodec
    for (int x = 0; x < whole.width; ++x)
      EXPECT_NEAR(first.plane(0)[x], again.plane(0)[x], 2) << i << ' ' << x;
  }
  EXPECT_EQ((*decoder)->decode_errors(), 0U);
}

TEST(Decoder, gives_every_canvas_the_same_picture_of_a_cameras_jpeg) {
  support::Folder folder;
  SystemClock clock;
  InputSpec spec;
  spec.url = ffmpeg(flash_and_beep(1) + "-an -c:v mjpeg -pix_fmt yuvj422p", folder / "a.avi");
  spec.reads_per_picture = 2;
  const auto several = Decoder::open(spec, clock, {});
  spec.reads_per_picture = 1;
  const auto once = Decoder::open(spec, clock, {});
  ASSERT_TRUE(several && once);
  const Canvas whole{(*once)->video().width, (*once)->video().height, {}};
  PictureConverter converter(whole);
  Picture first(whole.width, whole.height);
  Picture second(whole.width, whole.height);
  Picture alone(whole.width, whole.height);
  const auto row = static_cast<std::size_t>(whole.width);
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE((*several)->next({}));
    ASSERT_TRUE((*once)->next({}));
    ASSERT_TRUE((*several)->read_picture(converter, first));
    ASSERT_TRUE((*several)->read_picture(converter, second));
    ASSERT_TRUE((*once)->read_picture(converter, alone));
    for (int y = 0; y < whole.height; ++y) {
      const auto at = static_cast<std::ptrdiff_t>(y) * first.stride(0);
      ASSERT_EQ(std::memcmp(first.plane(0) + at, second.plane(0) + at, row), 0) << i;
      ASSERT_EQ(std::memcmp(first.plane(0) + at, alone.plane(0) + at, row), 0) << i;
    }
  }
}

TEST(Decoder, shows_what_is_left_of_a_jpeg_and_counts_one_that_is_none) {
  support::Folder folder;
  const auto good = support::bytes_of(
      ffmpeg("-f lavfi -i testsrc=s=320x180:r=10:d=1 -an -c:v mjpeg", folder / "a.avi"));
  const auto second = good.find("\xFF\xD8", good.find("\xFF\xD8") + 2);
  const auto read_with = [&](const char* marker, std::size_t behind, std::size_t count) {
    auto bytes = good;
    const auto at = bytes.find(marker, second) + behind;
    bytes.replace(at, count, count, '\0');
    support::write_bytes(folder / "b.avi", bytes);
    return read_all(folder / "b.avi");
  };
  const auto torn = read_with("\xFF\xDA", 400, 2000);  // of its scan
  EXPECT_TRUE(torn.has_ended) << torn.error;
  EXPECT_EQ(torn.pictures, 10);
  EXPECT_EQ(torn.decode_errors, 0U);
  const auto nothing = read_with("\xFF\xC0", 5, 4);  // no line high and no dot wide
  EXPECT_TRUE(nothing.has_ended) << nothing.error;
  EXPECT_EQ(nothing.pictures, 9);
  EXPECT_EQ(nothing.decode_errors, 1U);
}

TEST(Decoder, tells_how_a_phone_was_held) {
  support::Folder folder;
  const auto flat = ffmpeg(flash_and_beep(0.3) + "-c:v libx264 -an", folder / "flat.mp4");
  const auto turned = ffmpeg("-i '" + flat + "' -c copy -metadata:s:v rotate=90", folder / "t.mp4");
  EXPECT_EQ(read_all(flat).facts.turn, 0);
  const auto turn = read_all(turned).facts.turn;
  EXPECT_TRUE(turn == 90 || turn == 270) << turn;
}

TEST(Decoder, says_when_the_file_is_missing_or_no_file) {
  EXPECT_NE(read_all("/nonexistent/a.mp4").error.find("file.missing"), std::string::npos);
  EXPECT_NE(read_all("/dev/zero").error.find("file.unreadable"), std::string::npos);
  EXPECT_NE(read_all("/").error.find("file.unreadable"), std::string::npos);
}

TEST(Decoder, survives_damaged_files) {
  support::Folder folder;
  const auto mp4 = support::bytes_of(
      ffmpeg(flash_and_beep(1) + "-c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +faststart",
             folder / "good.mp4"));
  const auto ts = support::bytes_of(
      ffmpeg(flash_and_beep(1) + "-c:v libx264 -pix_fmt yuv420p -c:a aac", folder / "good.ts"));
  const auto avi = support::bytes_of(
      ffmpeg(flash_and_beep(1) + "-c:v mjpeg -pix_fmt yuvj422p -c:a pcm_s16le", folder / "g.avi"));
  ASSERT_GT(mp4.size(), 4000U);
  std::mt19937 random(7);
  const auto garbage = [&](std::size_t count) {
    std::string out(count, '\0');
    for (auto& c : out) c = static_cast<char>(random());
    return out;
  };
  const auto spoiled = [&](std::string bytes, int hits, std::size_t from) {
    for (int i = 0; i < hits; ++i)
      bytes[from + random() % (bytes.size() - from)] = static_cast<char>(random());
    return bytes;
  };
  std::vector<std::string> hostile{
      "",
      std::string(1, '\0'),
      std::string(100'000, '\0'),
      garbage(100'000),
      mp4.substr(0, 40),
      mp4.substr(0, 1000),
      mp4.substr(0, mp4.size() / 2),
      mp4.substr(mp4.size() / 2),
      mp4.substr(0, 32) + garbage(50'000),
      ts.substr(0, ts.size() / 3) + garbage(5'000) + ts.substr(ts.size() / 3),
      avi.substr(0, avi.size() - 3'000),
      "RIFF" + garbage(20'000),
      std::string("\x1A\x45\xDF\xA3", 4) + garbage(20'000),
      std::string("FLV\x01\x05\0\0\0\x09", 9) + garbage(20'000),
      std::string("\0\0\0\x18"
                  "ftypmp42\0\0\0\0mp42isom\xFF\xFF\xFF\xFF"
                  "moov",
                  32),
  };
  for (int i = 0; i < 10; ++i) {
    hostile.push_back(spoiled(mp4, 20 << i % 5, 0));
    hostile.push_back(spoiled(ts, 20 << i % 5, 0));
    hostile.push_back(spoiled(avi, 20 << i % 5, 0));
  }
  int opened = 0;
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const auto path = folder / ("hostile" + std::to_string(i) + ".mp4");
    support::write_bytes(path, hostile[i]);
    const auto got = read_all(path);
    EXPECT_TRUE(got.has_ended || !got.error.empty()) << i;
    opened += got.is_open ? 1 : 0;
  }
  EXPECT_GT(opened, 5);  // else the damage was refused at the door and nothing was tried
}

TEST(Decoder, opens_no_playlist_however_it_is_named) {
  support::Folder folder;
  const auto target =
      ffmpeg(flash_and_beep(0.5) + "-c:v libx264 -pix_fmt yuv420p -c:a aac", folder / "target.mp4");
  const auto ts =
      ffmpeg(flash_and_beep(0.5) + "-c:v libx264 -pix_fmt yuv420p -c:a aac", folder / "target.ts");
  const std::vector<std::string> traps{
      "ffconcat version 1.0\nfile '" + target + "'\n",
      "ffconcat version 1.0\nfile '/etc/passwd'\n",
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + ts + "\n#EXT-X-ENDLIST\n",
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + ts + "\n#EXT-X-ENDLIST\n",
      "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n",
      "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
      "a=rtpmap:96 H264/90000\n",
      "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period>"
      "<AdaptationSet><Representation id=\"1\"><BaseURL>" +
          target + "</BaseURL></Representation></AdaptationSet></Period></MPD>",
      "[playlist]\nFile1=" + target + "\n",
  };
  int index = 0;
  for (const auto& trap : traps) {
    for (const char* ending : {".mp4", ".m3u8", ".ffconcat", ".sdp", ".mpd"}) {
      const auto path = folder / ("trap" + std::to_string(index++) + ending);
      support::write_bytes(path, trap);
      const auto got = read_all(path);
      EXPECT_FALSE(got.is_open) << trap.substr(0, 30) << ending;
      EXPECT_EQ(got.pictures, 0);
    }
  }
  EXPECT_FALSE(read_all("concat:" + target + "|" + target).is_open);
  EXPECT_FALSE(read_all("http://127.0.0.1:1/a.mp4").is_open);
}

TEST(Decoder, refuses_pictures_of_absurd_size) {
  support::Folder folder;
  const auto path = ffmpeg("-f lavfi -i color=s=8704x64:d=0.1 -c:v mjpeg", folder / "wide.avi");
  EXPECT_NE(read_all(path).error.find("8192"), std::string::npos);
}

}  // namespace
}  // namespace xb::media
