// WebSocket frames: the same events whether the bytes come all at once or one by one.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "net/websocket.h"

namespace {

using xb::net::FrameEvent;
using Kind = FrameEvent::Kind;
using Seen = std::tuple<Kind, std::string, int>;

constexpr std::size_t message_bytes = 300;

// Bytes are handed on in portions of `step`, as a connection does: what was not taken goes before
// what comes.
std::vector<Seen> read(const std::string& bytes, std::size_t step) {
  xb::net::FrameReader reader({.message_bytes = message_bytes, .fragments = 16});
  std::vector<Seen> out;
  std::string kept;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::string input = kept + bytes.substr(at, step);
    std::span<char> left(input);
    for (;;) {
      const auto event = reader.next(left);
      if (event.kind == Kind::none) break;
      XB_CHECK(event.payload.size() <= message_bytes);
      XB_CHECK(event.kind != Kind::text || xb::is_utf8(event.payload));
      out.emplace_back(event.kind, event.payload, event.close_code);
      if (event.kind == Kind::close || event.kind == Kind::broken) return out;
    }
    kept.assign(left.data(), left.size());
    XB_CHECK(kept.size() <= 131);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string all(reinterpret_cast<const char*>(bytes), size);
  XB_CHECK(read(all, all.size() + 1) == read(all, 1));
  return 0;
}
