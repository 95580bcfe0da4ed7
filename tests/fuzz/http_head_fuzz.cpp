// Heads of HTTP requests: what is taken names a path we could serve and nothing else.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "net/http_head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  xb::net::may_become_head(text);
  const auto head = xb::net::parse_head(text);
  if (const auto* refusal = std::get_if<xb::net::Refusal>(&head)) {
    XB_CHECK(refusal->status >= 400 && refusal->status < 600 && !refusal->reason.empty());
    return 0;
  }
  const auto cookies = xb::net::parse_cookies(std::get<xb::net::Head>(head).field("cookie"));
  for (const auto& [name, value] : cookies)
    XB_CHECK(!name.empty() && value.find(';') == value.npos);
  const auto& path = std::get<xb::net::Head>(head).path;
  XB_CHECK(path.front() == '/' && path.find("..") == path.npos && path.find('\\') == path.npos);
  XB_CHECK(xb::is_utf8(path));
  XB_CHECK(std::none_of(path.begin(), path.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  return 0;
}
