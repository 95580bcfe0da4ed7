// What a page asks for: a command with sound arguments, or a refusal.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "control/api.h"
#include "studio/commands.h"

namespace {

void judge(const xb::studio::Deed& deed) {
  if (const auto* add = std::get_if<xb::studio::AddFollowers>(&deed)) XB_CHECK(add->count != 0);
  if (const auto* told = std::get_if<xb::studio::TellTotal>(&deed))
    XB_CHECK(told->total >= 0 && !told->platform.empty());
  if (const auto* mute = std::get_if<xb::studio::MuteChat>(&deed))
    XB_CHECK(mute->minutes >= 0 && !mute->user.empty());
  if (const auto* hide = std::get_if<xb::studio::HideChat>(&deed)) XB_CHECK(!hide->why.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto command = xb::control::read_request({reinterpret_cast<const char*>(bytes), size});
  if (!command) return 0;
  XB_CHECK(!command->id.empty() && command->id.size() <= 64);
  if (const auto deed = xb::studio::read_command(command->name, command->args)) judge(*deed);
  // The same arguments for every command: a name is hard to hit upon.
  for (const auto& row : xb::studio::command_rows()) {
    if (const auto deed = xb::studio::read_command(row.name, command->args)) judge(*deed);
  }
  return 0;
}
