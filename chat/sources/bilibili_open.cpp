// Bilibili's open platform: a signed start gives a socket, a signed heartbeat keeps it.
// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include "chat/look.h"
#include "chat/platform_source.h"
#include "chat/sources/bilibili_commands.h"
#include "chat/sources/bilibili_packets.h"
#include "chat/sources/bilibili_signature.h"
#include "net/digest.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr Duration heartbeat_every = std::chrono::seconds(30);
constexpr Duration game_heartbeat_every = std::chrono::seconds(20);
constexpr Duration login_time = std::chrono::seconds(5);
constexpr Duration most_silence = std::chrono::seconds(45);
constexpr Duration refused_wait = std::chrono::seconds(60);
constexpr Duration total_every = std::chrono::seconds(20);  // no follow is told here
constexpr std::int64_t game_closed = 7003;

class BilibiliOpen final : public PlatformSource {
 public:
  BilibiliOpen(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        api_(base_of(options.api, "https://live-open.biliapi.com")),
        room_api_(base_of(options.api, "https://api.live.bilibili.com")),
        keys_{options.secret("key_id"), options.secret("key_secret")},
        code_(options.secret("code")),
        app_(options.room) {}

  // A game that nobody ended stands for a minute, and a new one is refused meanwhile.
  ~BilibiliOpen() override {
    if (!game_.empty())
      say_goodbye(signed_post("/v2/app/end", {{"app_id", app_number()}, {"game_id", game_}}));
  }
  BilibiliOpen(const BilibiliOpen&) = delete;
  BilibiliOpen& operator=(const BilibiliOpen&) = delete;

 private:
  void begin() override {
    commands_ = {};
    if (keys_.id.empty() || keys_.secret.empty() || code_.empty())
      return lost(Error(ErrorCode::chat_no_secret, "key_id, key_secret, code"), refused_wait);
    if (!game_.empty()) return end_game();  // of the former try: only one may stand
    start_game();
  }

  net::FetchRequest signed_post(const std::string& path, const OrderedJson& json) const {
    auto body = net::dump(json);
    auto headers = bilibili_signature(keys_, body, net::random_hex(16),
                                      wall().time_since_epoch().count() / 1000);
    return {.method = "POST",
            .url = api_ + path,
            .headers = std::move(headers),
            .body = std::move(body)};
  }
  OrderedJson app_number() const { return Look(Json(app_)).natural().value_or(0); }

  void end_game() {
    const auto request = signed_post("/v2/app/end", {{"app_id", app_number()}, {"game_id", game_}});
    game_.clear();
    fetch(request, [this](const net::FetchAnswer&) { start_game(); });  // closed already is fine
  }

  void start_game() {
    fetch(signed_post("/v2/app/start", {{"code", code_.reveal()}, {"app_id", app_number()}}),
          [this](const net::FetchAnswer& answer) {
            const auto json = net::parse_json(answer.body);
            if (!json) return lost(Error(ErrorCode::chat_refused, "start"));
            const Look top(*json);
            if (top["code"].whole() != 0)
              return lost(Error(ErrorCode::chat_login_refused, "code " + top["code"].id()),
                          refused_wait);
            const auto data = top["data"];
            game_ = data["game_info"]["game_id"].id();
            login_ = data["websocket_info"]["auth_body"].text();
            room_ = data["anchor_info"]["room_id"].id();
            const auto url = options().url.empty() ? data["websocket_info"]["wss_link"][0].text()
                                                   : options().url;
            if (login_.empty() || url.empty()) return lost(Error(ErrorCode::chat_refused, "start"));
            next_game_beat_ = now() + game_heartbeat_every;
            open_socket(url);
          });
  }

  void opened() override {
    send_binary(bilibili_packet(BilibiliOperation::login, login_));
    must_be_ready_within(login_time);
  }

  void received(std::string_view message, bool is_text) override {
    if (is_text) return ignore();
    const auto status =
        unpack_bilibili(message, [this](std::uint32_t operation, std::string_view body) {
          switch (static_cast<BilibiliOperation>(operation)) {
            case BilibiliOperation::login_reply: return take_login(body);
            case BilibiliOperation::heartbeat_reply: return useful();
            case BilibiliOperation::command: return take_command(body);
            default: return ignore();
          }
        });
    if (!status) refuse(status.error());
  }

  void take_login(std::string_view body) {
    const auto json = net::parse_json(body);
    if (!json || Look(*json)["code"].whole() != 0)
      return lost(Error(ErrorCode::chat_refused, "login"));
    ready();
    expect_within(most_silence);
    next_total_ = now();
    beat(now());
  }

  void take_command(std::string_view body) {
    take(commands_.read(body));
    if (!game_.empty() && commands_.ended_game() == game_) {
      game_.clear();
      lost(Error(ErrorCode::chat_refused, "the platform ended it"));
    }
  }

  void beat(MonoTime now) {
    next_beat_ = now + heartbeat_every;
    send_binary(bilibili_packet(BilibiliOperation::heartbeat, {}));
  }

  void beat_game(MonoTime now) {
    next_game_beat_ = now + game_heartbeat_every;
    ask(signed_post("/v2/app/heartbeat", {{"game_id", game_}}),
        [this](const net::FetchAnswer& answer) {
          const auto json = net::parse_json(answer.body);
          if (!json || Look(*json)["code"].whole() != game_closed) return;
          game_.clear();
          lost(Error(ErrorCode::chat_refused, "code 7003"));
        });
  }

  void on_time(MonoTime now) override {
    if (!game_.empty() && now >= next_game_beat_) beat_game(now);
    if (!is_ready()) return;
    if (now >= next_beat_) beat(now);
    if (now < next_total_ || room_.empty()) return;
    next_total_ = now + total_every;
    ask({.url = room_api_ + "/room/v1/Room/get_info?room_id=" + url_encoded(room_)},
        [this](const net::FetchAnswer& answer) {
          const auto json = net::parse_json(answer.body, {.bytes = 1 << 20});
          if (!json || Look(*json)["code"].whole() != 0) return;
          ChatEvent event;
          event.kind = Kind::followers;
          event.platform = bilibili;
          event.total = Look(*json)["data"]["attention"].natural();
          if (event.total) take(event);
        });
  }

  const std::string api_;
  const std::string room_api_;
  const BilibiliKeys keys_;
  const Secret code_;
  const std::string app_;
  std::string game_;
  std::string login_;
  std::string room_;
  BilibiliCommands commands_;
  MonoTime next_beat_;
  MonoTime next_game_beat_;
  MonoTime next_total_;
};

}  // namespace

Status check_bilibili_open(const SourceOptions& options) {
  XB_TRY(check_needs(options, {}));
  const Json app(options.room);
  if (Look(app).natural()) return ok();
  return Error(ErrorCode::show_invalid, "bilibili_open 的 room 是应用编号，只有数字",
               "room of bilibili_open is the number of the app, digits only");
}
std::unique_ptr<ChatSource> make_bilibili_open(const SourceOptions& options,
                                               SourceContext context) {
  return std::make_unique<BilibiliOpen>(options, std::move(context));
}

}  // namespace xb::chat
