// The floor thread: commands that go into the stream of events, and are answered when the chat has
// kept them. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "studio/floor.h"

namespace xb::studio {
namespace {

constexpr std::string_view nobody = "desk";  // the platform when the Show pushes to none
constexpr std::size_t longest_platform = 24;
constexpr std::string_view audience_platform = "audience";
constexpr std::size_t longest_name = 24;

std::string or_else(const std::string& said, std::string_view usual) {
  return said.empty() ? std::string(usual) : said;
}

std::string first_platform(const Show& show) {
  for (const auto& one : show.publish) {
    auto name = cut_graphemes(one.name, longest_platform);
    if (one.is_enabled && name.size() <= 64) return name;
  }
  return std::string(nobody);
}

chat::ChatEvent own_event(chat::Kind kind, std::string platform, std::string why) {
  chat::ChatEvent event;
  event.kind = kind;
  event.platform = std::move(platform);
  event.own.emplace().why = std::move(why);
  return event;
}

}  // namespace

Result<std::optional<chat::ChatEvent>> Floor::event_of(const Deed& deed) const {
  if (const auto* add = std::get_if<AddFollowers>(&deed)) {
    auto event =
        own_event(chat::Kind::correction, or_else(add->platform, first_platform(*show_.read())),
                  or_else(add->why, add->count > 0 ? "tapped" : "tap taken back"));
    event.own->add = add->count;
    if (!add->name.empty()) event.user = chat::User{{}, add->name};
    return std::optional(std::move(event));
  }
  if (const auto* told = std::get_if<TellTotal>(&deed)) {
    auto event = own_event(chat::Kind::correction, told->platform,
                           or_else(told->why, "read off the platform"));
    event.total = told->total;
    return std::optional(std::move(event));
  }
  if (const auto* say = std::get_if<SayAsHost>(&deed)) {
    const auto& show = parts_.plan.show;
    const bool has_listeners = std::any_of(show.chat.begin(), show.chat.end(), [](const auto& one) {
      return one.is_enabled && one.platform == audience_platform;
    });
    if (!has_listeners) return Error(ErrorCode::chat_closed, "chat.say");
    auto event = own_event(chat::Kind::chat, std::string(audience_platform), {});
    event.user = chat::User{{}, cut_graphemes(show_.read()->station.name, longest_name)};
    event.text = say->text;
    return std::optional(std::move(event));
  }
  const auto* hide = std::get_if<HideChat>(&deed);
  const auto* unhide = std::get_if<UnhideChat>(&deed);
  if (hide == nullptr && unhide == nullptr) return std::optional<chat::ChatEvent>();
  const auto sequence = hide != nullptr ? hide->sequence : unhide->sequence;
  auto platform = parts_.heard.platform_of(sequence);
  if (!platform) return Error(ErrorCode::command_arguments, "seq: none of the last 1000 messages");
  auto event = own_event(chat::Kind::moderation, std::move(*platform),
                         hide != nullptr ? hide->why : unhide->why);
  event.own->seqs = {sequence};
  event.own->is_shown_again = unhide != nullptr;
  return std::optional(std::move(event));
}

bool Floor::hand_to_chat(Asked& asked) {
  const auto deed = read_command(asked.command.name, asked.command.args);
  if (!deed) return false;
  auto event = event_of(*deed);
  if (event && !*event) return false;
  if (!event) {
    finish(asked, std::move(event).error());
    return true;
  }
  auto& said = **event;
  said.id = asked.command.id;
  said.time_ms = parts_.clock.wall().time_since_epoch().count();
  said.own->by = asked.command.who;
  auto shared = std::make_shared<Settled>(Settled{std::move(asked), said.time_ms, {}});
  parts_.desk.accept(std::move(said), "desk", parts_.clock.now(),
                     [to = settled_, shared](const Status& status) {
                       if (!status) shared->error = status.error();
                       if (to->push(Settled(*shared)) != Pushed::refused) return;
                       Answer busy;
                       busy.error = Error(ErrorCode::busy, "256 answers wait");
                       shared->asked.reply(busy);  // sent again it is known by its id
                     });
  return true;
}

void Floor::answer_settled() {
  while (auto settled = settled_->try_pop()) {
    if (settled->error) {
      finish(settled->asked, std::move(*settled->error));
      continue;
    }
    Note note;
    const bool is_total = settled->asked.command.name == "followers.total";
    if (is_total && parts_.desk.origins().by_hand_ms.value_or(0) < settled->time_ms.value_or(0))
      note = {"少了两成多，先不改：看清楚了就再填，连填三次才算",
              "More than a fifth lower, nothing is changed yet: look again, told three times in a "
              "row it counts"};
    finish(settled->asked, std::move(note));
  }
}

void Floor::finish(Asked& asked, Result<Note> note) {
  // the same command may have been asked twice before it was settled
  if (const auto before = answered_.find(asked.command.id); before != answered_.end())
    return asked.reply(before->second);
  auto answer = answer_of(asked.command, std::move(note));
  remember(asked.command.id, answer);
  refresh(false);
  answer_once_kept(asked.command, std::move(answer), std::move(asked.reply));
}

Answer Floor::answer_of(const Command& command, Result<Note> note) const {
  Answer answer;
  answer.is_ok = note.has_value();
  if (note) {
    answer.note_zh = note->zh;
    answer.note_en = note->en;
    log_info("floor", "{} by {}", command.name, command.who);
  } else {
    log_warn("floor", "{} refused: {}", command.name, note.error().log_line());
    answer.error = std::move(note).error();
  }
  return answer;
}

Result<Note> Floor::mute(const MuteChat& asked) {
  XB_TRY(parts_.desk.mute({asked.platform, asked.user, std::chrono::minutes(asked.minutes)}));
  return Note{};
}

Result<Note> Floor::answered(std::uint64_t sequence) {
  XB_TRY(parts_.desk.answered(sequence));
  return Note{};
}

}  // namespace xb::studio
