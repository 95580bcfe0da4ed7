// A fuzz target for who pushes to `listen:rtmp`: nothing comes out of it before the secret was
// named. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "capture/rtmp_guest.h"

namespace {

using xb::capture::RtmpGuest;
using xb::media::rtmp::Bytes;

const xb::Secret& secret() {
  static const xb::Secret one("abcdefgh2345");
  return one;
}

RtmpGuest::Stage take_in_pieces(RtmpGuest& guest, std::span<const std::uint8_t> bytes,
                                std::size_t piece) {
  while (!bytes.empty()) {
    const auto size = std::min(piece, bytes.size());
    guest.take(bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return guest.stage();
}

// What follows the handshake, of somebody not known and of the guest.
void look_at(std::span<const std::uint8_t> bytes, std::size_t piece) {
  Bytes hello(1 + 2 * 1536, 0);
  hello[0] = 3;
  RtmpGuest guest(secret());
  guest.take(hello);
  const auto stage = take_in_pieces(guest, bytes, piece);
  XB_CHECK(stage != RtmpGuest::Stage::publishing && guest.take_flv().empty());
  if (stage != RtmpGuest::Stage::asking) return;
  guest.admit();
  take_in_pieces(guest, bytes, piece);
  XB_CHECK(guest.take_flv().size() >= 13);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::uint8_t> all(bytes, size);
  RtmpGuest raw(secret());
  take_in_pieces(raw, all, size + 1);
  look_at(all, size + 1);
  look_at(all, 3);
  return 0;
}
