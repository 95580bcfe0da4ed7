// Addresses: of ports, of pushes, of sources and of what platforms tell us to connect to.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/source.h"
#include "net/client_impl.h"
#include "net/http_head.h"
#include "net/server.h"
#include "output/push_url.h"
#include "output/srt_options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const xb::Secret key("a-key-of-a-push");
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (const auto address = xb::net::parse_address(input)) {
    const auto again = xb::net::parse_address(xb::net::to_text(*address));
    XB_CHECK(again && again->host == address->host && again->port == address->port);
  }
  for (const auto kind : {xb::net::UrlKind::websocket, xb::net::UrlKind::http}) {
    const auto url = xb::net::parse_client_url(input, kind);
    if (!url) continue;
    XB_CHECK(!url->host.empty() && url->port > 0 && url->port <= 65'535);
    XB_CHECK(url->path.starts_with('/') && url->path.find_first_of(" \r\n") == std::string::npos);
  }
  if (const auto target = xb::net::parse_target(input))
    XB_CHECK(target->path.find("..") == std::string::npos);
  if (const auto push = xb::output::parse_push_url(std::string(input), key)) {
    XB_CHECK(!push->host.empty() && push->port > 0 && push->port <= 65'535);
    XB_CHECK(push->server().find(key.reveal()) == std::string::npos);
    if (push->scheme == "srt") static_cast<void>(xb::output::srt_options(*push));
  }
  if (const auto source = xb::capture::parse_source(input)) XB_CHECK(!source->scheme.empty());
  static_cast<void>(xb::capture::parse_microphone(input));
  return 0;
}
