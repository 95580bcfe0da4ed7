// What of a text is near enough to be seen. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "overlay/text_style.h"

namespace xb::overlay {

// Cuts off what lies far behind the end of the room there is: an ellipsis hides it, and Pango would
// shape all of it, which for a sentence ten times too long is most of the work. What is left is
// still too long when it was.
void cut_beyond_reach(std::vector<TextSpan>& spans, const TextStyle& style, TextFit fit);

}  // namespace xb::overlay
