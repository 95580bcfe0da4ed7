// Roles: who asks, and what they may do. The one place where this is decided.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/server.h"

namespace xb::control {

// Rising: each may what the one before it may.
enum class Role : std::uint8_t { stranger = 1, viewer, reviewer, assistant, operator_ };

std::string_view name_of(Role role);
// Nothing for a word that is none of them, and for `stranger`.
std::optional<Role> role_named(std::string_view name);

// What came in by the network door is whoever its Gate took it for (control/lan_gate.h); a cookie
// alone decides that, also for this machine's own address there. What came in by loopback is the
// operator, and cookies are not looked at: who is at the keyboard needs none.
Role role_of(const net::Request& request);
// As the Ledger has it: "operator", "assistant 小李".
std::string who_of(const net::Request& request);
// At the computer itself?
bool is_here(const net::Request& request);

// `least` is the role column of the command table; an unknown word is nobody's.
bool may(Role role, std::string_view least);

}  // namespace xb::control
