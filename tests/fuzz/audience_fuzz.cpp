// A fuzz target for what phones say: each message is one answer, and what is handed on is an event.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "chat/audience.h"
#include "tests/chat/builders.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  xb::ManualClock clock{xb::MonoTime{std::chrono::hours(1)}};
  std::uint64_t handed_on = 0;
  const auto audience = std::make_shared<xb::chat::Audience>(
      clock, [&](const xb::chat::ChatEvent& event, const std::string&,
                 const xb::chat::Audience::Reply& reply) {
        const auto back = xb::chat::parse_event(xb::net::dump(xb::chat::to_json(event)));
        XB_CHECK(back && *back == event);
        ++handed_on;
        reply(xb::ok());
      });
  audience->open_as("fuzz");
  xb::chat::ScriptedPeer peer(1, {{"id", "0123456789abcdef"}});
  audience->opened(peer);
  peer.sent.clear();
  audience->received(peer, {reinterpret_cast<const char*>(bytes), size}, true);
  XB_CHECK(peer.sent.size() == 1 && handed_on <= 1);
  return 0;
}
