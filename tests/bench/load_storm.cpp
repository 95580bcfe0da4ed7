// SPDX-License-Identifier: Apache-2.0
#include "load_storm.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "load_socket.h"
#include "load_usage.h"
#include "load_witness.h"

namespace xb::bench {
namespace {

constexpr std::size_t at_once = 500;
constexpr double stay_s = 0.5;

// Publishes what is due, and reads away what those who came are sent.
void attend(const Wish& wish, int publisher, const std::vector<int>& sockets, double seconds) {
  std::vector<char> scratch(1 << 16);
  std::uint64_t published = 0;
  const double begin = now_s();
  for (double age = 0; age < seconds; age = now_s() - begin) {
    std::string due;
    for (; published < static_cast<std::uint64_t>(age * wish.rate) + 1; ++published)
      append_frame(due, marked_event(published, wish.bytes));
    if (!due.empty() && send(publisher, due.data(), due.size(), MSG_NOSIGNAL) < 0) fail("publish");
    recv(publisher, scratch.data(), scratch.size(), MSG_DONTWAIT | MSG_TRUNC);
    for (const int fd : sockets) recv(fd, scratch.data(), scratch.size(), MSG_DONTWAIT | MSG_TRUNC);
    usleep(10'000);
  }
}

}  // namespace

Came connect_many(int port, const std::string& path, std::size_t clients) {
  Came out;
  out.sockets.reserve(clients);
  for (std::size_t from = 0; from < clients; from += at_once) {
    const auto count = std::min(clients - from, at_once);
    std::vector<int> knocking;
    for (std::size_t i = 0; i < count; ++i) {
      const int fd = connect_to(port);
      if (fd >= 0 && ask(fd, port, path))
        knocking.push_back(fd);
      else if (fd >= 0)
        close(fd);
    }
    for (const int fd : knocking) {
      if (is_let_in(fd))
        out.sockets.push_back(fd);
      else
        close(fd);
    }
  }
  out.failures = clients - out.sockets.size();
  return out;
}

void storm(const Wish& wish) {
  const int publisher = subscribe(wish.pub_port, wish.pub, wish.bearer);
  double connecting = 0;
  double peak_mb = 0;
  std::size_t came = 0;
  std::size_t failures = 0;
  for (int i = 0; i < wish.storms; ++i) {
    const double begin = now_s();
    const auto crowd = connect_many(wish.port, wish.sub, static_cast<std::size_t>(wish.clients));
    connecting += now_s() - begin;
    came += crowd.sockets.size();
    failures += crowd.failures;
    attend(wish, publisher, crowd.sockets, stay_s);
    peak_mb = std::max(peak_mb, usage_of(wish.pids).rss_mb);
    for (const int fd : crowd.sockets) close(fd);
    attend(wish, publisher, {}, stay_s);
  }
  std::printf("{\"connects\":%.0f,\"failures\":%zu,\"peak_mb\":%.2f,\"rss_mb\":%.2f}\n",
              static_cast<double>(came) / connecting, failures, peak_mb,
              usage_of(wish.pids).rss_mb);
}

}  // namespace xb::bench
