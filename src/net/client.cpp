// Client WebSockets by libwebsockets.
// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/thrown.h"
#include "net/client_impl.h"
#include "net/http_head.h"
#include "net/resolver.h"

namespace xb::net {
namespace {

constexpr std::size_t most_fragments = 1024;

std::uint16_t whole_seconds(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(seconds, 1, 3600));
}

// Dropping it ends the connection, from any thread, even after the Loop is gone.
class ClientHandle {
 public:
  ClientHandle(std::shared_ptr<Mail> mail, std::weak_ptr<ClientConnection> connection)
      : mail_(std::move(mail)), connection_(std::move(connection)) {}
  ~ClientHandle() {
    mail_->post_always([connection = connection_] {
      if (const auto alive = connection.lock()) alive->drop();
    });
  }
  ClientHandle(const ClientHandle&) = delete;
  ClientHandle& operator=(const ClientHandle&) = delete;

 private:
  std::shared_ptr<Mail> mail_;
  std::weak_ptr<ClientConnection> connection_;
};

}  // namespace

std::string ClientUrl::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

Result<ClientUrl> parse_client_url(std::string_view text, UrlKind kind) {
  const std::string_view plain = kind == UrlKind::websocket ? "ws://" : "http://";
  const std::string_view safe = kind == UrlKind::websocket ? "wss://" : "https://";
  const Error wrong(ErrorCode::address_invalid, std::string(plain) + "HOST[:PORT]/PATH");
  ClientUrl url;
  url.is_tls = text.substr(0, safe.size()) == safe;
  if (!url.is_tls && text.substr(0, plain.size()) != plain) return wrong;
  text.remove_prefix(url.is_tls ? safe.size() : plain.size());
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7F; }))
    return wrong;
  const auto slash = text.find('/');
  auto place = text.substr(0, slash);
  url.path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
  url.port = url.is_tls ? 443 : 80;
  const auto bracket = place.rfind(']');
  const auto colon = place.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto port = place.substr(colon + 1);
    const auto read = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || url.port < 1 ||
        url.port > 65'535)
      return wrong;
    place = place.substr(0, colon);
  }
  if (place.size() >= 2 && place.front() == '[' && place.back() == ']')
    place = place.substr(1, place.size() - 2);
  if (place.empty() || place.find_first_of("@?#") != std::string_view::npos) return wrong;
  url.host = std::string(place);
  return url;
}

ClientConnection::ClientConnection(Loop::Impl& loop, ClientUrl url,
                                   std::shared_ptr<ClientEvents> events,
                                   std::vector<std::pair<std::string, std::string>> headers,
                                   ServerLimits limits, std::uint64_t id)
    : loop_(loop),
      url_(std::move(url)),
      events_(std::move(events)),
      headers_(std::move(headers)),
      limits_(limits),
      pings_{nullptr, 0, 0, whole_seconds(limits.ping_every), whole_seconds(limits.idle_time), 0},
      id_(id) {
  request_.method = "GET";
  request_.path = url_.path.substr(0, url_.path.find('?'));
  request_.host = url_.host;
}

void ClientConnection::connect_to(const std::string& numeric) {
  if (is_over_) return fail(Error(ErrorCode::cancelled));
  if (numeric.empty()) return fail(Error(ErrorCode::net_failed, "name not found: " + url_.host));
  const auto host = url_.authority();
  lws_client_connect_info how{};
  how.context = loop_.context;
  how.vhost = loop_.client_vhost(url_.is_tls);
  how.address = numeric.c_str();
  how.port = url_.port;
  how.path = url_.path.c_str();
  // With TLS the library checks the certificate against this, which must then be the bare name.
  how.host = url_.is_tls ? url_.host.c_str() : host.c_str();
  how.ssl_connection = url_.is_tls ? LCCSCF_USE_SSL : 0;
  how.alpn = "http/1.1";
  how.local_protocol_name = client_protocol;
  how.retry_and_idle_policy = &pings_;
  how.opaque_user_data = this;
  how.pwsi = &wsi_;
  const auto keep = shared_from_this();
  if (lws_client_connect_via_info(&how) == nullptr) {
    wsi_ = nullptr;
    fail(Error(ErrorCode::net_failed, host));
  }
}

// The end before there was a beginning; said once.
void ClientConnection::fail(Error why) {
  const auto keep = shared_from_this();
  loop_.clients.erase(this);
  if (!std::exchange(is_over_, true)) events_->failed(distrusted_.value_or(std::move(why)));
}

void ClientConnection::distrust(const std::string& why) {
  distrusted_ = Error(ErrorCode::output_certificate, url_.authority() + ": " + why);
}

bool ClientConnection::queue(std::shared_ptr<const std::string> message, lws_write_protocol kind) {
  if (!is_open_ || closing_ != 0 || message == nullptr) return false;
  if (queued_bytes_ + message->size() > limits_.queued_bytes) return false;
  if (queue_.empty()) stuck_since_ = loop_.clock.now();
  queued_bytes_ += message->size();
  queue_.push_back({std::move(message), kind});
  lws_callback_on_writable(wsi_);
  return true;
}
bool ClientConnection::send_text(std::shared_ptr<const std::string> message) {
  return queue(std::move(message), LWS_WRITE_TEXT);
}
bool ClientConnection::send_binary(std::shared_ptr<const std::string> message) {
  return queue(std::move(message), LWS_WRITE_BINARY);
}

void ClientConnection::close(CloseReason reason, std::string_view why) {
  if (closing_ != 0) return;
  closing_ = static_cast<int>(reason);
  closing_why_ = std::string(why.substr(0, 123));
  if (wsi_ != nullptr && is_open_)
    lws_callback_on_writable(wsi_);
  else
    kill();
}

void ClientConnection::pause_reading(bool is_paused) {
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, is_paused ? 0 : 1);
}

void ClientConnection::drop() {
  is_over_ = true;
  close(CloseReason::normal, {});
}

void ClientConnection::kill() {
  if (wsi_ != nullptr) lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

int ClientConnection::write_next(lws* wsi) {
  if (closing_ != 0) {
    // The library wants it writable and copies it.
    lws_close_reason(wsi, static_cast<lws_close_status>(closing_),
                     reinterpret_cast<unsigned char*>(closing_why_.data()), closing_why_.size());
    return -1;
  }
  if (queue_.empty()) return 0;
  const auto next = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= next.bytes->size();
  stuck_since_ = queue_.empty() ? MonoTime{} : loop_.clock.now();
  // A client masks in place, so this copy cannot be shared.
  std::string padded(LWS_PRE, '\0');
  padded += *next.bytes;
  const auto written = lws_write(wsi, reinterpret_cast<unsigned char*>(padded.data()) + LWS_PRE,
                                 next.bytes->size(), next.kind);
  if (written < 0) return -1;
  if (!queue_.empty()) lws_callback_on_writable(wsi);
  return 0;
}

int ClientConnection::read_piece(lws* wsi, std::string_view piece) {
  if (lws_is_first_fragment(wsi) != 0) {
    message_.clear();
    fragments_ = 0;
  }
  const std::size_t announced = lws_remaining_packet_payload(wsi);
  if (++fragments_ > most_fragments + limits_.message_bytes ||
      message_.size() + piece.size() + announced > limits_.message_bytes) {
    lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nullptr, 0);
    return -1;
  }
  message_.append(piece);
  if (lws_is_final_fragment(wsi) == 0 || is_over_ || closing_ != 0) return 0;
  events_->received(*this, message_, lws_frame_is_binary(wsi) == 0);
  message_.clear();
  return 0;
}

void ClientConnection::hear_close(std::string_view body) {
  if (is_over_ || body.size() < 2) return;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(body[i]); };
  events_->closing(byte(0) << 8 | byte(1), body.substr(2));
}

int ClientConnection::append_headers(lws* wsi, unsigned char** at, std::size_t room) {
  unsigned char* const end = *at + room;
  for (const auto& [name, value] : headers_) {
    const auto field = name + ":";
    if (lws_add_http_header_by_name(wsi, reinterpret_cast<const unsigned char*>(field.c_str()),
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), at, end) != 0)
      return -1;
  }
  return 0;
}

int ClientConnection::on(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return append_headers(wsi, static_cast<unsigned char**>(in), length);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      wsi_ = wsi;
      is_open_ = true;
      if (is_over_) return -1;
      events_->opened(*this);
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      return read_piece(wsi, {static_cast<const char*>(in), length});
    case LWS_CALLBACK_CLIENT_WRITEABLE: return write_next(wsi);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      hear_close({static_cast<const char*>(in), length});
      return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      wsi_ = nullptr;
      fail(Error(
          ErrorCode::net_failed,
          fmt::format("{}:{} {}", url_.host, url_.port,
                      in == nullptr ? std::string_view("refused")
                                    : std::string_view(static_cast<const char*>(in),
                                                       strnlen(static_cast<char*>(in), length)))));
      return 0;
    case LWS_CALLBACK_CLIENT_CLOSED: {
      const auto keep = shared_from_this();
      wsi_ = nullptr;
      is_open_ = false;
      loop_.clients.erase(this);
      if (!std::exchange(is_over_, true)) events_->closed();
      return 0;
    }
    case LWS_CALLBACK_WSI_DESTROY:  // however it ended
      wsi_ = nullptr;
      fail(Error(ErrorCode::net_failed, url_.host));
      return 0;
    default: return 0;
  }
}

int client_callback(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* in,
                    std::size_t length) {
  if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) return 0;
  auto* connection = static_cast<ClientConnection*>(lws_get_opaque_user_data(wsi));
  if (connection == nullptr) return 0;
  auto& loop = *static_cast<Loop::Impl*>(lws_context_user(lws_get_context(wsi)));
  // Late calls for one that was let go of are not for us any more.
  const auto found = loop.clients.find(connection);
  if (found == loop.clients.end()) return 0;
  const auto keep = found->second;
  try {
    return keep->on(wsi, reason, in, length);
  } catch (const std::exception& thrown) {
    log_thrown("net", "a client's connection", thrown);
    return -1;  // it is closed, and whose it is hears of that
  }
}

void close_clients(Loop::Impl& loop) {
  const auto late = loop.clock.now() + std::chrono::milliseconds(200);
  auto clients = loop.clients;
  for (const auto& [key, client] : clients) client->close(CloseReason::going_away, {});
  for (int turn = 0; turn < 64 && !loop.clients.empty() && loop.clock.now() < late; ++turn)
    lws_service(loop.context, 0);
  clients.clear();
}

void with_number(Loop::Impl& loop, const std::string& host,
                 std::function<void(const std::string& numeric)> then) {
  if (const auto number = Resolver::without_asking(host); !number.empty()) return then(number);
  const bool is_asked =
      loop.names().ask(host, [mail = loop.mail, then](const std::string& numeric) {
        mail->post_always([then, numeric] { then(numeric); });
      });
  if (!is_asked) then({});
}

std::shared_ptr<void> connect(Loop& loop, std::string url, std::shared_ptr<ClientEvents> events,
                              std::vector<std::pair<std::string, std::string>> headers,
                              ServerLimits limits) {
  auto& impl = loop.impl();
  auto parsed = parse_client_url(url, UrlKind::websocket);
  const ClientUrl target = parsed ? *parsed : ClientUrl{};
  auto connection = std::make_shared<ClientConnection>(
      impl, target, std::move(events), std::move(headers), limits, ++impl.last_client);
  auto handle = std::make_shared<ClientHandle>(impl.mail, connection);
  // The loop keeps the connection; the caller only the handle.
  impl.mail->post_always([&impl, connection, target] {
    impl.clients.emplace(connection.get(), connection);
    if (target.host.empty()) return connection->connect_to({});
    with_number(impl, target.host, [weak = std::weak_ptr(connection)](const std::string& numeric) {
      if (const auto alive = weak.lock()) alive->connect_to(numeric);
    });
  });
  return handle;
}

}  // namespace xb::net
