// Hardware H.264 encoders: which may be tried here, and what each needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "media/av.h"

namespace xb::output {

// Brings a picture to where a hardware encoder takes it: repacked, or in the device's memory.
class Upload {
 public:
  virtual ~Upload() = default;
  virtual Result<media::AvFramePtr> upload(const AVFrame& picture) = 0;
};

// Names of encoders whose device is present, in order of preference; empty on most small machines.
std::vector<std::string> hardware_here();

// True when `attempt` says so within `deadline`. It runs in a child process, so that a driver that
// hangs or crashes costs nothing but the deadline; where there is no fork, right here.
bool succeeds_apart(const std::function<bool()>& attempt, Duration deadline);

// Pixel format, device and options for encoder `name`; null when it takes I420 from memory.
Result<std::unique_ptr<Upload>> set_up_hardware(AVCodecContext& context, media::Options& options,
                                                const std::string& name);

}  // namespace xb::output
