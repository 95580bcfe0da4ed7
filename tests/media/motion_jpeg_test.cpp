// Against libavcodec, picture by picture; and what is left to it. SPDX-License-Identifier:
// Apache-2.0
#include "media/motion_jpeg.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

#include "media/av.h"
#include "tests/support/media_files.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace xb::media {
namespace {

using support::ffmpeg;

// The packets of a file, and libavcodec's pictures of them.
struct Film {
  explicit Film(const std::string& path) {
    EXPECT_GE(avformat_open_input(&input, path.c_str(), nullptr, nullptr), 0);
    EXPECT_GE(avformat_find_stream_info(input, nullptr), 0);
    parameters = input->streams[0]->codecpar;
    const auto* codec = avcodec_find_decoder(parameters->codec_id);
    decoder.reset(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(decoder.get(), parameters);
    EXPECT_GE(avcodec_open2(decoder.get(), codec, nullptr), 0);
    for (auto packet = make_av_packet(); av_read_frame(input, packet.get()) >= 0;
         packet = make_av_packet())
      packets.push_back(std::move(packet));
  }
  ~Film() { avformat_close_input(&input); }
  Film(const Film&) = delete;
  Film& operator=(const Film&) = delete;
  AvFramePtr usual(const AVPacket& packet) {
    auto out = make_av_frame();
    EXPECT_GE(avcodec_send_packet(decoder.get(), &packet), 0);
    EXPECT_GE(avcodec_receive_frame(decoder.get(), out.get()), 0);
    return out;
  }

  AVFormatContext* input = nullptr;
  const AVCodecParameters* parameters = nullptr;
  CodecContext decoder;
  std::vector<AvPacketPtr> packets;
};

std::string film(const std::string& name, const std::string& form, const std::string& more = "") {
  static const support::Folder folder;
  return ffmpeg(
      "-f lavfi -i testsrc2=s=330x178:r=30:d=0.2 -vf format=" + form + " -c:v mjpeg -q:v 3 " + more,
      folder / name);
}

void expect_same(const AVFrame& ours, const AVFrame& usual) {
  ASSERT_EQ(ours.width, usual.width);
  ASSERT_EQ(ours.height, usual.height);
  ASSERT_EQ(ours.format, usual.format);
  EXPECT_EQ(ours.color_range, usual.color_range);
  EXPECT_EQ(ours.colorspace, usual.colorspace);
  EXPECT_EQ(ours.best_effort_timestamp, usual.best_effort_timestamp);
  EXPECT_EQ(ours.pkt_duration, usual.pkt_duration);
  const int tall = usual.format == AV_PIX_FMT_YUVJ420P ? 2 : 1;
  int worst = 0;
  for (int i = 0; i < 3; ++i) {
    for (int y = 0; y < (i == 0 ? usual.height : usual.height / tall); ++y) {
      for (int x = 0; x < (i == 0 ? usual.width : usual.width / 2); ++x)
        worst = std::max(worst, std::abs(int{ours.data[i][y * ours.linesize[i] + x]} -
                                         int{usual.data[i][y * usual.linesize[i] + x]}));
    }
  }
  EXPECT_LE(worst, 2);
}

TEST(MotionJpeg, gives_the_pictures_that_libavcodec_gives) {
  for (const char* form : {"yuvj422p", "yuvj420p"}) {
    Film camera(film(std::string("camera_") + form + ".avi", form));
    const auto ours = MotionJpeg::make(*camera.parameters);
    ASSERT_TRUE(ours);
    ASSERT_GT(camera.packets.size(), 3U);
    for (const auto& packet : camera.packets) {
      const auto frame = make_av_frame();
      ASSERT_TRUE(ours->decode(*packet, *frame)) << form;
      expect_same(*frame, *camera.usual(*packet));
    }
  }
}

TEST(MotionJpeg, leaves_what_is_damaged_or_unusual_and_goes_on_with_the_next) {
  Film camera(film("camera_damaged.avi", "yuvj422p"));
  const auto ours = MotionJpeg::make(*camera.parameters);
  ASSERT_TRUE(ours);
  const auto frame = make_av_frame();
  auto& packet = *camera.packets.front();
  const int whole = packet.size;
  for (const int size : {0, 1, 20, 200, whole / 3, whole / 2}) {
    packet.size = size;
    EXPECT_FALSE(ours->decode(packet, *frame)) << size;
    EXPECT_EQ(frame->buf[0], nullptr);
  }
  packet.size = whole;
  ASSERT_TRUE(ours->decode(packet, *frame));
  expect_same(*frame, *camera.usual(packet));
  Film full(film("full.avi", "yuvj444p"));
  EXPECT_FALSE(ours->decode(*full.packets.front(), *frame)) << "4:4:4";
  Film larger(film("larger.avi", "yuvj422p", "-s 640x360"));
  EXPECT_FALSE(ours->decode(*larger.packets.front(), *frame)) << "another size than was said";
  ASSERT_TRUE(ours->decode(*camera.packets.back(), *frame));
}

}  // namespace
}  // namespace xb::media
