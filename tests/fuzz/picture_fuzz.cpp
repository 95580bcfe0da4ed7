// Pictures of a Show, before anything decodes them: a size within limits or a refusal.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "overlay/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto found = xb::overlay::check_picture({reinterpret_cast<const char*>(bytes), size});
  if (!found) return 0;
  XB_CHECK(found->width > 0 && found->width <= xb::overlay::most_picture_side);
  XB_CHECK(found->height > 0 && found->height <= xb::overlay::most_picture_side);
  return 0;
}
