// The table of push protocols: scheme, factory, help.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "output/link.h"
#include "output/output.h"

namespace xb::output {

struct Protocol {
  std::string_view scheme;  // "rtmp"
  std::unique_ptr<Link> (*make)(const PushUrl& url, const OutputParts& parts);
  std::string_view help;
};
std::span<const Protocol> protocols();

// For `xiangbo check`: is this something we can push to? Errors: output_unsupported,
// output_no_key.
Status check_output(const OutputSpec& spec);

// Whether `url` of a Show leads anywhere, without its key; see Link::knock. Blocks for 11 s at the
// most. Errors: as there, and output_unsupported.
Result<bool> knock(const std::string& url, const std::string& ca_file, Clock& clock, Health& health,
                   const std::stop_token& stop);

// A Publication, running at once on its thread `out-NAME`. Errors: as check_output.
Result<std::unique_ptr<Output>> start_publication(const OutputSpec& spec, const OutputParts& parts);

}  // namespace xb::output
