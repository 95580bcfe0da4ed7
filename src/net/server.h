// HTTP and WebSocket server on a Loop: routes, limits, static files, with or without TLS. Knows
// nothing of what is served. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace xb::net {

struct Address {
  std::string host;
  int port = 0;
};
// "127.0.0.1:7180", "[::1]:0". Error address_invalid.
Result<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);  // as parse_address takes it
bool is_loopback(const Address& address);
// Could a Server listen there now? Binds and lets go again. Errors: port_taken, address_invalid.
Status can_listen(Address address);

// Who asks, as far as a Gate knows: what a rank means is its business.
struct Person {
  int rank = 0;
  std::string name;
  std::uint64_t device = 0;
};

// Hears the body of a request as it comes, who must work through all of it: a whole one at once
// would hold up the loop. Thread: the loop's.
class BodyListener {
 public:
  virtual ~BodyListener() = default;
  virtual void hear(std::string_view piece) = 0;
};

// All strings are as they came, checked for length (request line + headers 8 KiB) and control
// characters.
struct Request {
  std::string method;
  std::string path;  // percent-decoded, starts with '/', never contains "..", NUL or backslash
  std::map<std::string, std::string> query;
  std::string host;
  std::string origin;  // empty when absent
  std::string authorization;
  std::string content_type;
  std::string target;  // path and query as they came
  // By name; one that came twice is none of them.
  std::map<std::string, std::string> cookies;
  // Fields of our own making, "x-...", by their name in lower case.
  std::map<std::string, std::string> own_fields;
  std::string body;
  std::string peer;  // numeric address
  bool has_origin = false;
  bool is_peer_loopback = false;
  std::optional<Person> person;                 // what the Gate says; nothing where there is none
  std::shared_ptr<BodyListener> body_listener;  // the Gate's, or null
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::shared_ptr<const std::string> body;
  std::string file = {};  // instead of a body: the regular file at this path, sent in pieces
  // The same, but below this folder, which it never leaves, with ETag and byte ranges.
  std::string below = {};
  std::vector<std::pair<std::string, std::string>> headers;
};
Response json_response(int status, std::string body);

// Answers later and from any thread, once; dropped without an answer it becomes 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void respond(Response response) = 0;
};
using ResponderRef = std::shared_ptr<Responder>;

enum class CloseReason : int {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  not_utf8 = 1007,
  policy = 1008,
  too_big = 1009,
  internal_error = 1011,
  try_later = 1013,
  session_ended = 4401  // pairing revoked
};

// One open WebSocket, server or client side. Thread: the Loop's, except where it says any.
class Peer {
 public:
  virtual ~Peer() = default;
  // Queues one text (or binary) message; the bytes are shared, not copied per peer. False when more
  // than `max_queued` bytes would wait: nothing is queued then, the caller decides (gap marker or
  // close). Thread: loop.
  virtual bool send_text(std::shared_ptr<const std::string> message) = 0;
  virtual bool send_binary(std::shared_ptr<const std::string> message) = 0;
  // As send_text(), for what many get in one go: where nothing waits it is written in this call,
  // not at the end of the turn.
  virtual bool send_text_at_once(const std::shared_ptr<const std::string>& message) {
    return send_text(message);
  }
  virtual std::size_t queued_bytes() const = 0;
  // Since when nothing could be written although something waited; MonoTime{} when not stuck.
  // Thread: loop.
  virtual MonoTime stuck_since() const = 0;
  virtual void close(CloseReason reason, std::string_view why) = 0;
  // Stops or resumes reading from this peer: how a consumer bounds its work per loop turn.
  virtual void pause_reading(bool is_paused) = 0;
  virtual const Request& request() const = 0;  // the handshake
  virtual std::uint64_t id() const = 0;
};

// What a WebSocket route does. All calls on the loop thread. `peer` stays valid until closed()
// returned.
class WebSocketRoute {
 public:
  virtual ~WebSocketRoute() = default;
  // Before the 101: an HTTP status to refuse with (401, 403, 429, 503), or 0 to accept.
  virtual int admit(const Request& request) = 0;
  // Whose sentences go with that status.
  virtual ErrorCode reason_of(int /*status*/) const { return ErrorCode::http_refused; }
  virtual void opened(Peer& peer) = 0;
  virtual void received(Peer& peer, std::string_view message, bool is_text) = 0;
  virtual void closed(Peer& peer) = 0;
  // The queue toward this peer has emptied after being full.
  virtual void drained(Peer& /*peer*/) {}
};

// Why a request is not served: the status of the answer and the name it is counted under.
struct Refusal {
  int status = 400;
  std::string_view reason;
  ErrorCode code = ErrorCode::http_refused;  // whose sentences are answered
};

// Decides who comes in, before anything is looked up or read for them. Thread: the loop's.
class Gate {
 public:
  virtual ~Gate() = default;
  // By the head alone, for each request and handshake; sets `person`, and may set `body_listener`.
  virtual std::optional<Refusal> at_head(Request& request) = 0;
  // Of a POST, when its body is there.
  virtual std::optional<Refusal> at_body(const Request& request) = 0;
};

class ServerTally;
class TlsIdentity;

struct ServerLimits {
  int sockets = 600;
  int sockets_per_address = 64;
  std::size_t header_bytes = 8192;
  std::size_t body_bytes = 65'536;
  std::size_t message_bytes = 65'536;  // WebSocket, from outside
  std::size_t queued_bytes = 262'144;  // toward one peer
  Duration header_time = std::chrono::seconds(10);
  Duration body_time = std::chrono::seconds(18);  // with the sweep below 20 s
  Duration idle_time = std::chrono::seconds(60);
  Duration ping_every = std::chrono::seconds(20);
};

enum class OriginRule : std::uint8_t {
  same_or_loopback_absent =
      1,  // control: must equal our own; absent only from loopback; "null" refused
  same,   // must equal our own, whoever asks
  any,    // public read-only feeds
};

struct ServerOptions {
  Address listen;
  ServerLimits limits;
  OriginRule origins = OriginRule::same_or_loopback_absent;
  // Host header must be our address:port, localhost:port or one of these; anything else is answered
  // 421.
  std::vector<std::string> more_hosts;
  std::shared_ptr<Gate> gate = {};          // none: whoever reaches the port is let in
  std::shared_ptr<ServerTally> tally = {};  // of another Server, to count together
  // With one, TLS is spoken; who comes without is sent to https.
  std::shared_ptr<const TlsIdentity> identity = {};
  // By IPv6, only who is in the network of `listen`: such an address can be reached from anywhere.
  bool is_for_neighbours = false;
};

struct ServerCounters {
  int peers = 0;        // open WebSockets
  int connections = 0;  // all sockets
  // By reason: host, origin, headers, body, version, admission, limit, h2c, path, slow, policy ...
  std::map<std::string, std::uint64_t> refused;
};

// Whom limits hold together: an IPv4 address, or the /64 network of an IPv6 address, of which one
// computer has as many as it likes.
std::string counted_as(std::string_view peer);

// What a Server has let in and turned away; good also after the Server is gone. Thread: any.
class ServerTally {
 public:
  ServerCounters read() const;
  void refuse(std::string_view reason);
  void add_peers(int by);
  void add_connections(int by);

 private:
  mutable std::mutex mutex_;  // guards counters_
  ServerCounters counters_;
};

// Register routes first, then listen(). GET handlers serve HEAD too (Request::method says which).
//
// Thread: construct, register, listen and destroy on the owner's thread, or all on the loop, where
// destroying drops the connections at once; the Loop must outlive it.
// Handlers and routes are called on the loop, never after the destructor has returned: it closes
// all peers (1001) and waits for them at most 300 ms. Libwebsockets gives the poll, the timers and
// the wake-up; HTTP and frames are read here, because its own reader (4.1.6) answers h2c with 101,
// takes unmasked frames, any version and negative lengths, and cannot be told otherwise.
class Server {
 public:
  using Handler = std::function<void(const Request&, ResponderRef)>;
  Server(Loop& loop, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void get(std::string path, Handler handler);
  // All paths that begin with `prefix`, which ends with '/', but for those with a route of their
  // own.
  void get_below(std::string prefix, Handler handler);
  // `body_bytes`: more (or less) than the limit of the others, for this path alone.
  void post(std::string path, Handler handler, std::optional<std::size_t> body_bytes = {});
  void post_below(std::string prefix, Handler handler, std::optional<std::size_t> body_bytes = {});
  void websocket(std::string path, std::shared_ptr<WebSocketRoute> route);
  // The same path on one more loop, which outlives the Server: who comes is read by the Server's
  // own loop and then taken to that of them which has the fewest WebSockets. Limits and counters
  // are those of the whole port.
  void websocket(std::string path, std::shared_ptr<WebSocketRoute> route, Loop& further);
  // Serves files below `folder` (index.html for "/"), with ETag, byte ranges and content types;
  // never leaves it.
  void files(std::string prefix, std::string folder);

  // Binds and listens. Error port_taken with the address. Port 0 picks one.
  Status listen();
  Address address() const;  // with the real port
  // Nobody new is let in; who is there stays. Thread: loop.
  void stop_listening();
  // Thread: any, both.
  ServerCounters counters() const { return tally()->read(); }
  std::shared_ptr<ServerTally> tally() const;
  // Closes the WebSockets of its own loop whose handshake is one of `whose`. Thread: loop.
  void close_peers(const std::function<bool(const Request&)>& whose, CloseReason reason,
                   std::string_view why);
  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace xb::net
