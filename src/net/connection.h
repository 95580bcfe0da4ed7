// One socket of a Server: HTTP requests one after the other, then perhaps a WebSocket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/answer.h"
#include "net/files.h"
#include "net/http_head.h"
#include "net/outbox.h"
#include "net/server_impl.h"
#include "net/socket_end.h"

namespace xb::net {

class WebSocketPeer;

// At most 64 KiB are read, and 256 messages handed on, per loop turn: large reads are what makes
// many small messages cheap, and between two turns every other socket has had its own.
// Thread: the loop's.
class Connection final : public Watched {
 public:
  Connection(Server::Impl& server, Accepted from, std::unique_ptr<Seat> seat, std::uint64_t id);
  ~Connection() override;

  void readable() override;
  void turn() override;
  void lost() override;

  void sweep(MonoTime now);
  // From another loop of the port, with a handshake that was found to be one.
  void arrive(Newcomer newcomer);
  // The answer to exchange `exchange`; late or second ones are ignored.
  void answer(std::uint64_t exchange, Response response);
  // 1001 to a WebSocket, the end of the line to HTTP.
  void say_goodbye();
  // Of a WebSocket; nothing otherwise.
  void close_peer(CloseReason reason, std::string_view why);
  // How readily it goes when room is needed: `idle` was served and asks for nothing, `unfinished`
  // has not sent its whole request. since() tells how long that has been so.
  enum class Need : std::uint8_t { idle = 1, unfinished, in_use };
  Need need() const;
  MonoTime since() const { return since_; }

  const std::string& counted_as() const { return counted_as_; }

  // For its WebSocketPeer.
  Outbox& outbox() { return outbox_; }
  Server::Impl& server() { return server_; }
  const Request& request() const { return request_; }
  std::uint64_t id() const { return id_; }
  void wants_turn();
  // Only when nothing waits in outbox(): written in this call, as far as it goes.
  void send_first(FrameHeadBytes head, const Outbox::Bytes& body);
  void finish();  // what is queued still goes out, then the socket closes
  void end();     // closes at the next turn
  void pause_reading(bool is_paused);

 private:
  enum class Stage : std::uint8_t {
    head = 1,
    body,
    answering,
    sending,
    leaving,
    open,
    draining,
    ended
  };

  void process(std::span<char> input);
  void take(std::span<char>& input);
  void read_head(std::span<char>& input);
  void read_body(std::span<char>& input);
  void begin_request(const Head& head);
  void begin_upgrade(const Head& head);
  void open_websocket(const std::string& key);
  void leave();
  bool check_method(const Head& head);
  void serve_file(const FileRoot& root, const Head& head);
  void call_handler();
  void refuse(Refusal refusal, After after = After::close, Response extra = {});
  // Nothing is at this path: a page for a person, JSON for a program.
  void refuse_path(const Head& head, After after);
  void turn_away(std::string_view reason, After after, Response response);
  void send_file(Response response);
  void send_part(FileAnswer answer, const Response& more);
  void keep_conditions(const Head& head);
  void send_answer(int status, const Response& response, std::uint64_t body_bytes);
  void send();
  bool load_file();
  void after_answer();
  void update_reading();
  MonoTime now() const;

  Server::Impl& server_;
  const std::uint64_t id_;
  SocketEnd socket_;
  const std::string peer_address_;
  const std::string counted_as_;
  const std::string local_address_;
  const bool is_peer_loopback_;

  Stage stage_ = Stage::head;
  MonoTime since_;     // when this stage, or the last progress in it, began
  std::string input_;  // read, not taken yet
  bool is_reading_ = true;
  bool is_paused_ = false;
  bool has_left_ = false;  // stopped taking input_ for this turn
  std::uint64_t discarded_ = 0;

  Request request_;
  std::string sockets_;  // where a page of ours opens WebSockets, once it was found to be ours
  const Route* route_ = nullptr;
  std::size_t body_bytes_ = 0;
  After after_ = After::keep_alive;
  std::uint64_t exchange_ = 0;
  std::uint64_t served_ = 0;

  Outbox outbox_;
  Head asked_;  // conditions and range of the request being answered
  Descriptor file_;
  std::uint64_t file_at_ = 0;
  std::uint64_t file_left_ = 0;
  bool is_blocked_ = false;
  bool is_write_shut_ = false;
  std::unique_ptr<WebSocketPeer> peer_;

  std::unique_ptr<Seat> seat_;
  std::shared_ptr<Server::Impl> goal_;  // while it leaves for another loop
  std::string key_;                     // of the handshake, for that loop
};

}  // namespace xb::net
