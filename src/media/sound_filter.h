// Sound through a chain of libavfilter's filters, and the EBU R128 meter made of one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace xb::media {

// Thread: one at a time. Everything is interleaved float, 48 kHz, stereo unless one channel is
// opened.
class SoundFilter {
 public:
  // `chain` as libavfilter writes it: "highpass=f=80,agate". `channels`: 1 or 2. Errors:
  // media_failed.
  static Result<std::unique_ptr<SoundFilter>> open(const std::string& chain, int channels = 2);
  ~SoundFilter();
  // Appends what has come out of the chain so far: in all never more than has gone in. Allocates.
  // Errors: media_failed.
  Status process(std::span<const float> in, std::vector<float>& out);

 private:
  friend class LoudnessMeter;
  struct Impl;
  explicit SoundFilter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// In LUFS (EBU R128, ITU-R BS.1770); nothing until there is enough sound to tell.
struct Loudness {
  std::optional<double> momentary;   // of the last 0.4 s
  std::optional<double> short_term;  // of the last 3 s
  std::optional<double> integrated;  // since the beginning, pauses left out
};

// Thread: one at a time.
class LoudnessMeter {
 public:
  static Result<std::unique_ptr<LoudnessMeter>> open();  // Errors: media_failed.
  Status add(std::span<const float> in);                 // Errors: media_failed.
  const Loudness& reading() const { return reading_; }

 private:
  std::unique_ptr<SoundFilter> filter_;
  Loudness reading_;
};

}  // namespace xb::media
