// Finds the program's own folders from the place of the executable.
// SPDX-License-Identifier: Apache-2.0
#include "studio/assets.h"

#include <array>
#include <span>
#include <system_error>

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

fs::path executable_folder() {
  std::error_code code;
  return fs::read_symlink("/proc/self/exe", code).parent_path();
}

Result<fs::path> first_with(std::span<const fs::path> candidates, const char* mark,
                            const char* what) {
  std::error_code code;
  for (const auto& candidate : candidates) {
    if (fs::exists(candidate / mark, code)) return fs::weakly_canonical(candidate, code);
  }
  return Error(ErrorCode::file_missing, what);
}

}  // namespace

// Installed: PREFIX/bin; built: SOURCE/build/PRESET; the last for test binaries deeper down.
Result<fs::path> assets_folder() {
  const auto here = executable_folder();
  const std::array candidates{here / "../share/xiangbo", here / "../../assets",
                              fs::path(XB_ASSETS_DIR)};
  return first_with(candidates, "shows", "assets");
}

Result<fs::path> pages_folder() {
  const auto here = executable_folder();
  const std::array candidates{here / "../share/xiangbo/web", here / "../web",
                              fs::path(XB_ASSETS_DIR) / "../build/web"};
  return first_with(candidates, "index.html", "pages");
}

}  // namespace xb::studio
