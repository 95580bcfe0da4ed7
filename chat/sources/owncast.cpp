// Owncast: registers as a chat user, listens, and asks for the number of followers and viewers.
// SPDX-License-Identifier: Apache-2.0
#include "chat/look.h"
#include "chat/platform_source.h"
#include "chat/sources/owncast_messages.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr Duration figures_every = std::chrono::seconds(20);
constexpr Duration refused_wait = std::chrono::seconds(60);
constexpr int unauthorised = 401;
constexpr int forbidden = 403;

class Owncast final : public PlatformSource {
 public:
  Owncast(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)), site_(base_of(options.api, "")) {}

 private:
  void begin() override {
    if (token_.empty()) return sign_up();
    listen();
  }

  // A registered name is kept for as long as we run: each one is a person on the server.
  void sign_up() {
    fetch({.method = "POST",
           .url = site_ + "/api/chat/register",
           .headers = {{"Content-Type", "application/json"}},
           .body = R"({"displayName":"乡播"})"},
          [this](const net::FetchAnswer& answer) {
            const auto json = net::parse_json(answer.body);
            if (json && answer.status == 200) token_ = Secret(Look(*json)["accessToken"].text());
            if (!token_.empty()) return listen();
            const bool is_denied = answer.status == unauthorised || answer.status == forbidden;
            lost(Error(ErrorCode::chat_refused, "register: HTTP " + std::to_string(answer.status)),
                 is_denied ? refused_wait : Duration{});
          });
  }

  void listen() {
    const auto base = options().url.empty() ? websocket_of(site_) + "/ws" : options().url;
    open_socket(base + "?accessToken=" + url_encoded(token_.reveal()));
  }

  void received(std::string_view message, bool is_text) override {
    if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
    auto reading = read_owncast(message);
    if (reading.needs_registration) {
      token_ = Secret();
      // A fresh token that is not known either is not asked for again at once.
      const bool is_again = std::exchange(was_unknown_, true);
      return lost(Error(ErrorCode::chat_refused, "register"), is_again ? refused_wait : Duration{});
    }
    if (reading.is_disabled) return lost(Error(ErrorCode::chat_login_refused), refused_wait);
    if (!is_ready() && (reading.is_welcome || !reading.events.empty())) {
      was_unknown_ = false;
      next_figures_ = now();
      ready();
    }
    take(std::move(reading));
  }

  void on_time(MonoTime now) override {
    if (!is_ready() || now < next_figures_) return;
    next_figures_ = now + figures_every;
    ask({.url = site_ + "/api/followers?offset=0&limit=1"}, [this](const net::FetchAnswer& answer) {
      if (const auto json = net::parse_json(answer.body); json && answer.status == 200)
        take_total(Kind::followers, Look(*json)["total"].natural());
    });
    ask({.url = site_ + "/api/status"}, [this](const net::FetchAnswer& answer) {
      const auto json = net::parse_json(answer.body);
      if (!json || answer.status != 200) return;
      const auto viewers = Look(*json)["viewerCount"];  // missing when zero or hidden
      if (viewers.is_there()) take_total(Kind::viewers, viewers.natural());
    });
  }

  void take_total(Kind kind, std::optional<std::int64_t> total) {
    if (!total) return refuse(Error(ErrorCode::event_invalid, "total"));
    ChatEvent event;
    event.kind = kind;
    event.platform = owncast;
    event.total = total;
    take(event);
  }

  const std::string site_;
  Secret token_;
  bool was_unknown_ = false;
  MonoTime next_figures_;
};

}  // namespace

Status check_owncast(const SourceOptions& options) {
  using Need = SourceNeeds::Need;
  return check_needs(options, {.api = Need::required, .room = Need::none});
}
std::unique_ptr<ChatSource> make_owncast(const SourceOptions& options, SourceContext context) {
  return std::make_unique<Owncast>(options, std::move(context));
}

}  // namespace xb::chat
