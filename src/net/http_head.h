// Reads the head of an HTTP/1.1 request strictly: what two readers could understand differently is
// refused. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "net/server.h"

namespace xb::net {

struct Head {
  std::string method;
  std::string target;  // as it came
  std::string path;    // decoded, as Request::path
  std::map<std::string, std::string> query;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::uint64_t body_bytes = 0;
  bool is_kept_alive = true;
  bool expects_continue = false;

  // The first field of that (lower case) name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string field(std::string_view name) const;
};

// `text` is everything up to and with the empty line. Refuses: bare line feeds, folded lines,
// control characters, more than 100 fields, two Hosts or none, any doubt about the body's length
// (two lengths, a length that is no plain number, Transfer-Encoding), absolute targets.
std::variant<Head, Refusal> parse_head(std::string_view text);

// Could these first bytes still become a request? Another protocol on the port is cut off at once.
bool may_become_head(std::string_view bytes);

// Percent-decoded path and query of an origin-form target; nothing when it is not one we would
// ever serve: "..", NUL and other control characters, backslash, broken escapes, not UTF-8.
struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};
std::optional<Target> parse_target(std::string_view target);

// The value of a Cookie field (RFC 6265), by name. What is no pair is passed over, a name that
// comes twice is left out: cookies of other ports of this host are sent here too, and could stand
// first.
std::map<std::string, std::string> parse_cookies(std::string_view field);

// Is `token` in a comma-separated list, any case?
bool has_token(std::string_view list, std::string_view token);
std::string lower(std::string_view text);

}  // namespace xb::net
