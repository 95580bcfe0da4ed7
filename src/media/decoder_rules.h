// Which demuxers and protocols each kind of input may use, and its options.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/decoder.h"

namespace xb::media {

struct InputRules {
  const char* formats;    // libav's names, for format_whitelist
  const char* protocols;  // for protocol_whitelist
  const char* forced;     // the one demuxer, not probed for; null: by probing within `formats`
};
const InputRules& rules_of(InputKind kind);
// libav's decoders that any input may use: what cameras, phones and cameras' files carry.
extern const char* const decoder_allow_list;

inline constexpr int most_pixels_a_side = 8192;
inline constexpr int most_pixels = 40'000'000;
inline constexpr int most_streams = 32;
// In a row, without one good piece between: a stream that is nothing but damage.
inline constexpr std::uint64_t most_decode_errors_in_a_row = 600;

}  // namespace xb::media
