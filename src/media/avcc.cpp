// Walks over NAL units; start codes to lengths.
// SPDX-License-Identifier: Apache-2.0
#include "media/avcc.h"

#include <algorithm>
#include <cstring>

namespace xb::media {
namespace {

using Span = std::span<const std::uint8_t>;
constexpr std::uint8_t sps_type = 7;
constexpr std::uint8_t pps_type = 8;
constexpr std::uint8_t idr_type = 5;  // slices are 1..5

unsigned type_of(Span nal) {
  return nal[0] & 31U;
}

// Where the next 00 00 01 begins, or the end. Most bytes are no 1, and memchr passes over many at
// once.
std::size_t start_code(Span bytes, std::size_t from) {
  for (auto i = from + 2; i < bytes.size(); ++i) {
    const auto* one = std::memchr(bytes.data() + i, 1, bytes.size() - i);
    if (one == nullptr) break;
    i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(one) - bytes.data());
    if (bytes[i - 1] == 0 && bytes[i - 2] == 0) return i - 2;
  }
  return bytes.size();
}

void append_u16(std::vector<std::uint8_t>& out, std::size_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8U));
  out.push_back(static_cast<std::uint8_t>(v));
}

}  // namespace

std::vector<Span> nal_units(Span annex_b) {
  std::vector<Span> out;
  for (auto at = start_code(annex_b, 0); at < annex_b.size();) {
    const auto begin = at + 3;
    at = start_code(annex_b, begin);
    auto end = at;
    while (end > begin && annex_b[end - 1] == 0) --end;  // zeros before the next start code
    if (end > begin) out.push_back(annex_b.subspan(begin, end - begin));
  }
  return out;
}

std::vector<std::uint8_t> avc_configuration(Span extradata) {
  if (!extradata.empty() && extradata[0] == 1) return {extradata.begin(), extradata.end()};
  Span sps;
  Span pps;
  for (const auto nal : nal_units(extradata)) {
    const auto type = type_of(nal);
    if (type == sps_type && sps.empty()) sps = nal;
    if (type == pps_type && pps.empty()) pps = nal;
  }
  if (sps.size() < 4 || pps.empty()) return {};
  // version, profile, compatibility, level, four-byte lengths, one SPS
  std::vector<std::uint8_t> out{1, sps[1], sps[2], sps[3], 0xFF, 0xE1};
  append_u16(out, sps.size());
  out.insert(out.end(), sps.begin(), sps.end());
  out.push_back(1);
  append_u16(out, pps.size());
  out.insert(out.end(), pps.begin(), pps.end());
  return out;
}

std::vector<std::uint8_t> parameter_sets(Span annex_b) {
  std::vector<std::uint8_t> out;
  for (const auto nal : nal_units(annex_b)) {
    const auto type = type_of(nal);
    if (type >= 1 && type <= idr_type) break;
    if (type != sps_type && type != pps_type) continue;
    out.insert(out.end(), {0, 0, 0, 1});
    out.insert(out.end(), nal.begin(), nal.end());
  }
  return out;
}

bool has_idr(Span packet, Span extradata) {
  const auto is_idr = [](Span nal) { return type_of(nal) == idr_type; };
  if (extradata.size() < 7 || extradata[0] != 1) {
    const auto units = nal_units(packet);
    return std::any_of(units.begin(), units.end(), is_idr);
  }
  const std::size_t length_bytes = (extradata[4] & 3U) + 1;
  while (packet.size() > length_bytes) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8U | packet[i];
    packet = packet.subspan(length_bytes);
    if (length == 0 || length > packet.size()) return false;
    if (is_idr(packet)) return true;
    packet = packet.subspan(length);
  }
  return false;
}

void append_avcc(std::vector<std::uint8_t>& out, Span annex_b) {
  for (const auto nal : nal_units(annex_b)) {
    append_u16(out, nal.size() >> 16U);
    append_u16(out, nal.size());
    out.insert(out.end(), nal.begin(), nal.end());
  }
}

}  // namespace xb::media
