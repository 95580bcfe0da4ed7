// The floor thread: what is shown next, in turn, and again.
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/log.h"
#include "studio/floor.h"

namespace xb::studio {
namespace {

void add_to(Note& note, std::string_view zh, std::string_view en) {
  note.zh.append(note.zh.empty() ? "" : "；").append(zh);
  note.en.append(note.en.empty() ? "" : "; ").append(en);
}

}  // namespace

Result<Note> Floor::retry_outputs() {
  if (!air_ || phase_ != Phase::on_air) return Error(ErrorCode::not_on_air, "output.retry");
  if (air_->retry_outputs() > 0) return Note{};
  return Note{"现在没有断了的平台", "No platform is cut off now"};
}

Result<Note> Floor::mute(const MuteSound& asked) {
  parts_.sound.mute(asked.is_muted);
  log_info("floor", "{}", asked.is_muted ? "microphone muted" : "microphone open");
  return Note{};
}

// The sound and the program first: neither waits for the painter.
Result<Note> Floor::cover(const CoverAll& asked, const std::string& who) {
  if (asked.is_covered) {
    parts_.sound.panic(true);
    parts_.program.cover(true);
  }
  auto note = change_scene(asked, who);
  cover_as_scene();
  log_info("floor", "{}", asked.is_covered ? "everything is covered" : "resumed");
  return note;
}

void Floor::cover_as_scene() {
  const bool is_covered = director_.scene().is_covered;
  parts_.sound.panic(is_covered);
  parts_.program.cover(is_covered);
}

Result<Note> Floor::play_music(const PlayMusic& asked) {
  if (asked.is_on && !parts_.has_music)
    return Error(ErrorCode::music_failed, "方案的 [music] file 里没有写音乐文件",
                 "no file is named in [music] of the Show");
  parts_.sound.play_music(asked.is_on);
  if (asked.is_on && phase_ != Phase::on_air)
    return Note{"开播后就放", "It begins when you go live"};
  return Note{};
}

Result<Note> Floor::change_scene(const Deed& deed, const std::string& who) {
  const auto now = parts_.program.now();
  director_.tick(now);
  const auto before = director_.scene();
  auto note = show_what(deed, now);
  place_new_card(before.product.has_value());
  publish_scene();
  if (!note || std::holds_alternative<CoverAll>(deed)) return note;
  if (rundown_.did(deed, who, before, director_.scene(), *show_.read()->tables, now))
    add_to(*note, "轮播也停了", "the rotation has stopped, too");
  return note;
}

Result<Note> Floor::show_what(const Deed& deed, SessionTime now) {
  if (const auto* asked = std::get_if<PinChat>(&deed)) {
    auto line = parts_.heard.pin(asked->sequence, now);
    if (!line) return Error(ErrorCode::message_gone, std::to_string(asked->sequence));
    return director_.pin(std::move(*line), now);
  }
  if (!std::holds_alternative<ShowNext>(deed)) return director_.apply(deed, now);
  auto id = rundown_.next(*show_.read()->tables, director_.scene());
  if (!id) return Error(ErrorCode::nothing_to_show, "cue.next");
  return director_.apply(ShowProduct{std::move(*id)}, now);
}

Result<Note> Floor::undo() {
  if (director_.scene().is_covered) return Error(ErrorCode::panic_is_on, "undo");
  const auto now = parts_.program.now();
  const auto step = rundown_.take_last(now);
  if (!step) return Error(ErrorCode::nothing_to_undo, "undo");
  // what was taken away since does not come back
  auto pinned = step->before.pinned && step->before.pinned != step->after.pinned
                    ? parts_.heard.pin(step->before.pinned->sequence, now)
                    : std::nullopt;
  const bool had_card = director_.scene().product.has_value();
  const auto also = director_.go_back(step->before, step->after, std::move(pinned), now);
  place_new_card(had_card);
  publish_scene();
  Note note{"撤销了：" + step->what.zh, "Taken back: " + step->what.en};
  if (!also.zh.empty()) add_to(note, also.zh, also.en);
  return note;
}

Result<Note> Floor::start_rotation(int seconds) {
  const auto& tables = *show_.read()->tables;
  if (!rundown_.next(tables, director_.scene()))
    return Error(ErrorCode::nothing_to_show, "rotation.start");
  rundown_.start_rotation(std::chrono::seconds(seconds), parts_.program.now());
  return Note{};
}

void Floor::turn_cards() {
  const auto now = parts_.program.now();
  auto id = rundown_.turn(*show_.read()->tables, director_.scene(), now);
  if (!id) return;
  const bool had_card = director_.scene().product.has_value();
  if (!director_.apply(ShowProduct{std::move(*id)}, now)) return;
  place_new_card(had_card);
  publish_scene();
}

}  // namespace xb::studio
