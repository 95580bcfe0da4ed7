// A turn for one of those who wait. SPDX-License-Identifier: Apache-2.0
#include "studio/line_choice.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace xb::studio {
namespace {

constexpr std::size_t most_in_a_second = 5;
constexpr Duration turn = std::chrono::milliseconds(200);

}  // namespace

bool LineChoice::is_room(SessionTime now) const {
  return shown_.size() < most_in_a_second || now - shown_.front() >= std::chrono::seconds(1);
}

void LineChoice::note_shown(SessionTime now) {
  if (shown_.size() >= most_in_a_second) shown_.pop_front();
  shown_.push_back(now);
}

std::optional<overlay::ChatLine> LineChoice::offer(overlay::ChatLine line) {
  const auto now = line.arrived;
  if (!waiting_ && is_room(now) && (!is_crowd_ || now - shown_.back() >= turn)) {
    is_crowd_ = false;
    note_shown(now);
    return line;
  }
  is_crowd_ = true;
  // The n-th takes the place with a chance of one in n, so that in the end all had the same.
  if (dice_() % ++offered_ == 0) waiting_ = std::move(line);
  return std::nullopt;
}

std::optional<overlay::ChatLine> LineChoice::due(SessionTime now) {
  if (!waiting_ || !is_room(now) || now - shown_.back() < turn) return std::nullopt;
  note_shown(now);
  offered_ = 0;
  auto line = std::exchange(waiting_, std::nullopt);
  line->arrived = now;
  return line;
}

void LineChoice::take_off(const std::vector<std::uint64_t>& sequences) {
  if (!waiting_) return;
  const auto found = std::find(sequences.begin(), sequences.end(), waiting_->sequence);
  if (found == sequences.end()) return;
  waiting_.reset();
  offered_ = 0;
}

}  // namespace xb::studio
