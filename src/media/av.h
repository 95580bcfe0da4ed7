// libav objects as unique_ptr types, checked calls, error text. The only names under which libav is
// owned. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

struct AVCodecContext;
struct AVCodecParameters;
struct AVDictionary;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct SwrContext;
struct SwsContext;

namespace xb::media {

struct AvFree {
  void operator()(AVCodecContext* p) const;
  void operator()(AVCodecParameters* p) const;
  void operator()(AVFrame* p) const;
  void operator()(AVPacket* p) const;
  void operator()(SwrContext* p) const;
  void operator()(SwsContext* p) const;
};
using CodecContext = std::unique_ptr<AVCodecContext, AvFree>;
using CodecParameters = std::unique_ptr<AVCodecParameters, AvFree>;
using AvFramePtr = std::unique_ptr<AVFrame, AvFree>;
using AvPacketPtr = std::unique_ptr<AVPacket, AvFree>;
using Resampler = std::unique_ptr<SwrContext, AvFree>;
using Scaler = std::unique_ptr<SwsContext, AvFree>;

// Codec parameters as a shareable value (frame.h names it without libav headers).
struct AVCodecParametersHolder {
  CodecParameters parameters;
  bool is_as_delivered = false;  // a source's own pictures, placed on no Canvas
};
// A copy of what `from` is set to. Errors: media_failed.
Result<std::shared_ptr<const AVCodecParametersHolder>> hold_parameters(const AVCodecContext& from);
// Those of a source's stream, with this extradata. Errors: media_failed.
Result<std::shared_ptr<const AVCodecParametersHolder>> hold_parameters(
    const AVCodecParameters& from, std::span<const std::uint8_t> extradata);

AvFramePtr make_av_frame();
AvPacketPtr make_av_packet();

// Options for a libav call; reports the ones the callee did not take.
class Options {
 public:
  Options() = default;
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  Options& set(const std::string& key, const std::string& value);
  AVDictionary** out() { return &dictionary_; }
  // The keys a callee left in it, separated by spaces.
  std::string left_over() const;

 private:
  AVDictionary* dictionary_ = nullptr;
};

// "No such file or directory".
std::string av_text(int code);
// ok() for code >= 0, else an Error "avformat_open_input: No such file or directory".
Status checked(int code, std::string_view call, ErrorCode as = ErrorCode::media_failed);

// Sends libav's own log lines through base/log (redacted, rate limited). Call once from main.
void route_av_log();

}  // namespace xb::media
