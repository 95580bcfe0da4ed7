// What an Artist is given, as JSON: for the Ledger, and back for composing a Session again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/json_fwd.h"
#include "overlay/scene.h"
#include "overlay/values.h"

namespace xb::studio {

// Scene and values but for what comes from the Show (docs/wire.md section 4, `paint`). Messages are
// an object by number, so that one more is one change.
Json paint_state(const overlay::Scene& scene, const overlay::LiveValues& values);
// The patch from one paint_state to another, without all that is the same in both.
Json paint_change(const overlay::Scene& from_scene, const overlay::LiveValues& from,
                  const overlay::Scene& to_scene, const overlay::LiveValues& to);

// `values` lacks what comes from the Show, but for its version.
struct PaintState {
  overlay::Scene scene;
  overlay::LiveValues values;
};
// From a foreign file: every time, number and text is within what the layers are made for. Error:
// json_invalid with the path.
Result<PaintState> paint_state_of(const Json& json);

// A reading of the Show as it is painted from, attire included (docs/wire.md section 4, `show`).
OrderedJson painted_show(const overlay::LiveValues& values);
// Puts it into `values`. Error: json_invalid with the path.
Status put_painted_show(const Json& json, overlay::LiveValues& values);

}  // namespace xb::studio
