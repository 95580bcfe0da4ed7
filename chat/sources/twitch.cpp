// Twitch chat as a guest: IRC over WebSocket. Follows are told by twitch_events alone.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "chat/platform_source.h"
#include "chat/sources/twitch_lines.h"

namespace xb::chat {
namespace {

// The server asks about every 5 minutes; after a minute without a word we ask.
constexpr Duration ask_after = std::chrono::seconds(60);
constexpr Duration most_silence = std::chrono::seconds(75);
constexpr Duration refused_wait = std::chrono::seconds(60);

class Twitch final : public PlatformSource {
 public:
  Twitch(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        url_(options.url.empty() ? "wss://irc-ws.chat.twitch.tv:443" : options.url),
        channel_("#" + options.room),
        guest_("justinfan" +
               std::to_string(std::hash<std::string>{}(options.name) % 90'000 + 10'000)) {
    std::transform(channel_.begin(), channel_.end(), channel_.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }

 private:
  void begin() override { open_socket(url_); }

  void opened() override {
    was_asked_ = false;
    send_text("CAP REQ :twitch.tv/tags twitch.tv/commands");
    send_text("NICK " + guest_);
  }

  void received(std::string_view message, bool is_text) override {
    if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
    was_asked_ = false;
    for (const auto line : irc_lines(message)) take_line(line);
  }

  void take_line(std::string_view bytes) {
    if (!is_utf8(bytes)) return refuse(Error(ErrorCode::text_not_utf8, "line"));
    const auto line = parse_irc(bytes);
    if (!line) {
      return refuse(bytes.size() > 16'384 ? Error(ErrorCode::event_too_large, "line")
                                          : Error(ErrorCode::event_invalid, "no IRC line"));
    }
    const auto& command = line->command;
    if (command == "PING") {
      send_text("PONG :" + std::string(line->parameter(
                               line->parameters.empty() ? 0 : line->parameters.size() - 1)));
      return useful();
    }
    if (command == "PONG") return useful();
    if (command == "001") {
      send_text("JOIN " + channel_);
    } else if (command == "RECONNECT") {
      lost(Error(ErrorCode::chat_refused, "RECONNECT"));
    } else if (command == "366" && line->parameter(1) == channel_) {
      ready();  // the end of the list of who is in: we are
    } else if (command == "NOTICE") {
      take_notice(*line);
    } else {
      take(read_twitch(*line, channel_));
    }
  }

  void take_notice(const IrcLine& line) {
    const auto text = line.parameter(1);
    if (text.starts_with("Login authentication failed") ||
        text.starts_with("Improperly formatted auth"))
      return lost(Error(ErrorCode::chat_login_refused), refused_wait);
    const auto what = line.tag("msg-id");
    if (what == "msg_channel_suspended" || what == "msg_room_not_found")
      return lost(Error(ErrorCode::chat_room_unknown, options().room), refused_wait);
    ignore();
  }

  void on_time(MonoTime now) override {
    if (!is_ready() || was_asked_ || now - heard() < ask_after) return;
    was_asked_ = true;
    send_text("PING :xiangbo");
    expect_within(most_silence);
  }

  const std::string url_;
  std::string channel_;
  const std::string guest_;
  bool was_asked_ = false;
};

}  // namespace

Status check_twitch(const SourceOptions& options) {
  XB_TRY(check_needs(options, {.api = SourceNeeds::Need::none}));
  const bool is_login = options.room.size() <= 25 &&
                        std::all_of(options.room.begin(), options.room.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '_';
                        });
  if (is_login) return ok();
  return Error(ErrorCode::show_invalid, "twitch 的 room 是频道的登录名，只有字母、数字和 _",
               "room of twitch is the channel's login name: letters, digits and _ only");
}
std::unique_ptr<ChatSource> make_twitch(const SourceOptions& options, SourceContext context) {
  return std::make_unique<Twitch>(options, std::move(context));
}

}  // namespace xb::chat
