// H.264 packets of cameras and streams: what is found in them lies within them.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "media/avcc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::uint8_t> packet(bytes, size);
  for (const auto unit : xb::media::nal_units(packet))
    XB_CHECK(!unit.empty() && unit.data() >= bytes && unit.data() + unit.size() <= bytes + size);
  const auto sets = xb::media::parameter_sets(packet);
  XB_CHECK(sets.size() <= 2 * size + 4);
  XB_CHECK(xb::media::parameter_sets(sets) == sets);
  // the first bytes as the parameters of a stream, the rest as its packet
  const auto parameters = packet.first(size < 8 ? size : 8);
  static_cast<void>(xb::media::has_idr(packet.subspan(parameters.size()), parameters));
  static_cast<void>(xb::media::has_idr(packet, {}));
  static_cast<void>(xb::media::avc_configuration(packet));
  return 0;
}
