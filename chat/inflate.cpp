// By zlib and libbrotlidec. SPDX-License-Identifier: Apache-2.0
#include "chat/inflate.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace xb::chat {
namespace {

constexpr std::size_t step = 16'384;

Error too_large(std::size_t most) {
  return Error(ErrorCode::event_too_large,
               "unpacks to more than " + std::to_string(most) + " bytes");
}
// Brotli unpacks all it announces into its window before it hands anything out: with a window of
// 16 MiB a bomb of 67 bytes would take as much, and as long. Its window is never twice as large as
// what it holds, and 4 MiB is the largest one of ordinary streams.
struct Room {
  std::size_t most = 0;
  bool is_too_small = false;
  static void* take(void* room, std::size_t size) {
    auto& self = *static_cast<Room*>(room);
    self.is_too_small = self.is_too_small || size > self.most;
    return size > self.most ? nullptr : std::malloc(size);
  }
  static void give_back(void* /*room*/, void* address) { std::free(address); }
};
constexpr std::size_t ordinary_window = 4 << 20;
constexpr std::size_t behind_window = 1024;  // what the library writes beyond it

Error broken() {
  return Error(ErrorCode::event_invalid, "compressed bytes are broken");
}

}  // namespace

Result<std::string> inflate(std::string_view bytes, std::size_t most) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return Error(ErrorCode::internal, "zlib");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, &inflateEnd);
  // zlib reads only; its type predates const
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, step> piece{};
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = piece.size() - stream.avail_out;
    if (out.size() + got > most) return too_large(most);
    out.append(piece.data(), got);
    if (state == Z_STREAM_END) break;
    if (state != Z_OK || (got == 0 && stream.avail_in == 0)) return broken();
  }
  if (stream.avail_in != 0) return broken();
  return out;
}

Result<std::string> unbrotli(std::string_view bytes, std::size_t most) {
  Room room_for_it{std::max(2 * most, ordinary_window) + behind_window};
  const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> decoder(
      BrotliDecoderCreateInstance(&Room::take, &Room::give_back, &room_for_it),
      &BrotliDecoderDestroyInstance);
  if (!decoder) return Error(ErrorCode::internal, "brotli");
  const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::size_t left = bytes.size();
  std::string out;
  std::array<std::uint8_t, step> piece{};
  for (;;) {
    auto* at = piece.data();
    std::size_t room = piece.size();
    const auto state =
        BrotliDecoderDecompressStream(decoder.get(), &left, &next, &room, &at, nullptr);
    const std::size_t got = piece.size() - room;
    if (out.size() + got > most) return too_large(most);
    out.append(reinterpret_cast<const char*>(piece.data()), got);
    if (state == BROTLI_DECODER_RESULT_SUCCESS) break;
    if (room_for_it.is_too_small) return too_large(most);
    if (state != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return broken();
  }
  if (left != 0) return broken();
  return out;
}

}  // namespace xb::chat
