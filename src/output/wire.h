// One TCP connection, with TLS if wanted: never blocks for longer than it is told.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/resolve.h"
#include "base/result.h"

namespace xb::output {

class Tls;

struct WireSettings {
  std::string host;
  int port = 0;
  bool is_tls = false;
  std::string ca_file;              // additional authorities, PEM
  std::size_t send_buffer = 65536;  // bytes the kernel may hold (it takes this as a wish)
};

// Thread: one.
class Wire {
 public:
  // Resolves and connects. Errors: output_unreachable, output_certificate (`ca_file`), cancelled.
  static Result<std::unique_ptr<Wire>> connect(const WireSettings& settings, Clock& clock,
                                               MonoTime deadline, std::stop_token stop);
  ~Wire();
  // With TLS: shakes hands and verifies the certificate, before anything else. Errors:
  // output_unreachable, output_stalled, output_certificate, cancelled.
  Status secure(Clock& clock, MonoTime deadline, const std::stop_token& stop);
  // Takes all; what the kernel does not take at once waits in the process.
  void write(std::span<const std::uint8_t> bytes);
  // Sends what waits and receives what has come, for at most `wait` (returns earlier when something
  // moved). What came is in `received` until taken. Errors: output_unreachable (closed or broken).
  Status pump(Duration wait);
  std::vector<std::uint8_t> take_received() { return std::move(received_); }

  std::size_t unsent() const { return out_.size() - sent_; }
  std::uint64_t written() const { return written_; }  // by us, as TCP bytes
  std::uint64_t taken() const;                        // acknowledged by the other side's TCP
  std::optional<Duration> round_trip() const;         // as measured last
  // How long no acknowledgement has come although something is on its way.
  Duration silent_for() const;
  bool is_closed() const { return is_closed_; }
  bool is_hung_up() const { return is_hung_up_; }  // closed by the other side, in order

 private:
  Wire(int fd, std::unique_ptr<Tls> tls);
  Status send_waiting();
  Status receive();
  void pass_tls_output();

  int fd_;
  std::unique_ptr<Tls> tls_;
  std::vector<std::uint8_t> out_;
  std::size_t sent_ = 0;  // of out_
  std::uint64_t written_ = 0;
  std::vector<std::uint8_t> received_;
  bool is_closed_ = false;
  bool is_hung_up_ = false;
};

// The first of `addresses` that takes a connection: each has its share of the time left, so that
// one that does not answer leaves some for the others. The caller closes it. Errors:
// output_unreachable, cancelled.
Result<int> connect_to_one(std::span<const SocketAddress> addresses, std::size_t send_buffer,
                           Clock& clock, MonoTime deadline, const std::stop_token& stop);

// Whether something accepts connections there: connects and closes. False on any doubt.
bool answers(const std::string& host, int port, MonoTime deadline, Clock& clock,
             std::stop_token stop);

}  // namespace xb::output
