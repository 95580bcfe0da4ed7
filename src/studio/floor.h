// Floor: the thread that runs the evening. Takes commands, begins and ends the Session, writes down
// what airs, and keeps state and figures ready for whoever asks. SPDX-License-Identifier:
// Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/pipe.h"
#include "base/worker.h"
#include "capture/runner.h"
#include "chat/desk.h"
#include "studio/air.h"
#include "studio/binder.h"
#include "studio/card_placer.h"
#include "studio/commands.h"
#include "studio/curve.h"
#include "studio/director.h"
#include "studio/edit_notes.h"
#include "studio/finishing.h"
#include "studio/handover.h"
#include "studio/heard.h"
#include "studio/paint_journal.h"
#include "studio/qr_judge.h"
#include "studio/recall.h"
#include "studio/report.h"
#include "studio/rundown.h"
#include "studio/show_watch.h"
#include "studio/starvation.h"
#include "studio/studio.h"
#include "vision/qr_watch.h"

namespace xb::vision {
class FaceFinder;
}

namespace xb::studio {

// What looks at the pictures, and where it tells what it saw.
struct Seen {
  vision::FaceFinder* finder;  // null: a card has no second place, so nobody looks
  const Snapshot<vision::Faces>& faces;
  vision::QrWatch& qr;
  Queue<vision::QrLook>& looks;
  overlay::CardPlaces card_places;
};

struct FloorParts {
  const Plan& plan;
  const Strands& strands;
  std::string encoder;              // as choose_video_encoder() found it, while nothing was on air
  const session::DataFolder* data;  // null: nothing can be kept
  Program& program;
  capture::Runner& source;
  capture::Runner* mic;
  Binder& binder;
  Heard& heard;
  chat::Desk& desk;
  const Snapshot<net::ServerTally>& control;  // of the control port, once there is one
  std::shared_ptr<const net::ServerTally> audience;
  Snapshot<overlay::Scene>& scene;
  Queue<Aired>& aired;
  Queue<overlay::Painted>& painted;
  std::deque<output::FrameQueue>& frames;
  output::BlockQueue& blocks;
  media::SoundDesk& sound;
  bool has_music = false;
  Finishing& finishing;
  media::CodedPipe& coded;
  Mailbox<vision::KeyFrame>& key_frames;
  output::WebVideo& web_video;
  Seen seen;
  MonoTime program_start;
  Clock& clock;
  Health& health;
  EditNotes& notes;
  // Hands a price to the thread `setup`; false: too much waits there. The reply comes once.
  std::function<bool(const SetPrice&, const std::string& who, std::function<void(const Status&)>)>
      set_price;
  const Handover* handover = nullptr;  // null: the program goes into no other programs
};

struct Asked {
  Command command;
  Studio::Reply reply;
};
// What the floor is told.
using Errand = std::variant<Asked, ReadShow>;

// A command whose event the chat has kept, or whose price stands in the table, or not.
struct Settled {
  Asked asked;
  std::optional<std::int64_t> time_ms;  // of the event
  std::optional<Error> error;
};

// An answer that is given once its Entry is committed, or after a second when the Ledger cannot.
// Thread: any.
class Promised {
 public:
  Promised(std::string its_id, Answer its_answer, MonoTime its_latest)
      : id(std::move(its_id)), answer(std::move(its_answer)), latest(its_latest) {}
  // Answered with the others, or at once when they have been.
  void add(Studio::Reply reply);
  void give();
  bool is_given() const;

  const std::string id;
  const Answer answer;
  const MonoTime latest;

 private:
  mutable std::mutex mutex_;  // guards all below
  bool is_given_ = false;
  std::vector<Studio::Reply> replies_;
};

// What state(), stats() and curve() are made of when somebody asks: gathered by the floor.
struct Figures {
  std::shared_ptr<const Observed> seen;
  std::shared_ptr<const std::string> curve;
};

// Thread: `floor` runs inside; ask(), take_up(), show(), state(), stats(), curve() and has_ended()
// from any.
class Floor {
 public:
  Floor(FloorParts parts, const Recall& recalled, std::optional<Duration> end_after,
        std::function<void(const std::string&)> stats_line);
  ~Floor();

  // False when 256 commands wait: the caller says `busy`.
  bool ask(Asked&& asked);
  // Another reading of the Show; false likewise, and `read` is as it was.
  bool take_up(ReadShow& read);
  // What counts now, with the rows that are kept because they are on air.
  std::shared_ptr<const Show> show() const { return show_.read(); }
  // What was seen up to 50 ms ago. JSON is made by who asks, so that nobody's asking costs nothing.
  OrderedJson state() const;
  OrderedJson stats() const;
  std::shared_ptr<const std::string> curve() const { return figures_.read()->curve; }
  // A Session that was on air has come to its duration: it is over, or ending.
  bool has_ended_by_duration() const { return has_ended_by_duration_.load(); }
  // Answers what was asked, ends the Session if one is on; waits for it. Thread: owner's, before
  // destroying.
  void end_and_stop(std::string_view reason);
  // Where changes of condition go to become Entries.
  std::shared_ptr<Queue<ComponentHealth>> health_changes() const { return health_changes_; }

 private:
  void run(std::stop_token stop);
  // What runs into an exception (no memory, say) is lost alone: said, counted, and the floor goes
  // on. False: it did.
  template <class Call>
  bool attempt(std::string_view what, Call&& call);
  void see_to(Errand&& errand);
  void handle(Asked asked);
  void handle(ReadShow read);
  void use_show();
  void report_rows(const std::vector<std::string>& kept);
  OrderedJson changes_until(std::uint64_t version, MonoTime shown_at);
  Answer carry_out(const Command& command);
  Result<Note> perform(const Deed& deed, const std::string& who);
  Result<Note> change_scene(const Deed& deed, const std::string& who);
  Result<Note> show_what(const Deed& deed, SessionTime now);
  Result<Note> undo();
  Result<Note> retry_outputs();
  Result<Note> mute(const MuteSound& asked);
  Result<Note> cover(const CoverAll& asked, const std::string& who);
  Result<Note> play_music(const PlayMusic& asked);
  Result<Note> start_rotation(int seconds);
  void turn_cards();
  // Nothing: this deed is none of the chat's.
  Result<std::optional<chat::ChatEvent>> event_of(const Deed& deed) const;
  bool hand_to_chat(Asked& asked);  // false: `asked` is as it was
  bool hand_to_setup(Asked& asked);
  void answer_settled();
  void finish(Asked& asked, Result<Note> note);
  Answer answer_of(const Command& command, Result<Note> note) const;
  Result<Note> mute(const MuteChat& asked);
  Result<Note> answered(std::uint64_t sequence);
  void answer_once_kept(const Command& command, Answer answer, Studio::Reply reply);
  void keep_command(const Command& command, const Answer& answer,
                    session::Ledger::Committed committed);
  Result<Note> start_live();
  std::unique_ptr<session::Session> open_session(const Recall& recalled);
  void begin_entries(const Recall& recalled, FrameNumber frame);
  void try_to_keep();
  void end_live(std::string_view reason);
  Result<Note> add_marker(const std::string& note);
  void look_after_picture();
  void look_after_entries();
  void look_after_air();
  void tell();
  void write_aired(const Aired& aired);
  void keep_paints();
  void write_values(const overlay::Bitmaps& shown, FrameNumber frame, SessionTime time,
                    OrderedJson changes);
  void write_scene(const overlay::Bitmaps& shown, FrameNumber frame, SessionTime time);
  void show_badges(const AirState& air);
  void show_freshness();
  void refresh(bool with_line);
  void keep(session::EntryKind kind, const OrderedJson& json, SessionTime time,
            std::string event_id = {}, session::Ledger::Committed committed = {});
  bool send_scene();  // true: it was another one
  void publish_scene();
  void cover_as_scene();
  void look_after_card();
  void place_new_card(bool was_on);
  void try_qr_codes_again();
  void ease_vision(bool is_starved);
  bool look_at_losses();
  void remember(const std::string& id, const Answer& answer);
  Recall recall_now() const;
  void put_chat_on_air();
  void take_chat_off();
  void tell_past(const Recall& recalled);
  Observed observe();

  FloorParts parts_;
  Director director_;
  Rundown rundown_;
  Curve curve_;
  CardPlacer card_;
  QrJudge qr_;
  const std::optional<Duration> end_after_;
  const std::function<void(const std::string&)> stats_line_;
  Queue<Errand> errands_;
  // shared with the listener of Health, which may still be running when the floor is gone
  const std::shared_ptr<Queue<ComponentHealth>> health_changes_;
  // shared with the replies that the chat still holds
  const std::shared_ptr<Queue<Settled>> settled_;
  Snapshot<Figures> figures_;
  Snapshot<Show> show_;
  std::atomic<bool> has_ended_by_duration_{false};
  std::string stop_reason_;  // written before the floor is asked to stop, read by it after

  // floor thread only
  Phase phase_ = Phase::ready;
  std::optional<WallTime> resumable_until_;  // the interrupted Session there was at the start
  std::unique_ptr<Air> air_;
  std::optional<std::filesystem::path> folder_;  // of the last Session, also after it ended
  std::optional<AirState> last_air_;             // what remained when it ended
  std::unordered_map<std::string, Answer> answered_;
  std::deque<std::string> answered_order_;
  std::vector<std::shared_ptr<Promised>> promised_;
  std::shared_ptr<const overlay::Bitmaps> on_screen_;
  PaintJournal paints_;
  std::uint64_t entries_lost_ = 0;  // by the Ledger of this Session
  SessionTime paints_from_;         // no `paint` Entry is earlier
  std::array<double, 512> latencies_{};
  std::size_t latency_count_ = 0;
  std::optional<double> show_latency_ms_;
  std::optional<std::string> stale_since_;  // as the picture says it
  overlay::BadgeValues minute_;             // the last ones: their clock
  Show read_;                               // the last one that was right, without kept rows
  bool has_kept_ = false;                   // show_ has rows that read_ has not
  std::uint64_t show_version_ = 1;
  struct Change {
    std::uint64_t version = 0;  // of the Show that brought it
    OrderedJson rows;
    MonoTime changed;  // when the files did
  };
  std::deque<Change> changes_;  // not on the picture yet
  // On air, but the Session could not be opened: what it would begin with, and when to try again.
  std::optional<Recall> not_kept_;
  MonoTime next_try_to_keep_;
  MonoTime next_line_;
  std::optional<MonoTime> stumbled_;  // over an exception, while that is told
  std::uint64_t stumbles_ = 0;
  Starvation starvation_;
  std::array<Starvation, most_strands> behind_;  // each strand's encoder
  bool is_vision_resting_ = false;
  // The chat was too busy to be told: tried again until it was.
  std::optional<chat::Restored> chat_begins_;
  bool is_chat_to_end_ = false;
  bool is_past_told_ = false;
  Worker worker_;
};

}  // namespace xb::studio
