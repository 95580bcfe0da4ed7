// How an error is said: to people, to the log, and at the end of a broken program.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "base/outlet.h"

namespace xb {
namespace {

std::string sentence(std::string_view what, const std::string& detail, std::string_view advice,
                     std::string_view open, std::string_view close, std::string_view stop) {
  std::string out(what);
  if (!detail.empty()) out.append(open).append(detail).append(close);
  return out.append(stop).append(advice);
}

}  // namespace

Error Error::during(std::string doing) && {
  context_.push_back(std::move(doing));
  return std::move(*this);
}

std::string Error::zh() const {
  const auto& t = text_of(code_);
  return sentence(t.zh, detail_zh(), t.zh_advice, "（", "）", "：");
}

std::string Error::en() const {
  const auto& t = text_of(code_);
  return sentence(t.en, detail_, t.en_advice, " (", ")", ". ");
}

std::string Error::log_line() const {
  std::string out(name());
  for (auto it = context_.rbegin(); it != context_.rend(); ++it) out.append(": ").append(*it);
  if (!detail_.empty()) out.append(": ").append(detail_);
  return out;
}

void check_failed(const char* condition, const char* file, int line) {
  // not through the log, which may be what is broken; and a reader that stands still may not keep
  // a broken process alive
  const auto text = fmt::format("xiangbo: broken invariant {} at {}:{}\n", condition, file, line);
  std::string_view rest = text;
  static_cast<void>(Outlet::standard_error().write(rest, std::chrono::milliseconds(200)));
  std::abort();
}

}  // namespace xb
