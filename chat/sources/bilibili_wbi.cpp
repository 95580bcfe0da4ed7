// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/bilibili_wbi.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "chat/platform_source.h"
#include "net/digest.h"

namespace xb::chat {
namespace {

constexpr std::array<std::uint8_t, 32> order{46, 47, 18, 2,  53, 8,  23, 32, 15, 50, 10,
                                             31, 58, 3,  45, 35, 27, 43, 5,  49, 33, 9,
                                             42, 19, 29, 28, 14, 39, 12, 38, 41, 13};

// The file's name without folder and extension.
std::string_view stem_of(std::string_view url) {
  const auto slash = url.rfind('/');
  if (slash != std::string_view::npos) url.remove_prefix(slash + 1);
  return url.substr(0, url.find('.'));
}

}  // namespace

std::string wbi_key(std::string_view img_url, std::string_view sub_url) {
  const auto raw = std::string(stem_of(img_url)).append(stem_of(sub_url));
  std::string key;
  for (const auto at : order) {
    if (at >= raw.size()) return {};
    key += raw[at];
  }
  return key;
}

std::string wbi_query(std::map<std::string, std::string> parameters, std::int64_t unix_seconds,
                      std::string_view key) {
  parameters["wts"] = std::to_string(unix_seconds);
  std::string query;
  for (auto [name, value] : parameters) {
    std::erase_if(
        value, [](char c) { return std::string_view("!'()*").find(c) != std::string_view::npos; });
    query += (query.empty() ? "" : "&") + url_encoded(name) + "=" + url_encoded(value);
  }
  return query + "&w_rid=" + net::md5_hex(query + std::string(key));
}

}  // namespace xb::chat
