// Decoder: demux and decode of one file, address or device.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"

struct AVFrame;

namespace xb::media {

class CodedPipe;
class PictureConverter;
class Picture;

// What an input is, and with it which demuxers and protocols it may use (decoder_rules.cpp): a
// playlist in disguise opens nothing.
// `pushed`: FLV that InputSpec::bytes hands over.
enum class InputKind : std::uint8_t { file = 1, device, rtmp, rtsp, srt, tcp, pushed };

// Bytes that came to us, not to libav.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Waits for some at most `wait`; 0: none came. Any error is the end of them.
  virtual Result<std::size_t> read(std::span<std::uint8_t> into, Duration wait) = 0;
};

struct InputSpec {
  InputKind kind = InputKind::file;
  std::string url;     // a path for `file`, a device name for `device`
  std::string format;  // libav's name of the device's input format (`v4l2`, `pulse`)
  std::vector<std::pair<std::string, std::string>> options;  // for the demuxer
  // For the connection (`srt`): what must not be in an address that may be printed.
  std::vector<std::pair<std::string, std::string>> connection = {};
  std::shared_ptr<ByteSource> bytes = {};  // of `pushed`; used by the Decoder's thread alone
  bool wants_video = true;
  bool wants_audio = true;
  // A listener (`?listen`, `mode=listener`) has its port and waits: told once each opening.
  std::function<void()> on_listening = {};
  // Gets the pictures' packets as they are, where they can be kept so; outlives the Decoder.
  CodedPipe* coded = nullptr;
  int video_threads = 1;
  int reads_per_picture = 1;  // one a Canvas
  Duration open_deadline = std::chrono::seconds(5);
  Duration read_deadline = std::chrono::seconds(2);
};

struct VideoFacts {
  int width = 0;
  int height = 0;
  Rate rate{0, 1};  // 0 when unknown
  int turn = 0;     // 0, 90, 180, 270: degrees clockwise to show it upright
  std::string codec;
};

// Never merged: a picture, a sound, nothing yet (devices only), the end. Errors are the Result's.
enum class Piece : std::uint8_t { video = 1, audio, nothing, end };

struct Decoded {
  Piece piece = Piece::nothing;
  const AVFrame* frame = nullptr;  // of a sound; the Decoder's, valid until the next call of next()
  Duration time{};                 // of the source's own clock; a file begins at 0
  Duration duration{};             // as far as known
  std::uint64_t coded = 0;         // which CodedPicture it was; 0: not one that was handed on
};

// Thread: one at a time. Blocks in open() and next() up to the deadlines; a stop request ends both
// soon. A picture or sound that cannot be decoded is counted and left out; too many in a row are an
// error.
class Decoder {
 public:
  // Errors: file_missing, device_missing, device_busy, device_denied, device_refused,
  // source_open_failed, source_port_taken, source_unsupported, source_stalled, cancelled.
  static Result<std::unique_ptr<Decoder>> open(const InputSpec& spec, Clock& clock,
                                               std::stop_token stop);
  virtual ~Decoder() = default;
  // After `end` always `end`; after an error the Decoder is to be dropped. Errors: source_stalled,
  // decode_failed, media_failed, cancelled.
  virtual Result<Decoded> next(std::stop_token stop) = 0;
  // The picture next() told of last, on the converter's Canvas. A camera's JPEG is decoded here and
  // not before: one that is left out costs nothing. Errors: decode_failed (counted), media_failed.
  virtual Status read_picture(PictureConverter& converter, Picture& into) = 0;
  // The same as it was decoded; the Decoder's, valid until the next call of next().
  virtual Result<const AVFrame*> picture() = 0;
  virtual bool has_video() const = 0;
  virtual bool has_audio() const = 0;
  virtual const VideoFacts& video() const = 0;
  virtual std::uint64_t decode_errors() const = 0;
};

}  // namespace xb::media
