// Keeps what was used last, by the bytes it takes.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/picture_shelf.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace xb::overlay {
namespace {

// A card's photo takes 0.35 MiB at 1080p: more than a hundred of them.
constexpr std::size_t most_bytes = std::size_t{48} << 20U;
// One unreadable file takes a place too.
constexpr std::size_t most_kept = 1024;
// A card, a row of the opening slate, the card of the away slate, each on two canvases.
constexpr std::size_t most_sizes = 8;

std::size_t bytes_of(const std::shared_ptr<const Pixels>& pixels) {
  return pixels ? pixels->argb.size() : 0;
}

}  // namespace

const PictureShelf::Kept* PictureShelf::find(const std::string& path, std::int64_t version,
                                             PictureSize size) {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.version == version && kept.size == size && kept.path == path;
  });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return &kept_.front();
}

void PictureShelf::add(Kept kept) {
  bytes_ += bytes_of(kept.pixels);
  kept_.push_front(std::move(kept));
  while (kept_.size() > 1 && (bytes_ > most_bytes || kept_.size() > most_kept)) {
    bytes_ -= bytes_of(kept_.back().pixels);
    kept_.pop_back();
  }
}

std::shared_ptr<const Pixels> PictureShelf::get(const std::string& path, std::int64_t version,
                                                int width, int height) {
  if (path.empty()) return nullptr;
  const PictureSize size{width, height};
  {
    std::lock_guard lock(mutex_);
    if (std::find(sizes_.begin(), sizes_.end(), size) == sizes_.end()) {
      if (sizes_.size() == most_sizes) sizes_.erase(sizes_.begin());
      sizes_.push_back(size);
    }
    if (const auto* kept = find(path, version, size)) return kept->pixels;
  }
  auto loaded = load_picture(path, width, height);
  if (!loaded) log_warn("overlay", "{}", loaded.error().log_line());
  auto pixels = loaded ? std::make_shared<const Pixels>(std::move(*loaded)) : nullptr;
  std::lock_guard lock(mutex_);
  if (find(path, version, size) == nullptr) add({path, version, size, pixels});
  return pixels;
}

Status PictureShelf::keep(const std::string& path, std::int64_t version) {
  std::vector<PictureSize> wanted;
  {
    std::lock_guard lock(mutex_);
    for (const auto& size : sizes_) {
      const auto* kept = find(path, version, size);
      if (kept == nullptr || !kept->pixels) wanted.push_back(size);
    }
    if (wanted.empty() && !sizes_.empty()) return ok();
  }
  XB_TRY_ASSIGN(auto loaded, load_picture(path, wanted));
  std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (find(path, version, wanted[i]) != nullptr) continue;
    add({path, version, wanted[i], std::make_shared<const Pixels>(std::move(loaded[i]))});
  }
  return ok();
}

}  // namespace xb::overlay
