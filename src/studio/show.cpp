// Loads a Show's folder.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "chat/mapping.h"
#include "chat/wording.h"
#include "studio/schema.h"
#include "studio/show_attire.h"
#include "studio/show_folder.h"
#include "studio/table_draft.h"
#include "studio/tables.h"
#include "studio/text_file.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_show_bytes = 256U * 1024U;
constexpr std::size_t most_mapping_bytes = 64U * 1024U;
constexpr std::array all_tables{Table::products, Table::captions};

// The list itself is looked at here, so that `check` says what is wrong with it.
void read_words(ModerationShow& moderation, const fs::path& folder,
                std::vector<Problem>& problems) {
  if (moderation.words.empty()) return;
  const auto text =
      read_show_file(folder, moderation.words.c_str(), Need::required, most_show_bytes, problems);
  if (!text) return;
  chat::WordList list;
  if (const auto added = list.add_lines(*text, moderation.words); !added) {
    problems.push_back({(folder / moderation.words).string(), 0, 0,
                        "词表读不了（" + added.error().detail_zh() + "）：存成 UTF-8，一行一个词",
                        "The list of words cannot be read (" + added.error().detail() +
                            "): save it as UTF-8 with one word a line"});
    return;
  }
  moderation.own_words = *text;
}

// file:clip.mp4 in a Show means the file beside show.toml, wherever the program was started.
void make_absolute(std::string& spec, const fs::path& folder) {
  constexpr std::string_view scheme = "file:";
  if (spec.rfind(scheme, 0) != 0) return;
  const fs::path path(spec.substr(scheme.size()));
  if (path.is_relative()) spec = std::string(scheme) + (folder / path).lexically_normal().string();
}

// The mapping files of [[chat]] entries; what is wrong with one is said with its name.
void read_mappings(Show& show, const fs::path& folder, LoadedShow& out) {
  for (auto& chat : show.chat) {
    if (chat.map.empty() || (chat.platform != ingest_platform && chat.platform != "generic"))
      continue;  // what needs none has said so
    out.files.push_back(folder / chat.map);
    const auto text =
        read_show_file(folder, chat.map.c_str(), Need::required, most_mapping_bytes, out.problems);
    if (!text) continue;
    chat.mapping = without_bom(*text);
    if (const auto mapping = chat::Mapping::parse(chat.mapping); !mapping) {
      const auto& error = mapping.error();
      out.problems.push_back({(folder / chat.map).string(), 0, 0, error.zh(), error.en()});
    }
  }
}

}  // namespace

int nominal_bitrate_kbps(const VideoShow& video) {
  if (video.bitrate_kbps > 0) return video.bitrate_kbps;
  const auto pixels_per_second =
      static_cast<double>(video.width) * video.height * video.rate.num / video.rate.den;
  // 3000 kbit/s at 720p30; twice the pixels need about 1.65 times the bits
  const auto ratio = pixels_per_second / (1280.0 * 720.0 * 30.0);
  const auto kbps = std::lround(3000.0 * std::pow(ratio, 0.725) / 100.0) * 100;
  return static_cast<int>(std::clamp<long>(kbps, 400, 20'000));
}

LoadedShow load_show(const fs::path& folder, PictureLook look, overlay::PictureShelf* shelf,
                     const Drafts& drafts) {
  LoadedShow out;
  // looked at even where the folder is away: it may come back
  out.files.push_back(folder / "show.toml");
  for (const auto table : all_tables) out.files.push_back(folder / file_of(table));
  std::error_code code;
  const auto root = fs::canonical(folder, code);
  if (code || !fs::is_directory(root, code)) {
    out.problems.push_back({folder.string(), 0, 0,
                            "这里没有方案：写 show.toml 所在的文件夹，不是文件本身",
                            "No Show is here: name the folder that holds show.toml, not a file"});
    return out;
  }
  Show show;
  show.folder = root;
  const auto draft = drafts.find("show.toml");
  const auto text = draft != drafts.end() ? std::optional(draft->second)
                                          : read_show_file(folder, "show.toml", Need::required,
                                                           most_show_bytes, out.problems);
  if (text) read_show_text(*text, (folder / "show.toml").string(), show, out.problems);
  read_words(show.moderation, folder, out.problems);
  read_mappings(show, folder, out);
  if (!show.music.file.empty()) {
    check_show_file(folder, show.music.file, out.problems);
    out.files.push_back(folder / show.music.file);
  }
  ShowPictures pictures(folder, look, shelf);
  auto attire =
      read_attire(show.station, text.value_or(std::string()), folder, pictures, out.problems);
  show.attire = std::move(attire.attire);
  if (attire.file) out.files.push_back(std::move(*attire.file));
  auto tables = load_tables(folder, drafts, pictures, out.problems);
  tables.notices = show.screen.notices;
  show.tables = std::make_shared<const overlay::Tables>(std::move(tables));
  make_absolute(show.source.from, root);
  make_absolute(show.source.mic, root);
  for (const auto table : all_tables) {
    const auto* name = file_of(table);
    if (drafts.find(name) == drafts.end() && !fs::exists(folder / name, code))
      show.absent.emplace_back(name);
  }
  const auto looked_at = pictures.looked_at();
  out.files.insert(out.files.end(), looked_at.begin(), looked_at.end());
  if (out.problems.empty()) out.show = std::move(show);
  return out;
}

}  // namespace xb::studio
