// The Show as JSON: for pages, and for the begin Entry of a Session.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/json_fwd.h"
#include "studio/plan.h"

namespace xb::studio {

// What a page needs (studio.h, Studio::show). Pictures are addresses, never paths.
OrderedJson page_of(const Show& show);

// Everything a Session was made with, so that it can be composed again. No secrets.
OrderedJson begin_of(const Plan& plan);
// Its parts, by the names of docs/show.md.
OrderedJson row_of(const StationShow& station);
OrderedJson row_of(const ScreenShow& screen);
OrderedJson row_of(const overlay::Product& product);
OrderedJson row_of(const overlay::Caption& caption);

}  // namespace xb::studio
