// The encoder of a clip's ends: the recording's own size, times and colours, other parameter sets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "media/av.h"
#include "output/clip_sets.h"

struct AVFrame;

namespace xb::output {

struct ClipForm {
  int width = 0;
  int height = 0;
  Rate rate{30, 1};
  bool is_full_range = false;
  // libav's numbers; BT.709
  int primaries = 1;
  int transfer = 1;
  int matrix = 1;
  int aspect_num = 1;
  int aspect_den = 1;
  int set_id = 1;  // of both parameter sets
};

// Thread: one at a time. What is given comes out at once.
class ClipEncoder {
 public:
  using Sink = std::function<Status(AVPacket&)>;  // avcC form; times in 1/90000 s

  // Errors: encoder_failed.
  static Result<std::unique_ptr<ClipEncoder>> open(const ClipForm& form);
  // The next picture begins anew.
  void begin() { wants_key_ = true; }
  // A picture of the form's size, 4:2:0. `pts` grows. Errors: encoder_failed and the sink's.
  Status encode(AVFrame& frame, std::int64_t pts, const Sink& sink);
  Status finish(const Sink& sink);
  ParameterSets sets() const;

 private:
  explicit ClipEncoder(media::CodecContext context) : context_(std::move(context)) {}
  Status receive(const Sink& sink);

  media::CodecContext context_;
  bool wants_key_ = true;
};

}  // namespace xb::output
