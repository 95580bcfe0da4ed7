// Every name is followed to the file it really means before it is opened.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_folder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "overlay/picture_shelf.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

// About what fits the shelf; those beyond are decoded when they are shown.
constexpr std::size_t most_ready = 100;

bool is_inside(const fs::path& real, const fs::path& folder) {
  std::error_code code;
  const auto root = fs::canonical(folder, code);
  const auto [stop, rest] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  return !code && stop == root.end() && rest != real.end();
}

Sentence told(const Error& error) {
  return {error.zh(), error.en()};
}

Sentence picture_outside() {
  return {"图片要放在方案文件夹里：写 pictures/名字.png，不要写盘符、/ 开头或 ..",
          "The picture must be inside the Show's folder: write pictures/NAME.png, no drive, no "
          "leading / and no .."};
}

}  // namespace

std::optional<std::string> read_show_file(const fs::path& folder, const char* name, Need need,
                                          std::size_t most_bytes, std::vector<Problem>& problems) {
  const auto file = folder / name;
  const auto report = [&](Sentence wrong) {
    problems.push_back({file.string(), 0, 0, std::move(wrong.zh), std::move(wrong.en)});
  };
  std::error_code code;
  const auto real = fs::canonical(file, code);
  if (!code && !is_inside(real, folder)) {
    report({"它只是一个链接，指到方案文件夹外面：把文件本身复制进来",
            "It is a link out of the Show's folder: copy the file itself into the folder"});
    return std::nullopt;
  }
  auto bytes = read_file(file, most_bytes);
  if (bytes) return std::move(*bytes);
  // a link to nowhere is not a missing table: the operator meant to have one
  const bool is_there = fs::exists(fs::symlink_status(file, code));
  if (need == Need::required || is_there || bytes.error().code() != ErrorCode::file_missing)
    report(told(bytes.error()));
  return std::nullopt;
}

void check_show_file(const fs::path& folder, const std::string& name,
                     std::vector<Problem>& problems) {
  const fs::path named(name);
  std::error_code code;
  const auto real = fs::canonical(folder / named, code);
  const bool is_there = !code && fs::is_regular_file(real, code);
  if (is_there && named.is_relative() && is_inside(real, folder)) return;
  problems.push_back({(folder / "show.toml").string(), 0, 0,
                      "方案文件夹里没有 " + name + "：把文件放进来，只写它的名字",
                      "There is no " + name +
                          " in the Show's folder: put it there and write its "
                          "name alone"});
}

Status ShowPictures::look_at(const std::string& path, std::int64_t version) const {
  if (shelf_ != nullptr && seen_.size() <= most_ready) return shelf_->keep(path, version);
  if (look_ == PictureLook::whole) {
    XB_TRY(overlay::load_picture(path, 64, 64));
    return ok();
  }
  XB_TRY_ASSIGN(const auto bytes, read_file(path, overlay::most_picture_bytes));
  XB_TRY(overlay::check_picture(bytes));
  return ok();
}

ShowPictures::Found ShowPictures::find(std::string cell) {
  std::replace(cell.begin(), cell.end(), '\\', '/');  // as written on Windows
  const fs::path named(cell);
  const bool climbs = std::find(named.begin(), named.end(), fs::path("..")) != named.end();
  if (named.is_absolute() || climbs || cell.find(':') != std::string::npos)
    return {{}, 0, picture_outside()};
  std::error_code code;
  auto path = folder_ / named;
  looked_at_.insert(path);
  if (!fs::exists(path, code) && !named.has_parent_path()) {
    path = folder_ / "pictures" / named;
    looked_at_.insert(path);
  }
  const auto real = fs::canonical(path, code);
  if (code || !fs::is_regular_file(real, code)) {
    return {{},
            0,
            Sentence{"找不到这张图片：把它放进方案的 pictures 文件夹，或把这一格空着",
                     "The picture is not there: put it into the Show's pictures folder or leave "
                     "this cell empty"}};
  }
  if (!is_inside(real, folder_)) return {{}, 0, picture_outside()};
  const auto [seen, is_new] = seen_.try_emplace(real.string());
  auto& found = seen->second;
  if (is_new) {
    found.path = seen->first;
    found.version = file_version(found.path);  // before the look: what is written after it is newer
    if (const auto status = look_at(found.path, found.version); !status)
      found.wrong = told(status.error());
  }
  return found;
}

}  // namespace xb::studio
