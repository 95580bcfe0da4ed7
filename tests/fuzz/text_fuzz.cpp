// Text from outside: always within its limits, and clean after one cleaning.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto once = xb::clean_outside_text({reinterpret_cast<const char*>(bytes), size});
  XB_CHECK(xb::is_utf8(once) && xb::grapheme_count(once) <= 200);
  XB_CHECK(once.find_first_of("\r\n\t\x1b\x7f") == once.npos);
  XB_CHECK(xb::clean_outside_text(once) == once);
  return 0;
}
