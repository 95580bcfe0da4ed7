// What the page says of `listen:`: where a phone pushes its picture to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/source.h"
#include "net/json.h"

namespace xb::studio {

// {"protocol":"rtmp|srt","port","key","addresses":[{"whole","server"}],"is_reachable"}: an address
// for each of `hosts`; without any, that of this computer for itself. Null where `source` is
// another one or has no port yet. `key` and `whole` have the secret in them: for the operator at
// this computer alone.
OrderedJson doorway_of(const capture::SourceSpec& source, std::optional<int> port,
                       const std::vector<std::string>& hosts);

}  // namespace xb::studio
