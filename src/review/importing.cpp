// The video first, then a ledger that tells of it.
// SPDX-License-Identifier: Apache-2.0
#include "review/importing.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "chat/counter.h"
#include "media/remux.h"
#include "net/json.h"
#include "review/danmaku.h"
#include "review/library.h"
#include "session/recording_name.h"
#include "session/schema.h"
#include "session/sessions.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_chat_bytes = std::size_t{256} << 20U;
constexpr const char* import_prefix = ".import-";
constexpr std::int64_t dead_after_s = 3600;
// The only recording there is.
std::string video_name() {
  return session::recording_name(session::program_recording, 0);
}

// The same kinds as our own errors have for what the operator can do something about.
Error as_import(const fs::path& file, const Error& error) {
  switch (error.code()) {
    case ErrorCode::cancelled:
    case ErrorCode::disk_full:
    case ErrorCode::review_import:
    case ErrorCode::file_missing: return error;
    default:
      return Error(ErrorCode::review_import, file.filename().string() + "：" + error.zh(),
                   file.filename().string() + ": " + error.en());
  }
}

class LedgerOfImport {
 public:
  LedgerOfImport(session::Database& database, std::int64_t began_wall_ms)
      : database_(database), began_(began_wall_ms) {}

  Status fact(std::string_view name, std::string_view value) {
    XB_TRY_ASSIGN(auto statement, database_.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
    return statement.bind(1, name).bind(2, value).run();
  }
  Status add(std::string_view kind, std::int64_t ms, const OrderedJson& json,
             const ForeignLine* line = nullptr, std::int64_t seq = 0) {
    if (!insert_) {
      XB_TRY_ASSIGN(auto made,
                    database_.prepare("INSERT INTO entries (kind, time_ns, wall_ms, seq, platform, "
                                      "user_id, json) VALUES (?, ?, ?, ?, ?, ?, ?)"));
      insert_.emplace(std::move(made));
    }
    insert_->bind(1, kind).bind(2, ms * 1'000'000).bind(3, began_ + ms);
    if (line != nullptr)
      insert_->bind(4, seq).bind(5, "import").bind(6, line->user);
    else
      insert_->bind_null(4).bind_null(5).bind_null(6);
    return insert_->bind(7, net::dump(json)).run();
  }

 private:
  session::Database& database_;
  const std::int64_t began_;
  std::optional<session::Statement> insert_;
};

bool is_in_video(const ForeignLine& line, std::int64_t offset_ms, std::int64_t length_ms) {
  const auto t = line.ms + offset_ms;
  return t >= 0 && t <= length_ms;
}

// What of the chat is not in the Session.
std::vector<Sentence> left_out(const ForeignChat& chat, std::int64_t offset_ms,
                               std::int64_t length_ms) {
  std::vector<Sentence> out;
  if (chat.unread > 0)
    out.push_back({"有 " + std::to_string(chat.unread) + " 条弹幕读不出来",
                   std::to_string(chat.unread) + " lines of the chat cannot be read"});
  const auto beside = std::count_if(
      chat.lines.begin(), chat.lines.end(),
      [&](const ForeignLine& line) { return !is_in_video(line, offset_ms, length_ms); });
  if (beside > 0)
    out.push_back({"有 " + std::to_string(beside) + " 条弹幕在录像的头尾以外，没有放进来",
                   std::to_string(beside) + " lines of the chat lie outside the video and were "
                                            "left out"});
  return out;
}

Status write_chat(LedgerOfImport& ledger, const ForeignChat& chat, std::int64_t offset_ms,
                  std::int64_t length_ms) {
  std::int64_t seq = 0;
  for (const auto& line : chat.lines) {
    if (!is_in_video(line, offset_ms, length_ms)) continue;
    const auto t = line.ms + offset_ms;
    OrderedJson user{{"name", line.name}};
    if (!line.user.empty()) user["id"] = line.user;
    const OrderedJson json{{"seq", ++seq},
                           {"kind", "chat"},
                           {"platform", "import"},
                           {"user", std::move(user)},
                           {"text", line.text}};
    XB_TRY(ledger.add("chat", t, json, &line, seq));
  }
  return ok();
}

Status write_ledger(const fs::path& folder, const ImportWishes& wishes, const std::string& title,
                    const media::Remuxed& video, const std::optional<ForeignChat>& chat,
                    std::int64_t began_wall_ms) {
  XB_TRY_ASSIGN(auto database, session::open_ledger(folder / session::ledger_file));
  XB_TRY(database.run("BEGIN IMMEDIATE"));
  const auto length = to_ms(video.length);
  LedgerOfImport ledger(database, began_wall_ms);
  XB_TRY(ledger.fact("began_wall_ms", std::to_string(began_wall_ms)));
  XB_TRY(ledger.fact("station", title));
  // a live that begins after it goes on from here as from any other Session: with nothing
  const auto counter = net::dump(chat::to_json(chat::begin_session({}, 0, {})));
  XB_TRY(ledger.fact("counter", counter));
  XB_TRY_ASSIGN(auto state, database.prepare("INSERT INTO state VALUES ('counter', ?)"));
  XB_TRY(state.bind(1, counter).run());
  OrderedJson begin{{"title", title},
                    {"station", {{"name", title}}},
                    {"imported",
                     {{"video", wishes.video.filename().string()},
                      {"chat", wishes.chat.filename().string()},
                      {"offset_ms", wishes.offset_ms}}},
                    {"video",
                     {{"width", video.width},
                      {"height", video.height},
                      {"rate", {video.rate.num, video.rate.den}}}}};
  XB_TRY(ledger.add("begin", 0, begin));
  XB_TRY(ledger.add("file", 0, {{"name", video_name()}, {"first_frame", 0}}));
  if (chat) XB_TRY(write_chat(ledger, *chat, wishes.offset_ms, length));
  const auto frames =
      video.rate.num > 0 ? frame_at(SessionTime(video.length), video.rate).value : length;
  XB_TRY(ledger.add("file", length, {{"name", video_name()}, {"end_frame", frames}}));
  XB_TRY(ledger.add("end", length, {{"reason", "imported"}}));
  return database.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
}

// When the video ended being written, less its length: the best guess of when it began.
std::int64_t began_of(const fs::path& video, Duration length, Clock& clock) {
  struct stat facts {};
  const auto ended = ::stat(video.c_str(), &facts) == 0 ? std::int64_t{facts.st_mtim.tv_sec} * 1000
                                                        : clock.wall().time_since_epoch().count();
  return std::max<std::int64_t>(0, ended - to_ms(length));
}

Result<std::string> name_it(const fs::path& library, const fs::path& part, std::int64_t began_ms,
                            const std::string& title) {
  XB_TRY(sync_file(part / video_name()));
  XB_TRY(write_file_atomically(part / session::imported_mark, ""));
  XB_TRY(sync_folder(part));
  const auto name =
      session::folder_name(WallTime(std::chrono::milliseconds(began_ms)), title) + "-import";
  std::error_code code;
  for (int i = 1; i < 1000; ++i) {
    const auto each = i == 1 ? name : name + "-" + std::to_string(i);
    if (fs::exists(fs::symlink_status(library / each, code))) continue;
    fs::rename(part, library / each, code);
    if (code) break;
    XB_TRY(sync_folder(library));
    return each;
  }
  return Error(ErrorCode::file_unwritable, library.string());
}

Result<JobOutcome> import_into(const fs::path& part, const fs::path& library,
                               const ImportWishes& wishes, Clock& clock,
                               const JobProgress& progress) {
  std::optional<ForeignChat> chat;
  if (!wishes.chat.empty()) {
    const auto bytes = read_file(wishes.chat, most_chat_bytes);
    auto read = bytes ? read_foreign_chat(*bytes) : Result<ForeignChat>(bytes.error());
    if (!read) return as_import(wishes.chat, read.error());
    chat = std::move(*read);
  }
  const auto video = media::remux_to_mp4(wishes.video, part / video_name(), clock, progress);
  if (!video) return as_import(wishes.video, video.error());
  auto title = wishes.title;
  if (title.empty()) title = clean_outside_text(wishes.video.stem().string(), {.graphemes = 60});
  const auto began = began_of(wishes.video, video->length, clock);
  XB_TRY(write_ledger(part, wishes, title, *video, chat, began));
  const auto bytes = folder_bytes(part);
  XB_TRY_ASSIGN(const auto name, name_it(library, part, began, title));
  JobOutcome out{name, {}, bytes};
  out.session = name;
  if (chat) out.notes = left_out(*chat, wishes.offset_ms, to_ms(video->length));
  return out;
}

}  // namespace

Result<JobOutcome> import_session(const fs::path& library, const ImportWishes& wishes, Clock& clock,
                                  const JobProgress& progress) {
  // hidden until it is whole: nobody takes it for a Session
  const auto part = library / (std::string(import_prefix) +
                               std::to_string(clock.wall().time_since_epoch().count()));
  XB_TRY(make_folder(part));
  auto made = import_into(part, library, wishes, clock, progress);
  std::error_code ignored;
  if (!made) fs::remove_all(part, ignored);
  return made;
}

void sweep_imports(const fs::path& library, Clock& clock) {
  const auto now_s = clock.wall().time_since_epoch().count() / 1000;
  const auto is_dead = [&](const fs::path& file) {
    struct stat facts {};
    return ::lstat(file.c_str(), &facts) == 0 && now_s - facts.st_mtim.tv_sec > dead_after_s;
  };
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator at(library, code), end; !code && at != end; at.increment(code)) {
    const bool is_ours = at->path().filename().string().starts_with(import_prefix) &&
                         fs::is_directory(fs::symlink_status(at->path(), code));
    if (is_ours && is_dead(at->path())) found.push_back(at->path());
  }
  for (const auto& folder : found) {
    bool is_all_dead = true;
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
      is_all_dead = is_all_dead && is_dead(at->path());
    if (is_all_dead) fs::remove_all(folder, code);
  }
}

}  // namespace xb::review
