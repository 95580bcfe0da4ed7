// The Entries that tell of runs and files; a foreign ledger names no file outside its folder.
// SPDX-License-Identifier: Apache-2.0
#include "studio/session_film.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include "net/json.h"
#include "session/recording_name.h"
#include "session/schema.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr net::JsonLimits entry_limits{.bytes = std::size_t{8} << 20U, .depth = 40};
constexpr std::size_t at_once = 32;
constexpr std::size_t most_runs = 1000;
constexpr std::size_t most_parts = 10'000;
constexpr std::int64_t largest_frame = std::int64_t{1} << 48U;

std::int64_t integer_of(const Json& json, const char* key, std::int64_t otherwise) {
  const auto found = net::optional_integer(json, key);
  return found ? found->value_or(otherwise) : otherwise;
}

bool is_true(const Json& json, const char* key) {
  const auto found = net::optional_bool(json, key);
  return found && found->value_or(false);
}

std::string text_of(const Json& json, const char* key) {
  const auto found = net::optional_string(json, key);
  return found ? found->value_or("") : "";
}

Placement placement_of(std::string_view name) {
  if (name == "contain") return Placement::contain;
  return name == "crop" ? Placement::crop : Placement::cover;
}

// Size and placement of a Canvas.
Status read_canvas(const Json& json, VideoShow& video) {
  const auto width = integer_of(json, "width", 0);
  const auto height = integer_of(json, "height", 0);
  const auto is_usable = [](auto side) { return side >= 64 && side <= 4096 && side % 2 == 0; };
  if (!is_usable(width) || !is_usable(height))
    return Error(ErrorCode::json_invalid, "video.width, video.height");
  video.width = static_cast<int>(width);
  video.height = static_cast<int>(height);
  video.placement = placement_of(text_of(json, "placement"));
  const auto crop = json.find("crop");
  const bool has_crop =
      crop != json.end() && crop->is_array() && crop->size() == 4 &&
      std::all_of(crop->begin(), crop->end(), [](const Json& one) { return one.is_number(); });
  if (has_crop) {
    video.crop = {(*crop)[0].get<double>(), (*crop)[1].get<double>(), (*crop)[2].get<double>(),
                  (*crop)[3].get<double>()};
  }
  return ok();
}

// The Canvas that was recorded: of [video], or the further one [record] names.
Result<FilmRun> run_of(const Json& json) {
  FilmRun run;
  XB_TRY_ASSIGN(const Json* video, net::require_object(json, "video"));
  XB_TRY(read_canvas(*video, run.video));
  const auto rate = video->find("rate");
  const bool has_rate = rate != video->end() && rate->is_array() && rate->size() == 2 &&
                        (*rate)[0].is_number_integer() && (*rate)[1].is_number_integer();
  const auto num = has_rate ? (*rate)[0].get<std::int64_t>() : 0;
  const auto den = has_rate ? (*rate)[1].get<std::int64_t>() : 0;
  if (num < 1 || den < 1 || num > 240'000 || den > 10'000 || num > 240 * den || den > num)
    return Error(ErrorCode::json_invalid, "video.rate");
  run.video.rate = {static_cast<std::int32_t>(num), static_cast<std::int32_t>(den)};
  run.show = text_of(json, "show");
  const auto recorded = text_of(json, "record.canvas");
  const auto canvases = json.find("canvases");
  if (canvases == json.end() || !canvases->is_array()) return run;
  for (const auto& one : *canvases) {
    if (text_of(one, "name") == recorded) XB_TRY(read_canvas(one, run.video));
  }
  return run;
}

void add_file(FilmRun& run, const fs::path& folder, const Json& json) {
  const auto name = text_of(json, "name");
  if (!session::is_recording_name(name)) return;
  const bool is_clean = session::recording_number(name, session::clean_recording).has_value();
  auto& parts = is_clean ? run.clean : run.program;
  const auto first = integer_of(json, "first_frame", -1);
  const auto end = integer_of(json, "end_frame", -1);
  if (first >= 0 && first <= largest_frame && parts.size() < most_parts)
    parts.push_back({folder / name, FrameNumber{first}, {}, is_true(json, "as_delivered")});
  if (end < 0 || end > largest_frame) return;
  for (auto& part : parts) {
    if (part.file == folder / name && part.first.value <= end) part.end = FrameNumber{end};
  }
}

Status read_runs(session::Reader& reader, const fs::path& folder, std::vector<FilmRun>& runs) {
  using enum session::EntryKind;
  constexpr std::array kinds{begin, resume, file};
  for (std::int64_t n = 0;;) {
    XB_TRY_ASSIGN(const auto entries, reader.entries_after(n, kinds, at_once));
    if (entries.empty()) return ok();
    n = entries.back().n;
    for (const auto& entry : entries) {
      const auto json = net::parse_json(entry.json, entry_limits);
      if (entry.kind == file) {
        if (json && json->is_object() && !runs.empty()) add_file(runs.back(), folder, *json);
        continue;
      }
      if (!runs.empty()) runs.back().until = entry.n;
      auto run = json ? run_of(*json) : Result<FilmRun>(json.error());
      if (!run) return std::move(run).error();
      if (runs.size() >= most_runs) return Error(ErrorCode::json_invalid, "too many runs");
      run->from = entry.n;
      run->until = INT64_MAX;
      runs.push_back(std::move(*run));
    }
  }
}

Error unreadable(const Error& error) {
  if (error.code() == ErrorCode::database_newer) return error;
  return Error(ErrorCode::session_unreadable, error.detail());
}

}  // namespace

bool is_session(const fs::path& folder) {
  std::error_code code;
  return fs::exists(fs::symlink_status(folder / session::ledger_file, code));
}

Result<SessionFilm> open_session_film(const fs::path& folder) {
  auto reader = session::Reader::open_unchanged(folder);
  if (!reader) return unreadable(reader.error());
  SessionFilm film{std::move(*reader), {}};
  if (auto read = read_runs(film.reader, folder, film.runs); !read) return unreadable(read.error());
  if (film.runs.empty())
    return Error(ErrorCode::session_unreadable, (folder / session::ledger_file).string());
  return film;
}

}  // namespace xb::studio
