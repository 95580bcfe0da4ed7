// What is kept of them, and what is told. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/text.h"
#include "net/json.h"
#include "review/evening_json.h"
#include "review/exports.h"
#include "review/kept_lane.h"
#include "review/pictures.h"
#include "review/scan_outputs.h"

namespace xb::review {
namespace {

constexpr std::size_t most_lane_bytes = 1U << 20U;
constexpr std::size_t most_unseen = 1000;

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

Json unseen_json(const std::vector<NamedSpan>& unseen) {
  Json out = Json::array();
  for (const auto& one : unseen) out.push_back({one.name, one.on.from, one.on.to});
  return out;
}

std::vector<NamedSpan> unseen_of(const Json& json) {
  std::vector<NamedSpan> out;
  for (const auto& one : json) {
    if (out.size() >= most_unseen) break;
    auto name = clean_outside_text(one.at(0).get<std::string>(), {.graphemes = 60});
    out.push_back(
        {std::move(name), {one.at(1).get<std::int64_t>(), one.at(2).get<std::int64_t>()}});
  }
  return out;
}

}  // namespace

std::optional<PictureLane> load_pictures(const std::filesystem::path& file, std::string_view key) {
  const auto json = load_kept(file, key, most_lane_bytes);
  if (!json) return std::nullopt;
  try {
    PictureLane lane;
    json->at("step_ms").get_to(lane.step_ms);
    json->at("columns").get_to(lane.columns);
    json->at("count").get_to(lane.count);
    json->at("width").get_to(lane.width);
    json->at("height").get_to(lane.height);
    lane.dark = spans_of(json->at("dark"));
    lane.still = spans_of(json->at("still"));
    lane.unseen = unseen_of(json->at("unseen"));
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
  save_kept(file, key,
            {{"step_ms", lane.step_ms},
             {"columns", lane.columns},
             {"count", lane.count},
             {"width", lane.width},
             {"height", lane.height},
             {"dark", spans_json(lane.dark)},
             {"still", spans_json(lane.still)},
             {"unseen", unseen_json(lane.unseen)},
             {"error", lane.error_name ? Json(*lane.error_name) : Json(nullptr)}});
}

std::vector<Problem> problems_in(const PictureLane& lane) {
  std::vector<Problem> out;
  for (const auto& span : lane.dark)
    out.push_back(fault("dark", span, "画面太暗", "The picture was dark for"));
  for (const auto& span : lane.still)
    out.push_back(fault("frozen", span, "画面没有动", "The picture did not move for"));
  return out;
}

std::vector<Sentence> missing_in(const PictureLane& lane) {
  std::vector<Sentence> out;
  for (const auto& one : lane.unseen) {
    const auto from = clock_text(one.on.from).substr(0, 8);
    const auto to = clock_text(one.on.to).substr(0, 8);
    out.push_back({"录像 " + one.name + " 坏了或者不完整：" + from + " 到 " + to + " 没有画面",
                   one.name + " is damaged or cut: no picture from " + from + " to " + to});
  }
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
