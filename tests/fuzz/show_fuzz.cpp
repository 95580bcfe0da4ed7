// show.toml: a Show or sentences with a place in the file, never anything else.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "studio/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  xb::studio::Show show;
  std::vector<xb::studio::Problem> problems;
  xb::studio::read_show_text({reinterpret_cast<const char*>(bytes), size}, "show.toml", show,
                             problems);
  if (!problems.empty()) return 0;
  XB_CHECK(show.video.width % 2 == 0 && show.video.height % 2 == 0);
  XB_CHECK(show.video.width > 0 && show.video.width <= 16'384 && show.video.rate.num > 0);
  return 0;
}
