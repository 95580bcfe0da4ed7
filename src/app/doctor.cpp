// Looks at the source and the microphone a Show names.
// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include "capture/devices.h"
#include "capture/source.h"

namespace xb::app {

std::vector<std::string> examine(const studio::Show& show) {
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
  return out;
}

}  // namespace xb::app
