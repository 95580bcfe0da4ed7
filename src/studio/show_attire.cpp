// Finds theme and mark in the folder.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_attire.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "overlay/theme.h"
#include "studio/assets.h"
#include "studio/theme_file.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_theme_bytes = 64U * 1024U;
constexpr std::array<std::string_view, 3> ours{"red", "harvest", "plain"};

Place place_of_station(std::string_view toml, std::string_view key) {
  const auto text = without_bom(toml);
  if (first_bad_byte(text)) return {};
  const auto parsed = parse_toml(text);
  if (!parsed.root) return {};
  for (const auto& table : parsed.root->entries) {
    if (table.key != "station") continue;
    for (const auto& entry : table.value.entries) {
      if (entry.key == key) return entry.value.place;
    }
  }
  return {};
}

Sentence no_such_theme(const std::string& name) {
  Sentence out{"没有这个主题：用 red harvest plain，或把自己的写成 themes/" + name + ".toml",
               "There is no such theme: use red, harvest or plain, or write your own as themes/" +
                   name + ".toml"};
  if (const auto near = closest(name, {ours.begin(), ours.end()}); !near.empty()) {
    out.zh += "。是不是想写 " + std::string(near) + "？";
    out.en += ". Did you mean " + std::string(near) + "?";
  }
  return out;
}

}  // namespace

AttireRead read_attire(const StationShow& station, std::string_view toml, const fs::path& folder,
                       ShowPictures& pictures, std::vector<Problem>& problems) {
  AttireRead out;
  const auto show_file = (folder / "show.toml").string();
  const auto report = [&](std::string_view key, Sentence sentence) {
    Reporter{show_file, problems}.add(place_of_station(toml, key), std::move(sentence));
  };
  const auto assets = assets_folder();
  if (!assets) {
    report("theme", {assets.error().zh(), assets.error().en()});
    return out;
  }
  std::optional<overlay::Attire> attire;
  if (std::find(ours.begin(), ours.end(), station.theme) != ours.end()) {
    auto loaded = overlay::load_attire(assets->string(), station.theme);
    if (loaded) attire = std::move(*loaded);
    if (!loaded) report("theme", {loaded.error().zh(), loaded.error().en()});
  } else {
    const auto name = "themes/" + station.theme + ".toml";
    out.file = folder / name;
    std::error_code code;
    if (!fs::exists(fs::symlink_status(*out.file, code))) {
      report("theme", no_such_theme(station.theme));
    } else if (const auto text = read_show_file(folder, name.c_str(), Need::required,
                                                most_theme_bytes, problems)) {
      attire =
          read_theme_text(*text, out.file->string(), station.theme, assets->string(), problems);
    }
  }
  if (!station.mark.empty()) {
    const auto found = pictures.find(station.mark);
    auto mark = found.wrong ? Result<overlay::Mark>(Error(ErrorCode::picture_invalid))
                            : overlay::load_mark(found.path);
    if (found.wrong) {
      report("mark", *found.wrong);
    } else if (!mark) {
      report("mark", {mark.error().zh(), mark.error().en()});
    }
    if (!mark) return out;
    if (attire) attire->mark = std::move(*mark);
  }
  if (attire) out.attire = std::make_shared<const overlay::Attire>(std::move(*attire));
  return out;
}

std::shared_ptr<const overlay::Attire> read_theme(const std::string& name, const fs::path& folder,
                                                  std::vector<Problem>& problems) {
  const auto within = "themes/" + name + ".toml";
  const auto file = (folder / within).string();
  const auto assets = assets_folder();
  if (!assets) {
    Reporter{file, problems}.add({}, {assets.error().zh(), assets.error().en()});
    return nullptr;
  }
  const auto text =
      read_show_file(folder, within.c_str(), Need::required, most_theme_bytes, problems);
  if (!text) return nullptr;
  auto attire = read_theme_text(*text, file, name, assets->string(), problems);
  if (!attire) return nullptr;
  return std::make_shared<const overlay::Attire>(std::move(*attire));
}

}  // namespace xb::studio
