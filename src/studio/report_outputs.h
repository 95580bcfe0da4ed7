// The part of the Report that tells what is sent, recorded and encoded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "net/json.h"
#include "studio/plan.h"
#include "studio/report.h"

namespace xb::studio {

enum class Detail : std::uint8_t { state = 1, figures };

// A value that was not measured is null.
template <class T>
OrderedJson or_null(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}
OrderedJson error_json(const std::optional<Error>& error);

OrderedJson outputs_json(const Plan& plan, const Observed& seen, Detail detail);
OrderedJson recorder_json(const std::optional<output::OutputStats>& recording,
                          const std::optional<output::RecorderStats>& recorder);
// Null where no clean feed is kept.
OrderedJson clean_json(const Observed& seen, Detail detail);
// Of [video].
OrderedJson encoder_json(const Observed& seen);
OrderedJson strands_json(const Observed& seen);

}  // namespace xb::studio
