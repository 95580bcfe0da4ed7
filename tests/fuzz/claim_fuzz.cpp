// What a device that wants to be paired says: what is taken has the sizes that keys have.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "control/pair_api.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto claim = xb::control::read_claim({reinterpret_cast<const char*>(bytes), size});
  if (!claim) return 0;
  XB_CHECK(claim->key.size() == 32 && claim->proof.size() == 32);
  XB_CHECK(claim->name.size() <= 256 && claim->offer.size() <= 256);
  return 0;
}
