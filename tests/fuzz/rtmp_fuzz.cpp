// A fuzz target for what an RTMP server or a publisher sends: however its bytes are cut, the same
// messages come out, or the connection ends. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "media/rtmp_chunks.h"

namespace {

using xb::media::rtmp::Bytes;

struct Read {
  bool is_rtmp = true;
  std::vector<std::tuple<std::uint8_t, std::uint32_t, Bytes>> messages;
  bool operator==(const Read&) const = default;
};

Read read_in_pieces(std::span<const std::uint8_t> bytes, std::size_t piece) {
  xb::media::rtmp::ChunkReader reader;
  Read out;
  while (out.is_rtmp && !bytes.empty()) {
    const auto size = std::min(piece, bytes.size());
    out.is_rtmp = reader.add(bytes.first(size), [&](auto type, auto body, auto at) {
      out.messages.emplace_back(type, at, Bytes(body.begin(), body.end()));
      xb::media::rtmp::read_command(body);
    });
    bytes = bytes.subspan(size);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::uint8_t> all(bytes, size);
  XB_CHECK(read_in_pieces(all, size + 1) == read_in_pieces(all, 1));
  return 0;
}
