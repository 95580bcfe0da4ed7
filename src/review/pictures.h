// The picture lane: small pictures of an evening, and where it was dark or stood still.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/json_fwd.h"
#include "review/evening.h"

namespace xb::review {

// What a key picture's middle looked like, where no layer is drawn: mean luma (16..235) by blocks.
struct Glance {
  std::int64_t t = 0;
  std::vector<std::uint8_t> blocks;
};
inline constexpr std::int64_t shortest_fault_ms = 15'000;
// Where the middle stays below a tenth of the way from black to white for 15 s and more.
std::vector<Span> dark_in(const std::vector<Glance>& glances, const std::vector<NamedSpan>& slates);
// Where no block of it changes for 15 s and more: the camera hangs, or nobody is there. What lies
// behind a slate is neither.
std::vector<Span> still_in(const std::vector<Glance>& glances,
                           const std::vector<NamedSpan>& slates);

// One JPEG with many tiles, each of a step of time, `columns` in a row.
struct PictureLane {
  std::int64_t step_ms = 0;
  std::int64_t columns = 0;
  std::int64_t count = 0;              // 0: there is no picture
  std::int64_t width = 0, height = 0;  // of a tile
  std::vector<Span> dark, still;
  std::vector<NamedSpan> unseen;          // where a recording should have pictures, and has none
  std::optional<std::string> error_name;  // nothing could be seen
};
inline constexpr std::int64_t most_tiles = 240;
inline constexpr int tile_side = 160;  // the longer one
struct SeenPictures {
  PictureLane lane;
  std::string wall;  // JPEG; empty: none
};

// Another text whenever the recordings are others, the same in every copy of them.
std::string recordings_key(const Evening& evening, const std::filesystem::path& folder);

// Decodes the key pictures of all segments; `progress` is told 0..1. A segment that is missing,
// foreign or cut gives what it has. Takes some seconds an hour. Nothing when stopped.
std::optional<SeenPictures> look_through(const Evening& evening,
                                         const std::filesystem::path& folder, Clock& clock,
                                         std::stop_token stop,
                                         const std::function<void(double)>& progress);
// One picture of the evening, 320 wide or high, as JPEG; empty: there is none.
std::string cover_of(const Evening& evening, const std::filesystem::path& folder, Clock& clock,
                     std::stop_token stop);

// Files of the cache, and of the folder `thumbnails` of a copy.
inline constexpr const char* wall_name = "wall.jpg";
inline constexpr const char* cover_name = "cover.jpg";
inline constexpr const char* lane_name = "pictures.json";
inline constexpr const char* thumbnails_folder = "thumbnails";

std::optional<PictureLane> load_pictures(const std::filesystem::path& file, std::string_view key);
void save_pictures(const std::filesystem::path& file, std::string_view key,
                   const PictureLane& lane);
std::vector<Problem> problems_in(const PictureLane& lane);
std::vector<Sentence> missing_in(const PictureLane& lane);
// `url`: of the wall.
OrderedJson pictures_json(const PictureLane& lane, const std::string& url);

}  // namespace xb::review
