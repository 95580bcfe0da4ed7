// Bilibili's web protocol: finds the room and its servers, then listens on the live socket as a
// guest. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <deque>

#include "chat/look.h"
#include "chat/platform_source.h"
#include "chat/sources/bilibili_commands.h"
#include "chat/sources/bilibili_packets.h"
#include "chat/sources/bilibili_wbi.h"
#include "net/json.h"

namespace xb::chat {
namespace {

// The same for calls and socket, or the platform does not answer.
constexpr const char* browser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36";
constexpr std::int64_t signature_wrong = -352;
constexpr std::int64_t token_wrong = -101;
constexpr Duration heartbeat_every = std::chrono::seconds(30);
constexpr Duration login_time = std::chrono::seconds(5);
constexpr Duration most_silence = std::chrono::seconds(45);  // each heartbeat is answered
constexpr Duration key_life = std::chrono::hours(12);
constexpr Duration total_every = std::chrono::seconds(60);

class Bilibili final : public PlatformSource {
 public:
  Bilibili(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        live_api_(base_of(options.api, "https://api.live.bilibili.com")),
        main_api_(base_of(options.api, "https://api.bilibili.com")) {}

 private:
  void begin() override {
    commands_ = {};
    if (!hosts_.empty()) return connect();  // the next one of the last round
    if (!buvid_.empty()) return find_room();
    call(main_api_ + "/x/frontend/finger/spi", [this](Look top) {
      buvid_ = top["data"]["b_3"].text();
      find_room();
    });
  }

  // `then` gets the whole answer, whatever its code.
  template <class Take>
  void call(const std::string& url, Take then) {
    fetch({.url = url, .headers = headers()}, [this, then](const net::FetchAnswer& answer) {
      const auto json = net::parse_json(answer.body, {.bytes = 1 << 20});
      if (answer.status == 200 && json) return then(Look(*json));
      lost(Error(ErrorCode::chat_refused, "HTTP " + std::to_string(answer.status)));
    });
  }
  Headers headers() const {
    Headers out{{"User-Agent", browser}};
    if (!buvid_.empty()) out.emplace_back("Cookie", "buvid3=" + buvid_);
    return out;
  }
  static std::string code_text(Look top) { return "code " + top["code"].id(); }

  void find_room() {
    call(room_url(), [this](Look top) {
      const auto data = top["data"];
      room_ = data["room_id"].natural().value_or(0);
      if (top["code"].whole() != 0 || room_ == 0)
        return lost(Error(ErrorCode::chat_room_unknown, options().room));
      take_total(data);
      if (!key_.empty() && now() - key_made_ < key_life) return find_hosts(Again::yes);
      find_key(Again::yes);
    });
  }
  std::string room_url() const {
    return live_api_ + "/room/v1/Room/get_info?room_id=" + url_encoded(options().room);
  }
  void take_total(Look data) {
    next_total_ = now() + total_every;
    if (!data["attention"].natural()) return;
    ChatEvent event;
    event.kind = Kind::followers;
    event.platform = bilibili;
    event.total = data["attention"].natural();
    take(event);
  }

  enum class Again : std::uint8_t { no = 1, yes };  // may a refused signature be made anew?

  void find_key(Again again) {
    call(main_api_ + "/x/web-interface/nav", [this, again](Look top) {
      const auto pictures = top["data"]["wbi_img"];  // also in the answer "not logged in"
      key_ = wbi_key(pictures["img_url"].text(), pictures["sub_url"].text());
      if (key_.empty()) return lost(Error(ErrorCode::chat_refused, "nav " + code_text(top)));
      key_made_ = now();
      find_hosts(again);
    });
  }

  void find_hosts(Again again) {
    const auto seconds = wall().time_since_epoch().count() / 1000;
    const auto query = wbi_query({{"id", std::to_string(room_)}, {"type", "0"}}, seconds, key_);
    call(live_api_ + "/xlive/web-room/v1/index/getDanmuInfo?" + query, [this, again](Look top) {
      if (top["code"].whole() == signature_wrong && again == Again::yes) {
        key_.clear();
        return find_key(Again::no);
      }
      token_ = top["data"]["token"].text();
      if (top["code"].whole() != 0 || token_.empty())
        return lost(Error(ErrorCode::chat_refused, "getDanmuInfo " + code_text(top)));
      take_hosts(top["data"]["host_list"]);
      connect();
    });
  }

  void take_hosts(Look list) {
    hosts_.clear();
    const bool is_tls = live_api_.starts_with("https");
    constexpr std::size_t most_hosts = 8;
    for (std::size_t i = 0; i < list.size() && i < most_hosts; ++i) {
      const auto host = list[i]["host"].text();
      const auto port = list[i][is_tls ? "wss_port" : "ws_port"].natural();
      if (host.empty() || !port) continue;
      hosts_.push_back((is_tls ? "wss://" : "ws://") + host + ":" + std::to_string(*port) + "/sub");
    }
    if (hosts_.empty()) hosts_.emplace_back("wss://broadcastlv.chat.bilibili.com:443/sub");
    if (!options().url.empty()) hosts_ = {options().url};
  }

  void connect() {
    const auto host = hosts_.front();
    hosts_.pop_front();
    open_socket(host, headers());
  }

  void opened() override {
    const OrderedJson login{{"uid", 0},  {"roomid", room_}, {"protover", 3}, {"platform", "web"},
                            {"type", 2}, {"buvid", buvid_}, {"key", token_}};
    send_binary(bilibili_packet(BilibiliOperation::login, net::dump(login)));
    must_be_ready_within(login_time);
  }

  void received(std::string_view message, bool is_text) override {
    if (is_text) return ignore();  // only binary messages carry packets
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
    const auto code = json ? Look(*json)["code"].whole() : std::nullopt;
    if (code == 0) {
      ready();
      expect_within(most_silence);
      return beat(now());
    }
    hosts_.clear();  // the token is no good: the next try asks for another
    lost(code == token_wrong ? Error(ErrorCode::chat_refused, "token")
                             : Error(ErrorCode::chat_refused, "login"));
  }

  void take_command(std::string_view body) {
    const bool was_masked = commands_.is_masked();
    take(commands_.read(body));
    if (commands_.is_masked() && !was_masked) complain(Error(ErrorCode::chat_masked));
  }

  void beat(MonoTime now) {
    next_beat_ = now + heartbeat_every;
    send_binary(bilibili_packet(BilibiliOperation::heartbeat, {}));
  }

  void on_time(MonoTime now) override {
    if (!is_ready()) return;
    if (now >= next_beat_) beat(now);
    if (now < next_total_) return;
    next_total_ = now + total_every;
    ask({.url = room_url(), .headers = headers()}, [this](const net::FetchAnswer& answer) {
      const auto json = net::parse_json(answer.body, {.bytes = 1 << 20});
      if (json && Look(*json)["code"].whole() == 0) take_total(Look(*json)["data"]);
    });
  }

  const std::string live_api_;
  const std::string main_api_;
  std::string buvid_;
  std::string key_;
  MonoTime key_made_;
  std::int64_t room_ = 0;
  std::string token_;
  std::deque<std::string> hosts_;
  BilibiliCommands commands_;
  MonoTime next_beat_;
  MonoTime next_total_;
};

}  // namespace

Status check_bilibili(const SourceOptions& options) {
  return check_needs(options, {});
}
std::unique_ptr<ChatSource> make_bilibili(const SourceOptions& options, SourceContext context) {
  return std::make_unique<Bilibili>(options, std::move(context));
}

}  // namespace xb::chat
