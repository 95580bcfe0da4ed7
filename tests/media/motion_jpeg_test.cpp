// libjpeg's pictures against libavcodec's.
// SPDX-License-Identifier: Apache-2.0
#include "media/motion_jpeg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "media/av.h"
#include "media/convert.h"
#include "tests/support/media_files.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xb::media {
namespace {

using support::ffmpeg;

// The packets of a film of pictures alone.
struct Packets {
  explicit Packets(const std::string& path) {
    EXPECT_EQ(avformat_open_input(&input, path.c_str(), nullptr, nullptr), 0);
    EXPECT_GE(avformat_find_stream_info(input, nullptr), 0);
    auto packet = make_av_packet();
    while (av_read_frame(input, packet.get()) == 0) {
      all.emplace_back(av_packet_clone(packet.get()));
      av_packet_unref(packet.get());
    }
  }
  ~Packets() { avformat_close_input(&input); }
  Packets(const Packets&) = delete;
  Packets& operator=(const Packets&) = delete;
  const AVCodecParameters& stream() const { return *input->streams[0]->codecpar; }

  AVFormatContext* input = nullptr;
  std::vector<AvPacketPtr> all;
};

// As libavcodec decodes it, on the Canvas.
Picture by_libavcodec(const AVCodecParameters& stream, const AVPacket& packet,
                      const Canvas& canvas) {
  const CodecContext codec(avcodec_alloc_context3(avcodec_find_decoder(stream.codec_id)));
  avcodec_parameters_to_context(codec.get(), &stream);
  EXPECT_EQ(avcodec_open2(codec.get(), nullptr, nullptr), 0);
  EXPECT_EQ(avcodec_send_packet(codec.get(), &packet), 0);
  const auto frame = make_av_frame();
  EXPECT_EQ(avcodec_receive_frame(codec.get(), frame.get()), 0);
  Picture out(canvas.width, canvas.height);
  EXPECT_TRUE(PictureConverter(canvas).convert(*frame, 0, out));
  return out;
}

int worst_of(const Picture& a, const Picture& b, int plane) {
  const int shift = plane == 0 ? 0 : 1;
  int worst = 0;
  for (int y = 0; y < a.height() >> shift; ++y) {
    for (int x = 0; x < a.width() >> shift; ++x)
      worst = std::max(worst, std::abs(a.plane(plane)[y * a.stride(plane) + x] -
                                       b.plane(plane)[y * b.stride(plane) + x]));
  }
  return worst;
}

bool decodes(MotionJpeg& jpegs, const AVPacket& packet) {
  return jpegs.open(packet) != nullptr && jpegs.read() != nullptr;
}

const std::string noisy = "-f lavfi -i testsrc2=s=%:r=5:d=1,noise=alls=12:allf=t ";

std::string film_of(const std::string& size, const std::string& how, const std::string& path) {
  auto source = noisy;
  source.replace(source.find('%'), 1, size);
  return ffmpeg(source + "-an -c:v mjpeg -q:v 3 " + how, path);
}

TEST(MotionJpeg, gives_the_pictures_libavcodec_gives) {
  support::Folder folder;
  struct Form {
    const char* size;
    const char* how;
  };
  int i = 0;
  // sizes that are no whole blocks, too
  for (const auto& form :
       {Form{"320x180", "-pix_fmt yuvj420p"}, Form{"322x182", "-pix_fmt yuvj420p"},
        Form{"640x360", "-pix_fmt yuvj422p"}, Form{"638x358", "-pix_fmt yuvj422p"},
        Form{"162x98", "-pix_fmt yuvj444p"}}) {
    const Packets film(film_of(form.size, form.how, folder / (std::to_string(i++) + ".avi")));
    const auto jpegs = MotionJpeg::make(film.stream());
    ASSERT_NE(jpegs, nullptr) << form.size;
    ASSERT_EQ(film.all.size(), 5U);
    const Canvas canvas{film.stream().width, film.stream().height, {}};
    PictureConverter converter(canvas);
    Picture ours(canvas.width, canvas.height);
    for (const auto& packet : film.all) {
      const auto* about = jpegs->open(*packet);
      ASSERT_NE(about, nullptr) << form.size << ' ' << form.how;
      EXPECT_EQ(about->best_effort_timestamp, packet->pts);
      EXPECT_EQ(about->pkt_duration, packet->duration);
      const auto* whole = jpegs->read();
      ASSERT_NE(whole, nullptr) << form.size << ' ' << form.how;
      ASSERT_TRUE(converter.convert(*whole, 0, ours));
      const auto theirs = by_libavcodec(film.stream(), *packet, canvas);
      for (int plane = 0; plane < 3; ++plane)
        EXPECT_LE(worst_of(ours, theirs, plane), 2) << form.size << ' ' << form.how << ' ' << plane;
    }
  }
}

TEST(MotionJpeg, gives_by_rows_what_it_gives_whole) {
  support::Folder folder;
  int i = 0;
  for (const std::string size : {"640x360", "638x358"}) {
    for (const std::string form : {"yuvj420p", "yuvj422p"}) {
      const Packets film(
          film_of(size, "-pix_fmt " + form, folder / (std::to_string(i++) + ".avi")));
      const auto jpegs = MotionJpeg::make(film.stream());
      const Canvas canvas{film.stream().width, film.stream().height, {}};
      PictureConverter converter(canvas);
      Picture whole(canvas.width, canvas.height);
      Picture by_rows(canvas.width, canvas.height);
      for (const auto& packet : film.all) {
        ASSERT_NE(jpegs->open(*packet), nullptr);
        ASSERT_TRUE(converter.convert(*jpegs->read(), 0, whole));
        const auto* about = jpegs->open(*packet);
        ASSERT_TRUE(converter.takes_rows(*about, 0)) << form;
        EXPECT_FALSE(converter.takes_rows(*about, 90));
        ASSERT_TRUE(jpegs->read_rows(
            [&](const AVFrame& rows, int y) { converter.convert_rows(rows, y, by_rows); }));
        for (int plane = 0; plane < 3; ++plane) EXPECT_EQ(worst_of(whole, by_rows, plane), 0);
      }
      const PictureConverter smaller(Canvas{320, 180, {}});
      EXPECT_FALSE(smaller.takes_rows(*jpegs->open(*film.all[0]), 0));
    }
  }
}

TEST(MotionJpeg, takes_the_usual_tables_where_a_camera_leaves_them_out) {
  support::Folder folder;
  const Packets film(film_of("320x180", "-huffman default -pix_fmt yuvj422p", folder / "a.avi"));
  const auto jpegs = MotionJpeg::make(film.stream());
  ASSERT_NE(jpegs, nullptr);
  const AVPacket& packet = *film.all[0];
  std::string bytes(reinterpret_cast<const char*>(packet.data),
                    static_cast<std::size_t>(packet.size));
  int removed = 0;
  for (auto at = bytes.find("\xFF\xC4"); at != std::string::npos && at < bytes.find("\xFF\xDA");
       at = bytes.find("\xFF\xC4")) {
    const auto length = static_cast<unsigned char>(bytes[at + 2]) * 256U +
                        static_cast<unsigned char>(bytes[at + 3]);
    bytes.erase(at, 2 + length);
    ++removed;
  }
  ASSERT_GT(removed, 0);
  const AvPacketPtr bare(av_packet_clone(&packet));
  ASSERT_EQ(av_packet_make_writable(bare.get()), 0);
  std::copy(bytes.begin(), bytes.end(), bare->data);
  av_shrink_packet(bare.get(), static_cast<int>(bytes.size()));
  const Canvas canvas{320, 180, {}};
  Picture ours(320, 180);
  ASSERT_TRUE(jpegs->open(*bare));
  const auto* whole = jpegs->read();
  ASSERT_NE(whole, nullptr);
  ASSERT_TRUE(PictureConverter(canvas).convert(*whole, 0, ours));
  EXPECT_LE(worst_of(ours, by_libavcodec(film.stream(), packet, canvas), 0), 2);
}

TEST(MotionJpeg, tells_the_form_of_a_pixel_as_libavcodec_does) {
  support::Folder folder;
  const Packets film(film_of("320x240", "-pix_fmt yuvj420p -vf setsar=4/3", folder / "a.avi"));
  const auto jpegs = MotionJpeg::make(film.stream());
  const auto* about = jpegs->open(*film.all[0]);
  ASSERT_NE(about, nullptr);
  const auto ratio = about->sample_aspect_ratio;
  EXPECT_EQ(std::pair(ratio.num, ratio.den), std::pair(4, 3));
}

TEST(MotionJpeg, leaves_what_is_damaged_or_of_another_kind) {
  support::Folder folder;
  const Packets film(film_of("640x360", "-pix_fmt yuvj422p", folder / "a.avi"));
  const auto jpegs = MotionJpeg::make(film.stream());
  ASSERT_NE(jpegs, nullptr);
  const auto with = [&](const std::function<void(AVPacket&)>& change) {
    const AvPacketPtr packet(av_packet_clone(film.all[0].get()));
    EXPECT_EQ(av_packet_make_writable(packet.get()), 0);
    change(*packet);
    return decodes(*jpegs, *packet);
  };
  EXPECT_TRUE(with([](AVPacket&) {}));
  EXPECT_FALSE(with([](AVPacket& packet) { packet.size /= 2; })) << "its second half is missing";
  EXPECT_FALSE(with([](AVPacket& packet) { packet.size = 20; })) << "its head is missing";
  EXPECT_FALSE(with([](AVPacket& packet) { packet.data[0] = 0; })) << "no JPEG";
  EXPECT_TRUE(jpegs->open(*film.all[0]) != nullptr && jpegs->read_rows([](const AVFrame&, int) {}));
  EXPECT_TRUE(with([](AVPacket&) {})) << "the next one is decoded again";

  const Packets other(film_of("320x180", "-pix_fmt yuvj422p", folder / "b.avi"));
  EXPECT_FALSE(decodes(*jpegs, *other.all[0])) << "another size";
  const Packets film_without(
      ffmpeg("-f lavfi -i testsrc2=s=64x64:d=0.2 -an -c:v libx264", folder / "c.mp4"));
  EXPECT_EQ(MotionJpeg::make(film_without.stream()), nullptr);
}

// Limited range is said in a comment alone.
TEST(MotionJpeg, leaves_a_picture_whose_comment_says_how_to_show_it) {
  support::Folder folder;
  const Packets film(
      film_of("320x180", "-strict unofficial -pix_fmt yuv420p -color_range tv", folder / "a.avi"));
  const auto jpegs = MotionJpeg::make(film.stream());
  ASSERT_NE(jpegs, nullptr);
  EXPECT_EQ(jpegs->open(*film.all[0]), nullptr);
}

TEST(MotionJpeg, no_longer_tries_what_it_never_can) {
  support::Folder folder;
  const Packets film(film_of("64x64", "-pix_fmt yuvj420p", folder / "a.avi"));
  const Packets other(film_of("80x80", "-pix_fmt yuvj420p", folder / "b.avi"));
  const auto jpegs = MotionJpeg::make(film.stream());
  for (int i = 0; i < 99; ++i) EXPECT_FALSE(decodes(*jpegs, *other.all[0]));
  EXPECT_TRUE(decodes(*jpegs, *film.all[0]));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(decodes(*jpegs, *other.all[0]));
  EXPECT_FALSE(decodes(*jpegs, *film.all[0]));
}

}  // namespace
}  // namespace xb::media
