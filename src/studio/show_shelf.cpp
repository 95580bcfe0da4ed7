// Folders made beside their place and renamed.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_shelf.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "net/json.h"
#include "studio/schema.h"
#include "studio/show.h"
#include "studio/show_write.h"
#include "studio/show_zip.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_show_name = 40;      // graphemes
constexpr std::size_t most_show_name_bytes = 160;  // of 255 that a file system gives
constexpr std::uintmax_t most_copied_bytes = 4ULL << 30U;
constexpr std::size_t most_copied_files = 5000;
constexpr std::size_t most_show_text = 256U * 1024U;
constexpr std::size_t most_shows_listed = 500;
constexpr const char* chosen_file = ".chosen";
constexpr const char* walk_file = ".walk";
constexpr int last_walk_step = 9;

Error unwritable(const fs::path& path, const std::error_code& code) {
  return Error(ErrorCode::file_unwritable, path.filename().string() + ": " + code.message());
}

bool is_show(const fs::path& folder) {
  std::error_code code;
  return fs::is_directory(fs::symlink_status(folder, code)) &&
         fs::exists(folder / "show.toml", code);
}

bool name_ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// When one of the files that are edited was written, in ms since 1970.
std::int64_t changed_ms(const fs::path& folder) {
  std::int64_t last = 0;
  for (const auto* name : {"show.toml", "products.csv", "captions.csv"}) {
    std::error_code code;
    const auto at = fs::last_write_time(folder / name, code);
    if (code) continue;
    const auto wall = fs::file_time_type::clock::to_sys(at).time_since_epoch();
    last = std::max<std::int64_t>(
        last, std::chrono::duration_cast<std::chrono::milliseconds>(wall).count());
  }
  return last;
}

std::vector<fs::path> shows_in(const fs::path& shows) {
  std::vector<fs::path> out;
  std::error_code code;
  for (fs::directory_iterator at(shows, code), end; !code && at != end; at.increment(code)) {
    if (at->path().filename().string().front() != '.' && is_show(at->path()))
      out.push_back(at->path());
    if (out.size() >= most_shows_listed) break;
  }
  std::sort(out.begin(), out.end());
  return out;
}

OrderedJson entry_of(const fs::path& folder, std::string name, const ShowPlaces& places) {
  std::error_code code;
  const auto loaded = load_show(folder, PictureLook::header);
  OrderedJson problem = nullptr;
  if (!loaded.problems.empty())
    problem = {{"zh", loaded.problems.front().zh}, {"en", loaded.problems.front().en}};
  const auto& tables = loaded.show ? loaded.show->tables : nullptr;
  return {{"name", std::move(name)},
          {"station", loaded.show ? loaded.show->station.name : std::string()},
          {"products", tables ? tables->products.size() : 0},
          {"captions", tables ? tables->captions.size() : 0},
          {"changed_ms", changed_ms(folder)},
          {"is_open", fs::equivalent(folder, places.open, code)},
          {"is_given", folder == places.given},
          {"problem", std::move(problem)}};
}

}  // namespace

Result<std::string> show_name(std::string_view asked) {
  if (!is_utf8(asked)) return Error(ErrorCode::show_name_invalid);
  auto name = clean_outside_text(asked, {.graphemes = 1000});
  const auto first = name.find_first_not_of(' ');
  if (first == std::string::npos) return Error(ErrorCode::show_name_invalid);
  name = name.substr(first, name.find_last_not_of(' ') - first + 1);
  // what some file system, or somebody's shell, takes for something else
  const bool is_plain = name.find_first_of("/\\:*?\"<>|") == std::string::npos &&
                        name.front() != '.' && name.back() != '.' && name.front() != '-';
  if (!is_plain || name.size() > most_show_name_bytes || grapheme_count(name) > longest_show_name)
    return Error(ErrorCode::show_name_invalid, cut_graphemes(name, longest_show_name));
  return name;
}

std::optional<fs::path> chosen_show(const fs::path& shows) {
  if (const auto name = read_file(shows / chosen_file, most_show_name_bytes)) {
    if (show_name(*name) && is_show(shows / *name)) return shows / *name;
  }
  auto all = shows_in(shows);
  const auto last = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return changed_ms(a) < changed_ms(b);
  });
  if (last == all.end()) return std::nullopt;
  return std::move(*last);
}

Status copy_show(const fs::path& from, const fs::path& to) {
  XB_TRY(make_folder(to));
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  std::error_code code;
  for (fs::recursive_directory_iterator at(from, code), end; !code && at != end;
       at.increment(code)) {
    const auto status = at->symlink_status(code);
    const auto name = at->path().filename().string();
    const auto target = to / at->path().lexically_relative(from);
    if (fs::is_directory(status)) {
      XB_TRY(make_folder(target));
      continue;
    }
    const bool is_former = name_ends_with(name, ".former") || name_ends_with(name, ".new");
    if (!fs::is_regular_file(status) || is_former) continue;
    bytes += at->file_size(code);
    if (++files > most_copied_files || bytes > most_copied_bytes)
      return Error(ErrorCode::show_zip_too_large, from.filename().string());
    if (!fs::copy_file(at->path(), target, code)) break;
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::add,
                    code);
    XB_TRY(sync_file(target));
  }
  if (code) return unwritable(to, code);
  return sync_folder(to);
}

Status copy_example(const fs::path& from, const fs::path& to) {
  XB_TRY(copy_show(from, to));
  XB_TRY_ASSIGN(const auto text, read_file(to / "show.toml", most_show_text));
  Show show;
  show.folder = to;
  std::vector<Problem> problems;
  read_show_text(text, "show.toml", show, problems);
  if (!problems.empty())
    return Error(ErrorCode::show_invalid, problems.front().zh, problems.front().en);
  show.publish.clear();
  show.counter = {};
  show.screen.notices.clear();
  show.screen.opens_at.clear();
  return write_file_atomically(to / "show.toml", show_text(show));
}

bool ShowShelf::is_open(std::string_view show) const {
  std::error_code code;
  const auto folder = folder_of(show);
  return folder && fs::equivalent(*folder, places_.open, code);
}

Result<fs::path> ShowShelf::folder_of(std::string_view show) const {
  if (show.empty() && !places_.given.empty()) return places_.given;
  const auto name = show_name(show);
  if (!name || !is_show(places_.shows / *name)) return Error(ErrorCode::show_unknown);
  return places_.shows / *name;
}

Result<fs::path> ShowShelf::place_for(std::string_view asked) const {
  XB_TRY_ASSIGN(const auto name, show_name(asked));
  XB_TRY(make_folder(places_.shows));
  std::error_code code;
  if (fs::exists(fs::symlink_status(places_.shows / name, code)))
    return Error(ErrorCode::show_name_taken, name);
  return places_.shows / name;
}

fs::path ShowShelf::new_folder() const {
  auto beside = places_.shows / (".new-" + std::to_string(::getpid()));
  std::error_code code;
  fs::remove_all(beside, code);  // of one that was killed
  return beside;
}

namespace {

// `beside` becomes `place`, or goes.
Result<std::string> settle_show(const fs::path& beside, const fs::path& place,
                                const Status& is_whole) {
  std::error_code code;
  if (!is_whole) {
    fs::remove_all(beside, code);
    return is_whole.error();
  }
  fs::rename(beside, place, code);
  if (code) {
    auto error = unwritable(place, code);
    fs::remove_all(beside, code);
    return error;
  }
  XB_TRY(sync_folder(place.parent_path()));
  return place.filename().string();
}

}  // namespace

Result<std::string> ShowShelf::make(std::string_view name, std::string_view example) {
  constexpr std::array examples{"landscape", "portrait"};
  if (std::find(examples.begin(), examples.end(), example) == examples.end())
    return Error(ErrorCode::command_arguments, "from: landscape or portrait");
  XB_TRY_ASSIGN(const auto place, place_for(name));
  const auto beside = new_folder();
  return settle_show(beside, place, copy_example(places_.examples / example, beside));
}

Result<std::string> ShowShelf::copy(std::string_view of, std::string_view name) {
  XB_TRY_ASSIGN(const auto from, folder_of(of));
  XB_TRY_ASSIGN(const auto place, place_for(name));
  const auto beside = new_folder();
  return settle_show(beside, place, copy_show(from, beside));
}

Result<std::string> ShowShelf::rename(std::string_view show, std::string_view name) {
  if (show.empty()) return Error(ErrorCode::show_unknown);
  XB_TRY_ASSIGN(const auto from, folder_of(show));
  XB_TRY_ASSIGN(const auto place, place_for(name));
  const bool was_open = is_open(show);
  if (was_open) {  // it is opened anew under its new name
    const auto loaded = load_show(from, PictureLook::header);
    if (!loaded.problems.empty())
      return Error(ErrorCode::show_invalid, loaded.problems.front().zh, loaded.problems.front().en);
  }
  std::error_code code;
  fs::rename(from, place, code);
  if (code) return unwritable(place, code);
  XB_TRY(sync_folder(places_.shows));
  auto taken = place.filename().string();
  if (was_open) places_.open = place;
  const auto chosen = read_file(places_.shows / chosen_file, most_show_name_bytes);
  if (was_open || (chosen && *chosen == show))
    XB_TRY(write_file_atomically(places_.shows / chosen_file, taken));
  return taken;
}

Status ShowShelf::choose(std::string_view show) {
  XB_TRY_ASSIGN(const auto folder, folder_of(show));
  const auto loaded = load_show(folder, PictureLook::header);
  if (!loaded.problems.empty())
    return Error(ErrorCode::show_invalid, loaded.problems.front().zh, loaded.problems.front().en);
  if (show.empty()) return ok();  // the command line's comes by itself
  return write_file_atomically(places_.shows / chosen_file, folder.filename().string());
}

Result<std::string> ShowShelf::share(std::string_view show) const {
  XB_TRY_ASSIGN(const auto folder, folder_of(show));
  const auto name = show.empty() ? folder.filename().string() : std::string(show);
  return zip_show(folder, name, places_.secrets);
}

Result<std::string> ShowShelf::open_zip(std::string_view bytes, std::string_view name) {
  XB_TRY_ASSIGN(const auto place, place_for(name));
  const auto beside = new_folder();
  return settle_show(beside, place, unzip_show(bytes, beside));
}

Status begin_walk(const fs::path& shows) {
  return write_file_atomically(shows / walk_file, "here 0");
}

ShowShelf::Walk ShowShelf::walk() const {
  const auto text = read_file(places_.shows / walk_file, 64);
  if (!text) return {};
  const int step = text->empty() ? 0 : text->back() - '0';
  return {true, text->rfind("left", 0) == 0, std::clamp(step, 0, last_walk_step)};
}

Status ShowShelf::keep_walk(const Walk& walk) {
  std::error_code code;
  const auto file = places_.shows / walk_file;
  if (!fs::exists(file, code)) return ok();
  if (walk.is_open) {
    const auto step = std::to_string(std::clamp(walk.step, 0, last_walk_step));
    return write_file_atomically(file, (walk.is_left ? "left " : "here ") + step);
  }
  fs::remove(file, code);
  if (code) return unwritable(file, code);
  return sync_folder(places_.shows);
}

OrderedJson ShowShelf::list() const {
  OrderedJson shows = OrderedJson::array();
  if (!places_.given.empty()) {
    // an own one that was named on the command line is listed once, as an own one
    std::error_code code;
    const bool is_own = fs::equivalent(places_.given.parent_path(), places_.shows, code);
    if (!is_own) {
      auto entry = entry_of(places_.given, "", places_);
      entry["folder"] = places_.given.filename().string();
      shows.push_back(std::move(entry));
    }
  }
  for (const auto& folder : shows_in(places_.shows))
    shows.push_back(entry_of(folder, folder.filename().string(), places_));
  return {{"shows", std::move(shows)}};
}

}  // namespace xb::studio
