// FaceSearch: one look for faces in one picture. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "media/placement.h"

namespace xb::vision {

// Where Debian's opencv-data and its like keep the cascades.
std::span<const std::filesystem::path> cascade_folders();

// Thread: one at a time; allocates.
class FaceSearch {
 public:
  // Error: faces_unavailable.
  static Result<FaceSearch> open(std::span<const std::filesystem::path> folders);
  FaceSearch(FaceSearch&&) noexcept;
  FaceSearch& operator=(FaceSearch&&) noexcept;
  ~FaceSearch();

  // Keeps a small copy of the picture's luma; the picture may go.
  void take(const media::Picture& picture);
  // Faces in what was taken, in its pixels. The neighbourhood of each candidate is searched finely,
  // what has changed coarsely and for small, middling and great faces in turn: 3 looks see each
  // size. Where a candidate is not found it is looked for
  // coarsely, too. Faces under an eighth of the picture's shorter side are not looked for.
  Result<std::vector<media::PixelRect>> look(const std::vector<media::PixelRect>& candidates);
  // The next looks see the whole picture: nobody knows any more what was found in it.
  void forget();

 private:
  struct Impl;
  explicit FaceSearch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::vision
