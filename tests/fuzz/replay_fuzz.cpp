// The Entries of a foreign Session: whatever they say, what is to be painted stays within limits.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "studio/replay.h"

// One Entry a line; its first letter is the kind: s(how), p(aint), g(ap).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(bytes), size);
  xb::studio::Replay replay({});
  xb::FrameNumber frame{0};
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty()) continue;
    xb::session::StoredEntry entry;
    using enum xb::session::EntryKind;
    entry.kind = line.front() == 's' ? show : line.front() == 'g' ? gap : paint;
    entry.json = std::string(line.substr(1));
    replay.add(entry);
  }
  replay.end();
  for (; frame.value < 40; ++frame.value) {
    for (const auto& look : replay.looks_before(frame, time_of(frame, {30, 1}))) {
      XB_CHECK(look.values != nullptr && look.values->tables != nullptr);
      XB_CHECK(look.values->chat.size() <= 64 && look.values->counter.total >= 0);
    }
    XB_CHECK(replay.composed(frame) <= frame);
  }
  return 0;
}
