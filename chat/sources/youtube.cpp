// YouTube Live: asks for the chat page by page, as often as the platform and its quota allow.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "chat/platform_source.h"
#include "chat/sources/youtube_pages.h"
#include "net/json.h"

namespace xb::chat {
namespace {

// 5 of 10 000 units a day for each page: at 5 s they last 2.8 h, at 10 s 5.5 h.
constexpr Duration page_every = std::chrono::seconds(5);
constexpr Duration page_every_when_quiet = std::chrono::seconds(10);
constexpr Duration figures_every = std::chrono::seconds(60);  // 2 units
constexpr Duration over_wait = std::chrono::seconds(60);
constexpr Duration quota_wait = std::chrono::minutes(15);
constexpr Duration rate_wait = std::chrono::seconds(30);
constexpr std::size_t most_page_bytes = 4 << 20;

class Youtube final : public PlatformSource {
 public:
  Youtube(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        api_(base_of(options.api, "https://www.googleapis.com/youtube/v3")),
        token_(options.secret("token")),
        key_(options.secret("api_key")) {}

 private:
  void begin() override {
    if (token_.empty() && key_.empty())
      return lost(Error(ErrorCode::chat_no_secret, "token / api_key"), over_wait);
    next_page_.reset();
    get("/videos?part=snippet,liveStreamingDetails&id=" + url_encoded(options().room),
        [this](Look top) {
          const auto item = top["items"][0];
          const auto chat = item["liveStreamingDetails"]["activeLiveChatId"].text();
          channel_ = item["snippet"]["channelId"].text();
          if (!item.is_object())
            return lost(Error(ErrorCode::chat_room_unknown, options().room), over_wait);
          if (chat.empty()) return lost(Error(ErrorCode::chat_over), over_wait);
          if (chat != chat_) page_.clear();
          chat_ = chat;
          next_page_ = now();
          next_figures_ = now();
        });
  }

  net::FetchRequest request(const std::string& call) const {
    net::FetchRequest out{.url = api_ + call, .most_bytes = most_page_bytes};
    if (!token_.empty())
      out.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    else
      out.url += "&key=" + url_encoded(key_.reveal());
    return out;
  }

  void get(const std::string& call, const std::function<void(Look)>& then) {
    fetch(request(call), [this, then](const net::FetchAnswer& answer) {
      if (answer.status != 200) return refused(answer);
      const auto json = net::parse_json(answer.body, {.bytes = most_page_bytes});
      if (!json) return lost(Error(ErrorCode::chat_refused, json.error().detail()));
      then(Look(*json));
    });
  }

  void refused(const net::FetchAnswer& answer) {
    const auto reason = youtube_reason(answer.body);
    const auto what = "HTTP " + std::to_string(answer.status) + " " + reason;
    if (reason == "liveChatEnded") return lost(Error(ErrorCode::chat_over), over_wait);
    if (reason == "quotaExceeded") return lost(Error(ErrorCode::chat_refused, what), quota_wait);
    if (reason == "rateLimitExceeded") return lost(Error(ErrorCode::chat_refused, what), rate_wait);
    page_.clear();  // whatever it was, begin anew
    if (answer.status == 404) return lost(Error(ErrorCode::chat_room_unknown, what), over_wait);
    const bool is_login = answer.status == 401 || answer.status == 403;
    lost(Error(is_login ? ErrorCode::chat_login_refused : ErrorCode::chat_refused, what),
         is_login ? over_wait : Duration{});
  }

  void ask_for_page() {
    next_page_.reset();
    auto call = "/liveChat/messages?liveChatId=" + url_encoded(chat_) +
                "&part=snippet,authorDetails&maxResults=2000";
    if (!page_.empty()) call += "&pageToken=" + url_encoded(page_);
    get(call, [this](Look top) {
      const bool is_history = page_.empty();  // said before we came
      auto page = read_youtube_page(top);
      page_ = page.next;
      ready();
      useful();
      if (is_history) {
        page.ignored += page.events.size();
        page.events.clear();
      }
      const auto least = page.is_empty ? page_every_when_quiet : page_every;
      const auto asked = from_ms(std::min<std::int64_t>(page.wait_ms.value_or(0), 3'600'000));
      next_page_ = now() + std::max(least, asked);
      const bool is_over = page.is_over;
      take(std::move(page));
      if (is_over || page_.empty()) lost(Error(ErrorCode::chat_over), over_wait);
    });
  }

  void ask_for_figures() {
    const auto total = [this](const std::string& call, Kind kind, auto find) {
      ask(request(call), [this, kind, find](const net::FetchAnswer& answer) {
        const auto json = net::parse_json(answer.body, {.bytes = most_page_bytes});
        if (!json || answer.status != 200) return;
        ChatEvent event;
        event.kind = kind;
        event.platform = youtube;
        event.total = find(Look(*json)["items"][0]);
        if (event.total) take(event);
      });
    };
    total("/videos?part=liveStreamingDetails&id=" + url_encoded(options().room), Kind::viewers,
          [](Look item) { return item["liveStreamingDetails"]["concurrentViewers"].natural(); });
    if (channel_.empty()) return;
    total("/channels?part=statistics&id=" + url_encoded(channel_), Kind::followers,
          [](Look item) { return item["statistics"]["subscriberCount"].natural(); });
  }

  void on_time(MonoTime now) override {
    if (next_page_ && now >= *next_page_) ask_for_page();
    if (!is_ready() || now < next_figures_) return;
    next_figures_ = now + figures_every;
    ask_for_figures();
  }

  const std::string api_;
  const Secret token_;
  const Secret key_;
  std::string chat_;
  std::string channel_;
  std::string page_;  // kept over a lost connection: so nothing is missed and nothing comes twice
  std::optional<MonoTime> next_page_;
  MonoTime next_figures_;
};

}  // namespace

Status check_youtube(const SourceOptions& options) {
  return check_needs(options, {.url = SourceNeeds::Need::none});
}
std::unique_ptr<ChatSource> make_youtube(const SourceOptions& options, SourceContext context) {
  return std::make_unique<Youtube>(options, std::move(context));
}

}  // namespace xb::chat
