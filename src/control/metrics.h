// The figures of GET /api/stats in the text form of Prometheus (exposition format 0.0.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "net/json_fwd.h"

namespace xb::control {

inline constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

// One sample for each number, named after its place: {"frames":{"missed":2}} is
// `xiangbo_frames_missed 2`. Of a list each item is told apart by its `name`; of counts by reason
// and of pipes, by their key. Yes and no are 1 and 0; a `state` is a label of a 1. What was not
// measured (null) and other texts are left out.
std::string metrics_of(const OrderedJson& stats);

}  // namespace xb::control
