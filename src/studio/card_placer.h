// CardPlacer: keeps the product card off people's faces. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/time.h"
#include "overlay/artist.h"
#include "overlay/scene.h"
#include "vision/faces.h"

namespace xb::studio {

// Decides between the two places of the card. It leaves the first when a face comes near and the
// second is freer, and returns when the first has been clear for 6 s; never twice within 5 s. While
// nothing is known of faces it stays where it is.
//
// Thread: one at a time (floor). Pure.
class CardPlacer {
 public:
  explicit CardPlacer(overlay::CardPlaces places) : places_(places) {}
  // For a card that goes on while none was.
  overlay::CardPlace at_show(const vision::Faces& faces, SessionTime now);
  // For the card that is on.
  overlay::CardPlace next(overlay::CardPlace current, const vision::Faces& faces, SessionTime now);

 private:
  const overlay::CardPlaces places_;
  std::optional<SessionTime> moved_;        // while on air
  std::optional<SessionTime> clear_since_;  // the first place
};

}  // namespace xb::studio
