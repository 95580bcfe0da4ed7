// Listening, letting in, counting, and the end of a server.
// SPDX-License-Identifier: Apache-2.0
#include "net/server.h"

#include <algorithm>
#include <future>
#include <utility>

#include "base/log.h"
#include "net/connection.h"

namespace xb::net {
namespace {

constexpr Duration sweep_every = std::chrono::milliseconds(100);
constexpr Duration goodbye_time = std::chrono::milliseconds(300);
constexpr Duration out_of_descriptors_pause = std::chrono::milliseconds(500);
constexpr Duration crowded_idle_time = std::chrono::seconds(15);  // more than half the places taken
constexpr int most_accepts_a_turn = 64;
constexpr int most_handshakes_a_second = 100;  // one takes a third of a millisecond

// The host of "host:port" or "[host]:port", lower case; nothing when `port` is another one.
std::optional<std::string> host_at_port(std::string_view text, int port) {
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.back() != ']';
  const auto said = has_port ? text.substr(colon + 1) : std::string_view("80");
  if (said != std::to_string(port)) return std::nullopt;
  auto host = lower(has_port ? text.substr(0, colon) : text);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = plain_address(host.substr(1, host.size() - 2));
  else if (host.find(':') != std::string::npos)
    return std::nullopt;
  return host;
}

}  // namespace

class Listener final : public Watched {
 public:
  Listener(Server::Impl& server, int fd) : server_(server), fd_(fd) {}
  void readable() override { server_.accept_some(); }
  void turn() override {}
  void lost() override {}
  int fd() const { return fd_; }

 private:
  Server::Impl& server_;
  const int fd_;  // the loop closes it
};

Server::Impl::Impl(Loop& its_loop, ServerOptions its_options)
    : loop(its_loop.impl()),
      options(std::move(its_options)),
      address(options.listen),
      tally(options.tally != nullptr ? options.tally : std::make_shared<ServerTally>()) {
}

void Server::Impl::open(Descriptor socket) {
  if (is_over) return;
  listener = std::make_shared<Listener>(*this, socket.get());
  if (!loop.watch(socket.release(), listener)) log_error("net", "listening socket not watched");
}

void Server::Impl::accept_some() {
  for (int i = 0; i < most_accepts_a_turn; ++i) {
    if (!may_shake_hands()) return loop.want_read(*listener, false);
    auto from = accept_from(listener->fd());
    if (!from.socket.is_open()) {
      if (!from.is_exhausted) return;
      // Without a pause the poll would spin on the connection nobody can take.
      log_warn("net", "no descriptor left for a connection");
      count("descriptors");
      accepts_again = loop.clock.now() + out_of_descriptors_pause;
      return loop.want_read(*listener, false);
    }
    if (options.is_for_neighbours && !are_neighbours(from.peer, from.local)) {
      count("far");
      continue;  // closed here
    }
    const auto peer = crowd_of(from.peer);
    if (!make_room_for(peer)) {
      count("limit");
      continue;
    }
    const int fd = from.socket.get();
    auto connection = std::make_shared<Connection>(*this, std::move(from), ++last_id);
    if (!loop.watch(fd, connection)) {
      count("descriptors");
      continue;
    }
    ++per_address[peer];
    connections.emplace(last_id, std::move(connection));
    tally->add_connections(1);
  }
}

// Handshakes are work: a crowd of them waits in the kernel for the next second.
bool Server::Impl::may_shake_hands() {
  if (options.identity == nullptr) return true;
  const auto now = loop.clock.now();
  if (now - handshakes_since >= std::chrono::seconds(1)) {
    handshakes_since = now;
    handshakes = 0;
  }
  if (++handshakes <= most_handshakes_a_second) return true;
  accepts_again = handshakes_since + std::chrono::seconds(1);
  return false;
}

// At a limit the oldest connection that is kept and not used goes, else the oldest that has not
// sent its whole request: two hundred sockets that dribble headers, or sit there, must not keep out
// the operator, who comes from the same address.
bool Server::Impl::make_room_for(const std::string& peer) {
  const auto found = per_address.find(peer);
  const bool is_address_full =
      found != per_address.end() && found->second >= options.limits.sockets_per_address;
  const bool is_full = static_cast<int>(connections.size()) >= options.limits.sockets;
  if (!is_address_full && !is_full) return true;
  const auto place = [](const Connection& one) { return std::pair(one.need(), one.since()); };
  std::shared_ptr<Connection> first;
  for (const auto& [id, each] : connections) {
    if (each->need() == Connection::Need::in_use) continue;
    if (is_address_full && each->crowd() != peer) continue;
    if (first == nullptr || place(*each) < place(*first)) first = each;
  }
  if (first == nullptr) return false;
  count("evicted");
  first->end();  // and is gone after this loop turn
  return true;
}

Duration Server::Impl::idle_time(const std::string& peer) const {
  const auto& limits = options.limits;
  const auto found = per_address.find(peer);
  const bool is_crowded =
      2 * static_cast<int>(connections.size()) > limits.sockets ||
      (found != per_address.end() && 2 * found->second > limits.sockets_per_address);
  return is_crowded ? std::min(limits.idle_time, crowded_idle_time) : limits.idle_time;
}

void Server::Impl::forget(Connection& connection) {
  const auto found = per_address.find(connection.crowd());
  if (found != per_address.end() && --found->second <= 0) per_address.erase(found);
  if (connections.erase(connection.id()) > 0) tally->add_connections(-1);
  if (connections.empty() && closed) std::exchange(closed, nullptr)();
}

void Server::Impl::sweep() {
  const auto now = loop.clock.now();
  if (accepts_again != MonoTime{} && now >= accepts_again && listener != nullptr) {
    accepts_again = MonoTime{};
    loop.want_read(*listener, true);
  }
  for (const auto& [id, connection] : connections) connection->sweep(now);
}

void Server::Impl::stop_listening() {
  is_over = true;
  if (listener != nullptr) loop.unwatch(*listener);
  listener = nullptr;
}

void Server::Impl::begin_close(std::function<void()> done) {
  stop_listening();
  if (connections.empty()) return done();
  closed = std::move(done);
  for (const auto& [id, connection] : connections) connection->say_goodbye();
}

void Server::Impl::close_now() {
  stop_listening();
  while (!connections.empty()) {
    const auto first = connections.begin()->second;
    loop.unwatch(*first);
    if (connections.erase(first->id()) > 0) tally->add_connections(-1);
  }
}

bool Server::Impl::is_our_host(std::string_view host, std::string_view local,
                               bool is_peer_loopback) const {
  if (std::any_of(options.more_hosts.begin(), options.more_hosts.end(),
                  [&](const auto& each) { return lower(each) == lower(host); }))
    return true;
  const auto name = host_at_port(host, address.port);
  if (!name) return false;
  return *name == local || (*name == "localhost" && is_peer_loopback);
}

bool Server::Impl::is_allowed_origin(const Request& request) const {
  if (options.origins == OriginRule::any) return true;
  if (!request.has_origin)
    return request.is_peer_loopback && options.origins == OriginRule::same_or_loopback_absent;
  // The Host was found to be ours, so a page of ours is at exactly that place.
  const auto* const scheme = options.identity == nullptr ? "http://" : "https://";
  return request.origin == scheme + lower(request.host);
}

const Route* Server::Impl::route(const std::string& path) const {
  if (const auto found = routes.find(path); found != routes.end()) return &found->second;
  for (const auto& [prefix, route] : routes_below)
    if (path.compare(0, prefix.size(), prefix) == 0) return &route;
  return nullptr;
}

const FileRoot* Server::Impl::root(const std::string& path) const {
  const FileRoot* longest = nullptr;
  for (const auto& each : roots)
    if (path.compare(0, each.prefix.size(), each.prefix) == 0 &&
        (longest == nullptr || each.prefix.size() > longest->prefix.size()))
      longest = &each;
  return longest;
}

ServerCounters ServerTally::read() const {
  std::lock_guard lock(mutex_);
  return counters_;
}
void ServerTally::refuse(std::string_view reason) {
  std::lock_guard lock(mutex_);
  ++counters_.refused[std::string(reason)];
}
void ServerTally::add_peers(int by) {
  std::lock_guard lock(mutex_);
  counters_.peers += by;
}
void ServerTally::add_connections(int by) {
  std::lock_guard lock(mutex_);
  counters_.connections += by;
}

Server::Server(Loop& loop, ServerOptions options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {
}

Server::~Server() {
  if (impl_->loop.mail->is_here()) {
    impl_->close_now();
    return;
  }
  const auto in_time = std::make_shared<std::promise<void>>();
  auto is_closed = in_time->get_future();
  impl_->loop.mail->post_always(
      [impl = impl_, in_time] { impl->begin_close([in_time] { in_time->set_value(); }); });
  is_closed.wait_for(goodbye_time);
  auto at_last = std::make_shared<std::promise<void>>();
  auto is_gone = at_last->get_future();
  // When the loop has ended it has let go of the sockets, and of this task, which breaks the
  // promise: the wait returns either way.
  impl_->loop.mail->post_always([impl = impl_, at_last] {
    impl->closed = nullptr;
    impl->close_now();
    at_last->set_value();
  });
  at_last.reset();
  is_gone.wait();
}

void Server::get(std::string path, Handler handler) {
  impl_->routes[std::move(path)].get = std::move(handler);
}
void Server::get_below(std::string prefix, Handler handler) {
  impl_->routes_below[std::move(prefix)].get = std::move(handler);
}
void Server::post(std::string path, Handler handler, std::optional<std::size_t> body_bytes) {
  auto& route = impl_->routes[std::move(path)];
  route.post = std::move(handler);
  route.post_bytes = body_bytes.value_or(impl_->options.limits.body_bytes);
}
void Server::post_below(std::string prefix, Handler handler,
                        std::optional<std::size_t> body_bytes) {
  auto& route = impl_->routes_below[std::move(prefix)];
  route.post = std::move(handler);
  route.post_bytes = body_bytes.value_or(impl_->options.limits.body_bytes);
}
void Server::websocket(std::string path, std::shared_ptr<WebSocketRoute> route) {
  impl_->routes[std::move(path)].websocket = std::move(route);
}
void Server::files(std::string prefix, std::string folder) {
  if (prefix.empty() || prefix.back() != '/') prefix += '/';
  impl_->roots.push_back({std::move(prefix), std::move(folder)});
}

Status Server::listen() {
  XB_TRY_ASSIGN(auto socket, listen_on(impl_->address));
  const auto shared = std::make_shared<Descriptor>(std::move(socket));
  const bool is_posted = impl_->loop.mail->post_always([impl = impl_, shared] {
    impl->open(std::move(*shared));
    const std::weak_ptr<Impl> weak = impl;
    impl->loop.timers.every(sweep_every, [weak] {
      const auto alive = weak.lock();
      if (alive != nullptr) alive->sweep();
    });
  });
  if (!is_posted) return Error(ErrorCode::net_failed, "the loop does not run");
  return ok();
}

Address Server::address() const {
  return impl_->address;
}
std::shared_ptr<ServerTally> Server::tally() const {
  return impl_->tally;
}

void Server::stop_listening() {
  impl_->stop_listening();
}

void Server::close_peers(const std::function<bool(const Request&)>& whose, CloseReason reason,
                         std::string_view why) {
  std::vector<std::shared_ptr<Connection>> found;
  for (const auto& [id, connection] : impl_->connections)
    if (whose(connection->request())) found.push_back(connection);
  for (const auto& connection : found) connection->close_peer(reason, why);
}

}  // namespace xb::net
