// What is read: the list, an evening, its chat, several compared.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "net/json.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/evening_json.h"
#include "review/library.h"
#include "review/peaks.h"
#include "session/sessions.h"

namespace xb::review {
namespace {

constexpr std::int64_t before_ms = 30'000;
constexpr std::size_t most_lines_before = 200;
constexpr std::size_t most_compared = 8;
constexpr std::int64_t hour_ms = 3'600'000;
// What lies outside is no time an evening was recorded at: before 2020, or tomorrow.
constexpr std::int64_t first_possible_wall_ms = 1'577'836'800'000;
constexpr std::int64_t most_ahead_ms = 24 * hour_ms;
constexpr Duration list_patience = std::chrono::milliseconds(300);
constexpr int most_looked_back = 5;  // Sessions of the same evening, or that cannot be read

OrderedJson said(const Error& error) {
  return {{"code", error.name()}, {"zh", error.zh()}, {"en", error.en()}};
}

// The last span that was on in the time before `t`.
template <class One>
const One* last_on(const std::vector<One>& spans, std::int64_t from, std::int64_t t) {
  const One* found = nullptr;
  for (const auto& one : spans) {
    if (one.on.from <= t && one.on.to > from) found = &one;
  }
  return found;
}

// A curve that stays where it is until the evening is over.
std::vector<Point> to_the_end(std::vector<Point> points, const Evening& evening) {
  if (!points.empty() && points.back().t < evening.duration_ms)
    points.push_back({evening.duration_ms, points.back().value});
  return points;
}

}  // namespace

// Of a Session that cannot be read, or was not yet, only its name is sure.
OrderedJson Reading::row(const std::string& id, Shelf::From from) {
  const auto folder = shelf_.library() / id;
  const auto known = shelf_.known(id, from);
  OrderedJson out{{"id", id}};
  const auto& row = known.row;
  out["title"] = row ? row->title : clean_outside_text(id);
  out["station"] = row ? OrderedJson(row->station) : OrderedJson(nullptr);
  out["began_wall_ms"] =
      row && row->began_wall_ms > 0 ? OrderedJson(row->began_wall_ms) : OrderedJson(nullptr);
  out["duration_ms"] = row ? OrderedJson(row->duration_ms) : OrderedJson(nullptr);
  out["recorded_ms"] = row ? OrderedJson(row->recorded_ms) : OrderedJson(nullptr);
  out["state"] = known.why_not
                     ? "unreadable"
                     : std::string(shelf_.state_of(id, row ? row->ending : Ending::ended));
  const bool is_counted = row && row->has_ledger;
  out["gained"] = is_counted ? OrderedJson(row->figures.gained) : OrderedJson(nullptr);
  const auto has_peak = is_counted && row->figures.peak_watching;
  out["peak_watching"] =
      has_peak ? OrderedJson(row->figures.peak_watching->value) : OrderedJson(nullptr);
  out["comments"] = is_counted ? OrderedJson(row->figures.comments) : OrderedJson(nullptr);
  const auto notes = read_notes(folder);
  out["open_notes"] = notes ? notes->notes.open() : 0;
  out["bytes"] = folder_bytes(folder);
  out["has_video"] = row ? OrderedJson(row->has_video) : OrderedJson(nullptr);
  const auto has_cover = !backroom_.thumbnail(id, cover_name).empty();
  out["cover"] = has_cover ? OrderedJson(thumbnail_url(id, cover_name)) : OrderedJson(nullptr);
  const auto signed_by = notes ? notes->notes.signed_by() : std::vector<Signature>();
  out["signed_by"] =
      signed_by.empty() ? OrderedJson(nullptr) : OrderedJson(signed_by.front().author);
  out["problem"] = known.why_not ? said(*known.why_not) : OrderedJson(nullptr);
  if ((!row && !known.why_not) || known.is_old) out["pending"] = true;
  return out;
}

Result<OrderedJson> Reading::sessions() {
  OrderedJson list = OrderedJson::array();
  const auto found = find_sessions(shelf_.library());
  if (!found && found.error().code() != ErrorCode::file_missing) return found.error();
  std::int64_t bytes = 0;
  std::int64_t recorded_bytes = 0;
  std::int64_t recorded_ms = 0;
  bool is_any_pending = false;
  const auto patient_until = clock_.now() + list_patience;
  for (const auto& id : found ? found->ids : std::vector<std::string>()) {
    auto one = row(id, clock_.now() < patient_until ? Shelf::From::cache : Shelf::From::memory);
    const auto its_bytes = one["bytes"].get<std::int64_t>();
    bytes += its_bytes;
    if (one["has_video"] == true) {
      recorded_bytes += its_bytes;
      recorded_ms += one["recorded_ms"].get<std::int64_t>();
    }
    is_any_pending |= one.contains("pending");
    list.push_back(std::move(one));
  }
  // by when they began, where that is known: names are only mostly in that order
  std::stable_sort(list.begin(), list.end(), [](const OrderedJson& a, const OrderedJson& b) {
    const auto began = [](const OrderedJson& one) {
      const auto& wall = one["began_wall_ms"];
      return wall.is_null() ? std::int64_t{0} : wall.get<std::int64_t>();
    };
    return began(a) > 0 && began(b) > 0 && began(a) > began(b);
  });
  if (is_any_pending) backroom_.look_again();
  const auto disk = disk_of(shelf_.library());
  OrderedJson hours = nullptr;
  if (recorded_bytes > 0 && recorded_ms > 60'000) {
    const auto bytes_an_hour = static_cast<double>(recorded_bytes) * static_cast<double>(hour_ms) /
                               static_cast<double>(recorded_ms);
    hours = static_cast<std::int64_t>(static_cast<double>(disk.free_bytes) / bytes_an_hour);
  }
  OrderedJson out{
      {"library", clean_outside_text(shelf_.library().filename().string())},
      {"sessions", std::move(list)},
      {"disk",
       {{"free_bytes", disk.free_bytes}, {"used_bytes", bytes}, {"hours_left", std::move(hours)}}}};
  if (found && found->has_more) out["more"] = true;
  return out;
}

// Of the Session before this one: by name, which begins with the time, and by when they began.
std::optional<std::int64_t> Reading::gained_before(const std::string& id) {
  const auto own = shelf_.known(id);
  const auto found = find_sessions(shelf_.library());
  if (!found || !own.row) return std::nullopt;
  const auto& ids = found->ids;
  auto other = std::find(ids.begin(), ids.end(), id);
  for (int looked = 0; other != ids.end() && ++other != ids.end() && looked < most_looked_back;
       ++looked) {
    const auto known = shelf_.known(*other);
    if (known.row && known.row->has_ledger && known.row->began_wall_ms < own.row->began_wall_ms)
      return known.row->figures.gained;
  }
  return std::nullopt;
}

Result<OrderedJson> Reading::evening(const std::string& id) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  const auto state =
      evening->has_ledger ? shelf_.state_of(id, evening->ending) : std::string_view("unreadable");
  const auto before = evening->has_ledger ? gained_before(id) : std::nullopt;
  const Beside beside{id, state, before, backroom_.faults(id)};
  auto out = evening_json(*evening, beside, shelf_.library() / id);
  const auto now_ms = clock_.wall().time_since_epoch().count();
  std::error_code unknown;
  // a video from elsewhere may be as old as it likes
  const bool is_told_by_a_clock =
      !evening->is_begin_guessed &&
      !std::filesystem::exists(shelf_.library() / id / session::imported_mark, unknown);
  if (evening->began_wall_ms <= 0)
    out["missing"].push_back(
        {{"zh", "不知道是哪一天录的"}, {"en", "Nobody knows what day it was"}});
  else if (is_told_by_a_clock && (evening->began_wall_ms < first_possible_wall_ms ||
                                  evening->began_wall_ms > now_ms + most_ahead_ms))
    out["missing"].push_back({{"zh", "当时或现在这台电脑的钟不准：日期和钟点不可信"},
                              {"en",
                               "The clock of the computer was wrong then, or is now: do not trust "
                               "day and hour"}});
  return out;
}

Result<OrderedJson> Reading::chat(const std::string& id, const ChatQuery& query) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  if (!evening->has_ledger) return OrderedJson{{"lines", OrderedJson::array()}, {"more", false}};
  XB_TRY_ASSIGN(auto reader, shelf_.reader(id));
  XB_TRY_ASSIGN(const auto page, read_chat(reader, *evening, query));
  return OrderedJson{{"lines", lines_json(page.lines)}, {"more", page.has_more}};
}

Result<OrderedJson> Reading::before(const std::string& id, std::int64_t t) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  const auto from = std::max<std::int64_t>(0, t - before_ms);
  std::vector<ChatLine> lines;
  if (evening->has_ledger) {
    XB_TRY_ASSIGN(auto reader, shelf_.reader(id));
    XB_TRY(each_line(reader, *evening, {from, t + 1}, [&](ChatLine&& line) {
      lines.push_back(std::move(line));
      if (lines.size() >= 2 * most_lines_before)
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most_lines_before));
      return true;
    }));
  }
  if (lines.size() > most_lines_before)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most_lines_before));
  const auto* const product = last_on(evening->products, from, t);
  const auto* const caption = last_on(evening->captions, from, t);
  return OrderedJson{
      {"from", from},
      {"to", t},
      {"product", product != nullptr ? product_json(*product) : OrderedJson(nullptr)},
      {"caption", caption != nullptr ? caption_json(*caption) : OrderedJson(nullptr)},
      {"lines", lines_json(lines)}};
}

Result<OrderedJson> Reading::compare(const std::vector<std::string>& ids) {
  OrderedJson list = OrderedJson::array();
  for (const auto& id : ids) {
    if (list.size() >= most_compared) break;
    XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
    if (!evening->has_ledger) return Error(ErrorCode::session_unreadable, id);
    const auto since = evening->live_from.value_or(0);
    const Beside beside{id, {}, gained_before(id), backroom_.faults(id)};
    OrderedJson moment = nullptr;
    if (const auto best = best_moment(*evening))
      moment = {{"t", best->t - since},
                {"came", best->came},
                {"caption", best->caption},
                {"product", best->product}};
    list.push_back({{"id", id},
                    {"title", evening->title},
                    {"began_wall_ms", evening->began_wall_ms},
                    {"live_from", or_none(evening->live_from)},
                    {"duration_ms", evening->duration_ms},
                    {"summary", summary_json(*evening, beside)},
                    {"gained", points_json(to_the_end(evening->gained, *evening), since)},
                    {"watching", points_json(evening->watching, since)},
                    {"best", std::move(moment)}});
  }
  return OrderedJson{{"sessions", std::move(list)}};
}

}  // namespace xb::review
