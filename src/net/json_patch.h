// RFC 6902: what changed from one JSON value to another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::net {

// The changes that make `after` of `before`; empty when they are equal. Never throws.
Json patch_between(const Json& before, const Json& after);

// Never throws; on an Error `value` is partly changed. A patch may come from outside, so it may
// only add, remove and replace: with `copy` and `move` few bytes could ask for all memory. Error:
// json_invalid.
Status apply_patch(Json& value, const Json& patch);

}  // namespace xb::net
