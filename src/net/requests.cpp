// What a connection is asked for: checks, routes, handlers, upgrades, files.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "base/thrown.h"
#include "net/connection.h"
#include "net/websocket_peer.h"

namespace xb::net {
namespace {

constexpr std::string_view for_programs = "/api/";  // JSON whatever happens

// Any thread may answer, or drop it; what happens then happens on the loop. It holds nothing alive:
// an answer for a connection that is gone, or after the Loop is gone, is dropped.
class LoopResponder final : public Responder {
 public:
  LoopResponder(std::shared_ptr<Mail> mail, std::weak_ptr<Watched> connection,
                std::uint64_t exchange)
      : mail_(std::move(mail)), connection_(std::move(connection)), exchange_(exchange) {}
  ~LoopResponder() override {
    if (is_done_) return;
    try {
      deliver(refusal_response({500, "dropped"}));
    } catch (const std::exception& thrown) {
      log_thrown("net", "an answer", thrown);  // the deadline of the request is yet to come
    }
  }
  LoopResponder(const LoopResponder&) = delete;
  LoopResponder& operator=(const LoopResponder&) = delete;

  void respond(Response response) override {
    if (is_done_.exchange(true)) return;
    try {
      deliver(std::move(response));
    } catch (const std::exception&) {
      is_done_ = false;  // whoever answers may try again
      throw;
    }
  }

 private:
  void deliver(Response response) {
    auto give = [connection = connection_, exchange = exchange_, response = std::move(response)] {
      if (const auto alive = connection.lock())
        static_cast<Connection&>(*alive).answer(exchange, response);
    };
    if (mail_->is_here())
      give();
    else
      mail_->post_always(std::move(give));
  }

  std::shared_ptr<Mail> mail_;
  std::weak_ptr<Watched> connection_;
  const std::uint64_t exchange_;
  std::atomic<bool> is_done_{false};
};

Response with_field(std::string name, std::string value) {
  Response out;
  out.headers.emplace_back(std::move(name), std::move(value));
  return out;
}

}  // namespace

void Connection::read_head(std::span<char>& input) {
  const std::string_view text(input.data(), input.size());
  const auto most = server_.options.limits.header_bytes;
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (!may_become_head(text))
      refuse({400, "protocol"});
    else if (text.size() > most)
      refuse({text.find('\n') == std::string_view::npos ? 414 : 431, "headers"});
    return;
  }
  const auto size = end + 4;
  if (size > most) return refuse({431, "headers"});
  auto head = parse_head(text.substr(0, size));
  input = input.subspan(size);
  if (const auto* refusal = std::get_if<Refusal>(&head)) return refuse(*refusal);
  begin_request(std::get<Head>(head));
}

void Connection::begin_request(const Head& head) {
  since_ = now();
  after_ = head.is_kept_alive ? After::keep_alive : After::close;
  request_ = {};
  sockets_.clear();
  request_.method = head.method;
  request_.path = head.path;
  request_.query = head.query;
  request_.host = head.field("host");
  request_.origin = head.field("origin");
  request_.has_origin = head.find("origin").has_value();
  request_.authorization = head.field("authorization");
  request_.content_type = head.field("content-type");
  request_.target = head.target;
  request_.cookies = parse_cookies(head.field("cookie"));
  for (const auto& [name, value] : head.fields)
    if (name.substr(0, 2) == "x-") request_.own_fields.emplace(name, value);
  request_.peer = peer_address_;
  request_.is_peer_loopback = is_peer_loopback_;
  route_ = server_.route(request_.path);
  body_bytes_ = static_cast<std::size_t>(head.body_bytes);

  const auto scheme = socket_.is_secure() ? Scheme::https : Scheme::http;
  if (!server_.is_our_host(request_.host, {local_address_, is_peer_loopback_, scheme}))
    return refuse({421, "host"});
  sockets_ = (socket_.is_secure() ? "wss://" : "ws://") + request_.host;
  const auto upgrade = head.find("upgrade");
  if (head.find("http2-settings") || (upgrade && has_token(*upgrade, "h2c")))
    return refuse({400, "h2c"});
  // somebody typed the address without its https
  if (server_.options.identity != nullptr && !socket_.is_secure())
    return refuse({307, "plain"}, After::close,
                  with_field("Location", "https://" + request_.host + request_.target));
  if (const auto& gate = server_.options.gate; gate != nullptr) {
    if (const auto refusal = gate->at_head(request_))
      return refuse(*refusal, upgrade || body_bytes_ > 0 ? After::close : after_);
  }
  if (upgrade) return begin_upgrade(head);
  if (!check_method(head)) return;
  if (request_.method == "POST") {
    stage_ = Stage::body;
    if (body_bytes_ == 0) return call_handler();
    if (head.expects_continue)
      outbox_.push({}, std::make_shared<const std::string>("HTTP/1.1 100 Continue\r\n\r\n"));
    wants_turn();
    return;
  }
  if (route_ != nullptr && route_->get) {
    keep_conditions(head);
    return call_handler();
  }
  serve_file(*server_.root(request_.path), head);
}

// What an answer with a file asks the head for when it comes: that is gone by then.
void Connection::keep_conditions(const Head& head) {
  asked_.fields.clear();
  for (const auto* const name : {"range", "if-range", "if-none-match"})
    if (const auto value = head.find(name)) asked_.fields.emplace_back(name, std::string(*value));
}

// Everything that refuses a request without looking at its body.
bool Connection::check_method(const Head& head) {
  const bool is_get = head.method == "GET" || head.method == "HEAD";
  const bool is_post = head.method == "POST";
  const bool has_get = route_ != nullptr && route_->get;
  const bool has_post = route_ != nullptr && route_->post;
  const After after = body_bytes_ == 0 ? after_ : After::close;
  if (!is_get && !is_post) {
    refuse({405, "method"}, After::close, with_field("Allow", "GET, HEAD, POST"));
  } else if ((is_post || request_.has_origin) && !server_.is_allowed_origin(request_)) {
    refuse({403, "origin"});
  } else if (route_ != nullptr && route_->websocket && !has_get && is_get) {
    refuse({426, "upgrade"}, After::close, with_field("Upgrade", "websocket"));
  } else if (route_ != nullptr && is_get && !has_get) {
    refuse({405, "method"}, after, with_field("Allow", "POST"));
  } else if ((route_ != nullptr && is_post && !has_post) ||
             (route_ == nullptr && is_post && server_.root(request_.path) != nullptr)) {
    refuse({405, "method"}, after, with_field("Allow", "GET, HEAD"));
  } else if (route_ == nullptr && (is_post || server_.root(request_.path) == nullptr)) {
    refuse_path(head, after);
  } else if (is_get && body_bytes_ > 0) {
    refuse({400, "body"});
  } else if (is_post && body_bytes_ > route_->post_bytes) {
    refuse({413, "body"});
  } else {
    return true;
  }
  return false;
}

void Connection::begin_upgrade(const Head& head) {
  if (!has_token(*head.find("upgrade"), "websocket") ||
      !has_token(head.field("connection"), "upgrade"))
    return refuse({400, "upgrade"});
  if (head.method != "GET")
    return refuse({405, "method"}, After::close, with_field("Allow", "GET"));
  if (!server_.is_allowed_origin(request_)) return refuse({403, "origin"});
  if (route_ == nullptr || !route_->websocket) return refuse({404, "path"});
  if (head.field("sec-websocket-version") != "13")
    return refuse({426, "version"}, After::close, with_field("Sec-WebSocket-Version", "13"));
  const std::string key(head.field("sec-websocket-key"));
  if (!is_handshake_key(key) || body_bytes_ > 0) return refuse({400, "upgrade"});
  // TLS stays where it was agreed upon
  goal_ = socket_.is_secure() ? server_.shared_from_this() : server_.lightest(request_.path);
  seat_->count_for(goal_->load);
  if (goal_.get() != &server_) {
    key_ = key;
    stage_ = Stage::leaving;
    return wants_turn();
  }
  goal_.reset();
  open_websocket(key);
}

void Connection::leave() {
  const auto keep = shared_from_this();
  Newcomer going{
      {Descriptor(server_.loop.release(*this)), peer_address_, local_address_, is_peer_loopback_},
      std::move(seat_),
      std::move(request_),
      std::move(key_),
      std::move(input_)};
  stage_ = Stage::ended;
  server_.forget(*this);
  // Bounded by the connections there may be. A loop that has ended lets it drop.
  goal_->loop.mail->post_always(
      [goal = goal_, shared = std::make_shared<Newcomer>(std::move(going))] {
        goal->take_over(std::move(*shared));
      });
}

void Connection::arrive(Newcomer newcomer) {
  request_ = std::move(newcomer.request);
  route_ = server_.route(request_.path);
  input_ = std::move(newcomer.input);
  try {
    open_websocket(newcomer.key);
  } catch (const std::exception& thrown) {
    log_thrown("net", "a route", thrown);
    server_.count("thrown");
    return end();
  }
  has_left_ = !input_.empty();
}

void Connection::open_websocket(const std::string& key) {
  if (const int status = route_->websocket->admit(request_); status != 0)
    return refuse({status, "admission", route_->websocket->reason_of(status)});

  // Frames that came with the handshake are answered in this turn, too: behind this.
  outbox_.push_pinned(std::make_shared<const std::string>(
      fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                  "Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
                  handshake_accept(key))));
  stage_ = Stage::open;
  peer_ = std::make_unique<WebSocketPeer>(*this, route_->websocket);
  wants_turn();
  peer_->begin();
}

void Connection::read_body(std::span<char>& input) {
  const auto size = std::min(body_bytes_ - request_.body.size(), input.size());
  request_.body.append(input.data(), size);
  if (request_.body_listener) request_.body_listener->hear({input.data(), size});
  input = input.subspan(size);
  if (request_.body.size() == body_bytes_) call_handler();
}

void Connection::call_handler() {
  const bool is_post = request_.method == "POST";
  if (const auto& gate = server_.options.gate; is_post && gate != nullptr) {
    if (const auto refusal = gate->at_body(request_)) return refuse(*refusal, after_);
  }
  stage_ = Stage::answering;
  since_ = now();
  const auto& handler = is_post ? route_->post : route_->get;
  const auto to = std::make_shared<LoopResponder>(server_.loop.mail, weak_from_this(), ++exchange_);
  try {
    handler(request_, to);
  } catch (...) {
    after_ = After::close;
    throw;  // `to` is dropped: 500
  }
}

void Connection::answer(std::uint64_t exchange, Response response) {
  if (exchange != exchange_ || stage_ != Stage::answering) return;
  if (!response.below.empty())
    return send_part(answer_file(response.below, response.file, asked_), response);
  if (!response.file.empty()) return send_file(std::move(response));
  const std::uint64_t body_bytes = response.body == nullptr ? 0 : response.body->size();
  send_answer(response.status, response, body_bytes);
  const bool has_body = response.status != 204 && response.status != 304;
  if (has_body && body_bytes > 0 && request_.method != "HEAD")
    outbox_.push({}, std::move(response.body));
}

void Connection::send_file(Response response) {
  auto whole = open_whole(response.file);
  if (!whole.file.is_open()) return refuse({404, "path"}, after_);
  send_answer(response.status, response, whole.bytes);
  if (request_.method == "HEAD") return;
  file_ = std::move(whole.file);
  file_at_ = 0;
  file_left_ = whole.bytes;
}

void Connection::send_answer(int status, const Response& response, std::uint64_t body_bytes) {
  outbox_.push({}, std::make_shared<const std::string>(answer_head(
                       status, response, body_bytes, after_, sockets_, server_.loop.clock.wall())));
  stage_ = Stage::sending;
  since_ = now();
  wants_turn();
}

void Connection::refuse(Refusal refusal, After after, Response extra) {
  auto response = refusal_response(refusal);
  response.headers = std::move(extra.headers);
  turn_away(refusal.reason, after, std::move(response));
}

void Connection::refuse_path(const Head& head, After after) {
  const bool is_opened_in_a_browser =
      request_.method == "GET" && head.field("accept").find("text/html") != std::string_view::npos;
  if (!is_opened_in_a_browser || request_.path.starts_with(for_programs))
    return refuse({404, "path"}, after);
  turn_away("path", after, no_such_page());
}

void Connection::turn_away(std::string_view reason, After after, Response response) {
  server_.count(reason);
  after_ = after;
  send_answer(response.status, response, response.body->size());
  if (request_.method != "HEAD") outbox_.push({}, std::move(response.body));
}

void Connection::serve_file(const FileRoot& root, const Head& head) {
  auto answer =
      answer_file(root.folder, std::string_view(request_.path).substr(root.prefix.size()), head);
  if (answer.status == 404) return refuse_path(head, after_);
  send_part(std::move(answer), {});
}

void Connection::send_part(FileAnswer answer, const Response& more) {
  if (answer.status == 404) return refuse({404, "path"}, after_);
  auto& fields = answer.response.headers;
  fields.insert(fields.end(), more.headers.begin(), more.headers.end());
  send_answer(answer.status, answer.response, answer.bytes);
  if (request_.method == "HEAD" || !answer.file.is_open()) return;
  file_ = std::move(answer.file);
  file_at_ = answer.offset;
  file_left_ = answer.bytes;
}

}  // namespace xb::net
