// Deleters, options, error text, and libav's log through ours.
// SPDX-License-Identifier: Apache-2.0
#include "media/av.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <new>
#include <string_view>

#include "base/log.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace xb::media {
namespace {

void av_line(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  std::array<char, 1024> line{};
  int print_prefix = 1;
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()),
                      &print_prefix);
  std::string_view text(line.data());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (!text.empty()) log_line(LogLevel::warn, "libav", text);
}

}  // namespace

void AvFree::operator()(AVCodecContext* p) const {
  avcodec_free_context(&p);
}
void AvFree::operator()(AVCodecParameters* p) const {
  avcodec_parameters_free(&p);
}
void AvFree::operator()(AVFrame* p) const {
  av_frame_free(&p);
}
void AvFree::operator()(AVPacket* p) const {
  av_packet_free(&p);
}
void AvFree::operator()(SwrContext* p) const {
  swr_free(&p);
}
void AvFree::operator()(SwsContext* p) const {
  sws_freeContext(p);
}

Result<std::shared_ptr<const AVCodecParametersHolder>> hold_parameters(const AVCodecContext& from) {
  auto made = std::make_shared<AVCodecParametersHolder>();
  made->parameters.reset(avcodec_parameters_alloc());
  if (!made->parameters) throw std::bad_alloc();
  XB_TRY(checked(avcodec_parameters_from_context(made->parameters.get(), &from),
                 "avcodec_parameters_from_context"));
  return std::shared_ptr<const AVCodecParametersHolder>(std::move(made));
}

Result<std::shared_ptr<const AVCodecParametersHolder>> hold_parameters(
    const AVCodecParameters& from, std::span<const std::uint8_t> extradata) {
  auto made = std::make_shared<AVCodecParametersHolder>();
  made->is_as_delivered = true;
  made->parameters.reset(avcodec_parameters_alloc());
  if (!made->parameters) throw std::bad_alloc();
  auto& to = *made->parameters;
  XB_TRY(checked(avcodec_parameters_copy(&to, &from), "avcodec_parameters_copy"));
  // `extradata` may be that of `from`, never that of `to`
  av_freep(&to.extradata);
  to.extradata_size = 0;
  if (!extradata.empty()) {
    to.extradata =
        static_cast<std::uint8_t*>(av_mallocz(extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (to.extradata == nullptr) throw std::bad_alloc();
    std::copy(extradata.begin(), extradata.end(), to.extradata);
    to.extradata_size = static_cast<int>(extradata.size());
  }
  return std::shared_ptr<const AVCodecParametersHolder>(std::move(made));
}

AvFramePtr make_av_frame() {
  AvFramePtr made(av_frame_alloc());
  if (!made) throw std::bad_alloc();
  return made;
}

AvPacketPtr make_av_packet() {
  AvPacketPtr made(av_packet_alloc());
  if (!made) throw std::bad_alloc();
  return made;
}

Options::~Options() {
  av_dict_free(&dictionary_);
}

Options& Options::set(const std::string& key, const std::string& value) {
  if (av_dict_set(&dictionary_, key.c_str(), value.c_str(), 0) < 0) throw std::bad_alloc();
  return *this;
}

std::string Options::left_over() const {
  std::string out;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(dictionary_, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    if (!out.empty()) out += ' ';
    out += entry->key;
  }
  return out;
}

std::string av_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Status checked(int code, std::string_view call, ErrorCode as) {
  if (code >= 0) return ok();
  return Error(as, std::string(call) + ": " + av_text(code));
}

void route_av_log() {
  av_log_set_level(AV_LOG_WARNING);
  av_log_set_callback(av_line);
}

}  // namespace xb::media
