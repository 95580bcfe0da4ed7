// Non-blocking sockets under poll.
// SPDX-License-Identifier: Apache-2.0
#include "output/wire.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/sockios.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "output/tls.h"

namespace xb::output {
namespace {

constexpr Duration slice = from_ms(100);  // how soon a stop request is seen

Error broken(int code) {
  return Error(ErrorCode::output_unreachable, std::generic_category().message(code));
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// True when something happened on `fd` within `wait`.
bool wait_for(int fd, short events, Duration wait) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, static_cast<int>(to_ms(wait))) > 0;
}

Result<int> connect_to(const SocketAddress& address, std::size_t send_buffer, Clock& clock,
                       MonoTime deadline, const std::stop_token& stop) {
  Socket socket(::socket(address.family, SOCK_STREAM, 0));
  if (socket.get() < 0) return broken(errno);
  ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int size = static_cast<int>(send_buffer);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  const auto* to = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::connect(socket.get(), to, address.size) != 0) {
    if (errno != EINPROGRESS) return broken(errno);
    while (!wait_for(socket.get(), POLLOUT, slice)) {
      if (stop.stop_requested()) return Error(ErrorCode::cancelled);
      if (clock.now() >= deadline) return Error(ErrorCode::output_unreachable, "no answer");
    }
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return broken(error);
  }
  return socket.release();
}

}  // namespace

Result<int> connect_to_one(std::span<const SocketAddress> addresses, std::size_t send_buffer,
                           Clock& clock, MonoTime deadline, const std::stop_token& stop) {
  Result<int> fd = Error(ErrorCode::output_unreachable, "no address");
  for (; !addresses.empty(); addresses = addresses.subspan(1)) {
    const auto now = clock.now();
    const auto share = (deadline - now) / static_cast<std::int64_t>(addresses.size());
    fd = connect_to(addresses.front(), send_buffer, clock, now + share, stop);
    if (fd || fd.error().code() == ErrorCode::cancelled) break;
  }
  return fd;
}

Wire::Wire(int fd, std::unique_ptr<Tls> tls) : fd_(fd), tls_(std::move(tls)) {
}

Wire::~Wire() {
  ::close(fd_);
}

Result<std::unique_ptr<Wire>> Wire::connect(const WireSettings& settings, Clock& clock,
                                            MonoTime deadline, std::stop_token stop) {
  std::unique_ptr<Tls> tls;
  if (settings.is_tls) {
    XB_TRY_ASSIGN(tls, Tls::make(settings.host, settings.ca_file));
  }
  XB_TRY_ASSIGN(const auto addresses, resolve(settings.host, settings.port, clock, deadline, stop,
                                              ErrorCode::output_unreachable));
  XB_TRY_ASSIGN(const int fd,
                connect_to_one(addresses, settings.send_buffer, clock, deadline, stop));
  return std::unique_ptr<Wire>(new Wire(fd, std::move(tls)));
}

Status Wire::secure(Clock& clock, MonoTime deadline, const std::stop_token& stop) {
  while (tls_ && !tls_->is_open()) {
    if (stop.stop_requested()) return Error(ErrorCode::cancelled);
    if (clock.now() >= deadline) return Error(ErrorCode::output_stalled, "TLS handshake");
    XB_TRY(pump(slice));
    if (is_closed_ && !tls_->is_open())
      return Error(ErrorCode::output_unreachable, "TLS handshake");
  }
  return ok();
}

void Wire::write(std::span<const std::uint8_t> bytes) {
  if (tls_) {
    if (!tls_->write(bytes)) is_closed_ = true;
    pass_tls_output();
  } else {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
}

void Wire::pass_tls_output() {
  if (tls_) tls_->take_output(out_);
}

Status Wire::pump(Duration wait) {
  pass_tls_output();
  const bool has_waited = unsent() > 0;
  XB_TRY(send_waiting());
  if (has_waited && unsent() == 0) wait = {};  // something moved
  const auto events = static_cast<short>(unsent() > 0 ? POLLIN | POLLOUT : POLLIN);
  if (!wait_for(fd_, events, wait)) return ok();
  XB_TRY(receive());
  pass_tls_output();
  return send_waiting();
}

Status Wire::send_waiting() {
  while (unsent() > 0) {
    const auto sent = ::send(fd_, out_.data() + sent_, unsent(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      is_closed_ = true;
      return broken(errno);
    }
    sent_ += static_cast<std::size_t>(sent);
    written_ += static_cast<std::uint64_t>(sent);
  }
  if (unsent() == 0) {
    out_.clear();
    sent_ = 0;
  }
  return ok();
}

Status Wire::receive() {
  std::array<std::uint8_t, 8192> buffer{};
  while (true) {
    const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      const std::span<const std::uint8_t> bytes(buffer.data(), static_cast<std::size_t>(got));
      if (tls_) {
        XB_TRY(tls_->add(bytes, received_));
        if (tls_->is_over()) is_closed_ = is_hung_up_ = true;
      } else {
        received_.insert(received_.end(), bytes.begin(), bytes.end());
      }
      if (received_.size() > 256U * 1024) return ok();  // the caller reads first
    } else if (got == 0) {
      is_closed_ = is_hung_up_ = true;
      return ok();
    } else if (errno != EINTR) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return ok();
      is_closed_ = true;
      return broken(errno);
    }
  }
}

std::uint64_t Wire::taken() const {
#if defined(__linux__)
  int in_kernel = 0;
  if (::ioctl(fd_, SIOCOUTQ, &in_kernel) == 0)
    return written_ - std::min(written_, static_cast<std::uint64_t>(in_kernel));
#endif
  return written_;
}

std::optional<Duration> Wire::round_trip() const {
#if defined(__linux__)
  tcp_info state{};
  socklen_t size = sizeof state;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &state, &size) == 0)
    return std::chrono::microseconds(state.tcpi_rtt);
#endif
  return std::nullopt;
}

Duration Wire::silent_for() const {
#if defined(__linux__)
  tcp_info state{};
  socklen_t size = sizeof state;
  if (::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &state, &size) == 0 && state.tcpi_unacked > 0)
    return from_ms(std::min(state.tcpi_last_ack_recv, state.tcpi_last_data_recv));
#endif
  return Duration{};
}

bool answers(const std::string& host, int port, MonoTime deadline, Clock& clock,
             std::stop_token stop) {
  const auto addresses = resolve(host, port, clock, deadline, stop, ErrorCode::output_unreachable);
  if (!addresses) return false;
  const auto fd = connect_to_one(*addresses, 4096, clock, deadline, stop);
  if (fd) ::close(*fd);
  return fd.has_value();
}

}  // namespace xb::output
