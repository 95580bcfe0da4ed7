// Names and lengths; when it was is told by the folder's name, or guessed. SPDX-License-Identifier:
// Apache-2.0
#include "review/scan_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "media/mp4_length.h"
#include "review/library.h"
#include "session/recording_name.h"
#include "session/sessions.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

// When the last recording was written, less the length of all: good as long as the copies kept
// their times. For a folder that is not named by us.
std::int64_t began_by_files(const fs::path& folder, const std::vector<Segment>& files) {
  struct stat facts {};
  if (::lstat((folder / files.back().name).c_str(), &facts) != 0) return 0;
  return std::max<std::int64_t>(0, std::int64_t{facts.st_mtim.tv_sec} * 1000 - files.back().on.to);
}

}  // namespace

std::vector<Segment> unmentioned_files(const fs::path& folder, std::string_view recording,
                                       const std::vector<Segment>& known, std::int64_t from,
                                       const std::stop_token& stop) {
  std::vector<Segment> out;
  for (auto& name : session::recordings_in(folder, recording)) {
    const bool is_known = std::any_of(known.begin(), known.end(),
                                      [&](const Segment& one) { return one.name == name; });
    if (is_known || bytes_of(folder / name) <= 0) continue;
    const auto length = media::mp4_length(folder / name, stop);
    if (stop.stop_requested()) break;
    if (!length) continue;
    const auto to = from + (length->count() + 999'999) / 1'000'000;
    out.push_back({std::move(name), {from, to}});
    from = to;
  }
  return out;
}

Result<Evening> evening_of_files(const fs::path& folder, const Error& why,
                                 const std::stop_token& stop) {
  Evening out;
  out.has_ledger = false;
  out.segments = unmentioned_files(folder, session::program_recording, {}, 0, stop);
  out.clean = unmentioned_files(folder, session::clean_recording, {}, 0, stop);
  if (stop.stop_requested()) return Error(ErrorCode::cancelled);
  if (out.segments.empty()) return why;
  const auto name = folder.filename().string();
  const auto began = session::began_by_name(name);
  // behind the time stands the station
  const auto station = began ? name.find('-', name.find('T')) : name.npos;
  out.title = clean_outside_text(station == name.npos ? name : name.substr(station + 1));
  out.began_wall_ms = began.value_or(began_by_files(folder, out.segments));
  out.is_begin_guessed = !began && out.began_wall_ms > 0;
  out.duration_ms = out.segments.back().on.to;
  out.missing.push_back(
      {why.zh() + "。没有聊天、商品和数字，只有录像；几段录像一段接一段放，时间可能不准",
       why.en() + ". No chat, products or figures: the recordings alone, one behind "
                  "the other; their times may be wrong"});
  if (out.is_begin_guessed)
    out.missing.push_back({"日期和钟点是按录像文件的时间猜的",
                           "Day and hour are a guess by the time of the recording's file"});
  return out;
}

}  // namespace xb::review
