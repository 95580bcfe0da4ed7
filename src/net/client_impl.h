// Inside of the client, for the files of this room only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libwebsockets.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/client.h"
#include "net/loop_impl.h"

namespace xb::net {

struct ClientUrl {
  std::string host;
  int port = 0;
  std::string path;
  bool is_tls = false;
  std::string authority() const;  // host and port
};
enum class UrlKind : std::uint8_t { websocket = 1, http };
// Error address_invalid.
Result<ClientUrl> parse_client_url(std::string_view url, UrlKind kind);

// Calls `then` on the loop thread, at once or later, with the number of `host`; empty when there is
// none. Thread: the loop's.
void with_number(Loop::Impl& loop, const std::string& host,
                 std::function<void(const std::string& numeric)> then);

// One client WebSocket. Libwebsockets does its handshake, TLS and frames; its rule of one write a
// callback holds here. Thread: the loop's.
class ClientConnection final : public Peer, public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(Loop::Impl& loop, ClientUrl url, std::shared_ptr<ClientEvents> events,
                   std::vector<std::pair<std::string, std::string>> headers, ServerLimits limits,
                   std::uint64_t id);

  bool send_text(std::shared_ptr<const std::string> message) override;
  bool send_binary(std::shared_ptr<const std::string> message) override;
  std::size_t queued_bytes() const override { return queued_bytes_; }
  MonoTime stuck_since() const override { return stuck_since_; }
  void close(CloseReason reason, std::string_view why) override;
  void pause_reading(bool is_paused) override;
  const Request& request() const override { return request_; }
  std::uint64_t id() const override { return id_; }

  // `numeric` is where the name was found; empty when it was not.
  void connect_to(const std::string& numeric);
  void drop();
  void kill();
  void distrust(const std::string& why);  // the other side's certificate: it will fail
  int on(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length);

 private:
  struct Outgoing {
    std::shared_ptr<const std::string> bytes;
    lws_write_protocol kind;
  };
  bool queue(std::shared_ptr<const std::string> message, lws_write_protocol kind);
  int write_next(lws* wsi);
  int read_piece(lws* wsi, std::string_view piece);
  void hear_close(std::string_view body);
  int append_headers(lws* wsi, unsigned char** at, std::size_t room);
  void fail(Error why);

  Loop::Impl& loop_;
  const ClientUrl url_;
  const std::shared_ptr<ClientEvents> events_;
  const std::vector<std::pair<std::string, std::string>> headers_;
  const ServerLimits limits_;
  const lws_retry_bo_t pings_;
  const std::uint64_t id_;
  Request request_;
  lws* wsi_ = nullptr;
  std::deque<Outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  MonoTime stuck_since_{};
  std::string message_;
  std::size_t fragments_ = 0;
  int closing_ = 0;
  std::string closing_why_;
  std::optional<Error> distrusted_;
  bool is_open_ = false;
  bool is_over_ = false;  // closed() or failed() was called, or nobody listens any more
};

int client_callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                    std::size_t length);
// Says 1001 on every client connection of the loop and lets go of them. At the loop's end.
void close_clients(Loop::Impl& loop);

}  // namespace xb::net
