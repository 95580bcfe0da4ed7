// GlyphCheck: characters of a Show that no font of this computer can show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "studio/problem.h"

namespace xb::studio {

// The code points of a text that cannot be shown (overlay/glyphs.h).
using Missing = std::function<std::vector<char32_t>(std::string_view)>;

// One Problem for each character of each text that comes on the picture: station and screen of
// show.toml, the drawn columns of both tables. Not wrong, but to be known before air: 〓 is shown
// in its place. Reads the files again; what load_show would refuse is left out. Blocking.
std::vector<Problem> missing_glyphs(const std::filesystem::path& folder, const Missing& missing);

}  // namespace xb::studio
