// Cutting, filling up at gaps, counting what found no block or no room.
// SPDX-License-Identifier: Apache-2.0
#include "capture/block_cutter.h"

#include <algorithm>
#include <utility>

namespace xb::capture {
namespace {

constexpr Duration gap_above = std::chrono::milliseconds(30);
constexpr std::size_t block_values =
    static_cast<std::size_t>(media::Samples::count) * media::Samples::channels;

Duration length_of_values(std::size_t values) {
  return Duration(static_cast<std::int64_t>(values / 2) * ns_per_second / sample_rate);
}

}  // namespace

void BlockCutter::begin(SessionTime time) {
  begins_ = time;
  filled_ = 0;
  is_begun_ = true;
  open_ = pool_.take();
}

void BlockCutter::send() {
  is_begun_ = false;
  if (!open_) {
    ++lost_;
    has_gap_ = true;
    return;
  }
  std::fill(open_->values.begin() + static_cast<std::ptrdiff_t>(filled_), open_->values.end(),
            0.0F);
  media::AudioBlock block;
  block.samples = std::move(open_);
  block.time = begins_;
  block.is_after_gap = std::exchange(has_gap_, false);
  if (out_.push(std::move(block)) != Pushed::taken) ++lost_;
}

void BlockCutter::add(std::span<const float> stereo, SessionTime time) {
  const auto apart = time - expected_;
  if (apart > gap_above || apart < -gap_above) {
    if (is_begun_) send();
    has_gap_ = true;
  }
  expected_ = time + length_of_values(stereo.size());
  std::size_t used = 0;
  while (used < stereo.size()) {
    if (!is_begun_) begin(time + length_of_values(used));
    const auto count = std::min(block_values - filled_, stereo.size() - used);
    if (open_)
      std::copy_n(stereo.begin() + static_cast<std::ptrdiff_t>(used), count,
                  open_->values.begin() + static_cast<std::ptrdiff_t>(filled_));
    used += count;
    filled_ += count;
    if (filled_ == block_values) send();
  }
}

}  // namespace xb::capture
