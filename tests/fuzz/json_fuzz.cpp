// JSON from outside: within its limits, and the same when it is written and read again.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto json =
      xb::net::parse_json(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (!json) return 0;
  const auto again =
      xb::net::parse_json(xb::net::dump(*json), {.bytes = 8 * size + 64, .depth = 32});
  XB_CHECK(again && *again == *json);
  if (!json->is_object()) return 0;
  for (const char* key : {"id", "user.name", "count"}) {
    static_cast<void>(xb::net::optional_string(*json, key));
    static_cast<void>(xb::net::optional_integer(*json, key));
  }
  return 0;
}
