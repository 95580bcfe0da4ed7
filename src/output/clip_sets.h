// Two H.264 encoders' parameter sets in one decoder configuration record.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace xb::output {

struct ParameterSets {
  std::vector<std::vector<std::uint8_t>> sps, pps;  // NAL units
};

// Of an avcC record (ISO/IEC 14496-15, 5.3.3.1) with four-byte lengths; nothing for what is none,
// is cut or has none.
std::optional<ParameterSets> sets_of_avcc(std::span<const std::uint8_t> record);
// Of Annex B extradata.
ParameterSets sets_of_annex_b(std::span<const std::uint8_t> extradata);

// The smallest number from 1 to 31 that names neither a sequence nor a picture parameter set.
std::optional<int> free_set_id(const ParameterSets& sets);

// The record with all sets of both; profile and level are the higher ones. Empty when there are too
// many for one.
std::vector<std::uint8_t> joined_avcc(const ParameterSets& recorded, const ParameterSets& own);

}  // namespace xb::output
