// PictureShelf: pictures decoded and scaled, ready for the paint thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "overlay/picture.h"

namespace xb::overlay {

// A picture is known by its path, its version (another one when the file is another one) and its
// size. One that could not be read is remembered as well, so that it is tried once and not on every
// repaint.
//
// Thread: any. The mutex guards the lists; files are read and decoded outside it.
class PictureShelf {
 public:
  // Null when there is none. What is not kept is read here and now.
  std::shared_ptr<const Pixels> get(const std::string& path, std::int64_t version, int width,
                                    int height);
  // Has the picture ready in every size that was ever asked for, so that get() need not read it.
  // Decodes it once, or not at all when it is kept. Blocks on the disk. Errors: as load_picture.
  Status keep(const std::string& path, std::int64_t version);

 private:
  struct Kept {
    std::string path;
    std::int64_t version = 0;
    PictureSize size;
    std::shared_ptr<const Pixels> pixels;  // null: it could not be read
  };
  const Kept* find(const std::string& path, std::int64_t version, PictureSize size);
  void add(Kept kept);

  std::mutex mutex_;                // guards all below
  std::list<Kept> kept_;            // most recently used first
  std::size_t bytes_ = 0;           // of all their pixels
  std::vector<PictureSize> sizes_;  // asked for so far
};

}  // namespace xb::overlay
