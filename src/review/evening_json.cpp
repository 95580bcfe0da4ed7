// Writing. SPDX-License-Identifier: Apache-2.0
#include "review/evening_json.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "review/library.h"

namespace xb::review {
namespace {

constexpr std::size_t most_clips = 500;

OrderedJson segments_json(const std::vector<Segment>& segments, const std::string& id,
                          const std::filesystem::path& folder, OrderedJson& missing) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : segments) {
    const auto bytes = bytes_of(folder / one.name);
    const bool is_missing = bytes <= 0;
    out.push_back({{"name", one.name},
                   {"url", media_url(id, one.name)},
                   {"from", one.on.from},
                   {"to", one.on.to},
                   {"bytes", bytes < 0 ? 0 : bytes},
                   {"missing", is_missing}});
    if (is_missing)
      missing.push_back({{"zh", "缺录像文件 " + one.name}, {"en", one.name + " is missing"}});
  }
  return out;
}

OrderedJson clips_json(const std::string& id, const std::filesystem::path& folder) {
  OrderedJson out = OrderedJson::array();
  std::error_code code;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(folder / "clips", code)))
    return out;
  for (std::filesystem::directory_iterator at(folder / "clips", code), end;
       !code && at != end && out.size() < most_clips; at.increment(code)) {
    const auto name = at->path().filename().string();
    const auto bytes = bytes_of(at->path());
    if (!is_session_id(name) || !name.ends_with(".mp4") || bytes < 0) continue;
    out.push_back({{"name", name}, {"url", media_url(id, name)}, {"bytes", bytes}});
  }
  return out;
}

template <class List, class Writer>
OrderedJson list_json(const List& list, Writer writer) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : list) out.push_back(writer(one));
  return out;
}

OrderedJson lanes_json(const Evening& e, const Faults& faults) {
  OrderedJson out;
  out["gained"] = points_json(e.gained);
  out["total"] = points_json(e.total);
  out["watching"] = points_json(e.watching);
  out["comments"] = points_json(e.comments);
  out["pluses"] = list_json(e.pluses, [](const Plus& one) {
    return OrderedJson{{"t", one.t},       {"seq", one.seq},
                       {"name", one.name}, {"platform", one.platform},
                       {"by", one.by},     {"gains", one.gains}};
  });
  out["products"] = list_json(e.products, product_json);
  out["captions"] = list_json(e.captions, caption_json);
  out["markers"] = list_json(e.markers, [](const Mark& one) {
    return OrderedJson{{"t", one.t}, {"to", nullptr}, {"note", one.note}, {"by", one.by}};
  });
  out["slates"] = list_json(e.slates, [](const NamedSpan& one) {
    return OrderedJson{{"kind", one.name}, {"from", one.on.from}, {"to", one.on.to}};
  });
  out["live"] = list_json(e.live, [](const NamedSpan& one) {
    return OrderedJson{{"output", one.name}, {"from", one.on.from}, {"to", one.on.to}};
  });
  out["problems"] = list_json(all_problems(e, faults), problem_json);
  return out;
}

}  // namespace

std::vector<Problem> all_problems(const Evening& evening, const Faults& faults) {
  auto out = evening.problems;
  out.insert(out.end(), faults.problems.begin(), faults.problems.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.on.from < b.on.from; });
  if (out.size() > most_in_lane) out.resize(most_in_lane);
  return out;
}

std::vector<Sentence> all_missing(const Evening& evening, const Faults& faults) {
  auto out = evening.missing;
  out.insert(out.end(), faults.missing.begin(), faults.missing.end());
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain)
      out += c;
    else
      out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
  }
  return out;
}

std::string thumbnail_url(std::string_view id, std::string_view name) {
  return "/api/review/sessions/" + percent_encoded(id) + "/thumbnails/" + percent_encoded(name);
}

std::string media_url(std::string_view id, std::string_view name) {
  return "/api/review/sessions/" + percent_encoded(id) + "/media/" + percent_encoded(name);
}

OrderedJson points_json(const std::vector<Point>& points, std::int64_t since) {
  OrderedJson out = OrderedJson::array();
  for (const auto& point : points) out.push_back({point.t - since, point.value});
  return out;
}

OrderedJson product_json(const ProductSpan& one) {
  return {{"id", one.id},         {"number", one.number},    {"title", one.title},
          {"from", one.on.from},  {"to", one.on.to},         {"questions", one.questions},
          {"gained", one.gained}, {"spoken_ms", one.seen_ms}};
}

OrderedJson caption_json(const CaptionSpan& one) {
  return {{"id", one.id},
          {"text", one.text},
          {"kind", one.kind},
          {"from", one.on.from},
          {"to", one.on.to}};
}

OrderedJson problem_json(const Problem& one) {
  return {{"kind", one.kind}, {"lane", one.lane},  {"from", one.on.from},
          {"to", one.on.to},  {"zh", one.said.zh}, {"en", one.said.en}};
}

OrderedJson line_json(const ChatLine& line) {
  return {{"seq", line.seq},
          {"t", line.t},
          {"kind", chat::name_of(line.kind)},
          {"platform", line.platform},
          {"name", line.name},
          {"text", line.text},
          {"role", line.role},
          {"hidden", line.is_hidden}};
}

OrderedJson lines_json(const std::vector<ChatLine>& lines) {
  return list_json(lines, line_json);
}

OrderedJson summary_json(const Evening& evening, const Beside& beside) {
  const auto& f = evening.figures;
  OrderedJson peak = nullptr;
  if (f.peak_watching) peak = {{"value", f.peak_watching->value}, {"t", f.peak_watching->t}};
  return {{"gained", f.gained},
          {"gained_before", or_none(beside.gained_before)},
          {"total", or_none(f.total)},
          {"peak_watching", std::move(peak)},
          {"comments", f.comments},
          {"gifts", f.gifts},
          {"likes", f.likes},
          {"questions", f.questions},
          {"answered", f.answered},
          {"cards_ms", f.cards_ms},
          {"drops", {{"count", f.drops}, {"ms", f.drops_ms}}},
          {"silence_ms", or_none(beside.faults.silence_ms)},
          {"dark_ms", or_none(beside.faults.dark_ms)},
          {"missed_frames", f.missed_frames}};
}

OrderedJson evening_json(const Evening& evening, const Beside& beside,
                         const std::filesystem::path& folder) {
  OrderedJson missing = list_json(all_missing(evening, beside.faults), [](const Sentence& one) {
    return OrderedJson{{"zh", one.zh}, {"en", one.en}};
  });
  OrderedJson out;
  out["id"] = beside.id;
  out["title"] = evening.title;
  out["station"] = evening.station;
  out["began_wall_ms"] =
      evening.began_wall_ms > 0 ? OrderedJson(evening.began_wall_ms) : OrderedJson(nullptr);
  out["live_from"] = or_none(evening.live_from);
  out["duration_ms"] = evening.duration_ms;
  out["state"] = beside.state;
  out["segments"] = segments_json(evening.segments, beside.id, folder, missing);
  out["clean"] = segments_json(evening.clean, beside.id, folder, missing);
  out["clips"] = clips_json(beside.id, folder);
  out["summary"] = evening.has_ledger ? summary_json(evening, beside) : OrderedJson(nullptr);
  out["lanes"] = lanes_json(evening, beside.faults);
  out["missing"] = std::move(missing);
  return out;
}

}  // namespace xb::review
