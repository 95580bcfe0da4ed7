// Looking, judging, keeping. SPDX-License-Identifier: Apache-2.0
#include "review/pictures.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "media/jpeg.h"
#include "media/key_pictures.h"
#include "net/json.h"
#include "review/evening_json.h"
#include "review/library.h"
#include "review/scan_outputs.h"

namespace xb::review {
namespace {

constexpr std::int64_t most_tiles = 240;
constexpr std::int64_t shortest_step_ms = 2000;
constexpr std::int64_t tiles_in_a_row = 16;
constexpr int tile_side = 160;  // the longer one
constexpr int cover_side = 320;
constexpr int block = 8;
constexpr int dark_below = 38;             // luma of 16..235
constexpr int still_within = 2;            // coding makes of the same picture no more than that
constexpr std::int64_t apart_ms = 12'000;  // further from the next one nothing is known between
constexpr std::int64_t picture_ms = 2500;
constexpr std::size_t most_glances = 200'000;
constexpr std::size_t most_lane_bytes = 1U << 20U;
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
      const auto seen = look(segment, lane, [&](std::int64_t t) {
        progress(std::min(0.99, static_cast<double>(t) / static_cast<double>(length)));
      });
      if (stop_.stop_requested()) return std::nullopt;
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
    std::int64_t last = -1;
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
};

Problem fault(const char* kind, const Span& span, const char* zh, const char* en) {
  const auto seconds = std::to_string((span.to - span.from + 500) / 1000);
  return {kind,
          "picture",
          span,
          {std::string(zh) + " " + seconds + " 秒", std::string(en) + " " + seconds + " s"}};
}

Json spans_json(const std::vector<Span>& spans) {
  Json out = Json::array();
  for (const auto& span : spans) out.push_back({span.from, span.to});
  return out;
}

std::vector<Span> spans_of(const Json& json) {
  std::vector<Span> out;
  for (const auto& one : json) {
    const Span span{one.at(0).get<std::int64_t>(), one.at(1).get<std::int64_t>()};
    if (span.from >= 0 && span.to >= span.from && out.size() < most_in_lane) out.push_back(span);
  }
  return out;
}

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

std::optional<PictureLane> load_pictures(const std::filesystem::path& file, std::string_view key) {
  if (file.empty()) return std::nullopt;
  const auto stored = read_file(file, most_lane_bytes);
  if (!stored) return std::nullopt;
  const auto json = net::parse_json(*stored, {.bytes = most_lane_bytes, .depth = 4});
  if (!json) return std::nullopt;
  try {
    if (json->at("v") != 1 || json->at("key") != key) return std::nullopt;
    PictureLane lane;
    json->at("step_ms").get_to(lane.step_ms);
    json->at("columns").get_to(lane.columns);
    json->at("count").get_to(lane.count);
    json->at("width").get_to(lane.width);
    json->at("height").get_to(lane.height);
    lane.dark = spans_of(json->at("dark"));
    lane.still = spans_of(json->at("still"));
    if (const auto& error = json->at("error"); error.is_string())
      lane.error_name = error.get<std::string>();
    const bool is_sound = lane.step_ms > 0 && lane.columns > 0 && lane.columns <= most_tiles &&
                          lane.count >= 0 && lane.count <= most_tiles && lane.width > 0 &&
                          lane.width <= tile_side && lane.height > 0 && lane.height <= tile_side;
    return is_sound ? std::optional(std::move(lane)) : std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void save_pictures(const std::filesystem::path& file, std::string_view key,
                   const PictureLane& lane) {
  if (file.empty()) return;
  const Json json{{"v", 1},
                  {"key", key},
                  {"step_ms", lane.step_ms},
                  {"columns", lane.columns},
                  {"count", lane.count},
                  {"width", lane.width},
                  {"height", lane.height},
                  {"dark", spans_json(lane.dark)},
                  {"still", spans_json(lane.still)},
                  {"error", lane.error_name ? Json(*lane.error_name) : Json(nullptr)}};
  if (const auto saved = write_file_atomically(file, net::dump(json), 0600); !saved)
    log_debug("review", "not kept: {}", saved.error().log_line());
}

std::vector<Problem> problems_in(const PictureLane& lane) {
  std::vector<Problem> out;
  for (const auto& span : lane.dark)
    out.push_back(fault("dark", span, "画面太暗", "The picture was dark for"));
  for (const auto& span : lane.still)
    out.push_back(fault("frozen", span, "画面没有动", "The picture did not move for"));
  return out;
}

OrderedJson pictures_json(const PictureLane& lane, const std::string& url) {
  OrderedJson problems = OrderedJson::array();
  for (const auto& one : problems_in(lane)) problems.push_back(problem_json(one));
  OrderedJson error = nullptr;
  if (lane.error_name) {
    const auto said = sentence_of(*lane.error_name);
    error = {{"code", *lane.error_name}, {"zh", said.zh}, {"en", said.en}};
  }
  return {{"ready", true},
          {"progress", 1},
          {"step_ms", lane.step_ms},
          {"columns", lane.columns},
          {"count", lane.count},
          {"width", lane.width},
          {"height", lane.height},
          {"url", lane.count > 0 ? OrderedJson(url) : OrderedJson(nullptr)},
          {"problems", std::move(problems)},
          {"error", std::move(error)}};
}

}  // namespace xb::review
