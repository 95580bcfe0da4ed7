// A fuzz target for ChatEvents from outside: what is taken must read back as itself.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/counter.h"
#include "chat/event.h"
#include "net/json.h"

// Build: clang++ -fsanitize=fuzzer,address,undefined with the libraries of chat, net and base.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto event =
      xb::chat::parse_event(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (!event) return 0;
  const auto back = xb::chat::parse_event(xb::net::dump(xb::chat::to_json(*event)));
  XB_CHECK(back && *back == *event);
  xb::chat::CounterState state;
  xb::chat::fold(state, *event);
  const auto figures = xb::chat::figures_of(state);
  XB_CHECK(figures.total >= 0 && figures.gained >= 0 && figures.likes >= 0);
  return 0;
}
