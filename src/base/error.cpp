// The table of error codes, put together from its parts.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <vector>

#include "base/error_texts.h"

namespace xb {

const ErrorText& text_of(ErrorCode code) {
  for (const auto& part : {media_error_texts(), desk_error_texts()}) {
    for (const auto& text : part) {
      if (text.code == code) return text;
    }
  }
  return media_error_texts().front();
}

std::span<const ErrorText> all_error_texts() {
  static const auto all = [] {
    std::vector<ErrorText> texts;
    for (const auto& part : {media_error_texts(), desk_error_texts()})
      texts.insert(texts.end(), part.begin(), part.end());
    return texts;
  }();
  return all;
}

}  // namespace xb
