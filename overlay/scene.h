// Scene: which Layers are on, and since when. Plain data; the Director is the only one who changes
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "overlay/values.h"

namespace xb::overlay {

// z-order, lowest first. The names are those of `layers[]` in /api/state.
enum class LayerName : std::uint8_t {
  nameplate = 1,
  counter,
  chat_panel,
  pinned,
  ticker,
  caption,
  countdown,
  product_card,
  badges,
  slate,
};
std::string_view name_of(LayerName layer);

enum class SlateKind : std::uint8_t { none = 1, opening, away };
std::string_view name_of(SlateKind slate);

// Where the product card stands. In 9:16 both are the shop slot.
enum class CardPlace : std::uint8_t { first = 1, second };
std::string_view name_of(CardPlace place);

struct Scene {
  std::uint64_t version = 0;             // grows with every change
  std::optional<std::string> product;    // id
  std::optional<std::string> countdown;  // id of the product whose link opens
  std::optional<std::string> caption;    // id
  SlateKind slate = SlateKind::none;
  CardPlace card_place = CardPlace::first;
  bool is_qr_hidden = false;       // it did not scan off the air: the card goes without
  std::optional<ChatLine> pinned;  // `arrived` is when it was pinned, or could come on
  bool does_pinned_wait = false;   // until the caption goes that stands in its place
  bool is_covered = false;         // in a panic: nothing but the slate may be seen or heard
  // When each came on as it is, or went off: what moves begins then.
  SessionTime product_since;
  SessionTime card_place_since;  // the card moved there while it was on
  SessionTime countdown_since;
  SessionTime caption_since;
  SessionTime caption_until = SessionTime::max();  // when it goes by itself; max: it stays
  SessionTime slate_since;
  std::optional<SessionTime> emphasis_since;  // the product's price is pointed at
  friend bool operator==(const Scene&, const Scene&) = default;
};

// 3-2-1, then a word; after that the product's card is on (design tokens, countdown).
inline constexpr int countdown_steps = 3;
inline constexpr Duration countdown_step = std::chrono::milliseconds(1000);
inline constexpr Duration countdown_go = std::chrono::milliseconds(900);
inline constexpr Duration countdown_length = countdown_steps * countdown_step + countdown_go;

inline constexpr Duration pinned_stay = std::chrono::seconds(12);

// How long a caption stays: 6 s and 0.22 s for each character of its sentence, at most 15 s.
Duration caption_hold(const Caption& caption);

// The Scene as time has left it: a countdown that is over is the product's card, and what has been
// on long enough is off. The same at every look, so that all Canvases and a re-render turn in the
// same frame.
Scene settled(Scene scene, SessionTime now);

}  // namespace xb::overlay
