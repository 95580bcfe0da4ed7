// The floor thread: what was seen decides about the card. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "studio/floor.h"
#include "vision/face_finder.h"

namespace xb::studio {

void Floor::look_after_card() {
  const auto& scene = director_.scene();
  if (!scene.product) return;
  const auto now = parts_.program.now();
  director_.place_card(card_.next(scene.card_place, *parts_.seen.faces.read(), now), now);
  while (auto look = parts_.seen.looks.try_pop()) {
    const auto unreadable = qr_.judge(*look);
    if (!unreadable) continue;
    director_.hide_qr_code(*unreadable, now);
    parts_.health.set("vision.qr", Condition::degraded,
                      Error(ErrorCode::qr_unreadable, *unreadable));
  }
  publish_scene();
}

void Floor::place_new_card(bool was_on) {
  if (was_on || !director_.scene().product) return;
  const auto now = parts_.program.now();
  director_.place_card(card_.at_show(*parts_.seen.faces.read(), now), now);
}

void Floor::try_qr_codes_again() {
  director_.forget_qr_codes(parts_.program.now());
  parts_.health.set("vision.qr", Condition::running);
}

void Floor::ease_vision(bool is_starved) {
  if (std::exchange(is_vision_resting_, is_starved) == is_starved) return;
  using Pace = vision::FaceFinder::Pace;
  if (auto* finder = parts_.seen.finder)
    finder->set(is_starved ? Pace::paused : Pace::looking);
  parts_.seen.qr.watch(is_starved ? std::nullopt : qr_.on_air());
}

}  // namespace xb::studio
