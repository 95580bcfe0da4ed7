// H.264 in its two forms: NAL units behind start codes (Annex B) and behind their lengths (avcC).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace xb::media {

// The NAL units of an Annex B stream, without their start codes. Data without a start code has
// none.
std::vector<std::span<const std::uint8_t>> nal_units(std::span<const std::uint8_t> annex_b);

// The decoder configuration record of Annex B parameter sets (or those of a record, as it is);
// empty when there is no SPS or PPS.
std::vector<std::uint8_t> avc_configuration(std::span<const std::uint8_t> extradata);

// Those of Annex B data that come before its first picture: SPS and PPS, with start codes.
std::vector<std::uint8_t> parameter_sets(std::span<const std::uint8_t> annex_b);

// Whether a packet is a picture from which on all can be decoded. `extradata` tells its form.
bool has_idr(std::span<const std::uint8_t> packet, std::span<const std::uint8_t> extradata);

// Appends a packet with four-byte lengths.
void append_avcc(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> annex_b);

}  // namespace xb::media
