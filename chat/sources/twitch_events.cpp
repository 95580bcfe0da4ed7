// Twitch EventSub: follows and the rest, with the broadcaster's token; totals from Helix.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "chat/look.h"
#include "chat/platform_source.h"
#include "chat/sources/twitch_lines.h"
#include "chat/sources/twitch_notes.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr Duration refused_wait = std::chrono::seconds(60);
constexpr Duration handover_time = std::chrono::seconds(30);
constexpr Duration totals_every = std::chrono::seconds(30);
constexpr std::int64_t usual_keepalive = 10;

struct Wish {
  std::string_view type;
  std::string_view version;
  std::string_view second;  // the other name the condition has for us
  bool is_needed;           // without it the source is of no use
};
constexpr std::array wishes{
    Wish{"channel.follow", "2", "moderator_user_id", true},
    Wish{"channel.chat.message", "1", "user_id", false},
    Wish{"channel.subscribe", "1", "", false},
    Wish{"stream.online", "1", "", false},
    Wish{"stream.offline", "1", "", false},
};

class TwitchEvents final : public PlatformSource {
 public:
  TwitchEvents(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        url_(options.url.empty() ? "wss://eventsub.wss.twitch.tv/ws" : options.url),
        api_(base_of(options.api, "https://api.twitch.tv/helix")),
        token_(options.secret("token")),
        client_(options.secret("client_id")) {}

 private:
  void begin() override {
    handover_until_.reset();
    if (token_.empty() || client_.empty())
      return lost(Error(ErrorCode::chat_no_secret, "token, client_id"), refused_wait);
    open_socket(url_);
  }
  void closing(int code, std::string_view /*why*/) override {
    lost(Error(ErrorCode::chat_refused, "EventSub " + std::to_string(code)));
  }

  void received(std::string_view message, bool is_text) override { hear(message, is_text); }
  void received_on_next(std::string_view message, bool is_text) override {
    // The first word on it is its welcome; from then on it is the one.
    if (hear(message, is_text) != TwitchNote::Type::welcome) return;
    use_next_socket();
    handover_until_.reset();
  }

  TwitchNote::Type hear(std::string_view message, bool is_text) {
    if (!is_text) {
      refuse(Error(ErrorCode::event_invalid, "binary message"));
      return TwitchNote::Type::unknown;
    }
    auto note = read_twitch_note(message, wall().time_since_epoch().count());
    const auto type = note.type;
    if (type == TwitchNote::Type::welcome) {
      welcome(note);
    } else if (type == TwitchNote::Type::reconnect) {
      hand_over(note.reconnect_url);
    } else if (type == TwitchNote::Type::revocation) {
      lost(Error(ErrorCode::chat_login_refused, note.revoked), refused_wait);
    } else if (type != TwitchNote::Type::unknown) {
      useful();
    }
    take(std::move(note));
    return type;
  }

  void welcome(const TwitchNote& note) {
    const auto seconds =
        std::clamp<std::int64_t>(note.keepalive_seconds.value_or(usual_keepalive), 1, 600);
    expect_within(std::chrono::milliseconds(1200 * seconds));
    if (handover_until_) return;  // the subscriptions moved along
    for (const auto& wish : wishes) subscribe(wish, note.session);
  }

  void hand_over(const std::string& url) {
    const bool is_as_safe =
        url.starts_with("wss://") || (url_.starts_with("ws://") && url.starts_with("ws://"));
    if (!is_as_safe) return refuse(Error(ErrorCode::event_invalid, "reconnect_url"));
    handover_until_ = now() + handover_time;
    open_next_socket(url);  // unchanged
  }

  Headers headers() const {
    return {{"Authorization", "Bearer " + token_.reveal()}, {"Client-Id", client_.reveal()}};
  }

  void subscribe(const Wish& wish, const std::string& session) {
    OrderedJson condition{{"broadcaster_user_id", options().room}};
    if (!wish.second.empty()) condition[std::string(wish.second)] = options().room;
    const OrderedJson body{{"type", wish.type},
                           {"version", wish.version},
                           {"condition", condition},
                           {"transport", {{"method", "websocket"}, {"session_id", session}}}};
    auto all = headers();
    all.emplace_back("Content-Type", "application/json");
    fetch({.method = "POST",
           .url = api_ + "/eventsub/subscriptions",
           .headers = std::move(all),
           .body = net::dump(body)},
          [this, wish](const net::FetchAnswer& answer) { subscribed(wish, answer.status); });
  }

  void subscribed(const Wish& wish, int status) {
    const auto what = std::string(wish.type) + ": HTTP " + std::to_string(status);
    const bool is_there = status == 202 || status == 409;
    if (is_there && wish.is_needed) {
      ready();
      next_totals_ = now();
    } else if (is_there) {
      return;
    } else if (wish.is_needed && (status == 401 || status == 403)) {
      lost(Error(ErrorCode::chat_login_refused, what), refused_wait);
    } else if (wish.is_needed) {
      lost(Error(ErrorCode::chat_refused, what), status == 429 ? refused_wait : Duration{});
    } else {
      complain(Error(ErrorCode::chat_refused, what));
    }
  }

  void on_time(MonoTime now) override {
    if (handover_until_ && now >= *handover_until_)
      return lost(Error(ErrorCode::chat_refused, "EventSub 4004"));
    if (!is_ready() || now < next_totals_) return;
    next_totals_ = now + totals_every;
    const auto who = url_encoded(options().room);
    ask({.url = api_ + "/channels/followers?broadcaster_id=" + who + "&first=1",
         .headers = headers()},
        [this](const net::FetchAnswer& answer) {
          const auto json = net::parse_json(answer.body, {.bytes = 1 << 20});
          if (json && answer.status == 200)
            take_total(Kind::followers, Look(*json)["total"].natural());
        });
    ask({.url = api_ + "/streams?user_id=" + who, .headers = headers()},
        [this](const net::FetchAnswer& answer) {
          const auto json = net::parse_json(answer.body, {.bytes = 1 << 20});
          if (!json || answer.status != 200) return;
          const auto data = Look(*json)["data"];
          take_total(Kind::viewers, data.size() == 0 ? 0 : data[0]["viewer_count"].natural());
        });
  }

  void take_total(Kind kind, std::optional<std::int64_t> total) {
    if (!total) return refuse(Error(ErrorCode::event_invalid, "total"));
    ChatEvent event;
    event.kind = kind;
    event.platform = twitch;
    event.total = total;
    take(event);
  }

  const std::string url_;
  const std::string api_;
  const Secret token_;
  const Secret client_;
  std::optional<MonoTime> handover_until_;
  MonoTime next_totals_;
};

}  // namespace

Status check_twitch_events(const SourceOptions& options) {
  XB_TRY(check_needs(options, {}));
  const Json id(options.room);
  if (Look(id).natural()) return ok();
  return Error(ErrorCode::show_invalid, "twitch_events 的 room 是频道的数字编号（broadcaster id）",
               "room of twitch_events is the number of the channel (broadcaster id)");
}
std::unique_ptr<ChatSource> make_twitch_events(const SourceOptions& options,
                                               SourceContext context) {
  return std::make_unique<TwitchEvents>(options, std::move(context));
}

}  // namespace xb::chat
