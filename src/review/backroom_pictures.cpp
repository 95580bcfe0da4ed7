// Small pictures of evenings, and what is wrong with the large ones.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "net/json.h"
#include "review/backroom.h"
#include "review/evening_json.h"
#include "review/library.h"

namespace xb::review {
namespace {

constexpr std::size_t most_lanes = 16;
// A wall of 240 tiles has half a megabyte; a foreign folder may hold anything under its name.
constexpr std::int64_t most_picture_bytes = std::int64_t{8} << 20U;
constexpr std::array thumbnail_names{wall_name, cover_name, lane_name};

void keep_picture(const std::filesystem::path& file, const std::string& bytes) {
  if (file.empty() || bytes.empty()) return;
  if (const auto saved = write_file_atomically(file, bytes, 0600); !saved)
    log_debug("review", "not kept: {}", saved.error().log_line());
}

}  // namespace

std::filesystem::path Backroom::thumbnail(const std::string& id, const std::string& name) const {
  const auto folder = shelf_.library() / id;
  // what is newest was made here
  for (const auto& file :
       {shelf_.cache().file_for(folder, name), folder / thumbnails_folder / name})
    if (const auto bytes = file.empty() ? 0 : bytes_of(file);
        bytes > 0 && bytes <= most_picture_bytes)
      return file;
  return {};
}

std::vector<std::pair<std::filesystem::path, std::filesystem::path>> Backroom::thumbnails(
    const std::string& id) const {
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> out;
  for (const auto* const name : thumbnail_names)
    if (auto file = thumbnail(id, name); !file.empty())
      out.emplace_back(std::move(file), std::filesystem::path(thumbnails_folder) / name);
  return out;
}

std::shared_ptr<const PictureLane> Backroom::kept_pictures(const std::string& id) {
  const auto folder = shelf_.library() / id;
  const auto evening = shelf_.evening(id);
  if (!evening) return nullptr;
  const auto files = files_key(**evening, folder);
  {
    std::lock_guard lock(mutex_);
    if (const auto at = pictures_.find(id); at != pictures_.end() && is_good(at->second, files))
      return at->second.lane;
  }
  const auto key = recordings_key(**evening, folder);
  for (const auto& file :
       {shelf_.cache().file_for(folder, lane_name), folder / thumbnails_folder / lane_name}) {
    if (bytes_of(file) <= 0) continue;
    auto lane = load_pictures(file, key);
    if (!lane) continue;
    auto shared = std::make_shared<const PictureLane>(std::move(*lane));
    std::lock_guard lock(mutex_);
    make_room(pictures_, most_lanes);
    pictures_[id] = {files, clock_.now(), 1.0, shared};
    return shared;
  }
  return nullptr;
}

Result<OrderedJson> Backroom::pictures(const std::string& id) {
  XB_TRY(session_folder(shelf_.library(), id));
  if (const auto lane = kept_pictures(id)) {
    const bool has_wall = !thumbnail(id, wall_name).empty();
    return pictures_json(*lane, has_wall ? thumbnail_url(id, wall_name) : std::string());
  }
  // while it is on air the machine has other things to do
  if (const auto evening = shelf_.evening(id);
      evening && shelf_.state_of(id, (*evening)->ending) == "live")
    return OrderedJson{{"ready", false}, {"progress", 0.0}};
  {
    std::lock_guard lock(mutex_);
    const auto at = pictures_.find(id);
    if (at != pictures_.end() && at->second.lane == nullptr)
      return OrderedJson{{"ready", false}, {"progress", at->second.progress}};
    pictures_[id] = {};
  }
  const bool is_taken =
      tasks_.push([this, id](std::stop_token stop) { look_at(id, stop); }) != Pushed::refused;
  if (is_taken) return OrderedJson{{"ready", false}, {"progress", 0.0}};
  std::lock_guard lock(mutex_);
  pictures_.erase(id);
  return Error(ErrorCode::busy, "review");
}

void Backroom::look_at(const std::string& id, std::stop_token stop) {
  const auto folder = shelf_.library() / id;
  const auto evening = shelf_.evening(id, stop, Wanted::some_time);
  std::optional<SeenPictures> seen;
  std::string key;
  std::string files;
  if (evening) {
    key = recordings_key(**evening, folder);
    files = files_key(**evening, folder);
    seen = look_through(**evening, folder, clock_, stop, [&](double progress) {
      std::lock_guard lock(mutex_);
      pictures_[id].progress = progress;
    });
  }
  if (!seen) {  // stopped, or it cannot be read
    std::lock_guard lock(mutex_);
    pictures_.erase(id);
    return;
  }
  keep_picture(shelf_.cache().file_for(folder, wall_name), seen->wall);
  save_pictures(shelf_.cache().file_for(folder, lane_name), key, seen->lane);
  std::lock_guard lock(mutex_);
  make_room(pictures_, most_lanes);
  pictures_[id] = {files, clock_.now(), 1.0,
                   std::make_shared<const PictureLane>(std::move(seen->lane))};
}

// One that is still being written gets its cover when it is over.
void Backroom::cover_one(const std::string& id, std::stop_token stop) {
  const auto file = shelf_.cache().file_for(shelf_.library() / id, cover_name);
  if (file.empty() || uncovered_.contains(id) || !thumbnail(id, cover_name).empty()) return;
  if (const auto known = shelf_.known(id); known.why_not && !known.row) return;
  const auto evening = shelf_.evening(id, stop, Wanted::some_time);
  if (!evening || shelf_.state_of(id, (*evening)->ending) == "live") return;
  const auto cover = cover_of(**evening, shelf_.library() / id, clock_, stop);
  if (stop.stop_requested()) return;
  if (cover.empty()) uncovered_.insert(id);
  keep_picture(file, cover);
}

}  // namespace xb::review
