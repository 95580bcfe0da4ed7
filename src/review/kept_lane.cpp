// SPDX-License-Identifier: Apache-2.0
#include "review/kept_lane.h"

#include <utility>

#include "base/files.h"
#include "base/log.h"

namespace xb::review {
namespace {

constexpr int kept_version = 1;

}  // namespace

std::optional<Json> load_kept(const std::filesystem::path& file, std::string_view key,
                              std::size_t most_bytes) {
  if (file.empty()) return std::nullopt;
  const auto stored = read_file(file, most_bytes);
  if (!stored) return std::nullopt;
  auto json = net::parse_json(*stored, {.bytes = most_bytes, .depth = 4});
  if (!json) return std::nullopt;
  const auto version = json->find("v");
  const auto made_for = json->find("key");
  const bool is_its = version != json->end() && *version == kept_version &&
                      made_for != json->end() && *made_for == key;
  return is_its ? std::optional(std::move(*json)) : std::nullopt;
}

void save_kept(const std::filesystem::path& file, std::string_view key, Json json) {
  if (file.empty()) return;
  json["v"] = kept_version;
  json["key"] = key;
  if (const auto saved = write_file_atomically(file, net::dump(json), 0600); !saved)
    log_debug("review", "not kept: {}", saved.error().log_line());
}

}  // namespace xb::review
