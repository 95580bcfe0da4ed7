// SPDX-License-Identifier: Apache-2.0
#include "chat/platform_source.h"

#include <algorithm>

#include "base/log.h"
#include "base/thrown.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_message_bytes = 1 << 20;
constexpr Duration ready_limit = std::chrono::seconds(30);

std::string_view reason_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::event_too_large: return "too_large";
    case ErrorCode::json_invalid: return "json";
    case ErrorCode::text_not_utf8: return "not_utf8";
    default: return "malformed";
  }
}

}  // namespace

// What a connection calls; outlives the source when the Loop still has something to say.
struct PlatformSource::Link final : net::ClientEvents {
  explicit Link(PlatformSource& owner) : source(&owner) {}
  bool is_current() const { return source != nullptr && source->link_.get() == this; }

  void opened(net::Peer& opened_peer) override {
    peer = &opened_peer;
    if (source == nullptr) return;
    source->heard_ = source->now();
    if (is_current()) source->attempt([this] { source->opened(); });
  }
  void received(net::Peer& /*peer*/, std::string_view message, bool is_text) override {
    if (source == nullptr || source->is_over_) return;
    source->heard_ = source->now();
    try {
      if (is_current())
        source->received(message, is_text);
      else
        source->received_on_next(message, is_text);
    } catch (const std::exception& thrown) {
      source->lose_message(thrown);
    }
  }
  void closing(int code, std::string_view why) override {
    if (source == nullptr || !is_current() || source->is_over_) return;
    source->attempt([&] { source->closing(code, why); });
  }
  void closed() override { failed(Error(ErrorCode::net_failed, "the peer closed")); }
  void failed(Error why) override {
    peer = nullptr;
    if (source == nullptr) return;
    if (is_current()) return source->lost(std::move(why));
    source->next_link_.reset();  // the first socket still stands
  }

  PlatformSource* source;  // null when the source has gone or has given the connection up
  net::Peer* peer = nullptr;
};

PlatformSource::PlatformSource(const SourceOptions& options, SourceContext context)
    : options_(options),
      context_(std::move(context)),
      backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(options.name + options.url))) {
  state_.name = options.name;
  state_.platform = options.platform;
  state_.link = LinkState::waiting;
}

PlatformSource::~PlatformSource() {
  let_go();
}

void PlatformSource::tick(MonoTime now) {
  std::erase_if(fetches_, [](const Pending& one) { return *one.is_done; });
  if (is_trying_ && !is_over_) {
    if (ready_before_ && now >= *ready_before_) {
      lost(Error(ErrorCode::timed_out, "login"));
    } else if (silence_limit_ && is_ready_ && now - heard_ > *silence_limit_) {
      lost(Error(ErrorCode::chat_silent, std::to_string(to_ms(now - heard_) / 1000) + " s"));
    } else {
      attempt([&] { on_time(now); });
    }
  }
  if (is_over_) let_go();
  if (is_trying_ || now < next_try_) return;
  is_trying_ = true;
  state_.link = LinkState::connecting;
  ++state_.connects;
  heard_ = now;
  complaint_.reset();
  unanswered_.reset();
  ready_before_ = now + ready_limit;
  attempt([this] { begin(); });
}

template <class Call>
void PlatformSource::attempt(Call&& call) {
  try {
    call();
  } catch (const std::exception& thrown) {
    log_thrown("chat", state_.name, thrown);
    lost(Error(ErrorCode::internal));
  }
}

void PlatformSource::lose_message(const std::exception& thrown) {
  log_thrown("chat", state_.name, thrown);
  ++state_.refused["thrown"];
}

SourceState PlatformSource::state() const {
  auto out = state_;
  const auto time = now();
  if (!out.error) out.error = complaint_ ? complaint_ : unanswered_;
  if (last_event_) out.quiet_for = time - *last_event_;
  if (state_.link == LinkState::waiting)
    out.next_try_in = std::max(Duration::zero(), next_try_ - time);
  return out;
}

std::pair<std::shared_ptr<PlatformSource::Link>, std::shared_ptr<void>> PlatformSource::connect(
    std::string url, Headers headers) {
  net::ServerLimits limits;
  limits.message_bytes = most_message_bytes;
  auto link = std::make_shared<Link>(*this);
  auto connection = net::connect(context_.loop, std::move(url), link, std::move(headers), limits);
  return {std::move(link), std::move(connection)};
}

void PlatformSource::open_socket(std::string url, Headers headers) {
  std::tie(link_, connection_) = connect(std::move(url), std::move(headers));
}

void PlatformSource::open_next_socket(std::string url) {
  if (next_link_) next_link_->source = nullptr;
  std::tie(next_link_, next_connection_) = connect(std::move(url), {});
}

void PlatformSource::use_next_socket() {
  if (!next_link_) return;
  link_->source = nullptr;
  link_ = std::exchange(next_link_, nullptr);
  connection_ = std::exchange(next_connection_, nullptr);
}

bool PlatformSource::send_text(std::string text) {
  if (!link_ || link_->peer == nullptr) return false;
  return link_->peer->send_text(std::make_shared<const std::string>(std::move(text)));
}
bool PlatformSource::send_binary(std::string bytes) {
  if (!link_ || link_->peer == nullptr) return false;
  return link_->peer->send_binary(std::make_shared<const std::string>(std::move(bytes)));
}

void PlatformSource::make_fetch(net::FetchRequest request, bool may_fail, Then then) {
  auto is_done = std::make_shared<bool>(false);
  // Given up in let_go(), on this thread, so `this` is alive whenever it is called.
  auto handle = net::fetch(
      context_.loop, std::move(request),
      [this, is_done, may_fail, then = std::move(then)](Result<net::FetchAnswer> answer) {
        *is_done = true;
        if (is_over_) return;
        if (!answer && !may_fail) return lost(std::move(answer).error());
        if (!answer) {
          unanswered_ = std::move(answer).error();
          return;
        }
        if (may_fail) unanswered_.reset();
        attempt([&] { then(*answer); });
      });
  fetches_.push_back({std::move(handle), std::move(is_done)});
}

void PlatformSource::fetch(net::FetchRequest request, Then then) {
  make_fetch(std::move(request), false, std::move(then));
}
void PlatformSource::ask(net::FetchRequest request, Then then) {
  make_fetch(std::move(request), true, std::move(then));
}

void PlatformSource::take(Reading reading) {
  for (const auto& error : reading.refused) refuse(error);
  state_.ignored += reading.ignored;
  for (auto& event : reading.events) {
    if (is_over_) return;
    ++state_.received;
    last_event_ = now();
    context_.accept(std::move(event));
  }
  if (!reading.events.empty()) useful();
}

void PlatformSource::take(const ChatEvent& event) {
  Reading reading;
  reading.add(event);
  take(std::move(reading));
}

void PlatformSource::refuse(const Error& why) {
  ++state_.refused[std::string(reason_of(why))];
  log_debug("chat", "{}: {}", state_.name, why.log_line());
}

void PlatformSource::ready() {
  if (is_over_) return;
  is_ready_ = true;
  ready_before_.reset();
  state_.link = LinkState::open;
  state_.error.reset();
}

void PlatformSource::useful() {
  if (!is_ready_ || is_over_) return;
  state_.link = LinkState::useful;
  backoff_.reset();
}

void PlatformSource::lost(Error why, Duration at_least) {
  if (is_over_ || !is_trying_) return;
  is_over_ = true;
  state_.error = std::move(why);
  state_.link = LinkState::waiting;
  next_try_ = now() + std::max(backoff_.next(), at_least);
}

void PlatformSource::let_go() {
  for (const auto& link : {link_, next_link_}) {
    if (link) link->source = nullptr;
  }
  link_.reset();
  next_link_.reset();
  connection_.reset();
  next_connection_.reset();
  fetches_.clear();
  silence_limit_.reset();
  ready_before_.reset();
  is_ready_ = is_trying_ = is_over_ = false;
}

Secret SourceOptions::secret(std::string_view key) const {
  const auto at = secrets.find(key);
  return at == secrets.end() ? Secret() : at->second;
}

Status check_needs(const SourceOptions& options, const SourceNeeds& needs) {
  using Need = SourceNeeds::Need;
  const auto wrong = [&](const std::string& zh, const std::string& en) -> Status {
    return Error(ErrorCode::show_invalid, options.platform + " " + zh, options.platform + " " + en);
  };
  const auto is_address = [](std::string_view text, std::string_view plain, std::string_view safe) {
    const bool is_clean = std::all_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    });
    return is_clean && text.size() <= 2048 && (text.starts_with(plain) || text.starts_with(safe));
  };
  if (needs.url == Need::required && options.url.empty())
    return wrong("要写对方的地址：url = \"ws://127.0.0.1:8080/chat\" 这样",
                 "needs the other side's address: for example url = \"ws://127.0.0.1:8080/chat\"");
  if (needs.url == Need::none && !options.url.empty()) return wrong("不用写 url", "takes no url");
  if (!options.url.empty() && !is_address(options.url, "ws://", "wss://"))
    return wrong("的 url 要以 ws:// 或 wss:// 开头",
                 "needs a url that begins with ws:// or wss://");
  if (needs.api == Need::required && options.api.empty())
    return wrong("要写网站地址：api = \"https://live.example.org\" 这样",
                 "needs the site's address: for example api = \"https://live.example.org\"");
  if (needs.api == Need::none && !options.api.empty()) return wrong("不用写 api", "takes no api");
  if (!options.api.empty() && !is_address(options.api, "http://", "https://"))
    return wrong("的 api 要以 http:// 或 https:// 开头",
                 "needs an api that begins with http:// or https://");
  if (needs.room == Need::required && options.room.empty())
    return wrong("要写房间：room = \"22625027\" 这样",
                 "needs the room: for example room = \"22625027\"");
  if (needs.room == Need::none && !options.room.empty())
    return wrong("不用写 room", "takes no room");
  if (needs.map == Need::required && options.map.empty())
    return wrong("要写对照文件：map = \"chat.json\" 这样",
                 "needs a mapping file: for example map = \"chat.json\"");
  if (needs.map == Need::none && !options.map.empty()) return wrong("不用写 map", "takes no map");
  return ok();
}

std::string base_of(const std::string& base, std::string_view usual) {
  std::string out(base.empty() ? usual : std::string_view(base));
  while (!out.empty() && out.back() == '/') out.pop_back();
  return out;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

std::string websocket_of(const std::string& http_url) {
  return "ws" + http_url.substr(http_url.starts_with("http") ? 4 : 0);
}

}  // namespace xb::chat
