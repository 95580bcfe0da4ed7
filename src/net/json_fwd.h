// The names of JSON values, for headers that only pass them on: net/json.h has the values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace xb {
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;
}  // namespace xb
