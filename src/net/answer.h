// The head of an HTTP answer, with the fields every answer of ours carries. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/http_head.h"
#include "net/server.h"

namespace xb::net {

enum class After : std::uint8_t { keep_alive = 1, close };

// `sockets`: where the page may open WebSockets ("ws://127.0.0.1:8080"); empty: as browsers take
// 'self'. `body_bytes` is what Content-Length says. Fields of `response` with control characters
// are left out: nothing that came from outside can begin a line of its own.
std::string answer_head(int status, const Response& response, std::uint64_t body_bytes, After after,
                        std::string_view sockets, WallTime now);

// The answer to a request that is not served.
Response refusal_response(const Refusal& refusal);
// The page for somebody who mistyped an address: in both languages, it leads to the first page.
Response no_such_page();

}  // namespace xb::net
