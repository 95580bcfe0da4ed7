// show.toml: a Show or sentences with a place in the file, never anything else. A Show that was
// read is the same after it was written. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "studio/schema.h"
#include "studio/show_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  xb::studio::Show show;
  std::vector<xb::studio::Problem> problems;
  xb::studio::read_show_text({reinterpret_cast<const char*>(bytes), size}, "show.toml", show,
                             problems);
  if (!problems.empty()) return 0;
  XB_CHECK(show.video.width % 2 == 0 && show.video.height % 2 == 0);
  XB_CHECK(show.video.width > 0 && show.video.width <= 16'384 && show.video.rate.num > 0);
  const auto written = xb::studio::show_text(show);
  xb::studio::Show again;
  xb::studio::read_show_text(written, "show.toml", again, problems);
  XB_CHECK(problems.empty());
  XB_CHECK(again.station == show.station && again.screen == show.screen);
  XB_CHECK(again.chat == show.chat && again.publish == show.publish);
  XB_CHECK(again.canvases == show.canvases && again.video.crop == show.video.crop);
  XB_CHECK(xb::studio::show_text(again) == written);
  return 0;
}
