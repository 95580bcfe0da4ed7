// The load of the relay bench: one publisher, many subscribers, one core. Prints one line of JSON.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "load_socket.h"
#include "load_storm.h"
#include "load_usage.h"
#include "load_wish.h"
#include "load_witness.h"

namespace xb::bench {
namespace {

constexpr std::uint64_t window = 64;  // messages in flight when as many as possible are asked for
constexpr std::size_t most_witnesses = 16;
constexpr double settle_s = 0.3;
constexpr double last_s = 10;  // for what is still on its way

// Most only count bytes, which the kernel throws away unread.
struct Listener {
  int fd = -1;
  std::uint64_t bytes = 0;
  std::unique_ptr<Witness> witness;
};

class Load {
 public:
  explicit Load(Wish wish) : wish_(std::move(wish)) {}
  void run();

 private:
  struct Sums {
    std::uint64_t bytes = 0;
    std::uint64_t seen = 0;  // by the first witness
    std::uint64_t witness_bytes = 0;
  };

  void open();
  void listen_to(Listener& one);
  void look(int wait_ms);
  void read(Listener& one);
  void keep_ages(bool are_kept);
  void publish_due(double age_s);
  void publish(std::uint64_t count);
  bool flush();
  std::uint64_t seen_by_all() const;
  Sums sums() const;
  void tell(double span_s, const Sums& found, double cpu_s, double rss_mb);

  Wish wish_;
  int epoll_ = -1;
  int publisher_ = -1;
  std::deque<Listener> all_;
  std::vector<const Listener*> witnesses_;
  const Listener* control_ = nullptr;
  std::vector<char> scratch_ = std::vector<char>(1 << 20);
  std::string outbox_;
  std::size_t sent_ = 0;
  std::uint64_t published_ = 0;
  double connects_ = 0;
  double idle_mb_ = 0;
  double unsent_mb_ = 0;
};

void Load::listen_to(Listener& one) {
  fcntl(one.fd, F_SETFL, O_NONBLOCK);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = &one;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, one.fd, &wanted);
}

void Load::open() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const auto clients = static_cast<std::size_t>(wish_.clients);
  const double connecting = now_s();
  const auto came = connect_many(wish_.port, wish_.sub, clients);
  if (came.failures > 0) fail("connect");
  connects_ = static_cast<double>(clients) / (now_s() - connecting);
  // Spread among the others, so that they see the first and the last of each flush.
  const auto every = std::max<std::size_t>(1, clients / most_witnesses);
  for (std::size_t i = 0; i < clients; ++i) {
    const bool is_witness = i % every == 0 && witnesses_.size() < most_witnesses;
    auto& one = all_.emplace_back();
    one.fd = came.sockets[i];
    if (is_witness) one.witness = std::make_unique<Witness>();
    if (is_witness) witnesses_.push_back(&one);
    listen_to(one);
  }
  for (int i = 0; i < wish_.readers; ++i) subscribe(wish_.port, wish_.sub);  // never closed
  if (wish_.control_port != 0) {
    auto& one = all_.emplace_back();
    one.fd = subscribe(wish_.control_port, wish_.control);
    one.witness = std::make_unique<Witness>();
    control_ = &one;
    listen_to(one);
  }
  publisher_ = subscribe(wish_.pub_port, wish_.pub, wish_.bearer);
  fcntl(publisher_, F_SETFL, O_NONBLOCK);
}

void Load::look(int wait_ms) {
  std::array<epoll_event, 1024> found{};
  const int count = epoll_wait(epoll_, found.data(), static_cast<int>(found.size()), wait_ms);
  for (int i = 0; i < count; ++i)
    read(*static_cast<Listener*>(found[static_cast<std::size_t>(i)].data.ptr));
  // a server may answer its publisher; nobody wants to know
  recv(publisher_, scratch_.data(), scratch_.size(), MSG_DONTWAIT | MSG_TRUNC);
}

void Load::read(Listener& one) {
  const int flags = one.witness ? MSG_DONTWAIT : MSG_DONTWAIT | MSG_TRUNC;
  const auto got = recv(one.fd, scratch_.data(), scratch_.size(), flags);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) fail("the server closed a subscriber");
  one.bytes += static_cast<std::uint64_t>(got);
  if (one.witness) one.witness->look({scratch_.data(), static_cast<std::size_t>(got)});
}

void Load::keep_ages(bool are_kept) {
  for (auto& one : all_) {
    if (one.witness) one.witness->keep_ages(are_kept);
  }
}

void Load::publish_due(double age_s) {
  if (wish_.rate > 0) {
    const auto bursts = static_cast<std::uint64_t>(age_s * wish_.rate / wish_.burst);
    const auto due = bursts * static_cast<std::uint64_t>(wish_.burst);
    if (due > published_) publish(due - published_);
  } else if (outbox_.empty()) {
    const auto in_flight = published_ - seen_by_all();
    if (in_flight < window) publish(window - in_flight);
  }
}

void Load::publish(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    append_frame(outbox_, marked_event(published_++, wish_.bytes));
}

bool Load::flush() {
  while (sent_ < outbox_.size()) {
    const auto sent = send(publisher_, outbox_.data() + sent_, outbox_.size() - sent_,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) return false;
      fail("publish");
    }
    sent_ += static_cast<std::size_t>(sent);
  }
  outbox_.clear();
  sent_ = 0;
  return true;
}

std::uint64_t Load::seen_by_all() const {
  std::uint64_t least = UINT64_MAX;
  for (const auto* one : witnesses_) least = std::min(least, one->witness->seen());
  return least;
}

Load::Sums Load::sums() const {
  Sums out{0, witnesses_[0]->witness->seen(), witnesses_[0]->bytes};
  for (const auto& one : all_) out.bytes += one.bytes;
  return out;
}

void Load::run() {
  open();
  for (const double until = now_s() + settle_s; now_s() < until;) look(10);
  idle_mb_ = usage_of(wish_.pids).rss_mb;
  const double begin = now_s();
  double from = 0;
  Usage before;
  Sums at_first;
  double now = begin;
  while (from == 0 || now - from < wish_.seconds) {
    now = now_s();
    if (from == 0 && now >= begin + settle_s) {
      from = now;
      before = usage_of(wish_.pids);
      at_first = sums();
      keep_ages(true);
    }
    publish_due(now - begin);
    flush();
    look(wish_.rate > 0 ? 1 : 0);
  }
  const auto after = usage_of(wish_.pids);
  unsent_mb_ = unsent_mb(wish_.port);
  const auto at_last = sums();
  keep_ages(false);
  for (const double until = now_s() + last_s; now_s() < until && seen_by_all() < published_;) {
    flush();
    look(5);
  }
  const Sums found{at_last.bytes - at_first.bytes, at_last.seen - at_first.seen,
                   at_last.witness_bytes - at_first.witness_bytes};
  tell(now - from, found, after.cpu_s - before.cpu_s, after.rss_mb);
}

void Load::tell(double span_s, const Sums& found, double cpu_s, double rss_mb) {
  std::uint64_t missing = 0;
  std::uint64_t wrong = 0;
  std::vector<float> ages;
  for (const auto* one : witnesses_) {
    missing += published_ - std::min(published_, one->witness->seen());
    wrong += one->witness->wrong();
    const auto& its = one->witness->ages_ms();
    ages.insert(ages.end(), its.begin(), its.end());
  }
  const double each =
      found.seen == 0 ? 0
                      : static_cast<double>(found.witness_bytes) / static_cast<double>(found.seen);
  const double delivered = each == 0 ? 0 : static_cast<double>(found.bytes) / each;
  const auto control = control_ == nullptr ? std::vector<float>() : control_->witness->ages_ms();
  std::printf(
      "{\"delivered\":%.0f,\"us\":%.4f,\"p50\":%.3f,\"p99\":%.3f,\"missing\":%llu,\"wrong\":%llu,"
      "\"rss_mb\":%.2f,\"idle_mb\":%.2f,\"unsent_mb\":%.2f,\"connects\":%.0f,\"core\":%.2f,"
      "\"control_seen\":%zu,\"control_p50\":%.3f,\"control_p99\":%.3f}\n",
      delivered / span_s, delivered == 0 ? 0 : cpu_s * 1e6 / delivered, quantile(ages, 0.5),
      quantile(ages, 0.99), static_cast<unsigned long long>(missing),
      static_cast<unsigned long long>(wrong), rss_mb, idle_mb_, unsent_mb_, connects_,
      cpu_s / span_s, control.size(), quantile(control, 0.5), quantile(control, 0.99));
}

}  // namespace
}  // namespace xb::bench

int main(int argc, char** argv) {
  using namespace xb::bench;
  const auto wish = wish_of(argc, argv);
  allow_most_descriptors();
  if (wish.storms > 0)
    storm(wish);
  else
    Load(wish).run();
  return 0;
}
