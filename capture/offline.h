// OfflineSource: a file as program frames and sound blocks, as fast as they are asked for, the same
// to the byte each time. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "base/result.h"
#include "capture/source.h"
#include "media/frame.h"

namespace xb::capture {

// Thread: one at a time. One decoding thread, no clock but for deadlines.
class OfflineSource {
 public:
  // `spec` is a file (others are source_unsupported); its `loops` is not regarded.
  static Result<std::unique_ptr<OfflineSource>> open(const SourceSpec& spec,
                                                     const media::Canvas& canvas, Rate rate,
                                                     Clock& clock);
  virtual ~OfflineSource() = default;
  // The picture of the next program frame (0, 1, 2 ...): the newest that is due within half a tick.
  // Null after the end of the picture, for good. At most 8 of them may be held at a time. Errors:
  // source_no_video, decode_failed.
  virtual Result<media::Ref<const media::Picture>> next_frame(std::stop_token stop) = 0;
  // The next block of 1024 samples (0, 1, 2 ...); silence where the file has none, also after its
  // end.
  virtual Status next_block(media::Samples& out, std::stop_token stop) = 0;
  virtual std::string about() const = 0;
};

}  // namespace xb::capture
