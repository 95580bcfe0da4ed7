// Wbi: how Bilibili's web calls are signed. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace xb::chat {

// From the two picture addresses of /x/web-interface/nav; empty when their names are too short.
std::string wbi_key(std::string_view img_url, std::string_view sub_url);
// The query with `wts` and `w_rid`, sorted and encoded.
std::string wbi_query(std::map<std::string, std::string> parameters, std::int64_t unix_seconds,
                      std::string_view key);

}  // namespace xb::chat
