// What the parts of a live are told, worked out from the Show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/json.h"
#include "net/server.h"
#include "studio/plan.h"
#include "studio/setup_desk.h"

namespace xb::studio {

net::ServerOptions audience_options(const net::Address& address, const LimitsShow& limits);
Premises premises_of(const Plan& plan);
// What the audience's page is told once.
OrderedJson about_of(const Show& show);

}  // namespace xb::studio
