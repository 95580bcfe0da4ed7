// The secrets file: stream keys, the ingest token and the tokens of chat platforms, readable by its
// owner only. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "studio/problem.h"

namespace xb::studio {

struct Secrets {
  std::map<std::string, Secret, std::less<>> publish;  // by the name of the [[publish]] entry
  Secret ingest;                                       // empty: the ingest is closed
  // By the name of the [[chat]] entry, then "token", "api_key", "client_id", "code", "key_id",
  // "key_secret".
  std::map<std::string, std::map<std::string, Secret, std::less<>>, std::less<>> chat;

  // nullptr when there is no key of that name.
  const Secret* key_of(std::string_view publish_name) const;
};

// `secrets` is there exactly when `problems` is empty. No Problem ever holds a value, a piece of
// a line or an unknown name: a key pasted into the wrong place must not come out again.
struct LoadedSecrets {
  std::optional<Secrets> secrets;
  std::vector<Problem> problems;
};

// A missing file means no secrets. Refused unless its mode is 0600 and it belongs to this user
// or root.
LoadedSecrets load_secrets(const std::filesystem::path& file);

}  // namespace xb::studio
