// The Show as JSON: for pages, and for the begin Entry of a Session.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/json.h"
#include "studio/plan.h"

namespace xb::studio {

// What a page needs (studio.h, Studio::show). Pictures are addresses, never paths.
OrderedJson page_of(const Show& show);

// Everything a Session was made with, so that it can be composed again. No secrets.
OrderedJson begin_of(const Plan& plan);

}  // namespace xb::studio
