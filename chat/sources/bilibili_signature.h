// How calls of Bilibili's open platform are signed. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace xb::chat {

struct BilibiliKeys {
  Secret id;
  Secret secret;
};
// All headers of a POST of exactly these bytes.
std::vector<std::pair<std::string, std::string>> bilibili_signature(const BilibiliKeys& keys,
                                                                    std::string_view body,
                                                                    const std::string& nonce,
                                                                    std::int64_t unix_seconds);

}  // namespace xb::chat
