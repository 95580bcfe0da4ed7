// Inside of Server, for the files of this room only: routes, limits and who is connected.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/address.h"
#include "net/crowd.h"
#include "net/http_head.h"
#include "net/loop_impl.h"
#include "net/server.h"

namespace xb::net {

class Connection;
class Listener;

struct Route {
  Server::Handler get;
  Server::Handler post;
  std::size_t post_bytes = 0;
  std::shared_ptr<WebSocketRoute> websocket;
};
// Who was let in and goes on on another loop of the port, where his handshake is answered.
struct Newcomer {
  Accepted from;
  std::unique_ptr<Seat> seat;
  Request request;
  std::string key;
  std::string input;  // what came behind the handshake
};

// How a connection came: to which address, and what is spoken on it.
struct Comer {
  const std::string& local;
  bool is_loopback = false;
  Scheme scheme = Scheme::http;
};

struct FileRoot {
  std::string prefix;
  std::string folder;
};

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(Loop& its_loop, ServerOptions its_options, std::shared_ptr<Crowd> its_crowd);

  // What follows: on the loop thread.
  void open(Descriptor listener);
  void accept_some();
  void take_over(Newcomer newcomer);
  // Where a WebSocket of this route should be, itself included.
  std::shared_ptr<Impl> lightest(const std::string& path);
  bool may_shake_hands();
  void forget(Connection& connection);
  void sweep_often();  // any thread, once
  void sweep();
  void stop_listening();
  void begin_close(std::function<void()> done);
  void close_now();

  bool is_our_host(std::string_view host, const Comer& comer) const;
  bool is_allowed_origin(const Request& request) const;
  const Route* route(const std::string& path) const;
  const FileRoot* root(const std::string& path) const;
  bool make_room_for(const std::string& peer);
  // How long a connection from there may be kept without a request.
  Duration idle_time(const std::string& peer) const;

  void count(std::string_view reason) { tally->refuse(reason); }

  Loop::Impl& loop;
  const ServerOptions options;
  Address address;
  std::map<std::string, Route, std::less<>> routes;
  std::map<std::string, Route, std::less<>> routes_below;  // by prefix
  std::vector<FileRoot> roots;

  std::shared_ptr<Listener> listener;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections;
  std::uint64_t last_id = 0;
  std::function<void()> closed;  // set while closing
  bool is_over = false;          // nobody is let in any more
  MonoTime accepts_again{};
  MonoTime handshakes_since{};
  int handshakes = 0;  // that may have begun in that second
  const std::shared_ptr<ServerTally> tally;
  const std::shared_ptr<Crowd> crowd;
  const LoopLoad load = std::make_shared<std::atomic<int>>(0);
  // The same port on further loops: no listener, WebSockets alone.
  std::vector<std::shared_ptr<Impl>> further;
};

}  // namespace xb::net
