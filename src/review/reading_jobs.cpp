// Clips and copies. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "net/json.h"
#include "output/finisher.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/clips.h"
#include "review/copying.h"
#include "review/library.h"
#include "review/removing.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

// One that a crash left lies still.
constexpr auto finishing_within = std::chrono::minutes(2);

// A recording that is being made a plain MP4 right now changes under a copy.
bool is_being_finished(const fs::path& folder, const Evening& evening) {
  const auto is_at_work = [&](const Segment& file) {
    std::error_code code;
    const auto when = fs::last_write_time(output::unfinished_of(folder / file.name), code);
    return !code && fs::file_time_type::clock::now() - when < finishing_within;
  };
  return std::any_of(evening.segments.begin(), evening.segments.end(), is_at_work) ||
         std::any_of(evening.clean.begin(), evening.clean.end(), is_at_work);
}

Result<std::vector<Removal>> removals_of(const Json& said, std::int64_t duration_ms) {
  std::vector<Removal> out;
  const auto list = said.find("without");
  if (list == said.end() || list->is_null()) return out;
  if (!list->is_array() || list->size() > most_removals)
    return Error(ErrorCode::json_invalid, "without: a list of at most 50");
  for (const auto& one : *list) {
    if (!one.is_object()) return Error(ErrorCode::json_invalid, "without: {from, to, why}");
    XB_TRY_ASSIGN(const auto from, net::require_integer(one, "from"));
    XB_TRY_ASSIGN(const auto to, net::require_integer(one, "to"));
    XB_TRY_ASSIGN(const auto why, net::optional_string(one, "why"));
    const Span on{std::max<std::int64_t>(0, from), std::min(to, duration_ms)};
    if (on.to <= on.from) return Error(ErrorCode::json_invalid, "without: from < to");
    out.push_back({on, clean_outside_text(why.value_or(""), {.graphemes = 60})});
  }
  return out;
}

}  // namespace

Result<OrderedJson> Reading::copy(const std::string& id, const Json& said) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  XB_TRY_ASSIGN(const auto to, net::require_string(said, "to"));
  const std::filesystem::path into(to);
  if (!into.is_absolute()) return Error(ErrorCode::json_invalid, "to: a whole path, /media/usb");
  if (shelf_.state_of(id, evening->ending) == "live")
    return Error(ErrorCode::review_copy, "还在直播，结束后再拷", "it is still being recorded");
  const auto folder = shelf_.library() / id;
  if (is_being_finished(folder, *evening))
    return Error(ErrorCode::review_copy, "录像正在整理，过几分钟再拷",
                 "the recording is being finished; try again in some minutes");
  XB_TRY_ASSIGN(auto removals, removals_of(said, evening->duration_ms));
  JobWork work = [folder, into, id, &rooms = backroom_](const JobProgress& progress) {
    return copy_session(folder, into, rooms.thumbnails(id), progress);
  };
  if (!removals.empty())
    work = [folder, into, evening, removals = std::move(removals),
            &clock = clock_](const JobProgress& progress) {
      return copy_without(folder, *evening, removals, into, clock, progress);
    };
  XB_TRY_ASSIGN(const auto job, jobs_.start(std::move(work)));
  return OrderedJson{{"ok", true}, {"job", job}};
}

Result<OrderedJson> Reading::clip(const std::string& id, const Json& said) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  XB_TRY_ASSIGN(const auto from, net::require_integer(said, "from"));
  XB_TRY_ASSIGN(const auto to, net::require_integer(said, "to"));
  XB_TRY_ASSIGN(const auto shape, net::optional_string(said, "shape"));
  XB_TRY_ASSIGN(const auto title, net::optional_string(said, "title"));
  ClipWishes wishes;
  wishes.on = {std::max<std::int64_t>(0, from), std::min(to, evening->duration_ms)};
  if (shape.value_or("16x9") == "9x16") wishes.shape = output::ClipShape::tall;
  wishes.title = clean_outside_text(title.value_or(""), {.graphemes = 60});
  const auto length = wishes.on.to - wishes.on.from;
  if (length < shortest_clip_ms)
    return Error(ErrorCode::review_clip, "至少要半秒", "it is half a second at least");
  if (length > longest_clip_ms)
    return Error(ErrorCode::review_clip, "最多三十分钟", "it is thirty minutes at most");
  if (clip_parts(evening->segments, shelf_.library() / id, wishes.on).empty())
    return Error(ErrorCode::review_clip, "这一段没有录像", "nothing was recorded there");
  XB_TRY_ASSIGN(const auto job,
                jobs_.start([folder = shelf_.library() / id, evening, wishes, tall = tall_,
                             &clock = clock_](const JobProgress& progress) {
                  return make_clip(folder, *evening, wishes, tall, clock, progress);
                }));
  return OrderedJson{{"ok", true}, {"job", job}};
}

}  // namespace xb::review
