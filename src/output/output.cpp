// Names of states as docs/wire.md has them.
// SPDX-License-Identifier: Apache-2.0
#include "output/output.h"

namespace xb::output {

std::string_view name_of(OutputState state) {
  switch (state) {
    case OutputState::off: return "off";
    case OutputState::connecting: return "connecting";
    case OutputState::live: return "live";
    case OutputState::reconnecting: return "reconnecting";
    case OutputState::refused: return "refused";
    case OutputState::ended: return "ended";
  }
  return "off";
}

}  // namespace xb::output
