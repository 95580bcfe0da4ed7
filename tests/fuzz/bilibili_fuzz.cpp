// Bilibili's socket messages: whatever comes, the limits hold and what is taken reads back as
// itself. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/sources/bilibili_commands.h"
#include "chat/sources/bilibili_packets.h"
#include "tests/fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(bytes), size);
  constexpr xb::chat::BilibiliLimits limits{.bytes = 65'536, .packets = 100, .depth = 2};
  xb::chat::BilibiliCommands commands;
  std::size_t packets = 0;
  const auto status = xb::chat::unpack_bilibili(
      message,
      [&](std::uint32_t, std::string_view body) {
        XB_CHECK(++packets <= limits.packets);
        xb::fuzz::judge(commands.read(body));
      },
      limits);
  (void)status;
  // without the packet around it the reader is reached at once
  xb::fuzz::judge(commands.read(message));
  return 0;
}
