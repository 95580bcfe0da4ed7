// The attire a Show asks for: one of ours or of its own themes folder, and its mark.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "studio/show_folder.h"

namespace xb::studio {

struct AttireRead {
  std::shared_ptr<const overlay::Attire> attire;  // null when something is wrong
  std::optional<std::filesystem::path> file;      // of its own theme, there or not
};
// `toml` is the text of show.toml: what is wrong is said at the key that asks for it. Blocking.
AttireRead read_attire(const StationShow& station, std::string_view toml,
                       const std::filesystem::path& folder, ShowPictures& pictures,
                       std::vector<Problem>& problems);

// themes/NAME.toml of the folder; null after it was said what is wrong with it. Blocking.
std::shared_ptr<const overlay::Attire> read_theme(const std::string& name,
                                                  const std::filesystem::path& folder,
                                                  std::vector<Problem>& problems);

}  // namespace xb::studio
