// What the operator asked for when opening the program: the Show, and the command line on top of
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "studio/secrets.h"
#include "studio/show.h"

namespace xb::studio {

struct Plan {
  Show show;
  Secrets secrets;
  std::string source;                // SourceSpec; empty: the Show's
  std::string mic;                   // empty: the Show's
  std::vector<std::string> publish;  // names to push to; all of them are in the Show
  bool is_recording = true;
  std::filesystem::path data;
  std::filesystem::path assets;
  std::string ca_file;  // an additional certificate authority for rtmps, "" for none
};

}  // namespace xb::studio
