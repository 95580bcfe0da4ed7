// SPDX-License-Identifier: Apache-2.0
#include "media_support.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <stdlib.h>

#include <algorithm>
#include <cmath>

#include "media/av.h"
#include "output/interleaver.h"

namespace xb::output::testing {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "xb-output-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}
Folder::~Folder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

Synthetic::Synthetic(int width, int height)
    : pictures_("pictures", 24, [=] { return media::Picture(width, height); }),
      samples_("samples", 160, [] { return media::Samples{}; }) {
}

media::Frame Synthetic::frame(std::int64_t number, Rate rate) {
  auto picture = pictures_.take();
  XB_CHECK(picture);
  for (int y = 0; y < picture->height(); ++y) {
    auto* row = picture->plane(0) + static_cast<std::ptrdiff_t>(y) * picture->stride(0);
    for (int x = 0; x < picture->width(); ++x)
      row[x] = static_cast<std::uint8_t>(16 + ((x * 3 + y * 5 + number * 7) % 220));
  }
  for (int plane = 1; plane < 3; ++plane) {
    std::fill_n(picture->plane(plane),
                static_cast<std::size_t>(picture->stride(plane) * picture->height() / 2),
                static_cast<std::uint8_t>(90 + plane * 30));
  }
  return {picture, time_of(FrameNumber{number}, rate), FrameNumber{number}};
}

media::AudioBlock Synthetic::block(std::int64_t first) {
  auto samples = samples_.take();
  XB_CHECK(samples);
  for (std::size_t i = 0; i < media::Samples::count; ++i) {
    const auto at = static_cast<double>(first) + static_cast<double>(i);
    const auto value = static_cast<float>(0.3 * std::sin(at * 440 * 2 * M_PI / 48000));
    samples->values[2 * i] = samples->values[2 * i + 1] = value;
  }
  media::AudioBlock block;
  block.samples = samples;
  block.first = SampleCount{first};
  block.time = time_of(block.first);
  return block;
}

EncoderSettings small_settings() {
  EncoderSettings settings;
  settings.width = 320;
  settings.height = 180;
  settings.video_bitrate = 400'000;
  settings.preset = "ultrafast";
  settings.threads = 1;
  return settings;
}

Encoded encode_program(const EncoderSettings& settings, int seconds, std::int64_t begin_frame) {
  Encoded out;
  const auto begin_sample = sample_of(FrameNumber{begin_frame}, settings.rate);
  auto video = VideoEncoder::open(settings);
  auto audio = AudioEncoder::open(settings);
  XB_CHECK(video.has_value() && audio.has_value());
  (*video)->begin(FrameNumber{begin_frame});
  (*audio)->begin(begin_sample);
  Interleaver interleaver;
  const auto sink = [&](media::PacketRef packet) {
    interleaver.push(std::move(packet),
                     [&](media::PacketRef p) { out.packets.push_back(std::move(p)); });
  };
  Synthetic program(settings.width, settings.height);
  const auto frames = std::int64_t{seconds} * settings.rate.num / settings.rate.den;
  std::int64_t sample = begin_sample.value / 1024 * 1024;
  for (std::int64_t n = begin_frame; n < begin_frame + frames; ++n) {
    XB_CHECK((*video)->encode(program.frame(n, settings.rate), sink).has_value());
    const auto until = sample_of(FrameNumber{n + 1}, settings.rate).value;
    for (; sample + 1024 <= until; sample += 1024)
      XB_CHECK((*audio)->encode(program.block(sample), sink).has_value());
  }
  XB_CHECK((*video)->finish(sink).has_value() && (*audio)->finish(sink).has_value());
  interleaver.flush([&](media::PacketRef p) { out.packets.push_back(std::move(p)); });
  out.video = (*video)->parameters();
  out.audio = (*audio)->parameters();
  return out;
}

Judged judge(const std::filesystem::path& file) {
  Judged out;
  av_log_set_level(AV_LOG_QUIET);
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, file.c_str(), nullptr, nullptr) < 0) return out;
  // chapters are a third
  out.is_open = avformat_find_stream_info(format, nullptr) >= 0 && format->nb_streams >= 2;
  media::CodecContext decoder;
  for (unsigned i = 0; out.is_open && i < format->nb_streams; ++i) {
    const auto* parameters = format->streams[i]->codecpar;
    if (parameters->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    decoder.reset(avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id)));
    avcodec_parameters_to_context(decoder.get(), parameters);
    decoder->thread_count = 1;
    decoder->err_recognition = AV_EF_EXPLODE;
    avcodec_open2(decoder.get(), nullptr, nullptr);
  }
  if (out.is_open) out.duration = static_cast<double>(format->duration) / AV_TIME_BASE;
  auto packet = media::make_av_packet();
  auto frame = media::make_av_frame();
  const auto drain = [&] {
    while (avcodec_receive_frame(decoder.get(), frame.get()) >= 0) ++out.decoded_frames;
  };
  while (out.is_open && av_read_frame(format, packet.get()) >= 0) {
    const auto* stream = format->streams[packet->stream_index];
    const auto type = stream->codecpar->codec_type;
    if (type != AVMEDIA_TYPE_VIDEO && type != AVMEDIA_TYPE_AUDIO) {
      av_packet_unref(packet.get());
      continue;
    }
    const double at = static_cast<double>(packet->pts) * av_q2d(stream->time_base);
    const double end = at + static_cast<double>(packet->duration) * av_q2d(stream->time_base);
    const bool is_video = stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    double& start = is_video ? out.video_start : out.audio_start;
    double& last = is_video ? out.video_end : out.audio_end;
    double& gap = is_video ? out.largest_video_gap : out.largest_audio_gap;
    ++(is_video ? out.video_packets : out.audio_packets);
    if (start < 0)
      start = at;
    else
      gap = std::max(gap, at - last);
    last = end;
    if (is_video) {
      if ((packet->flags & AV_PKT_FLAG_KEY) != 0) ++out.key_frames;
      if (avcodec_send_packet(decoder.get(), packet.get()) < 0) ++out.decode_errors;
      drain();
    }
    av_packet_unref(packet.get());
  }
  if (out.is_open) {
    avcodec_send_packet(decoder.get(), nullptr);
    drain();
  }
  avformat_close_input(&format);
  return out;
}

media::PacketRef packet_of(media::Kind kind, std::int64_t ms, std::size_t bytes, bool is_key) {
  auto packet = std::make_shared<media::Packet>();
  packet->kind = kind;
  packet->is_key = is_key || kind == media::Kind::audio;
  packet->pts = packet->dts = ms * (kind == media::Kind::video ? 90 : 48);
  packet->duration = kind == media::Kind::video ? 3000 : 1024;
  packet->bytes = bytes;
  return packet;
}

}  // namespace xb::output::testing
