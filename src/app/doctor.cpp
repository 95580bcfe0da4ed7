// Looks at the source and the microphone a Show names.
// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/core.h>

#include "capture/devices.h"
#include "capture/source.h"

namespace xb::app {

std::vector<std::string> examine(const studio::Show& show, std::size_t longest_link) {
  std::vector<std::string> out;
  const auto note = [&](const Error& error) { out.push_back(error.zh() + " / " + error.en()); };
  if (const auto source = capture::parse_source(show.source.from); !source) {
    note(source.error());
  } else if (source->scheme == "camera") {
    const auto found = capture::find_camera(source->rest);
    if (!found) note(found.error());
    if (found && found->refusal) note(Error(*found->refusal, found->name));
  }
  if (!show.source.mic.empty()) {
    if (const auto mic = capture::parse_microphone(show.source.mic); !mic) note(mic.error());
  }
  if (longest_link > 0) {
    for (const auto& product : show.tables->products) {
      if (product.link.size() <= longest_link) continue;
      out.push_back(
          fmt::format("{0}的链接有 {1} 个字节，这么大的画面上最多 {2} "
                      "个，再长二维码就扫不出来，商品卡不画它：换成"
                      "短链接，或把画面改大 / The link of {0} has {1} bytes; a QR code on this "
                      "Canvas scans with up "
                      "to {2}, so the card goes without: use a shorter link or a larger Canvas",
                      product.name, product.link.size(), longest_link));
    }
  }
  return out;
}

}  // namespace xb::app
