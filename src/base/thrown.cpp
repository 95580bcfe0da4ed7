// SPDX-License-Identifier: Apache-2.0
#include "base/thrown.h"

#include "base/log.h"

namespace xb {

void log_thrown(std::string_view component, std::string_view what,
                const std::exception& thrown) noexcept {
  try {
    log_error(component, "{} ended by an exception: {}", what, thrown.what());
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace xb
