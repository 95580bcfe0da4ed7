// Result<T>: a value, or the Error that says why there is none.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace xb {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // implicit, so that `return Error(...)` reads as it should
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
};

using Status = Result<void>;
inline Status ok() {
  return Status();
}

}  // namespace xb

#define XB_CONCAT_INNER(a, b) a##b
#define XB_CONCAT(a, b) XB_CONCAT_INNER(a, b)

// XB_TRY(expression): returns the Error of a failed Result from the enclosing function.
#define XB_TRY(expression)                                       \
  do {                                                           \
    auto xb_try_result = (expression);                           \
    if (!xb_try_result) return std::move(xb_try_result).error(); \
  } while (false)

// XB_TRY_ASSIGN(auto x, expression): like XB_TRY, and moves the value into `x`.
#define XB_TRY_ASSIGN(target, expression) \
  XB_TRY_ASSIGN_INNER(XB_CONCAT(xb_try_, __LINE__), target, expression)
#define XB_TRY_ASSIGN_INNER(result, target, expression) \
  auto result = (expression);                           \
  if (!result) return std::move(result).error();        \
  target = std::move(*result)

// XB_CHECK: our own broken invariant ends the process with its place; never for what the world
// does.
#define XB_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::xb::check_failed(#condition, __FILE__, __LINE__))
