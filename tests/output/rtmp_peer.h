// An RTMP server inside the test that behaves as badly as it is told to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/health.h"
#include "base/worker.h"
#include "media/rtmp_chunks.h"

namespace xb::output::testing {

namespace rtmp = media::rtmp;

// What the peer does about one command: it says something, and then goes on, hangs up in order,
// breaks off (RST), or says the rest for as long as the other side lets it, reading nothing.
struct PeerReply {
  enum class Then : std::uint8_t { go_on = 1, hang_up, break_off, flood };
  rtmp::Bytes say;
  Then then = Then::go_on;
};

// What a friendly server answers to connect, createStream and publish.
PeerReply friendly(const rtmp::AmfCommand& command);
rtmp::Bytes message(rtmp::MessageType type, const rtmp::Bytes& body);

// Listens on a port of 127.0.0.1 and serves one connection after the other on its own thread.
class RtmpPeer {
 public:
  using OnCommand = std::function<PeerReply(const rtmp::AmfCommand& command)>;
  explicit RtmpPeer(OnCommand on_command);
  ~RtmpPeer();
  RtmpPeer(const RtmpPeer&) = delete;
  RtmpPeer& operator=(const RtmpPeer&) = delete;
  std::string url() const { return "rtmp://127.0.0.1:" + std::to_string(port_) + "/live"; }
  // How many commands of that name have come.
  int count_of(const std::string& name) const;

 private:
  void serve(int fd, const std::stop_token& stop);
  bool carry_out(int fd, const PeerReply& reply, const std::stop_token& stop);

  const OnCommand on_command_;
  Health health_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;  // guards counts_
  std::map<std::string, int> counts_;
  Worker worker_;
};

}  // namespace xb::output::testing
