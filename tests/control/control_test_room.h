// A real control port over a scripted Studio, and what a page or script sends to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "control/control_room.h"
#include "tests/support/raw_socket.h"
#include "tests/support/scripted_studio.h"

namespace xb::control {

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    folder = std::filesystem::path(testing::TempDir()) /
             ("control-" + std::to_string(::getpid()) + "-" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder / "pages");
    write("pages/index.html", "<!doctype html><title>乡播</title>");
  }
  ~ControlTest() override { std::filesystem::remove_all(folder); }

  void open() { open(studio); }
  void open(studio::Studio& served) {
    room = std::make_unique<ControlRoom>(
        served, web, clock, net::Address{"127.0.0.1", 0}, folder / "pages",
        LanSettings{[this] { return lan_hosts(); }, identity}, archive ? &*archive : nullptr);
    const auto status = room->listen();
    ASSERT_TRUE(status) << status.error().log_line();
    const auto address = room->address();
    port = std::stoi(address.substr(address.rfind(':') + 1));
  }
  void write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }

  std::string own_host() const { return "127.0.0.1:" + std::to_string(port); }
  test::RawSocket::Answer ask(const std::string& text) const {
    test::RawSocket socket(port);
    socket.send(text);
    return socket.read_answer();
  }
  test::RawSocket::Answer get(const std::string& path, const std::string& more = {}) const {
    return ask("GET " + path + " HTTP/1.1\r\nHost: " + own_host() + "\r\n" + more + "\r\n");
  }
  test::RawSocket::Answer post(const std::string& body,
                               const std::string& more = "Content-Type: application/json\r\n",
                               const std::string& host = {}) const {
    return ask("POST /api/command HTTP/1.1\r\nHost: " + (host.empty() ? own_host() : host) +
               "\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body);
  }
  test::RawSocket open_ws(const std::string& path, const std::string& more = {}) const {
    test::RawSocket socket(port);
    socket.send(test::handshake(port, path, more));
    EXPECT_EQ(socket.read_answer(false).status, 101);
    return socket;
  }
  // The next message that says something: no ping, no sign of life.
  static std::string next_message(test::RawSocket& socket) {
    for (;;) {
      auto frame = socket.read_frame();
      if (frame.opcode == 9 || frame.payload == "{}") continue;
      return frame.opcode == 1 || frame.opcode == 2 ? frame.payload : "";
    }
  }

  std::filesystem::path folder;
  // where the door for paired devices opens: loopback too, but another address than the operator's
  std::vector<std::string> lan_hosts() const {
    std::lock_guard lock(hosts_mutex);
    return hosts;
  }
  void set_lan_hosts(std::vector<std::string> now) {
    std::lock_guard lock(hosts_mutex);
    hosts = std::move(now);
  }
  mutable std::mutex hosts_mutex;  // guards hosts
  std::vector<std::string> hosts{"127.0.0.2"};
  Health health;
  SystemClock clock;
  test::ScriptedStudio studio;
  net::Loop web{"web", health, clock};
  std::optional<review::Archive> archive;            // set before open() where it is asked
  std::shared_ptr<const net::TlsIdentity> identity;  // with one, phones speak TLS
  std::unique_ptr<ControlRoom> room;
  int port = 0;
};

}  // namespace xb::control
