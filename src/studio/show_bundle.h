// What a Show is made of, as bytes by path: on its way into a .zip and out of one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "studio/show.h"

namespace xb::studio {

using Bundle = std::map<std::string, std::string>;  // bytes by path within the Show

struct FileKind {
  std::string_view folder;  // of the Show: "", "pictures", "themes"
  std::string_view end;     // of the name, or all of it
  std::size_t most_bytes = 0;
  bool is_picture = false;
};
// Nullptr: no file of a Show, such as secrets.toml, a former version or what macOS adds.
const FileKind* kind_of(const std::string& path);

std::string in_lower_case(std::string_view text);

// Takes away what is one computer's own: camera, microphone, push addresses, and a Canvas that only
// they had.
void strip_show(Show& show);

// Error show_zip_invalid with the sentence why.
Error refused_zip(std::string zh, std::string en);

// What of an archive is a Show's, judged before it is unpacked; show_zip.h says by what. Errors:
// show_zip_invalid, show_zip_too_large.
Result<Bundle> bundle_in_zip(std::string_view bytes);

}  // namespace xb::studio
