// What is read back out of a foreign ledger: what is taken comes out again as itself.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/counter.h"
#include "chat/restore.h"
#include "net/json.h"
#include "studio/director.h"

namespace {

void judge_event(std::string_view json) {
  const auto event = xb::chat::stored_event(json);
  if (!event) return;
  const auto again = xb::chat::stored_event((*event)->stored());
  XB_CHECK(again && (*again)->event == (*event)->event);
  XB_CHECK((*again)->sequence == (*event)->sequence && (*again)->is_hidden == (*event)->is_hidden);
}

void judge_counter(const xb::Json& json) {
  auto state = xb::chat::counter_state_of(json);
  if (!state) return;
  const auto again = xb::chat::counter_state_of(xb::chat::to_json(*state));
  XB_CHECK(again && *again == *state);
  xb::chat::ChatEvent event;
  event.platform = "test";
  event.user = xb::chat::User{"one", "one"};
  for (const auto kind : {xb::chat::Kind::unfollow, xb::chat::Kind::follow}) {
    event.kind = kind;
    xb::chat::fold(*state, event);
    const auto figures = xb::chat::figures_of(*state);
    XB_CHECK(figures.total >= 0 && figures.gained >= 0);
    XB_CHECK(figures.viewers >= 0 && figures.likes >= 0);
  }
}

void judge_scene(const xb::Json& json) {
  const auto written = xb::studio::to_json(xb::studio::scene_of(json));
  XB_CHECK(xb::studio::to_json(xb::studio::scene_of(written)) == written);
  const auto line = xb::studio::chat_line_of(json);
  if (!line) return;
  const auto again = xb::studio::chat_line_of(xb::studio::to_json(*line));
  XB_CHECK(again && *again == *line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  judge_event(input);
  const auto json = xb::net::parse_json(input);
  if (!json) return 0;
  judge_counter(*json);
  judge_scene(*json);
  return 0;
}
