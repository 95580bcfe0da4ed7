// The table of the files of a Show.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_bundle.h"

#include <array>
#include <filesystem>
#include <utility>

#include "overlay/picture.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kib = 1024;

// All that a Show is made of (docs/show.md); the root has word lists and mapping files, too.
constexpr std::array kinds{
    FileKind{"", "show.toml", 256 * kib},
    FileKind{"", "products.csv", 4096 * kib},
    FileKind{"", "captions.csv", 4096 * kib},
    FileKind{"", ".txt", 256 * kib},
    FileKind{"", ".json", 64 * kib},
    FileKind{"themes", ".toml", 256 * kib},
    FileKind{"", ".png", overlay::most_picture_bytes, true},
    FileKind{"", ".jpg", overlay::most_picture_bytes, true},
    FileKind{"", ".jpeg", overlay::most_picture_bytes, true},
    FileKind{"", ".webp", overlay::most_picture_bytes, true},
    FileKind{"pictures", ".png", overlay::most_picture_bytes, true},
    FileKind{"pictures", ".jpg", overlay::most_picture_bytes, true},
    FileKind{"pictures", ".jpeg", overlay::most_picture_bytes, true},
    FileKind{"pictures", ".webp", overlay::most_picture_bytes, true},
};

}  // namespace

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

const FileKind* kind_of(const std::string& path) {
  const fs::path named(path);
  const auto name = in_lower_case(named.filename().string());
  if (name.empty() || name.front() == '.' || name.find("secret") != std::string::npos)
    return nullptr;
  const auto first = named.has_parent_path() ? named.begin()->string() : std::string();
  for (const auto& kind : kinds) {
    const bool is_whole_name = kind.end.front() != '.';
    const bool has_end = name.size() > kind.end.size() &&
                         name.compare(name.size() - kind.end.size(), kind.end.npos, kind.end) == 0;
    if (first == kind.folder && (is_whole_name ? path == kind.end : has_end)) return &kind;
  }
  return nullptr;
}

Error refused_zip(std::string zh, std::string en) {
  return Error(ErrorCode::show_zip_invalid, std::move(zh), std::move(en));
}

void strip_show(Show& show) {
  show.source = {};
  show.publish.clear();
  std::erase_if(show.canvases, [&](const auto& one) { return one.name != show.record.canvas; });
}

}  // namespace xb::studio
