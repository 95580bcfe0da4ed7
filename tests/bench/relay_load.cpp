// The load of the relay bench: one publisher, many subscribers, one core. Prints one line of JSON.
//
// Most subscribers only count bytes, which the kernel throws away unread; a few, spread among them,
// read every message: its number (lost, doubled, out of order) and its age.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t message_bytes = 300;
constexpr std::uint64_t window = 64;  // messages in flight when as many as possible are asked for
constexpr std::size_t most_witnesses = 16;
constexpr double settle_s = 0.3;
constexpr double last_s = 10;  // for what is still on its way

double now_s() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "relay_load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

struct Wish {
  int port = 0;
  std::string sub = "/sub";
  std::string pub = "/pub";
  int clients = 100;
  int readers = 0;  // connected and never reading
  double rate = 0;  // messages a second; 0: as many as possible
  int burst = 1;    // so many at once, `rate` altogether
  double seconds = 3;
  std::vector<int> pids;  // of the server, whose CPU and memory are told
};

struct Usage {
  double cpu_s = 0;
  double rss_mb = 0;
};

Usage usage_of(const std::vector<int>& pids) {
  Usage out;
  for (const int pid : pids) {
    const auto folder = "/proc/" + std::to_string(pid);
    if (DIR* tasks = opendir((folder + "/task").c_str())) {
      while (const auto* one = readdir(tasks)) {
        if (one->d_name[0] == '.') continue;
        std::uint64_t ran_ns = 0;
        std::ifstream(folder + "/task/" + one->d_name + "/schedstat") >> ran_ns;
        out.cpu_s += static_cast<double>(ran_ns) / 1e9;
      }
      closedir(tasks);
    }
    std::ifstream status(folder + "/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    status >> all >> resident;
    out.rss_mb += static_cast<double>(resident) * 4096 / 1048576;
  }
  return out;
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0) fail("connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

void ask(int fd, int port, const std::string& path) {
  const auto text = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
                    "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    fail("handshake");
}

// The answer's head; what follows it is left in the socket.
void read_head(int fd) {
  std::string head;
  while (head.find("\r\n\r\n") == head.npos) {
    char one = 0;
    const auto got = recv(fd, &one, 1, 0);
    if (got != 1) fail("no answer to the handshake");
    head += one;
  }
  if (head.find(" 101 ") == head.npos) {
    std::fprintf(stderr, "%s\n", head.c_str());
    std::exit(1);
  }
}

struct Subscriber {
  int fd = -1;
  bool is_witness = false;
  std::uint64_t bytes = 0;
  std::string kept;  // a mark cut by the end of a read
  std::uint64_t next = 0;
  std::uint64_t seen = 0;
  std::uint64_t wrong = 0;  // numbers missing, doubled or out of order
};

class Load {
 public:
  explicit Load(Wish wish) : wish_(std::move(wish)) {}
  int run();

 private:
  void open();
  void look(int wait_ms);
  void read(Subscriber& one);
  void witness(Subscriber& one, std::string_view bytes);
  void publish(std::uint64_t count);
  bool flush();
  std::uint64_t seen_by_all() const;

  Wish wish_;
  int epoll_ = -1;
  int publisher_ = -1;
  std::vector<Subscriber> all_;
  std::vector<Subscriber*> witnesses_;
  std::vector<char> scratch_ = std::vector<char>(1 << 20);
  std::string outbox_;
  std::size_t sent_ = 0;
  std::uint64_t published_ = 0;
  bool is_measuring_ = false;
  std::vector<float> ages_ms_;
};

void Load::open() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const auto clients = static_cast<std::size_t>(wish_.clients);
  all_.resize(clients);
  const auto witnesses = std::min(clients, most_witnesses);
  constexpr std::size_t at_once = 200;
  for (std::size_t from = 0; from < clients; from += at_once) {
    const auto to = std::min(clients, from + at_once);
    for (auto i = from; i < to; ++i) {
      all_[i].fd = connect_to(wish_.port);
      ask(all_[i].fd, wish_.port, wish_.sub);
    }
    for (auto i = from; i < to; ++i) read_head(all_[i].fd);
  }
  for (std::size_t i = 0; i < witnesses; ++i) {
    auto& one = all_[i * clients / witnesses];
    one.is_witness = true;
    witnesses_.push_back(&one);
  }
  for (auto& one : all_) {
    fcntl(one.fd, F_SETFL, O_NONBLOCK);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = &one;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, one.fd, &wanted);
  }
  for (int i = 0; i < wish_.readers; ++i) {
    const int fd = connect_to(wish_.port);  // never closed before the end
    ask(fd, wish_.port, wish_.sub);
    read_head(fd);
  }
  publisher_ = connect_to(wish_.port);
  ask(publisher_, wish_.port, wish_.pub);
  read_head(publisher_);
  fcntl(publisher_, F_SETFL, O_NONBLOCK);
}

// A mark is '@', 19 digits (ns), '#', 10 digits (number).
void Load::witness(Subscriber& one, std::string_view bytes) {
  constexpr std::size_t mark_bytes = 31;
  std::string joined;
  if (!one.kept.empty()) {
    joined = std::move(one.kept);
    joined += bytes;
    bytes = joined;
    one.kept.clear();
  }
  const double now = now_s();
  for (std::size_t at = 0;;) {
    at = bytes.find('@', at);
    if (at == bytes.npos) return;
    if (at + mark_bytes > bytes.size()) {
      one.kept = bytes.substr(at);
      return;
    }
    const double then = std::strtod(std::string(bytes.substr(at + 1, 19)).c_str(), nullptr) / 1e9;
    const auto number = std::strtoull(std::string(bytes.substr(at + 21, 10)).c_str(), nullptr, 10);
    if (number != one.next) ++one.wrong;
    one.next = number + 1;
    ++one.seen;
    if (is_measuring_) ages_ms_.push_back(static_cast<float>((now - then) * 1000));
    at += mark_bytes;
  }
}

void Load::read(Subscriber& one) {
  const int flags = one.is_witness ? MSG_DONTWAIT : MSG_DONTWAIT | MSG_TRUNC;
  const auto got = recv(one.fd, scratch_.data(), scratch_.size(), flags);
  if (got == 0) {
    std::fprintf(stderr, "relay_load: the server closed a subscriber\n");
    std::exit(1);
  }
  if (got < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    fail("recv");
  }
  one.bytes += static_cast<std::uint64_t>(got);
  if (one.is_witness) witness(one, {scratch_.data(), static_cast<std::size_t>(got)});
}

void Load::look(int wait_ms) {
  std::array<epoll_event, 1024> found{};
  const int count = epoll_wait(epoll_, found.data(), static_cast<int>(found.size()), wait_ms);
  for (int i = 0; i < count; ++i)
    read(*static_cast<Subscriber*>(found[static_cast<std::size_t>(i)].data.ptr));
  // a server may answer its publisher; nobody wants to know
  recv(publisher_, scratch_.data(), scratch_.size(), MSG_DONTWAIT | MSG_TRUNC);
}

// Frames of the client, masked with zeros, which leaves the text as it is.
void Load::publish(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    char head[160];
    const int size = std::snprintf(
        head, sizeof(head),
        "{\"kind\":\"chat\",\"platform\":\"bench\",\"user\":{\"id\":\"u-12345678\",\"name\":\"v\"},"
        "\"text\":\"@%019llu#%010llu ",
        static_cast<unsigned long long>(time.tv_sec) * 1'000'000'000ULL +
            static_cast<unsigned long long>(time.tv_nsec),
        static_cast<unsigned long long>(published_++));
    std::string text(head, static_cast<std::size_t>(size));
    text.append(message_bytes - text.size() - 2, 'x');
    text += "\"}";
    const char frame[] = {'\x81',
                          '\xfe',
                          static_cast<char>(text.size() >> 8U),
                          static_cast<char>(text.size() & 255U),
                          0,
                          0,
                          0,
                          0};
    outbox_.append(frame, sizeof(frame));
    outbox_ += text;
  }
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
  for (const auto* one : witnesses_) least = std::min(least, one->seen);
  return least;
}

int Load::run() {
  const double connecting = now_s();
  open();
  const double connected = now_s() - connecting;
  for (const double until = now_s() + settle_s; now_s() < until;) look(10);
  const double warm = now_s() + settle_s;
  const double begin = now_s();
  double from = 0;
  Usage before;
  std::uint64_t bytes_before = 0;
  std::uint64_t seen_before = 0;
  std::uint64_t witness_bytes_before = 0;
  const auto bytes = [&] {
    std::uint64_t sum = 0;
    for (const auto& one : all_) sum += one.bytes;
    return sum;
  };
  double now = begin;
  while (from == 0 || now - from < wish_.seconds) {
    now = now_s();
    if (from == 0 && now >= warm) {
      from = now;
      before = usage_of(wish_.pids);
      bytes_before = bytes();
      seen_before = witnesses_[0]->seen;
      witness_bytes_before = witnesses_[0]->bytes;
      is_measuring_ = true;
    }
    int wait_ms = 0;
    if (wish_.rate > 0) {
      const auto bursts = static_cast<std::uint64_t>((now - begin) * wish_.rate / wish_.burst);
      const auto due = bursts * static_cast<std::uint64_t>(wish_.burst);
      if (due > published_) publish(due - published_);
      wait_ms = 1;
    } else if (outbox_.empty()) {
      const auto in_flight = published_ - seen_by_all();
      if (in_flight < window) publish(window - in_flight);
    }
    flush();
    look(wait_ms);
  }
  const auto after = usage_of(wish_.pids);
  const auto delivered_bytes = bytes() - bytes_before;
  const auto seen = witnesses_[0]->seen - seen_before;
  const double each = seen == 0 ? 0
                                : static_cast<double>(witnesses_[0]->bytes - witness_bytes_before) /
                                      static_cast<double>(seen);
  is_measuring_ = false;
  for (const double until = now_s() + last_s; now_s() < until && seen_by_all() < published_;) {
    flush();
    look(5);
  }
  std::uint64_t missing = 0;
  std::uint64_t wrong = 0;
  for (const auto* one : witnesses_) {
    missing += published_ - std::min(published_, one->seen);
    wrong += one->wrong;
  }
  std::sort(ages_ms_.begin(), ages_ms_.end());
  const auto quantile = [&](double q) {
    if (ages_ms_.empty()) return 0.0;
    const auto at = static_cast<std::size_t>(q * static_cast<double>(ages_ms_.size() - 1));
    return static_cast<double>(ages_ms_[at]);
  };
  const double span = now - from;
  const double delivered = each == 0 ? 0 : static_cast<double>(delivered_bytes) / each;
  std::printf(
      "{\"delivered\":%.0f,\"us\":%.4f,\"p50\":%.3f,\"p99\":%.3f,\"missing\":%llu,\"wrong\":%llu,"
      "\"rss_mb\":%.1f,\"rss_before_mb\":%.1f,\"connects\":%.0f,\"core\":%.2f}\n",
      delivered / span, delivered == 0 ? 0 : (after.cpu_s - before.cpu_s) * 1e6 / delivered,
      quantile(0.5), quantile(0.99), static_cast<unsigned long long>(missing),
      static_cast<unsigned long long>(wrong), after.rss_mb, before.rss_mb,
      static_cast<double>(wish_.clients) / connected, (after.cpu_s - before.cpu_s) / span);
  return 0;
}

}  // namespace

// relay_load PORT key=value..: sub pub clients readers rate burst seconds pid (repeatable)
int main(int argc, char** argv) {
  Wish wish;
  wish.port = argc > 1 ? std::atoi(argv[1]) : 0;
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    const auto key = word.substr(0, equals);
    const auto value = word.substr(equals + 1);
    if (key == "sub") wish.sub = value;
    if (key == "pub") wish.pub = value;
    if (key == "clients") wish.clients = std::stoi(value);
    if (key == "readers") wish.readers = std::stoi(value);
    if (key == "rate") wish.rate = std::stod(value);
    if (key == "burst") wish.burst = std::stoi(value);
    if (key == "seconds") wish.seconds = std::stod(value);
    if (key == "pid") wish.pids.push_back(std::stoi(value));
  }
  return Load(std::move(wish)).run();
}
