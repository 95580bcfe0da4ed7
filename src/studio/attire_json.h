// An attire as JSON, whole: the colours of an evening, whatever became of the theme since.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::overlay {
struct Attire;
}

namespace xb::studio {

// A colour is [red, green, blue, alpha]; the cover of a mark is in hexadecimal.
OrderedJson to_json(const overlay::Attire& attire);
// Error: json_invalid with the path. Contrast is not looked at: it was, when this went on air.
Result<overlay::Attire> attire_of(const Json& json);

}  // namespace xb::studio
