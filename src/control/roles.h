// Roles: who asks, and what they may do. The one place where this is decided.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "net/server.h"

namespace xb::control {

// Rising: each may what the one before it may.
enum class Role : std::uint8_t { stranger = 1, viewer, reviewer, assistant, operator_ };

std::string_view name_of(Role role);

// Today a page or script on this machine is the operator and nobody else is anybody. Paired phones
// bring their Role here.
Role role_of(const net::Request& request);

// `least` is the role column of the command table; an unknown word is nobody's.
bool may(Role role, std::string_view least);

}  // namespace xb::control
