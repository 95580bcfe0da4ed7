// One channel or both, and the way from one to the other.
// SPDX-License-Identifier: Apache-2.0
#include "media/voice_chain.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace xb::media {
namespace {

constexpr std::size_t most_recent = 48'000;  // 1 s: what the slowest filter remembers

bool are_channels_alike(std::span<const float> stereo) {
  for (std::size_t i = 0; i + 1 < stereo.size(); i += 2) {
    if (stereo[i] != stereo[i + 1]) return false;
  }
  return true;
}

// By how many samples the chain is late in what it gives, found with a click: another libavfilter
// may have other windows.
Result<std::int64_t> delay_of(const std::string& chain) {
  constexpr std::size_t click_at = 4800;
  std::vector<float> click(9600);
  click[click_at] = 0.9F;
  XB_TRY_ASSIGN(const auto filter, SoundFilter::open(chain, 1));
  std::vector<float> heard;
  XB_TRY(filter->process(click, heard));
  const auto loudest =
      std::max_element(heard.begin(), heard.end(),
                       [](float a, float b) { return std::abs(a) < std::abs(b); }) -
      heard.begin();
  return std::max<std::int64_t>(loudest, click_at) - static_cast<std::int64_t>(click_at);
}

// Takes away so many samples at the begin, as far as they are there.
void skip(std::vector<float>& values, std::int64_t& samples, int channels) {
  const auto count = std::min(samples, static_cast<std::int64_t>(values.size()) / channels);
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count * channels));
  samples -= count;
}

}  // namespace

Result<std::unique_ptr<VoiceChain>> VoiceChain::open(const std::string& chain) {
  std::unique_ptr<VoiceChain> made(new VoiceChain(chain));
  XB_TRY_ASSIGN(made->delay_, delay_of(chain));
  made->to_skip_ = made->delay_;
  XB_TRY_ASSIGN(made->mono_, SoundFilter::open(chain, 1));
  return made;
}

Status VoiceChain::process(std::span<const float> in, std::vector<float>& out) {
  if (mono_ && !are_channels_alike(in)) XB_TRY(go_to_stereo(out));
  in_ += static_cast<std::int64_t>(in.size() / 2);
  return mono_ ? process_mono(in, out) : process_stereo(in, out);
}

Status VoiceChain::process_stereo(std::span<const float> in, std::vector<float>& out) {
  filtered_.clear();
  XB_TRY(stereo_->process(in, filtered_));
  skip(filtered_, to_skip_, 2);
  out.insert(out.end(), filtered_.begin(), filtered_.end());
  return ok();
}

Status VoiceChain::process_mono(std::span<const float> in, std::vector<float>& out) {
  channel_.clear();
  for (std::size_t i = 0; i < in.size(); i += 2) channel_.push_back(in[i]);
  recent_.insert(recent_.end(), channel_.begin(), channel_.end());
  if (recent_.size() > 2 * most_recent) forget_old();
  filtered_.clear();
  XB_TRY(mono_->process(channel_, filtered_));
  skip(filtered_, to_skip_, 1);
  for (const float value : filtered_) out.insert(out.end(), {value, value});
  out_ += static_cast<std::int64_t>(filtered_.size());
  return ok();
}

void VoiceChain::forget_old() {
  if (recent_.size() > most_recent)
    recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(most_recent));
}

// The filters for both channels begin with what was heard last; what one channel gave is not given
// again.
Status VoiceChain::go_to_stereo(std::vector<float>& out) {
  XB_TRY_ASSIGN(stereo_, SoundFilter::open(chain_, 2));
  mono_.reset();
  if (recent_.empty()) return ok();
  forget_old();
  const auto begin = in_ - static_cast<std::int64_t>(recent_.size());
  to_skip_ = out_ - begin + delay_;
  std::vector<float> stereo;
  for (const float value : recent_) stereo.insert(stereo.end(), {value, value});
  recent_ = {};
  return process_stereo(stereo, out);
}

}  // namespace xb::media
