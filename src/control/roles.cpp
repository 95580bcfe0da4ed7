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

std::optional<Role> role_named(std::string_view name) {
  for (const auto& [role, known] : names)
    if (known == name && role != Role::stranger) return role;
  return std::nullopt;
}

Role role_of(const net::Request& request) {
  if (request.person) return static_cast<Role>(request.person->rank);
  return request.is_peer_loopback ? Role::operator_ : Role::stranger;
}

std::string who_of(const net::Request& request) {
  std::string out(name_of(role_of(request)));
  if (request.person && !request.person->name.empty()) out += " " + request.person->name;
  return out;
}

bool is_here(const net::Request& request) {
  return !request.person && request.is_peer_loopback;
}

bool may(Role role, std::string_view least) {
  for (const auto& [known, name] : names)
    if (name == least) return role >= known;
  return false;
}

}  // namespace xb::control
