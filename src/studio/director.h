// Director: turns commands into the next Scene. Keeps the lock between heritage captions and
// products. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/json_fwd.h"
#include "overlay/scene.h"
#include "overlay/values.h"
#include "studio/commands.h"

namespace xb::rules {
enum class OnAir : std::uint8_t;
}

namespace xb::studio {

struct Show;

// What a change did besides what was asked, for the answer and the ledger; empty when nothing.
struct Note {
  std::string zh;
  std::string en;
};

// Whether caption and chat have a place each on every Canvas, or share one on an upright Canvas.
enum class StoryRoom : std::uint8_t { apart = 1, shared };
StoryRoom story_room_of(const Show& show);

// Thread: one at a time (floor, or render's own). Pure: no clock of its own, no pipe.
class Director {
 public:
  explicit Director(std::shared_ptr<const overlay::Tables> tables,
                    StoryRoom room = StoryRoom::apart)
      : tables_(std::move(tables)), room_(room) {}

  const overlay::Scene& scene() const { return scene_; }

  // Deeds that concern no Scene change nothing. Showing what is on, or hiding what is off, is no
  // error and changes nothing. Errors: row_unknown, price_incomplete,
  // caption_incomplete, panic_is_on (slates, while everything is covered).
  Result<Note> apply(const Deed& deed, SessionTime now);

  // A message on screen for 12 s; pinned again, it stays 12 s from now on. Where the story room is
  // shared, a caption keeps it waiting: its 12 s begin when that is off.
  Note pin(overlay::ChatLine line, SessionTime now);
  void unpin(SessionTime now);

  // What time has done to the Scene (overlay::settled). Called many times a second; changes the
  // version only when something turned.
  void tick(SessionTime now);

  // Goes on with other tables. A caption that has become a heritage one beside goods goes off; rows
  // on air that are not in the tables any more are the caller's to see to.
  Note use(std::shared_ptr<const overlay::Tables> tables, SessionTime now);
  // Where the product card stands from now on.
  void place_card(overlay::CardPlace place, SessionTime now);
  // The QR code of this link does not scan off the air: no card shows it until forget_qr_codes().
  void hide_qr_code(const std::string& link, SessionTime now);
  void forget_qr_codes(SessionTime now);

  // Takes back what turned `before` into `after`: each of goods, caption, slate and message that
  // was another one is as it was before, its time begins anew. `pinned` is the message that may
  // come back. Rows that are gone or incomplete stay off.
  Note go_back(const overlay::Scene& before, const overlay::Scene& after,
               std::optional<overlay::ChatLine> pinned, SessionTime now);

  // Takes up what was on air when an interrupted Session broke off; ids the tables no longer have
  // are left out, and all but a cover where the operator has put something on himself.
  void resume(const overlay::Scene& scene, SessionTime now);

 private:
  Result<Note> show_product(const std::string& id, SessionTime now);
  Result<Note> start_countdown(const std::string& id, SessionTime now);
  Result<Note> show_caption(const ShowCaption& show, SessionTime now);
  Result<Note> show_slate(overlay::SlateKind kind, SessionTime now);
  Note cover(bool is_covered, SessionTime now);
  void put_back(const overlay::Scene& scene, SessionTime now);
  // `shown` is what has just gone on; nothing when things only went off. What comes on or goes off
  // has done so at `now`.
  Note take(overlay::Scene next, std::optional<rules::OnAir> shown, SessionTime now);
  void keep_waiting(overlay::Scene& next, Note& note, SessionTime now) const;
  void keep_pinned_waiting(overlay::Scene& next, Note& note, SessionTime now) const;
  bool is_qr_unreadable(const std::optional<std::string>& product) const;

  std::shared_ptr<const overlay::Tables> tables_;
  StoryRoom room_;
  overlay::Scene scene_;
  std::optional<Duration> caption_stay_;  // of the caption that is on; nothing: until it is hidden
  std::set<std::string> unreadable_links_;
  overlay::SlateKind slate_before_cover_ = overlay::SlateKind::none;
};

// As the Entries `scene` and `command` hold it: docs/wire.md section 4.
OrderedJson to_json(const overlay::Scene& scene);
overlay::Scene scene_of(const Json& json);
// A message: {"seq","role","name","text","since_ns"}. Nothing when one of the needed is missing.
OrderedJson to_json(const overlay::ChatLine& line);
std::optional<overlay::ChatLine> chat_line_of(const Json& json);

}  // namespace xb::studio
