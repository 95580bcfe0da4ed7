// How much of the faces each place would cover. SPDX-License-Identifier: Apache-2.0
#include "studio/card_placer.h"

#include <algorithm>
#include <cstdint>

namespace xb::studio {
namespace {

using overlay::CardPlace;

constexpr Duration between_moves = std::chrono::seconds(5);
constexpr Duration clear_before_return = std::chrono::seconds(6);
constexpr Duration known_for = std::chrono::seconds(3);

// What is found ends at brows and chin, and heads move between looks; going back wants more room
// than staying does, or a head at the edge would move the card to and fro.
constexpr int head_percent = 25;
constexpr int clear_percent = 60;

bool is_known(const vision::Faces& faces, SessionTime now) {
  return faces.is_known && now - faces.time < known_for;
}

std::int64_t covered(const overlay::Box& card, const vision::Faces& faces, int grow_percent) {
  std::int64_t sum = 0;
  for (const auto& face : faces.boxes) {
    const int grow = face.width * grow_percent / 100;
    const int w =
        std::min(card.right(), face.x + face.width + grow) - std::max(card.x, face.x - grow);
    const int h =
        std::min(card.bottom(), face.y + face.height + grow) - std::max(card.y, face.y - grow);
    if (w > 0 && h > 0) sum += std::int64_t{w} * h;
  }
  return sum;
}

}  // namespace

CardPlace CardPlacer::at_show(const vision::Faces& faces, SessionTime now) {
  moved_.reset();
  clear_since_.reset();
  if (!places_.second || !is_known(faces, now)) return CardPlace::first;
  return covered(*places_.second, faces, head_percent) < covered(places_.first, faces, head_percent)
             ? CardPlace::second
             : CardPlace::first;
}

CardPlace CardPlacer::next(CardPlace current, const vision::Faces& faces, SessionTime now) {
  if (!places_.second || !is_known(faces, now)) {
    clear_since_.reset();
    return current;
  }
  const bool is_clear = covered(places_.first, faces, clear_percent) == 0;
  if (!is_clear) clear_since_.reset();
  if (is_clear && !clear_since_) clear_since_ = now;
  if (moved_ && now - *moved_ < between_moves) return current;
  const auto by_first = covered(places_.first, faces, head_percent);
  const auto by_second = covered(*places_.second, faces, head_percent);
  auto next = current;
  if (current == CardPlace::first && by_second < by_first) next = CardPlace::second;
  if (current == CardPlace::second &&
      (by_first < by_second || (clear_since_ && now - *clear_since_ >= clear_before_return)))
    next = CardPlace::first;
  if (next != current) moved_ = now;
  return next;
}

}  // namespace xb::studio
