// HTTP requests by libwebsockets. SPDX-License-Identifier: Apache-2.0
#include "net/fetch.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/thrown.h"
#include "net/fetch_impl.h"

namespace xb::net {
namespace {

constexpr Duration last_word_time = std::chrono::milliseconds(500);

// Dropping it gives the request up, from any thread, even after the Loop is gone.
class FetchHandle {
 public:
  FetchHandle(std::shared_ptr<Mail> mail, std::weak_ptr<FetchExchange> exchange)
      : mail_(std::move(mail)), exchange_(std::move(exchange)) {}
  ~FetchHandle() {
    const auto drop = [exchange = exchange_] {
      if (const auto alive = exchange.lock()) alive->drop();
    };
    if (mail_->is_here())
      drop();
    else
      mail_->post_always(drop);
  }
  FetchHandle(const FetchHandle&) = delete;
  FetchHandle& operator=(const FetchHandle&) = delete;

 private:
  std::shared_ptr<Mail> mail_;
  std::weak_ptr<FetchExchange> exchange_;
};

bool has_header(lws* wsi, lws_token_indexes token) {
  return lws_hdr_total_length(wsi, token) > 0;
}

}  // namespace

FetchExchange::FetchExchange(Loop::Impl& loop, ClientUrl url, FetchRequest request, FetchDone done)
    : loop_(loop), url_(std::move(url)), request_(std::move(request)), done_(std::move(done)) {
  alarm_.exchange = this;
}

FetchExchange::~FetchExchange() {
  lws_sul_cancel(&alarm_.entry);
}

void FetchExchange::begin() {
  const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(request_.deadline);
  lws_sul_schedule(loop_.context, 0, &alarm_.entry, &FetchExchange::ring,
                   std::max<lws_usec_t>(1, wait.count()));
}

void FetchExchange::ring(lws_sorted_usec_list_t* entry) {
  const auto exchange = reinterpret_cast<Alarm*>(entry)->exchange->shared_from_this();
  try {
    exchange->finish(Error(ErrorCode::timed_out, exchange->url_.host));
  } catch (const std::exception& thrown) {
    log_thrown("net", "a request", thrown);
  }
}

void FetchExchange::connect_to(const std::string& numeric) {
  if (!done_) return;
  if (numeric.empty()) return finish(Error(ErrorCode::net_failed, "name not found: " + url_.host));
  const auto host = url_.authority();
  lws_client_connect_info how{};
  how.context = loop_.context;
  how.vhost = loop_.client_vhost(url_.is_tls);
  how.address = numeric.c_str();
  how.port = url_.port;
  how.path = url_.path.c_str();
  // With TLS the library checks the certificate against this, which must then be the bare name.
  how.host = url_.is_tls ? url_.host.c_str() : host.c_str();
  how.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (url_.is_tls ? LCCSCF_USE_SSL : 0);
  how.alpn = "http/1.1";
  how.method = request_.method.c_str();
  how.local_protocol_name = fetch_protocol;
  how.opaque_user_data = this;
  how.pwsi = &wsi_;
  const auto keep = shared_from_this();
  if (lws_client_connect_via_info(&how) == nullptr) {
    wsi_ = nullptr;
    finish(Error(ErrorCode::net_failed, host));
  }
}

void FetchExchange::drop() {
  done_ = nullptr;
  finish(Error(ErrorCode::cancelled));
}

void FetchExchange::distrust(const std::string& why) {
  distrusted_ = Error(ErrorCode::output_certificate, url_.authority() + ": " + why);
}

void FetchExchange::finish(Result<FetchAnswer> how) {
  if (!how && distrusted_) how = std::move(*distrusted_);
  const auto keep = shared_from_this();
  lws_sul_cancel(&alarm_.entry);
  loop_.fetches.erase(this);  // late calls of the library are not for us any more
  if (auto* const wsi = std::exchange(wsi_, nullptr)) {
    lws_set_opaque_user_data(wsi, nullptr);
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  }
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(how));
}

int FetchExchange::append_head(lws* wsi, unsigned char** at, std::size_t room) {
  unsigned char* const end = *at + room;
  const auto add = [&](const std::string& name, const std::string& value) {
    const auto field = name + ":";
    return lws_add_http_header_by_name(wsi, reinterpret_cast<const unsigned char*>(field.c_str()),
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), at, end) == 0;
  };
  for (const auto& [name, value] : request_.headers) {
    if (!add(name, value)) return -1;
  }
  if (request_.method != "POST") return 0;
  if (!add("content-length", std::to_string(request_.body.size()))) return -1;
  if (request_.body.empty()) return 0;
  lws_client_http_body_pending(wsi, 1);
  lws_callback_on_writable(wsi);
  return 0;
}

int FetchExchange::write_body(lws* wsi) {
  std::string padded(LWS_PRE, '\0');
  padded += request_.body;
  lws_client_http_body_pending(wsi, 0);
  const auto written = lws_write(wsi, reinterpret_cast<unsigned char*>(padded.data()) + LWS_PRE,
                                 request_.body.size(), LWS_WRITE_HTTP_FINAL);
  return written < 0 ? -1 : 0;
}

int FetchExchange::take_head(lws* wsi) {
  answer_.status = static_cast<int>(lws_http_client_http_response(wsi));
  has_head_ = true;
  ends_with_socket_ = !has_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) &&
                      !has_header(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
  if (answer_.status < 300 || answer_.status >= 400) return 0;
  finish(
      Error(ErrorCode::redirect_refused, fmt::format("{} {}", url_.authority(), answer_.status)));
  return -1;
}

// The library gives only a piece a call; it calls again while there is more.
int FetchExchange::read(lws* wsi) {
  std::array<char, LWS_PRE + 8192> room{};
  char* at = room.data() + LWS_PRE;
  int left = static_cast<int>(room.size() - LWS_PRE);
  return lws_http_client_read(wsi, &at, &left) < 0 ? -1 : 0;
}

int FetchExchange::take(std::string_view piece) {
  if (answer_.body.size() + piece.size() > request_.most_bytes) {
    finish(Error(ErrorCode::answer_too_large, url_.authority()));
    return -1;
  }
  answer_.body.append(piece);
  return 0;
}

int FetchExchange::on(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return append_head(wsi, static_cast<unsigned char**>(in), length);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE: return write_body(wsi);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP: return take_head(wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP: return read(wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ: return take({static_cast<const char*>(in), length});
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
      finish(std::move(answer_));
      return -1;  // nothing more is asked on this connection
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      wsi_ = nullptr;
      finish(Error(
          ErrorCode::net_failed,
          fmt::format("{} {}", url_.authority(),
                      in == nullptr ? std::string_view("refused")
                                    : std::string_view(static_cast<const char*>(in),
                                                       strnlen(static_cast<char*>(in), length)))));
      return 0;
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
      wsi_ = nullptr;
      if (has_head_ && ends_with_socket_) {
        finish(std::move(answer_));
      } else {
        finish(Error(ErrorCode::net_failed, url_.authority() + " broke off"));
      }
      return 0;
    default: return 0;
  }
}

int fetch_callback(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* in,
                   std::size_t length) {
  if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) return 0;
  auto* exchange = static_cast<FetchExchange*>(lws_get_opaque_user_data(wsi));
  if (exchange == nullptr) return 0;
  auto& loop = *static_cast<Loop::Impl*>(lws_context_user(lws_get_context(wsi)));
  const auto found = loop.fetches.find(exchange);
  if (found == loop.fetches.end()) return 0;
  const auto keep = found->second;
  try {
    return keep->on(wsi, reason, in, length);
  } catch (const std::exception& thrown) {
    log_thrown("net", "a request", thrown);
    return -1;  // it is over, if it is not yet
  }
}

void drop_fetches(Loop::Impl& loop) {
  for (const auto all = loop.fetches; const auto& [key, exchange] : all) {
    if (!exchange->is_last_word()) exchange->finish(Error(ErrorCode::cancelled));
  }
  // Each has a deadline of its own, which wakes the library.
  while (!loop.fetches.empty() && lws_service(loop.context, 0) >= 0) {
  }
  for (const auto all = loop.fetches; const auto& [key, exchange] : all) {
    exchange->finish(Error(ErrorCode::cancelled));
  }
}

void fetch_and_forget(Loop& loop, FetchRequest request) {
  auto& impl = loop.impl();
  const auto url = parse_client_url(request.url, UrlKind::http);
  if (!url) return;
  request.deadline = std::min(request.deadline, last_word_time);
  const auto host = url->host;
  const auto exchange =
      std::make_shared<FetchExchange>(impl, *url, std::move(request), [](const auto&) {});
  exchange->outlive();
  impl.fetches.emplace(exchange.get(), exchange);
  exchange->begin();
  with_number(impl, host, [weak = std::weak_ptr(exchange)](const std::string& numeric) {
    if (const auto alive = weak.lock()) alive->connect_to(numeric);
  });
}

std::shared_ptr<void> fetch(Loop& loop, FetchRequest request, FetchDone done) {
  auto& impl = loop.impl();
  auto url = parse_client_url(request.url, UrlKind::http);
  const bool is_wrong = !url;
  auto exchange = std::make_shared<FetchExchange>(impl, is_wrong ? ClientUrl{} : *url,
                                                  std::move(request), std::move(done));
  auto handle = std::make_shared<FetchHandle>(impl.mail, exchange);
  // The loop keeps the exchange; the caller only the handle.
  impl.mail->post_always([&impl, exchange, is_wrong, host = is_wrong ? "" : url->host] {
    impl.fetches.emplace(exchange.get(), exchange);
    if (is_wrong)
      return exchange->finish(Error(ErrorCode::address_invalid, "http(s)://HOST[:PORT]/PATH"));
    exchange->begin();
    with_number(impl, host, [weak = std::weak_ptr(exchange)](const std::string& numeric) {
      if (const auto alive = weak.lock()) alive->connect_to(numeric);
    });
  });
  return handle;
}

}  // namespace xb::net
