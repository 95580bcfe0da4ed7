// Matches the boxes of a look to those of the looks before. SPDX-License-Identifier: Apache-2.0
#include "vision/face_list.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace xb::vision {
namespace {

constexpr unsigned last_looks = 0b1111;
constexpr int sightings_needed = 3;
constexpr Duration forgotten_after = std::chrono::seconds(3);
constexpr std::size_t most_tracks = 16;

int area(const media::PixelRect& box) {
  return box.width * box.height;
}

int distance(const media::PixelRect& a, const media::PixelRect& b) {
  return std::abs((2 * a.x + a.width) - (2 * b.x + b.width)) / 2;
}

// Who walks goes three widths of his face in half a second, and stays as tall.
bool may_be_same(const media::PixelRect& a, const media::PixelRect& b) {
  const int size = std::max(a.width, b.width);
  const int dy = std::abs((2 * a.y + a.height) - (2 * b.y + b.height)) / 2;
  return distance(a, b) < 3 * size && dy < size && 2 * std::min(a.width, b.width) > size;
}

bool has_moved(const media::PixelRect& from, const media::PixelRect& to) {
  const int still = from.width / 8;
  return std::abs(from.x - to.x) > still || std::abs(from.y - to.y) > still ||
         std::abs(from.width - to.width) > 2 * still;
}

}  // namespace

void FaceList::note(SessionTime time, const std::vector<media::PixelRect>& found) {
  auto left = found;
  for (auto& track : tracks_) {
    track.looks = track.looks << 1U & last_looks;
    auto same = left.end();
    for (auto box = left.begin(); box != left.end(); ++box) {
      const bool is_nearer =
          same == left.end() || distance(track.box, *box) < distance(track.box, *same);
      if (may_be_same(track.box, *box) && is_nearer) same = box;
    }
    if (same == left.end()) continue;
    if (has_moved(track.box, *same)) track.box = *same;
    left.erase(same);
    track.seen = time;
    track.looks |= 1U;
    track.is_steady |= std::popcount(track.looks) >= sightings_needed;
  }
  std::erase_if(tracks_, [time](const Track& track) {
    return track.is_steady ? time - track.seen >= forgotten_after : track.looks == 0;
  });
  for (const auto& box : left) {
    if (tracks_.size() < most_tracks) tracks_.push_back({box, time, 1U, false});
  }
  std::stable_sort(tracks_.begin(), tracks_.end(),
                   [](const Track& a, const Track& b) { return area(a.box) > area(b.box); });
}

std::vector<media::PixelRect> FaceList::candidates() const {
  std::vector<media::PixelRect> out;
  for (const auto& track : tracks_) out.push_back(track.box);
  return out;
}

std::vector<media::PixelRect> FaceList::steady() const {
  std::vector<media::PixelRect> out;
  for (const auto& track : tracks_) {
    if (track.is_steady) out.push_back(track.box);
  }
  return out;
}

}  // namespace xb::vision
