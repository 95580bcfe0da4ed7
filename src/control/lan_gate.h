// LanGate: who comes in from the network. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/clock.h"
#include "control/pairing.h"
#include "net/server.h"

namespace xb::control {

// One of its own by TLS: browsers let a plain page neither read nor replace a secure cookie.
constexpr std::string_view session_cookie(bool is_secure) {
  return is_secure ? "xiangbo_secure_session" : "xiangbo_session";
}

// Files may be read by anybody; of /api only what pairing begins with. All else is for paired
// devices: reading by cookie, and whatever is posted with a number and a proof, since a cookie can
// be read off the air (docs/wire.md section 11). The ingest is for this computer alone.
class LanGate final : public net::Gate {
 public:
  // Both outlive it.
  LanGate(Pairing& pairing, Clock& clock, bool is_secure)
      : pairing_(pairing), clock_(clock), is_secure_(is_secure) {}
  std::optional<net::Refusal> at_head(net::Request& request) override;
  std::optional<net::Refusal> at_body(const net::Request& request) override;

 private:
  Pairing& pairing_;
  Clock& clock_;
  const bool is_secure_;
};

}  // namespace xb::control
