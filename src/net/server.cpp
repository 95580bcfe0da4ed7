// Listening, letting in, counting, and the end of a server.
// SPDX-License-Identifier: Apache-2.0
#include "net/server.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
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

Server::Impl::Impl(Loop& its_loop, ServerOptions its_options, std::shared_ptr<Crowd> its_crowd)
    : loop(its_loop.impl()),
      options(std::move(its_options)),
      address(options.listen),
      tally(options.tally != nullptr ? options.tally : std::make_shared<ServerTally>()),
      crowd(std::move(its_crowd)) {
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
    const auto peer = counted_as(from.peer);
    if (!make_room_for(peer)) {
      count("limit");
      continue;
    }
    auto seat = std::make_unique<Seat>(crowd, tally, peer);
    const int fd = from.socket.get();
    auto connection =
        std::make_shared<Connection>(*this, std::move(from), std::move(seat), ++last_id);
    if (loop.watch(fd, connection)) {
      connections.emplace(last_id, std::move(connection));
      ++handshakes;
    } else {
      count("descriptors");
    }
  }
}

void Server::Impl::take_over(Newcomer newcomer) {
  if (is_over) return;
  const int fd = newcomer.from.socket.get();
  auto connection = std::make_shared<Connection>(*this, std::move(newcomer.from),
                                                 std::move(newcomer.seat), ++last_id);
  if (!loop.watch(fd, connection)) return count("descriptors");
  connections.emplace(last_id, connection);
  connection->arrive(std::move(newcomer));
}

std::shared_ptr<Server::Impl> Server::Impl::lightest(const std::string& path) {
  auto best = shared_from_this();
  for (const auto& each : further)
    if (each->routes.contains(path) && *each->load < *best->load) best = each;
  return best;
}

// Handshakes are work: a crowd of them waits in the kernel for the next second.
bool Server::Impl::may_shake_hands() {
  if (options.identity == nullptr) return true;
  const auto now = loop.clock.now();
  if (now - handshakes_since >= std::chrono::seconds(1)) {
    handshakes_since = now;
    handshakes = 0;
  }
  if (handshakes < most_handshakes_a_second) return true;
  accepts_again = handshakes_since + std::chrono::seconds(1);
  return false;
}

// At a limit the oldest connection that is kept and not used goes, else the oldest that has not
// sent its whole request: two hundred sockets that dribble headers, or sit there, must not keep out
// the operator, who comes from the same address.
bool Server::Impl::make_room_for(const std::string& peer) {
  const bool is_address_full = crowd->from(peer) >= options.limits.sockets_per_address;
  const bool is_full = crowd->all() >= options.limits.sockets;
  if (!is_address_full && !is_full) return true;
  const auto place = [](const Connection& one) { return std::pair(one.need(), one.since()); };
  std::shared_ptr<Connection> first;
  for (const auto& [id, each] : connections) {
    if (each->need() == Connection::Need::in_use) continue;
    if (is_address_full && each->counted_as() != peer) continue;
    if (first == nullptr || place(*each) < place(*first)) first = each;
  }
  if (first == nullptr) return false;
  count("evicted");
  first->end();  // and is gone after this loop turn
  return true;
}

Duration Server::Impl::idle_time(const std::string& peer) const {
  const auto& limits = options.limits;
  const bool is_crowded =
      2 * crowd->all() > limits.sockets || 2 * crowd->from(peer) > limits.sockets_per_address;
  return is_crowded ? std::min(limits.idle_time, crowded_idle_time) : limits.idle_time;
}

void Server::Impl::forget(Connection& connection) {
  connections.erase(connection.id());
  if (connections.empty() && closed) std::exchange(closed, nullptr)();
}

void Server::Impl::sweep_often() {
  loop.mail->post_always([weak = weak_from_this()] {
    const auto impl = weak.lock();
    if (impl == nullptr) return;
    impl->loop.timers.every(sweep_every, [weak] {
      if (const auto alive = weak.lock()) alive->sweep();
    });
  });
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
    connections.erase(first->id());
  }
}

bool Server::Impl::is_our_host(std::string_view host, const Comer& comer) const {
  if (std::any_of(options.more_hosts.begin(), options.more_hosts.end(),
                  [&](const auto& each) { return lower(each) == lower(host); }))
    return true;
  const auto name = host_at_port(host, address.port, comer.scheme);
  if (!name) return false;
  return *name == comer.local || (*name == "localhost" && comer.is_loopback);
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
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::make_shared<Crowd>())) {
}

namespace {

// Does something on the loop of each, and waits until it called back there, or `most`. A loop that
// has ended has let go of the sockets, and of this task, which breaks the promise: the wait returns
// either way.
using Impls = std::vector<std::shared_ptr<Server::Impl>>;
using Deed = std::function<void(Server::Impl&, std::function<void()> done)>;
void do_at_all(const Impls& all, const Deed& deed, std::optional<Duration> most) {
  struct Countdown {
    explicit Countdown(std::size_t count) : left(count) {}
    std::atomic<std::size_t> left;
    std::promise<void> all_done;
  };
  auto countdown = std::make_shared<Countdown>(all.size());
  auto are_done = countdown->all_done.get_future();
  for (const auto& impl : all)
    impl->loop.mail->post_always([impl, deed, countdown] {
      deed(*impl, [countdown] {
        if (--countdown->left == 0) countdown->all_done.set_value();
      });
    });
  if (all.empty()) return;
  countdown.reset();
  if (most)
    are_done.wait_for(*most);
  else
    are_done.wait();
}

}  // namespace

Server::~Server() {
  auto all = impl_->further;
  all.push_back(impl_);
  // From a loop nobody is said goodbye, since the loop would be waited for. The others never wait.
  const auto here = std::partition(all.begin(), all.end(),
                                   [](const auto& each) { return !each->loop.mail->is_here(); });
  if (here == all.end())
    do_at_all(
        all, [](Impl& impl, std::function<void()> done) { impl.begin_close(std::move(done)); },
        goodbye_time);
  std::for_each(here, all.end(), [](const auto& each) { each->close_now(); });
  all.erase(here, all.end());
  do_at_all(
      all,
      [](Impl& impl, const std::function<void()>& done) {
        impl.closed = nullptr;
        impl.close_now();
        done();
      },
      std::nullopt);
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
void Server::websocket(std::string path, std::shared_ptr<WebSocketRoute> route, Loop& loop) {
  auto& all = impl_->further;
  auto at = std::find_if(all.begin(), all.end(),
                         [&](const auto& each) { return &each->loop == &loop.impl(); });
  if (at == all.end()) {
    auto options = impl_->options;
    options.tally = impl_->tally;
    at = all.insert(at, std::make_shared<Impl>(loop, std::move(options), impl_->crowd));
  }
  (*at)->routes[std::move(path)].websocket = std::move(route);
}
void Server::files(std::string prefix, std::string folder) {
  if (prefix.empty() || prefix.back() != '/') prefix += '/';
  impl_->roots.push_back({std::move(prefix), std::move(folder)});
}

Status Server::listen() {
  XB_TRY_ASSIGN(auto socket, listen_on(impl_->address));
  const auto shared = std::make_shared<Descriptor>(std::move(socket));
  const bool is_posted =
      impl_->loop.mail->post_always([impl = impl_, shared] { impl->open(std::move(*shared)); });
  impl_->sweep_often();
  for (const auto& each : impl_->further) each->sweep_often();
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
