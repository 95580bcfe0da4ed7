// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/twitch_lines.h"

#include <algorithm>

#include "chat/look.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_line_bytes = 16'384;
constexpr std::size_t most_tags = 100;
constexpr std::size_t most_parameters = 50;
constexpr std::size_t most_lines = 1000;

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      out += value[i];
      continue;
    }
    if (++i == value.size()) break;
    switch (value[i]) {
      case ':': out += ';'; break;
      case 's': out += ' '; break;
      case 'r': out += '\r'; break;
      case 'n': out += '\n'; break;
      default: out += value[i]; break;
    }
  }
  return out;
}

// The next word, and the blanks behind it, off `rest`.
std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
  return word;
}

bool read_tags(std::string_view text, IrcLine& out) {
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count >= most_tags) return false;
    const auto tag = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), tag.size() + 1));
    const auto equals = tag.find('=');
    const auto value = equals == std::string_view::npos ? "" : tag.substr(equals + 1);
    if (!tag.empty())
      out.tags.insert_or_assign(std::string(tag.substr(0, equals)), unescaped(value));
  }
  return true;
}

std::optional<std::int64_t> number(const std::string& digits) {
  const Json json(digits);
  return Look(json).natural();
}

// Shared chat brings what was said in other channels.
bool is_foreign(const IrcLine& line) {
  const auto from = line.tag("source-room-id");
  return !from.empty() && from != line.tag("room-id");
}

ChatEvent common(Kind kind, const IrcLine& line) {
  ChatEvent out;
  out.kind = kind;
  out.platform = twitch;
  out.id = line.tag("id");
  out.time_ms = number(line.tag("tmi-sent-ts"));
  const auto shown = line.tag("display-name");
  const auto login = line.tag("login");
  out.user = User{line.tag("user-id"), !shown.empty() ? shown : !login.empty() ? login : line.nick};
  return out;
}

void read_message(const IrcLine& line, Reading& out) {
  if (is_foreign(line)) {
    ++out.ignored;
    return;
  }
  auto text = line.parameter(1);
  constexpr std::string_view action =
      "\x01"
      "ACTION ";
  if (text.starts_with(action)) {
    text.remove_prefix(action.size());
    if (text.ends_with('\x01')) text.remove_suffix(1);
  }
  auto event = common(Kind::chat, line);
  event.text = text;
  out.add(event);
  const auto bits = number(line.tag("bits"));
  if (!bits || *bits == 0) return;
  auto gift = common(Kind::gift, line);
  gift.text = "Bits";
  gift.count = bits;
  if (!gift.id.empty()) gift.id += "-bits";
  out.add(gift);
}

void read_user_notice(const IrcLine& line, Reading& out) {
  const auto what = line.tag("msg-id");
  if (is_foreign(line)) {
    ++out.ignored;
  } else if (what == "sub" || what == "resub" || what == "subgift") {
    auto event = common(Kind::member, line);
    const auto plan = line.tag("msg-param-sub-plan-name");
    event.text = !plan.empty() ? plan : line.tag("msg-param-sub-plan");
    if (const auto given = line.tag("msg-param-recipient-id"); what == "subgift" && !given.empty())
      event.user = User{given, line.tag("msg-param-recipient-display-name")};
    out.add(event);
  } else if (what == "raid" || what == "announcement") {
    auto event = common(Kind::notice, line);
    event.text = what == "raid" ? line.tag("system-msg") : std::string(line.parameter(1));
    out.add(event);
  } else {
    ++out.ignored;  // a gift to many comes as one subgift each besides
  }
}

void read_taking_away(const IrcLine& line, Reading& out) {
  ChatEvent event;
  event.kind = Kind::moderation;
  event.platform = twitch;
  event.time_ms = number(line.tag("tmi-sent-ts"));
  if (line.command == "CLEARMSG") {
    event.ids.push_back(line.tag("target-msg-id"));
  } else if (line.parameters.size() < 2) {
    ++out.ignored;  // the whole chat: nobody's fault
    return;
  } else {
    event.user = User{line.tag("target-user-id"), std::string(line.parameter(1))};
  }
  out.add(event);
}

}  // namespace

std::string IrcLine::tag(std::string_view name) const {
  const auto at = tags.find(name);
  return at == tags.end() ? std::string() : at->second;
}
std::string_view IrcLine::parameter(std::size_t at) const {
  return at < parameters.size() ? std::string_view(parameters[at]) : std::string_view();
}

std::vector<std::string_view> irc_lines(std::string_view frame) {
  std::vector<std::string_view> out;
  while (!frame.empty() && out.size() < most_lines) {
    auto line = frame.substr(0, frame.find('\n'));
    frame.remove_prefix(std::min(frame.size(), line.size() + 1));
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

std::optional<IrcLine> parse_irc(std::string_view line) {
  if (line.size() > most_line_bytes || line.find('\0') != std::string_view::npos)
    return std::nullopt;
  IrcLine out;
  if (line.starts_with('@')) {
    line.remove_prefix(1);
    if (!read_tags(take_word(line), out)) return std::nullopt;
  }
  if (line.starts_with(':')) {
    line.remove_prefix(1);
    const auto prefix = take_word(line);
    out.nick = prefix.substr(0, prefix.find('!'));
  }
  out.command = take_word(line);
  const bool is_command =
      !out.command.empty() && std::all_of(out.command.begin(), out.command.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
  if (!is_command) return std::nullopt;
  while (!line.empty()) {
    if (out.parameters.size() >= most_parameters) return std::nullopt;
    if (line.starts_with(':')) {
      out.has_trailing = true;
      out.parameters.emplace_back(line.substr(1));
      break;
    }
    out.parameters.emplace_back(take_word(line));
  }
  return out;
}

Reading read_twitch(const IrcLine& line, std::string_view channel) {
  Reading out;
  const auto is = [&](std::string_view command) { return line.command == command; };
  const bool is_known = is("PRIVMSG") || is("USERNOTICE") || is("CLEARCHAT") || is("CLEARMSG");
  if (!is_known || line.parameter(0) != channel) {
    ++out.ignored;
  } else if (is("PRIVMSG")) {
    if (line.parameters.size() < 2)
      out.refuse("PRIVMSG without a text");
    else
      read_message(line, out);
  } else if (is("USERNOTICE")) {
    read_user_notice(line, out);
  } else {
    read_taking_away(line, out);
  }
  return out;
}

}  // namespace xb::chat
