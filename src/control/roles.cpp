// Roles from requests.
// SPDX-License-Identifier: Apache-2.0
#include "control/roles.h"

#include <array>
#include <utility>

namespace xb::control {
namespace {

constexpr std::array names{
    std::pair{Role::stranger, std::string_view("stranger")},
    std::pair{Role::viewer, std::string_view("viewer")},
    std::pair{Role::reviewer, std::string_view("reviewer")},
    std::pair{Role::assistant, std::string_view("assistant")},
    std::pair{Role::operator_, std::string_view("operator")},
};

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [known, name] : names)
    if (known == role) return name;
  return "stranger";
}

Role role_of(const net::Request& request) {
  return request.is_peer_loopback ? Role::operator_ : Role::stranger;
}

bool may(Role role, std::string_view least) {
  for (const auto& [known, name] : names)
    if (name == least) return role >= known;
  return false;
}

}  // namespace xb::control
