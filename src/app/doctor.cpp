// Looks at the source and the microphone a Show names.
// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/core.h>

#include "capture/devices.h"
#include "capture/source.h"

namespace xb::app {
namespace {

std::string long_link(const overlay::Product& product, const overlay::QrRoom& room) {
  const auto bytes = product.link.size();
  const bool is_shown = bytes <= room.at_most;
  return fmt::format(
      "{0}的链接有 {1} 个字节，这么大的画面上 {2} "
      "个以内的二维码一定扫得出来，{3}：换成短链接，或把画面改大"
      " / The link of {0} has {1} bytes; on this Canvas a QR code of up to {2} surely scans, {4}: "
      "use a "
      "shorter link or a larger Canvas",
      product.name, bytes, room.surely, is_shown ? "再长的读得回来才留在画面上" : "这么长的不画",
      is_shown ? "a longer one stays on only if it reads back" : "one so long is not drawn");
}

}  // namespace

std::vector<std::string> examine(const studio::Show& show, const overlay::QrRoom& room) {
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
  for (const auto& product : show.tables->products) {
    if (room.surely > 0 && product.link.size() > room.surely)
      out.push_back(long_link(product, room));
  }
  return out;
}

}  // namespace xb::app
