// SPDX-License-Identifier: Apache-2.0
#include "live_support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "output/wire.h"

namespace xb::output::testing {
namespace {

const std::filesystem::path nginx = "/usr/sbin/nginx";
const std::filesystem::path rtmp_module = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const std::filesystem::path srt_transmit = "/usr/bin/srt-live-transmit";

// The port that was bound (0 asks for any), or nothing when somebody has it.
std::optional<int> bind_once(int type, int port) {
  const int fd = ::socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  socklen_t size = sizeof address;
  const bool is_bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  return is_bound ? std::optional<int>(ntohs(address.sin_port)) : std::nullopt;
}

// Runs `arguments`, whose standard output goes to `out`.
pid_t run(const std::vector<std::string>& arguments, const std::string& out) {
  std::vector<char*> list;
  for (const auto& one : arguments) list.push_back(const_cast<char*>(one.c_str()));
  list.push_back(nullptr);
  const auto child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_RDWR), 2);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
    ::execv(list[0], list.data());
    ::_exit(127);
  }
  return child;
}

// Sends it, and waits for the end of a process that must end of it.
void signal_process(pid_t& pid, int signal) {
  if (pid <= 0) return;
  ::kill(pid, signal);
  if (signal != SIGKILL && signal != SIGTERM) return;
  ::waitpid(pid, nullptr, 0);
  pid = -1;
}

}  // namespace

int free_port(int type) {
  const auto port = bind_once(type, 0);
  XB_CHECK(port.has_value());
  return *port;
}

Player::Player(const Encoded& program, Hub& hub, Clock& clock, Health& health)
    : worker_("player", health, [&program, &hub, &clock](std::stop_token stop) {
        const auto begin = clock.now();
        const auto length = time_us(*program.packets.back()) / 2'000'000 * 2'000'000;
        for (std::int64_t round = 0;; ++round) {
          for (const auto& packet : program.packets) {
            if (time_us(*packet) >= length) continue;
            const auto at = time_us(*packet) + round * length;
            if (clock.wait_until(begin + std::chrono::microseconds(at), stop) == Waited::stopped)
              return;
            auto moved = std::make_shared<media::Packet>(*packet);
            const auto base =
                packet->kind == media::Kind::video ? media::video_time_base : sample_rate;
            moved->pts += round * length * base / 1'000'000;
            moved->dts += round * length * base / 1'000'000;
            hub.push(std::move(moved));
          }
        }
      }) {
}

bool eventually(Clock& clock, Duration most, const std::function<bool()>& is_true) {
  const auto until = clock.now() + most;
  while (!is_true()) {
    if (clock.now() > until) return false;
    clock.wait_until(clock.now() + from_ms(10), {});
  }
  return true;
}

bool RtmpServer::is_installed() {
  return std::filesystem::exists(nginx) && std::filesystem::exists(rtmp_module);
}

RtmpServer::RtmpServer() : rtmp_port_(free_port()), http_port_(free_port()) {
  const auto dir = folder_.path().string();
  std::filesystem::create_directory(folder_.path() / "rec");
  std::filesystem::permissions(folder_.path() / "rec", std::filesystem::perms::all);
  std::filesystem::permissions(
      folder_.path(), std::filesystem::perms::owner_all | std::filesystem::perms::others_exec);
  std::ofstream(folder_.path() / "nginx.conf")
      << "load_module " << rtmp_module.string() << ";\ndaemon off; master_process off; pid " << dir
      << "/nginx.pid; error_log " << dir << "/error.log info;\nevents { worker_connections 64; }\n"
      << "rtmp { server { listen 127.0.0.1:" << rtmp_port_
      << "; chunk_size 4096; notify_method get;\n"
      << "application live { live on; record all; record_path " << dir
      << "/rec; record_unique on; record_suffix .flv; }\n"
      << "application keyed { live on; on_publish http://127.0.0.1:" << http_port_ << "/auth; }\n"
      << "application deny { live on; deny publish all; } } }\n"
      << "http { access_log off; client_body_temp_path " << dir << "/a; proxy_temp_path " << dir
      << "/b; fastcgi_temp_path " << dir << "/c; uwsgi_temp_path " << dir << "/d; scgi_temp_path "
      << dir << "/e;\nserver { listen 127.0.0.1:" << http_port_
      << "; location /auth { if ($arg_name != goodkey) { return 403; } return 204; } } }\n";
}

RtmpServer::~RtmpServer() {
  send(SIGKILL);
}

void RtmpServer::start() {
  const auto dir = folder_.path().string();
  const auto log = dir + "/error.log";
  const auto config = dir + "/nginx.conf";
  pid_ = run({nginx.string(), "-e", log, "-p", dir, "-c", config}, "/dev/null");
  SystemClock clock;
  XB_CHECK(eventually(clock, from_ms(20'000), [&] {
    return answers("127.0.0.1", rtmp_port_, clock.now() + from_ms(500), clock, {});
  }));
}

void RtmpServer::send(int signal) {
  signal_process(pid_, signal);
}

std::string RtmpServer::url(const std::string& app) const {
  return "rtmp://127.0.0.1:" + std::to_string(rtmp_port_) + "/" + app;
}

std::vector<std::filesystem::path> RtmpServer::recordings() const {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "rec"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

bool SrtServer::is_installed() {
  return std::filesystem::exists(srt_transmit);
}

SrtServer::~SrtServer() {
  send(SIGKILL);
}

void SrtServer::start() {
  auto from = url() + "?mode=listener";
  if (!passphrase_.empty()) from += "&passphrase=" + passphrase_;
  pid_ = run({srt_transmit.string(), from, "file://con"}, recording().string());
  SystemClock clock;
  XB_CHECK(eventually(clock, from_ms(20'000), [&] { return !bind_once(SOCK_DGRAM, port_); }));
}

void SrtServer::send(int signal) {
  signal_process(pid_, signal);
}

}  // namespace xb::output::testing
