// Makes what was asked for on the command line.
// SPDX-License-Identifier: Apache-2.0
#include "studio/handover.h"

#include <algorithm>

#include "output/virtual_camera.h"
#include "studio/report_outputs.h"

namespace xb::studio {
namespace {

constexpr std::size_t blocks_heard = 16;  // 0.3 s

OrderedJson json_of(const output::OnwardStats& stats) {
  return {{"name", stats.name},
          {"state", output::name_of(stats.state)},
          {"shown", stats.shown},
          {"dropped", stats.dropped},
          {"about", stats.about.empty() ? OrderedJson(nullptr) : OrderedJson(stats.about)},
          {"error", error_json(stats.error)}};
}

}  // namespace

Handover::Handover(const HandoverSettings& settings, const VideoShow& video,
                   media::SoundDesk& sound, Clock& clock, Health& health)
    : heard_("aenc to vmic", blocks_heard, Overflow::drop_oldest) {
  if (settings.has_window)
    screens_.push_back(output::make_program_window(video.width, video.height, health));
  if (settings.camera.empty()) return;
  screens_.push_back(output::make_virtual_camera(
      {settings.camera, video.width, video.height, video.rate}, clock, health));
  mic_ = output::make_virtual_mic(heard_, clock, health);
  if (mic_) sound.let_hear(&heard_);
}

std::vector<output::Onward*> Handover::screens() const {
  std::vector<output::Onward*> out;
  for (const auto& one : screens_) out.push_back(one.get());
  return out;
}

bool Handover::show_window() const {
  return std::any_of(screens_.begin(), screens_.end(),
                     [](const auto& one) { return one->show_again(); });
}

OrderedJson Handover::handed() const {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : screens_) out.push_back(json_of(one->stats()));
  if (mic_) out.push_back(json_of(mic_->stats()));
  return out;
}

}  // namespace xb::studio
