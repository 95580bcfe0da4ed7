// Bytes of ISO/IEC 14496-15; the numbers of sets are Exp-Golomb codes (H.264, 7.3.2 and 9.1).
// SPDX-License-Identifier: Apache-2.0
#include "output/clip_sets.h"

#include <algorithm>
#include <array>
#include <set>

#include "media/avcc.h"

namespace xb::output {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Nal = std::vector<std::uint8_t>;

constexpr int highest_id = 31;
constexpr std::size_t bytes_before_sps_id = 4;  // NAL header, profile, compatibility, level
constexpr std::size_t bytes_before_pps_id = 1;
constexpr std::uint8_t high_profile = 100;

// -1: the code goes beyond the end.
int exp_golomb(Bytes bytes, std::size_t first_byte) {
  std::size_t bit = first_byte * 8;
  const auto next = [&]() -> int {
    if (bit / 8 >= bytes.size()) return -1;
    const auto shift = 7U - bit % 8;
    return bytes[bit++ / 8] >> shift & 1;
  };
  int zeros = 0;
  while (true) {
    const int one = next();
    if (one < 0 || zeros > 16) return -1;
    if (one == 1) break;
    ++zeros;
  }
  int value = 1;
  for (int i = 0; i < zeros; ++i) {
    const int one = next();
    if (one < 0) return -1;
    value = value * 2 + one;
  }
  return value - 1;
}

// `count` units behind their two-byte lengths, from `at` on.
bool read_units(Bytes record, std::size_t& at, int count, std::vector<Nal>& out) {
  for (int i = 0; i < count; ++i) {
    if (at + 2 > record.size()) return false;
    const std::size_t size = std::size_t{record[at]} << 8U | record[at + 1];
    at += 2;
    if (size == 0 || size > record.size() - at) return false;
    const auto unit = record.subspan(at, size);
    out.emplace_back(unit.begin(), unit.end());
    at += size;
  }
  return true;
}

void add_units(std::vector<std::uint8_t>& out, const std::vector<Nal>& units) {
  for (const auto& unit : units) {
    out.push_back(static_cast<std::uint8_t>(unit.size() >> 8U));
    out.push_back(static_cast<std::uint8_t>(unit.size() & 0xFFU));
    out.insert(out.end(), unit.begin(), unit.end());
  }
}

}  // namespace

std::optional<ParameterSets> sets_of_avcc(Bytes record) {
  if (record.size() < 7 || record[0] != 1 || (record[4] & 3U) != 3U) return std::nullopt;
  ParameterSets out;
  std::size_t at = 6;
  if (!read_units(record, at, record[5] & 31, out.sps) || at >= record.size()) return std::nullopt;
  const int count = record[at++];
  if (!read_units(record, at, count, out.pps)) return std::nullopt;
  if (out.sps.empty() || out.pps.empty()) return std::nullopt;
  const bool are_whole = std::all_of(out.sps.begin(), out.sps.end(), [](const Nal& one) {
    return one.size() > bytes_before_sps_id;
  });
  if (!are_whole) return std::nullopt;
  return out;
}

ParameterSets sets_of_annex_b(Bytes extradata) {
  ParameterSets out;
  for (const auto nal : media::nal_units(extradata)) {
    const int type = nal[0] & 31;
    if (type == 7 && nal.size() > bytes_before_sps_id) out.sps.emplace_back(nal.begin(), nal.end());
    if (type == 8) out.pps.emplace_back(nal.begin(), nal.end());
  }
  return out;
}

std::optional<int> free_set_id(const ParameterSets& sets) {
  std::set<int> taken;
  for (const auto& one : sets.sps) taken.insert(exp_golomb(one, bytes_before_sps_id));
  for (const auto& one : sets.pps) taken.insert(exp_golomb(one, bytes_before_pps_id));
  for (int id = 1; id <= highest_id; ++id)
    if (!taken.contains(id)) return id;
  return std::nullopt;
}

std::vector<std::uint8_t> joined_avcc(const ParameterSets& recorded, const ParameterSets& own) {
  ParameterSets all = recorded;
  all.sps.insert(all.sps.end(), own.sps.begin(), own.sps.end());
  all.pps.insert(all.pps.end(), own.pps.begin(), own.pps.end());
  if (all.sps.empty() || all.pps.empty() || all.sps.size() > 31 || all.pps.size() > 255) return {};
  std::uint8_t profile = 0;
  std::uint8_t compatible = 0xFF;
  std::uint8_t level = 0;
  for (const auto& one : all.sps) {
    profile = std::max(profile, one[1]);
    compatible &= one[2];
    level = std::max(level, one[3]);
  }
  std::vector<std::uint8_t> out{1,     profile, compatible,
                                level, 0xFF,    static_cast<std::uint8_t>(0xE0U | all.sps.size())};
  add_units(out, all.sps);
  out.push_back(static_cast<std::uint8_t>(all.pps.size()));
  add_units(out, all.pps);
  // 4:2:0, eight bits, no further sets
  constexpr std::array<std::uint8_t, 4> form{0xFD, 0xF8, 0xF8, 0x00};
  if (profile >= high_profile) out.insert(out.end(), form.begin(), form.end());
  return out;
}

}  // namespace xb::output
