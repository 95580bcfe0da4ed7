// The other platforms' readers, all with the same bytes. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/look.h"
#include "chat/sources/blivechat_messages.h"
#include "chat/sources/owncast_messages.h"
#include "chat/sources/ssn_messages.h"
#include "chat/sources/twitch_lines.h"
#include "chat/sources/twitch_notes.h"
#include "chat/sources/youtube_pages.h"
#include "tests/fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace xb::chat;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  for (const auto line : irc_lines(input)) {
    if (const auto parsed = parse_irc(line)) xb::fuzz::judge(read_twitch(*parsed, "#village"));
  }
  xb::fuzz::judge(read_twitch_note(input, 1'700'000'000'000));
  xb::fuzz::judge(read_owncast(input));
  xb::fuzz::judge(read_social_stream(input));
  xb::fuzz::judge(read_blivechat(input));
  if (const auto json = xb::net::parse_json(input)) xb::fuzz::judge(read_youtube_page(Look(*json)));
  return 0;
}
