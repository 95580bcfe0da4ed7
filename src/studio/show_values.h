// The values of a Show's keys as JSON, and JSON as what store() takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "net/json_fwd.h"
#include "studio/schema_value.h"

namespace xb::studio {

// Nullptr: no such key.
const Field* field_named(std::string_view table, std::string_view key);

OrderedJson value_json(const Field& field, const Slot& slot);
// How it is filled in: "text", "number", "yes_no", "choice", "lines", "rate" or "crop".
std::string_view kind_of_field(const Field& field, const Slot& slot);
TomlValue toml_of(const Json& json);

// As without the key; `usual` is the slot of a Show without any.
void set_to_usual(const Slot& slot, const Slot& usual);

}  // namespace xb::studio
