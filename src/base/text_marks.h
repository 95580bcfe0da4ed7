// Character classes that decide where a user-perceived character ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace xb {

// Combining and spacing marks, variation selectors included; joiners and tags are none.
bool is_mark(char32_t c);
// May be joined to another of its kind by a ZWJ.
bool is_pictograph(char32_t c);
bool is_skin_tone(char32_t c);
// Half of a flag.
bool is_regional(char32_t c);

}  // namespace xb
