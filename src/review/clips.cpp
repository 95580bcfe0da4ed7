// Which files a clip is cut from, what it is called, and what is said about it.
// SPDX-License-Identifier: Apache-2.0
#include "review/clips.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <functional>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "review/evening_json.h"
#include "review/library.h"
#include "review/notes.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_name_bytes = 120;
// A clip must not take what a recording needs.
constexpr std::uintmax_t least_free = 1'000'000'000;
constexpr std::int64_t worth_saying_ms = 200;
constexpr auto dead_part_after = std::chrono::minutes(10);
constexpr Duration room_looked_every = std::chrono::seconds(1);

Error as_clip(const Error& error) {
  switch (error.code()) {
    case ErrorCode::cancelled:
    case ErrorCode::disk_full:
    case ErrorCode::review_clip: return error;
    default: return Error(ErrorCode::review_clip, error.zh(), error.en());
  }
}

std::string tenths(std::int64_t ms) {
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100);
}

// What differs from what was asked for, in words.
std::vector<Sentence> words_of(const output::ClipMade& made, const ClipWishes& wishes,
                               bool is_composed) {
  std::vector<Sentence> out;
  const bool is_tall = wishes.shape == output::ClipShape::tall;
  if (is_tall && is_composed)
    out.push_back(
        {"竖屏画面由干净画面重新合成", "Tall picture composed again from the clean feed"});
  else if (is_tall)
    out.push_back({"没有可用的干净画面：竖屏从录像中间裁出，两边的字可能被裁掉",
                   "No clean feed to use: the tall picture is the middle of the recording; words "
                   "at its sides may be cut"});
  else if (made.copied == 0)
    out.push_back({"整段重新编码（录像不能直接拷贝，或这一段太短）",
                   "All of it was encoded again (the recording cannot be copied, or the part is "
                   "too short)"});
  const auto missing = wishes.on.to - wishes.on.from - to_ms(made.length);
  if (missing >= worth_saying_ms && is_composed)
    out.push_back({"干净画面少 " + tenths(missing) + " 秒，已跳过",
                   tenths(missing) + " s are missing in the clean feed and are left out"});
  else if (missing >= worth_saying_ms)
    out.push_back({"有 " + tenths(missing) + " 秒没有录像，已跳过",
                   tenths(missing) + " s were not recorded and are left out"});
  if (!made.has_sound) out.push_back({"这一段没有声音", "There is no sound in it"});
  if (made.has_sound && made.is_sound_lacking)
    out.push_back({"其中一段录像的声音格式不同，没有放进来",
                   "The sound of one recording is of another kind and was left out"});
  return out;
}

// The first name that is free, taken in one step: another process may be making a clip, too.
Result<std::string> name_clip(const fs::path& part, const fs::path& folder,
                              const std::string& name) {
  const auto stem = name.substr(0, name.size() - 4);
  std::error_code code;
  for (int i = 1; i < 1000; ++i) {
    const auto each = i == 1 ? name : stem + "-" + std::to_string(i) + ".mp4";
    const int taken =
        ::open((folder / each).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (taken < 0 && errno == EEXIST) continue;
    if (taken < 0) break;
    ::close(taken);
    fs::rename(part, folder / each, code);
    if (code) {
      fs::remove(folder / each, code);
      break;
    }
    XB_TRY(sync_folder(folder));
    return each;
  }
  return Error(ErrorCode::file_unwritable, folder.string());
}

// What clips that broke off have left, with nobody at work on them.
void sweep_parts(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const auto name = at->path().filename().string();
    if (name.starts_with('.') && name.ends_with(".part")) found.push_back(at->path());
  }
  for (const auto& file : found) {
    const auto when = fs::last_write_time(file, code);
    if (!code && fs::file_time_type::clock::now() - when > dead_part_after) fs::remove(file, code);
  }
}

// Looks after the disk once a second: what a recording needs is not taken from it.
class WithRoom {
 public:
  WithRoom(fs::path folder, Clock& clock, const JobProgress& progress)
      : folder_(std::move(folder)), clock_(clock), progress_(progress) {}
  bool operator()(double done) {
    const auto now = clock_.now();
    if (now - looked_ >= room_looked_every) {
      looked_ = now;
      is_full_ = is_full_ || !has_room(folder_);
    }
    return progress_(done) && !is_full_;
  }
  bool is_full() const { return is_full_; }
  static bool has_room(const fs::path& folder) {
    std::error_code code;
    const auto space = fs::space(folder, code);
    return code || space.available >= least_free;
  }

 private:
  const fs::path folder_;
  Clock& clock_;
  const JobProgress& progress_;
  MonoTime looked_{};
  bool is_full_ = false;
};

Result<output::ClipMade> make_file(const fs::path& session, const Evening& evening,
                                   const ClipWishes& wishes, const TallFilm& tall, Clock& clock,
                                   const fs::path& to, const JobProgress& progress,
                                   bool& is_composed) {
  if (wishes.shape == output::ClipShape::tall && tall) {
    auto made = tall(session, wishes.on, to, progress);
    is_composed = made.has_value();
    if (made || made.error().code() == ErrorCode::cancelled ||
        made.error().code() == ErrorCode::disk_full)
      return made;
    log_info("review", "not composed again: {}", made.error().log_line());
    std::error_code ignored;
    fs::remove(to, ignored);
  }
  const auto parts = clip_parts(evening.segments, session, wishes.on);
  return output::cut_clip(parts, to, wishes.shape, clock, progress);
}

}  // namespace

std::vector<output::ClipPart> clip_parts(const std::vector<Segment>& files, const fs::path& folder,
                                         Span on) {
  std::vector<output::ClipPart> out;
  auto sorted = files;
  std::sort(sorted.begin(), sorted.end(),
            [](const Segment& a, const Segment& b) { return a.on.from < b.on.from; });
  for (const auto& file : sorted) {
    const auto from = std::max(on.from, file.on.from);
    const auto to = std::min(on.to, file.on.to);
    if (to <= from || bytes_of(folder / file.name) <= 0) continue;
    out.push_back({folder / file.name, from_ms(from - file.on.from), from_ms(to - file.on.from)});
  }
  return out;
}

std::string clip_name(const ClipWishes& wishes, const std::string& title) {
  const auto seconds = wishes.on.from / 1000;
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%02d%02d%02d", static_cast<int>(seconds / 3600 % 100),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  std::string words;
  for (const char c :
       clean_outside_text(wishes.title.empty() ? title : wishes.title, {.graphemes = 40})) {
    constexpr std::string_view refused = "./\\:*?\"<>|%#& \t\n";
    const bool is_dash = refused.find(c) != refused.npos;
    if (!is_dash) words += c;
    if (is_dash && !words.empty() && words.back() != '-') words += '-';
  }
  while (words.size() > most_name_bytes || !is_utf8(words)) words.pop_back();
  while (!words.empty() && (words.back() == '-' || words.back() == '.')) words.pop_back();
  auto out = std::string(time.data()) + (words.empty() ? "" : "-" + words);
  if (wishes.shape == output::ClipShape::tall) out += "-9x16";
  return out + ".mp4";
}

Result<JobOutcome> make_clip(const fs::path& folder, const Evening& evening,
                             const ClipWishes& wishes, const TallFilm& tall, Clock& clock,
                             const JobProgress& progress) {
  const auto clips = folder / "clips";
  std::error_code ignored;
  // an evening may come from a stranger's stick, and lead elsewhere
  if (fs::is_symlink(fs::symlink_status(clips, ignored)))
    return Error(ErrorCode::review_clip, "clips 是一个链接", "clips is a link");
  if (!WithRoom::has_room(folder)) return Error(ErrorCode::disk_full, folder.string());
  XB_TRY(make_folder(clips));
  sweep_parts(clips);
  const auto name = clip_name(wishes, evening.title);
  const auto part = clips / ("." + new_uuid() + ".part");
  bool is_composed = false;
  WithRoom room(folder, clock, progress);
  auto made = make_file(folder, evening, wishes, tall, clock, part, std::ref(room), is_composed);
  if (!made && room.is_full()) made = Error(ErrorCode::disk_full, folder.string());
  auto named = made ? Result<std::string>(name) : Result<std::string>(made.error());
  if (named) {
    const auto synced = sync_file(part);
    named = synced ? name_clip(part, clips, name) : Result<std::string>(synced.error());
  }
  if (!named) {
    fs::remove(part, ignored);
    return as_clip(named.error());
  }
  JobOutcome out{*named, media_url(folder.filename().string(), *named), bytes_of(clips / *named)};
  out.session = folder.filename().string();
  out.notes = words_of(*made, wishes, is_composed);
  return out;
}

}  // namespace xb::review
