// The table of commands: name, arguments, role, help; and their checked reading. Pages, scripts and
// render share it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "net/json_fwd.h"
#include "overlay/scene.h"

namespace xb::studio {

struct StartLive {};
struct EndLive {};
struct RetryOutputs {};
struct ShowProduct {
  std::string id;
};
struct HideProduct {};
struct EmphasizeProduct {};
struct StartCountdown {
  std::string id;
};
enum class Hold : std::uint8_t { by_length = 1, until_hidden };
struct ShowCaption {
  std::string id;
  Hold hold = Hold::by_length;
};
struct HideCaption {};
struct ShowSlate {
  overlay::SlateKind kind = overlay::SlateKind::away;
};
struct HideSlate {};
struct PinChat {
  std::uint64_t sequence = 0;  // of the Feed
};
struct UnpinChat {};
struct AddMarker {
  std::string note;
};
// People seen to follow on a platform that tells us nothing; below 0: taps taken back.
struct AddFollowers {
  std::string platform;  // empty: the first one the Show publishes to
  std::int64_t count = 1;
  std::string name;  // of the one who came, may be empty
  std::string why;
};
// The total a person read off the platform's own page.
struct TellTotal {
  std::string platform;
  std::int64_t total = 0;
  std::string why;
};
// Takes a message off every screen; it stays in the Ledger, and why.
struct HideChat {
  std::uint64_t sequence = 0;
  std::string why;
};
struct UnhideChat {
  std::uint64_t sequence = 0;
  std::string why;
};
struct MuteChat {
  std::string platform;
  std::string user;
  int minutes = 0;  // 0: may speak again
};
struct AnswerChat {
  std::uint64_t sequence = 0;
};
// The host's own words, to those who watch on our page.
struct SayAsHost {
  std::string text;
};
// The next product of the rundown.
struct ShowNext {};
// Takes back what the last command changed on the picture.
struct Undo {};
struct StartRotation {
  int seconds = 0;
};
struct StopRotation {};
// Another price in the table of products, seen to be `old` before.
struct SetPrice {
  std::string id;
  std::string old;
  std::string price;
};
// Of the microphone, or of the source's own sound.
struct MuteSound {
  bool is_muted = true;
};
// Everything is covered and silent, until it is resumed.
struct CoverAll {
  bool is_covered = true;
};
struct PlayMusic {
  bool is_on = true;
};
// One command, read and checked.
using Deed = std::variant<StartLive, EndLive, RetryOutputs, ShowProduct, HideProduct,
                          EmphasizeProduct, StartCountdown, ShowCaption, HideCaption, ShowSlate,
                          HideSlate, PinChat, UnpinChat, AddMarker, AddFollowers, TellTotal,
                          HideChat, UnhideChat, MuteChat, AnswerChat, SayAsHost, ShowNext, Undo,
                          StartRotation, StopRotation, SetPrice, MuteSound, CoverAll, PlayMusic>;

struct CommandRow {
  std::string_view name;
  std::string_view args;  // as JSON with placeholders: {"product":ID}
  std::string_view role;  // operator, assistant: the least that may (reliability.md 2.1)
  std::string_view help_zh;
  std::string_view help_en;
  Result<Deed> (*read)(const Json& args);
};
std::span<const CommandRow> command_rows();

// Errors: command_unknown, command_arguments (naming the argument).
Result<Deed> read_command(std::string_view name, const Json& args);

}  // namespace xb::studio
