// nlohmann's patches behind a border without exceptions. SPDX-License-Identifier: Apache-2.0
#include "net/json_patch.h"

#include <exception>

#include "net/json.h"

namespace xb::net {

Json patch_between(const Json& before, const Json& after) {
  try {
    return Json::diff(before, after);
  } catch (const std::exception&) {  // the whole value is a change, too
    return Json::array({{{"op", "replace"}, {"path", ""}, {"value", after}}});
  }
}

Status apply_patch(Json& value, const Json& patch) {
  if (!patch.is_array()) return Error(ErrorCode::json_invalid, "patch: must be a list");
  for (const auto& step : patch) {
    XB_TRY_ASSIGN(const auto op, require_string(step, "op"));
    if (op != "add" && op != "remove" && op != "replace")
      return Error(ErrorCode::json_invalid, "patch.op: must be add, remove or replace");
  }
  try {
    value.patch_inplace(patch);
  } catch (const std::exception&) {
    return Error(ErrorCode::json_invalid, "patch: does not fit");
  }
  return ok();
}

}  // namespace xb::net
