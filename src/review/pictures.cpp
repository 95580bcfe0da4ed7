// Looking and judging. SPDX-License-Identifier: Apache-2.0
#include "review/pictures.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "media/jpeg.h"
#include "media/key_pictures.h"
#include "media/mp4_length.h"
#include "review/library.h"

namespace xb::review {
namespace {

constexpr std::int64_t shortest_step_ms = 2000;
constexpr std::int64_t tiles_in_a_row = 16;
constexpr int cover_side = 320;
constexpr int block = 8;
constexpr int dark_below = 38;             // luma of 16..235
constexpr int still_within = 2;            // coding makes of the same picture no more than that
constexpr std::int64_t apart_ms = 12'000;  // further from the next one nothing is known between
constexpr std::int64_t picture_ms = 2500;
constexpr std::int64_t worth_naming_ms = 1500;
constexpr std::int64_t key_pictures_apart_ms = 30'000;  // foreign films have one that rarely
constexpr std::size_t most_glances = 200'000;
constexpr int jpeg_quality = 8;
constexpr int most_cover_tries = 60;

struct Size {
  int width = tile_side;
  int height = tile_side * 9 / 16;
};

Size tile_of(const media::ShownSize& shown, int side) {
  const auto even = [&](int a, int b) { return std::clamp(side * a / b / 2 * 2, 16, side); };
  if (shown.width >= shown.height) return {side, even(shown.height, shown.width)};
  return {even(shown.width, shown.height), side};
}

// The middle: 0.3 to 0.7 of the width, 0.15 to 0.8 of the height.
std::vector<std::uint8_t> middle_of(const media::Picture& picture) {
  std::vector<std::uint8_t> out;
  const int right = picture.width() * 7 / 10 - block;
  const int bottom = picture.height() * 8 / 10 - block;
  for (int y = picture.height() * 15 / 100; y <= bottom; y += block)
    for (int x = picture.width() * 3 / 10; x <= right; x += block) {
      int sum = 0;
      for (int row = y; row < y + block; ++row) {
        const auto* line = picture.plane(0) + std::ptrdiff_t{row} * picture.stride(0);
        for (int at = x; at < x + block; ++at) sum += line[at];
      }
      out.push_back(static_cast<std::uint8_t>(sum / (block * block)));
    }
  return out;
}

int light_of(const std::vector<std::uint8_t>& blocks) {
  int sum = 0;
  for (const int one : blocks) sum += one;
  return blocks.empty() ? 0 : sum / static_cast<int>(blocks.size());
}

bool is_alike(const Glance& a, const Glance& b) {
  if (a.blocks.size() != b.blocks.size() || a.blocks.empty()) return false;
  for (std::size_t i = 0; i < a.blocks.size(); ++i)
    if (std::abs(int{a.blocks[i]} - int{b.blocks[i]}) > still_within) return false;
  return true;
}

bool is_behind(std::int64_t t, const std::vector<NamedSpan>& slates) {
  return std::any_of(slates.begin(), slates.end(),
                     [&](const NamedSpan& slate) { return t >= slate.on.from && t < slate.on.to; });
}

// Runs of glances that belong to the first of theirs.
template <class Belongs>
std::vector<Span> runs_in(const std::vector<Glance>& glances, const std::vector<NamedSpan>& slates,
                          Belongs belongs) {
  std::vector<Span> out;
  for (std::size_t i = 0; i < glances.size();) {
    auto end = i;
    while (end < glances.size() && !is_behind(glances[end].t, slates) &&
           (end == i || glances[end].t - glances[end - 1].t <= apart_ms) &&
           belongs(glances[i], glances[end]))
      ++end;
    if (end > i) {
      const auto last = glances[end - 1].t;
      const auto next = end < glances.size() ? glances[end].t : last + picture_ms;
      const Span span{glances[i].t, std::min(std::max(next, last), last + picture_ms)};
      if (span.to - span.from >= shortest_fault_ms && out.size() < most_in_lane)
        out.push_back(span);
    }
    i = std::max(end, i + 1);
  }
  return out;
}

void copy_tile(const media::Picture& tile, media::Picture& wall, std::int64_t index) {
  const auto x = static_cast<int>(index % tiles_in_a_row) * tile.width();
  const auto y = static_cast<int>(index / tiles_in_a_row) * tile.height();
  for (const int plane : {0, 1, 2}) {
    const int part = plane == 0 ? 1 : 2;
    for (int row = 0; row < tile.height() / part; ++row)
      std::memcpy(
          wall.plane(plane) + std::ptrdiff_t{y / part + row} * wall.stride(plane) + x / part,
          tile.plane(plane) + std::ptrdiff_t{row} * tile.stride(plane),
          static_cast<std::size_t>(tile.width() / part));
  }
}

class Looking {
 public:
  Looking(const Evening& evening, std::filesystem::path folder, Clock& clock, std::stop_token stop)
      : evening_(evening), folder_(std::move(folder)), clock_(clock), stop_(std::move(stop)) {}

  std::optional<SeenPictures> run(const std::function<void(double)>& progress) {
    SeenPictures out;
    auto& lane = out.lane;
    lane.columns = tiles_in_a_row;
    const auto length = std::max<std::int64_t>(1, evening_.duration_ms);
    lane.step_ms = std::max(shortest_step_ms, (length / most_tiles + 999) / 1000 * 1000);
    lane.count = std::min(most_tiles, length / lane.step_ms + 1);
    std::optional<Error> wrong;
    for (const auto& segment : evening_.segments) {
      last_ = -1;
      apart_ = 0;
      const auto seen = look(segment, lane, [&](std::int64_t t) {
        if (last_ >= 0) apart_ = std::max(apart_, t - last_);
        last_ = std::max(last_, t);
        progress(std::min(0.99, static_cast<double>(t) / static_cast<double>(length)));
      });
      if (stop_.stop_requested()) return std::nullopt;
      if (bytes_of(folder_ / segment.name) > 0) name_what_lacks(segment, lane);
      if (seen) continue;
      log_info("review", "{}: {}", segment.name, seen.error().log_line());
      if (!wrong) wrong = seen.error();
    }
    finish(out, wrong);
    return out;
  }

 private:
  Status look(const Segment& segment, PictureLane& lane,
              const std::function<void(std::int64_t)>& at) {
    const auto file = folder_ / segment.name;
    if (bytes_of(file) <= 0) return Error(ErrorCode::file_missing, segment.name);
    if (!wall_) {
      XB_TRY_ASSIGN(const auto shown, media::shown_size(file, clock_, stop_));
      size_ = tile_of(shown, tile_side);
      const auto rows = (lane.count + tiles_in_a_row - 1) / tiles_in_a_row;
      wall_.emplace(static_cast<int>(tiles_in_a_row) * size_.width,
                    static_cast<int>(rows) * size_.height);
      wall_->fill(16, 128, 128);
    }
    std::int64_t last = -1;  // tile
    return media::each_key_picture(
        file, {}, size_.width, size_.height, clock_, stop_,
        [&](Duration time, const media::Picture& picture) {
          const auto t = segment.on.from + to_ms(time);
          const auto tile = std::clamp<std::int64_t>(t / lane.step_ms, 0, lane.count - 1);
          // of a recording with few key pictures, what is between two of them
          for (auto i = last < 0 ? tile : std::max(last + 1, tile - apart_ms / lane.step_ms);
               i <= tile; ++i)
            copy_tile(picture, *wall_, i);
          last = tile;
          if (glances_.size() < most_glances) glances_.push_back({t, middle_of(picture)});
          at(t);
          return true;
        });
  }

  // By how far whole pictures go, and, where that is not told, by the last key picture.
  void name_what_lacks(const Segment& segment, PictureLane& lane) const {
    const auto length = media::mp4_length(folder_ / segment.name, stop_);
    const auto end = length ? segment.on.from + to_ms(*length) : segment.on.to;
    const auto lacks_ms = apart_ == 0
                              ? key_pictures_apart_ms
                              : std::clamp(2 * apart_, worth_naming_ms, key_pictures_apart_ms);
    if (last_ < 0)
      lane.unseen.push_back({segment.name, segment.on});
    else if (segment.on.to - end > worth_naming_ms)
      lane.unseen.push_back({segment.name, {end, segment.on.to}});
    else if (segment.on.to - last_ > lacks_ms)
      lane.unseen.push_back({segment.name, {last_, segment.on.to}});
  }

  void finish(SeenPictures& out, const std::optional<Error>& wrong) {
    auto& lane = out.lane;
    lane.width = size_.width;
    lane.height = size_.height;
    std::stable_sort(glances_.begin(), glances_.end(),
                     [](const Glance& a, const Glance& b) { return a.t < b.t; });
    lane.dark = dark_in(glances_, evening_.slates);
    lane.still = still_in(glances_, evening_.slates);
    if (glances_.empty()) {
      lane.count = 0;
      lane.error_name = std::string(wrong ? wrong->name() : "file.missing");
      return;
    }
    auto jpeg = media::jpeg_of(*wall_, wall_->width(), jpeg_quality);
    if (jpeg)
      out.wall = std::move(*jpeg);
    else
      lane.count = 0;
  }

  const Evening& evening_;
  const std::filesystem::path folder_;
  Clock& clock_;
  const std::stop_token stop_;
  Size size_;
  std::optional<media::Picture> wall_;
  std::vector<Glance> glances_;
  std::int64_t last_ = -1;  // when the last key picture of the file is
  std::int64_t apart_ = 0;  // how far two of them are apart at the most; 0: not known
};

}  // namespace

std::vector<Span> dark_in(const std::vector<Glance>& glances,
                          const std::vector<NamedSpan>& slates) {
  return runs_in(glances, slates, [](const Glance&, const Glance& one) {
    return light_of(one.blocks) < dark_below;
  });
}

std::vector<Span> still_in(const std::vector<Glance>& glances,
                           const std::vector<NamedSpan>& slates) {
  return runs_in(glances, slates, [](const Glance& first, const Glance& one) {
    return light_of(one.blocks) >= dark_below && is_alike(first, one);
  });
}

std::string recordings_key(const Evening& evening, const std::filesystem::path& folder) {
  std::string out;
  for (const auto& one : evening.segments)
    out += one.name + ' ' + std::to_string(one.on.from) + '-' + std::to_string(one.on.to) + ' ' +
           std::to_string(bytes_of(folder / one.name)) + ';';
  return out;
}

std::optional<SeenPictures> look_through(const Evening& evening,
                                         const std::filesystem::path& folder, Clock& clock,
                                         std::stop_token stop,
                                         const std::function<void(double)>& progress) {
  return Looking(evening, folder, clock, std::move(stop)).run(progress);
}

std::string cover_of(const Evening& evening, const std::filesystem::path& folder, Clock& clock,
                     std::stop_token stop) {
  const auto began = evening.live_from.value_or(0);
  const auto wanted = began + (evening.duration_ms - began) / 3;
  const Segment* chosen = nullptr;
  for (const auto& one : evening.segments) {
    if (bytes_of(folder / one.name) <= 0) continue;
    if (chosen == nullptr || one.on.from <= wanted) chosen = &one;
  }
  if (chosen == nullptr) return {};
  const auto file = folder / chosen->name;
  const auto shown = media::shown_size(file, clock, stop);
  if (!shown) return {};
  const auto size = tile_of(*shown, cover_side);
  std::string out;
  int tries = 0;
  const auto looked = media::each_key_picture(
      file, from_ms(std::max<std::int64_t>(0, wanted - chosen->on.from)), size.width, size.height,
      clock, stop, [&](Duration, const media::Picture& picture) {
        if (auto jpeg = media::jpeg_of(picture, picture.width(), jpeg_quality))
          out = std::move(*jpeg);
        return light_of(middle_of(picture)) < dark_below && ++tries < most_cover_tries;
      });
  if (!looked) log_debug("review", "{}: {}", chosen->name, looked.error().log_line());
  return stop.stop_requested() ? std::string() : out;
}

}  // namespace xb::review
