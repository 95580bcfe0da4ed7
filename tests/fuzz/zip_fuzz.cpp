// A Show as somebody's archive: files of a Show within their sizes and inside its folder, or a
// sentence. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "studio/show_bundle.h"
#include "studio/show_zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto bundle = xb::studio::bundle_in_zip({reinterpret_cast<const char*>(bytes), size});
  if (!bundle) {
    XB_CHECK(!bundle.error().zh().empty());
    return 0;
  }
  XB_CHECK(bundle->contains("show.toml") && bundle->size() <= xb::studio::most_zip_entries);
  std::uint64_t total = 0;
  for (const auto& [path, file] : *bundle) {
    const auto* kind = xb::studio::kind_of(path);
    XB_CHECK(kind != nullptr && file.size() <= kind->most_bytes);
    XB_CHECK(path.front() != '/' && path.find('\\') == std::string::npos);
    for (const auto& part : std::filesystem::path(path)) XB_CHECK(part != "..");
    total += file.size();
  }
  XB_CHECK(total <= xb::studio::most_unzipped_bytes);
  return 0;
}
