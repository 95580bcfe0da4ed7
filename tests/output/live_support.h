// A program that runs in real time, and a real RTMP server to push it to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/worker.h"
#include "media_support.h"
#include "output/hub.h"

namespace xb::output::testing {

// Plays an encoded program into a hub at its own speed, over and over, timestamps going on.
class Player {
 public:
  Player(const Encoded& program, Hub& hub, Clock& clock, Health& health);

 private:
  Worker worker_;
};

// Waits until `is_true`, looking each 10 ms; false after `most`.
bool eventually(Clock& clock, Duration most, const std::function<bool()>& is_true);

// A TCP or UDP port nobody listens at.
int free_port(int type = SOCK_STREAM);

// nginx with its RTMP module on free ports: /live takes every key, /keyed only "goodkey", /deny
// none; what arrives is recorded as FLV.
class RtmpServer {
 public:
  static bool is_installed();
  RtmpServer();
  ~RtmpServer();
  RtmpServer(const RtmpServer&) = delete;
  RtmpServer& operator=(const RtmpServer&) = delete;
  void start();
  void send(int signal);  // SIGKILL also waits for the end
  std::string url(const std::string& app) const;
  std::vector<std::filesystem::path> recordings() const;

 private:
  Folder folder_;
  int rtmp_port_ = 0;
  int http_port_ = 0;
  pid_t pid_ = -1;
};

// srt-live-transmit, listening on a free port and writing what arrives to a file.
class SrtServer {
 public:
  static bool is_installed();
  explicit SrtServer(std::string passphrase = {}) : passphrase_(std::move(passphrase)) {}
  ~SrtServer();
  SrtServer(const SrtServer&) = delete;
  SrtServer& operator=(const SrtServer&) = delete;
  void start();
  void send(int signal);  // SIGKILL and SIGTERM also wait for the end
  std::string url() const { return "srt://127.0.0.1:" + std::to_string(port_); }
  std::filesystem::path recording() const { return folder_.path() / "arrived.ts"; }

 private:
  Folder folder_;
  const std::string passphrase_;
  const int port_ = free_port(SOCK_DGRAM);
  pid_t pid_ = -1;
};

}  // namespace xb::output::testing
