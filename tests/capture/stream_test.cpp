// MPEG-TS over tcp from a real ffmpeg on loopback: sync, loss and return.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "capture/runner.h"
#include "tests/capture/program_bench.h"
#include "tests/support/media_files.h"

extern char** environ;

namespace xb::capture {
namespace {

// A port nobody listens on at this moment.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(fd);
  return ntohs(address.sin_port);
}

// Listens there as long as it lives.
class Occupant {
 public:
  explicit Occupant(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
  }
  ~Occupant() { ::close(fd_); }

 private:
  int fd_;
};

// A feeder in real time; ended with the object.
class Feeder {
 public:
  Feeder(const std::string& file, const std::string& url) {
    const char* arguments[] = {"ffmpeg",       "-nostdin", "-v",     "quiet",      "-re",
                               "-stream_loop", "-1",       "-i",     file.c_str(), "-c",
                               "copy",         "-f",       "mpegts", url.c_str(),  nullptr};
    EXPECT_EQ(
        ::posix_spawnp(&pid_, "ffmpeg", nullptr, nullptr, const_cast<char**>(arguments), environ),
        0);
  }
  ~Feeder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

TEST(Stream, tcp_feeder_is_in_sync_and_comes_back_after_a_loss) {
  support::Folder folder;
  const auto file = support::ffmpeg(
      support::flash_and_beep(20) +
          "-c:v libx264 -preset ultrafast -g 15 -pix_fmt yuv420p -c:a aac -b:a 128k",
      folder / "feed.ts");
  const auto address = "tcp://127.0.0.1:" + std::to_string(free_port());
  ProgramBench<SystemClock> bench;
  Runner runner(bench.setup(address + "?listen"), bench.clock, bench.health);
  std::optional<Feeder> feeder;
  bench.run(6);  // the listener is up before its feeder
  feeder.emplace(file, address);
  bench.run(180);
  auto offsets = bench.offsets_ms();
  ASSERT_GE(offsets.size(), 3U);
  // the median: the first picture may come in the middle of a flash, and a busy machine be late
  std::sort(offsets.begin(), offsets.end());
  EXPECT_NEAR(offsets[offsets.size() / 2], 0, 40);
  EXPECT_GT(bench.fresh_ticks, 100);

  feeder.reset();
  bench.run(45);
  EXPECT_EQ(bench.sync.pick(time_of(FrameNumber{bench.tick}, bench.rate)).signal, Signal::lost);
  feeder.emplace(file, address);
  bench.run(90);  // F01: back in 3 s
  EXPECT_EQ(bench.sync.pick(time_of(FrameNumber{bench.tick}, bench.rate)).signal, Signal::fresh);
  EXPECT_GE(runner.stats().openings, 2U);
}

TEST(Stream, a_port_that_is_taken_is_not_waited_at_and_told_once) {
  for (const auto* address : {"tcp://127.0.0.1:%?listen", "srt://127.0.0.1:%?mode=listener"}) {
    const int port = free_port();
    auto text = std::string(address);
    text.replace(text.find('%'), 1, std::to_string(port));
    SystemClock clock;
    std::vector<std::string> told;
    std::stop_source stop;
    auto source = *make_source(
        *parse_source(text),
        SourceSetup{{64, 36, {}}, {30, 1}, Wanted::picture, &clock, {}, [&](const std::string& at) {
                      told.push_back(at);
                      stop.request_stop();
                    }});
    if (text.starts_with("tcp")) {
      const Occupant other(port);
      for (int i = 0; i < 2; ++i) {
        const auto opened = source->open(stop.get_token());
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code(), ErrorCode::source_port_taken);
        source->close();
      }
      EXPECT_TRUE(told.empty());
    }
    EXPECT_EQ(source->open(stop.get_token()).error().code(), ErrorCode::cancelled);
    EXPECT_EQ(told, std::vector{"127.0.0.1:" + std::to_string(port)});
  }
}

}  // namespace
}  // namespace xb::capture
