// The generic source: connects to a WebSocket that sends our own ChatEvent JSON, one event or an
// array of events a text message. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "base/log.h"
#include "chat/backoff.h"
#include "chat/source.h"
#include "net/client.h"

namespace xb::chat {
namespace {

class GenericSource;

// What the connection calls; outlives the source when the Loop still has something to say.
struct Link final : net::ClientEvents {
  explicit Link(GenericSource& owner) : source(&owner) {}
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed() override;
  void failed(Error why) override;
  GenericSource* source;  // null when the source has gone or has given the connection up
};

class GenericSource final : public ChatSource {
 public:
  GenericSource(const SourceOptions& options, SourceContext context)
      : context_(std::move(context)),
        url_(options.url),
        backoff_(static_cast<std::uint32_t>(std::hash<std::string>{}(options.name + options.url))) {
    state_.name = options.name;
    state_.platform = options.platform;
    state_.link = LinkState::waiting;
  }
  ~GenericSource() override { let_go(); }
  GenericSource(const GenericSource&) = delete;
  GenericSource& operator=(const GenericSource&) = delete;

  void tick(MonoTime now) override {
    if (link_ && is_over_) let_go();
    if (link_ || now < next_try_) return;
    state_.link = LinkState::connecting;
    ++state_.connects;
    is_over_ = false;
    link_ = std::make_shared<Link>(*this);
    connection_ = net::connect(context_.loop, url_, link_);
  }
  SourceState state() const override { return state_; }

  void opened() { state_.link = LinkState::open; }
  void take(std::string_view message, bool is_text);
  void lost(Error why) {
    if (is_over_) return;
    is_over_ = true;  // the connection is let go in tick(): we are inside its callback here
    state_.error = std::move(why);
    state_.link = LinkState::waiting;
    next_try_ = context_.clock.now() + backoff_.next();
  }

 private:
  void take_one(const Json& json);
  void refuse(const Error& why) {
    ++state_.refused;
    log_debug("chat", "{}: {}", state_.name, why.log_line());
  }
  void let_go() {
    if (link_) link_->source = nullptr;
    link_.reset();
    connection_.reset();
  }

  SourceContext context_;
  std::string url_;
  Backoff backoff_;
  SourceState state_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<void> connection_;
  bool is_over_ = false;
  MonoTime next_try_;
};

void GenericSource::take(std::string_view message, bool is_text) {
  if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
  const auto json = net::parse_json(message);
  if (!json) return refuse(json.error());
  if (!json->is_array()) return take_one(*json);
  for (const auto& one : *json) take_one(one);
}

void GenericSource::take_one(const Json& json) {
  auto event = event_of(json);
  if (!event) return refuse(event.error());
  ++state_.received;
  state_.link = LinkState::useful;
  state_.error.reset();
  backoff_.reset();
  context_.accept(std::move(*event));
}

void Link::opened(net::Peer& /*peer*/) {
  if (source != nullptr) source->opened();
}
void Link::received(net::Peer& /*peer*/, std::string_view message, bool is_text) {
  if (source != nullptr) source->take(message, is_text);
}
void Link::closed() {
  if (source != nullptr) source->lost(Error(ErrorCode::net_failed, "the peer closed"));
}
void Link::failed(Error why) {
  if (source != nullptr) source->lost(std::move(why));
}

}  // namespace

Status check_generic_source(const SourceOptions& options) {
  const std::string_view url = options.url;
  const bool is_websocket = url.substr(0, 5) == "ws://" || url.substr(0, 6) == "wss://";
  const bool is_clean = std::none_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  });
  if (is_websocket && is_clean && url.size() <= 2048) return ok();
  return Error(ErrorCode::show_invalid, "chat url must begin with ws:// or wss://");
}

Result<std::unique_ptr<ChatSource>> make_generic_source(const SourceOptions& options,
                                                        SourceContext context) {
  XB_TRY(check_generic_source(options));
  return std::unique_ptr<ChatSource>(std::make_unique<GenericSource>(options, std::move(context)));
}

}  // namespace xb::chat
