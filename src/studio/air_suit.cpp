// What the network takes and the machine can do decides what is made.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "studio/air.h"

namespace xb::studio {
namespace {

constexpr const char* bitrate_component = "output.bitrate";
constexpr const char* effort_component = "output.effort";
// All who ask in one turn of the floor get the same answer.
constexpr Duration one_turn = from_ms(10);

// What viewers see of it.
std::optional<ErrorCode> said_of(const output::AdaptiveBitrate& bitrate) {
  switch (bitrate.pace()) {
    case output::Pace::full: break;
    case output::Pace::half:
    case output::Pace::quarter: return ErrorCode::output_few_frames;
    case output::Pace::still: return ErrorCode::output_still;
  }
  if (bitrate.is_lowered()) return ErrorCode::output_slow;
  return std::nullopt;
}

}  // namespace

const std::vector<output::OutputStats>& Air::looked_at() {
  const auto now = parts_.clock.now();
  if (look_ && looked_at_.size() == pushes_.size() && now - *look_ < one_turn) return looked_at_;
  look_ = now;
  looked_at_.clear();
  for (const auto& push : pushes_) looked_at_.push_back(push.output->stats());
  return looked_at_;
}

void Air::suit_bitrates() {
  uplink_.look(looked_at(), parts_.clock.now());
  auto sound_kbps = sound_->parameters().bits_per_second / 1000;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto& bitrate = lanes_[i].bitrate;
    if (!bitrate) continue;
    suit_bitrate(i);
    sound_kbps = std::min(sound_kbps, bitrate->sound_kbps());
  }
  sound_->keep_whole(recorder_ != nullptr);
  sound_->set_bitrate(sound_kbps * 1000);  // there is one, for all
}

// A recording alone never asks for less, and a clean feed goes nowhere else.
void Air::suit_bitrate(std::size_t lane) {
  auto& bitrate = *lanes_[lane].bitrate;
  auto& video = *lanes_[lane].video;
  // hardware keeps what it was opened with
  if (video.encoder_name() != output::software_encoder) return;
  auto& looks = lanes_[lane].looks;
  looks.clear();
  const auto& all = looked_at();
  for (std::size_t i = 0; i < pushes_.size(); ++i) {
    if (pushes_[i].lane == lane)
      looks.push_back({all[i].state == output::OutputState::live, all[i].way});
  }
  if (looks.empty()) return;
  const auto was_said = said_of(bitrate);
  const auto before = std::pair(bitrate.kbps(), bitrate.pace());
  const auto now = bitrate.look(looks, parts_.clock.now());
  if (std::pair(now, bitrate.pace()) == before) return;
  const auto component = component_of(bitrate_component, lane);
  // before the first picture is left out
  if (lane == parts_.strands.recorded && bitrate.pace() != output::Pace::full) suit_recording();
  video.set_bitrate(now * 1000);
  video.set_pace(bitrate.pace());
  log_info(component, "{} of {} kbit/s, pace {}, sound {} kbit/s", now, bitrate.ceiling_kbps(),
           name_of(bitrate.pace()), bitrate.sound_kbps());
  const auto said = said_of(bitrate);
  if (said == was_said) return;
  if (!said) return parts_.health.set(component, Condition::running);
  parts_.health.set(component, Condition::degraded, Error(*said));
}

void Air::suit_effort(std::uint64_t lost) {
  machine_ = {lost + own_encode_.skipped(), 0};
  const double frame_us =
      1000 * in_ms(time_of(FrameNumber{1}, parts_.plan.show.video.rate).time_since_epoch());
  bool is_any_software = false;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const auto& video = lanes_[i].video;
    if (!video || parts_.strands.all[i].dress != Dress::layers) continue;
    // hardware goes on as it was
    if (video->encoder_name() != output::software_encoder) continue;
    is_any_software = true;
    machine_.share = std::max(machine_.share, static_cast<double>(video->encode_us()) / frame_us);
  }
  suit_recording();
  if (!is_any_software) return;
  const auto before = ease_.effort();
  const auto effort = ease_.look(machine_, parts_.clock.now());
  if (effort == before) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].video && parts_.strands.all[i].dress == Dress::layers)
      lanes_[i].video->set_effort(effort);
  }
  own_encode_.set_effort(effort);
  log_info(effort_component, "{}", name_of(effort));
  if (effort == output::Effort::usual)
    return parts_.health.set(effort_component, Condition::running);
  parts_.health.set(effort_component, Condition::degraded, Error(ErrorCode::encoder_eased));
}

// It goes first where the machine does not keep up, before anybody's effort is lowered; but not
// while the stream has fewer pictures.
void Air::suit_recording() {
  own_encode_.look();
  if (!recorder_) return;
  auto& lane = lanes_[*parts_.strands.recorded];
  const bool is_thinned = lane.bitrate->pace() != output::Pace::full;
  const bool is_slow = lane.bitrate->is_lowered() && !lane.bitrate->is_in_doubt();
  const bool was_own = own_encode_.is_own();
  const bool wants_own = own_quality_.look(
      {is_slow || is_thinned, is_thinned, ease_.effort(), machine_.lost, machine_.share},
      parts_.clock.now());
  if (wants_own == was_own) return;
  log_info("output.recording", "{}", wants_own ? "an encoder of its own" : "the stream's pictures");
  if (!wants_own) {
    own_encode_.end();
    return lane.video->force_key_frame();
  }
  const auto& strand = parts_.strands.all[*parts_.strands.recorded];
  auto begun = own_encode_.begin(encoder_settings(parts_.strands.video_of(strand)),
                                 parts_.open_video, lane.video->parameters(), first_frame_);
  if (begun) return;
  log_warn("output.recording", "{}", begun.error().log_line());
  own_quality_.cannot(parts_.clock.now());
}

void Air::suit_no_more() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].bitrate && said_of(*lanes_[i].bitrate))
      parts_.health.set(component_of(bitrate_component, i), Condition::stopped);
  }
  if (ease_.effort() != output::Effort::usual)
    parts_.health.set(effort_component, Condition::stopped);
}

}  // namespace xb::studio
