// Looks at the source, the microphone and the chat platforms a Show names.
// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include "capture/devices.h"
#include "capture/source.h"
#include "chat/source.h"

namespace xb::app {

std::vector<std::string> examine(const studio::Show& show) {
  std::vector<std::string> out;
  const auto note = [&](const Error& error) { out.push_back(error.zh() + " / " + error.en()); };
  if (const auto source = capture::parse_source(show.source.from); !source) {
    note(source.error());
  } else if (source->scheme == "camera") {
    const auto found = capture::find_device(capture::list_cameras(), source->rest);
    if (!found) note(found.error());
  }
  if (!show.source.mic.empty()) {
    if (const auto mic = capture::parse_microphone(show.source.mic); !mic) note(mic.error());
  }
  for (const auto& one : show.chat) {
    if (const auto known = chat::check_source({one.platform, one.name, one.url}); !known)
      note(known.error());
  }
  return out;
}

}  // namespace xb::app
