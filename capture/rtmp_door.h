// RtmpDoor: a port of this computer at which a phone or a second laptop pushes RTMP.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "capture/rtmp_guest.h"
#include "media/decoder.h"

namespace xb::capture {

// The first port of `usual` and the nine behind it that is free, for every address of this
// computer. What is bound is let go again. Error: source_port_taken.
enum class Transport : std::uint8_t { tcp = 1, udp };
Result<int> free_listen_port(int usual, Transport transport);

// The port stays open as long as the door lives, also while nobody asks it anything, so that who
// comes back is never refused. One who names the secret is the guest, until he has been silent for
// a second and another one comes with it. All others have five seconds and eight places: when these
// are taken, the longest there of the busiest address goes, so neither noise nor silence keeps
// anybody out.
//
// FFmpeg's own listener takes the first who connects, whoever it is, and whatever path he names.
//
// Thread: one at a time; there is none of its own. What a guest sends waits in the kernel until
// read() is called.
class RtmpDoor final : public media::ByteSource {
 public:
  // `port` 0: one that is free from 7182 on. Errors: source_port_taken.
  static Result<std::unique_ptr<RtmpDoor>> open(int port, Secret secret, Clock& clock);
  ~RtmpDoor() override;
  RtmpDoor(const RtmpDoor&) = delete;
  RtmpDoor& operator=(const RtmpDoor&) = delete;

  int port() const { return port_; }
  // Until there is a guest. Error: cancelled.
  Status wait_for_guest(const std::stop_token& stop);
  // His FLV. Errors: source_stalled, he is gone or another one took his place.
  Result<std::size_t> read(std::span<std::uint8_t> into, Duration wait) override;
  // He is done with; the next one may come.
  void send_away();
  // How many named a wrong secret.
  std::uint64_t wrong() const { return wrong_; }

 private:
  struct Peer {
    Peer(int its_fd, std::uint32_t its_address, const Secret& secret, MonoTime now)
        : fd(its_fd), address(its_address), since(now), heard(now), guest(secret) {}
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    const int fd;
    const std::uint32_t address;
    const MonoTime since;
    MonoTime heard;
    RtmpGuest guest;
    media::rtmp::Bytes unsent;
    bool is_gone = false;
  };
  RtmpDoor(int fd, int port, Secret secret, Clock& clock);
  void turn(Duration wait);
  void accept_all();
  void make_room();
  void hear(Peer& peer);
  static void send_to(Peer& peer);
  void judge_askers();
  void drop_gone();

  const int listener_;
  const int port_;
  const Secret secret_;
  Clock& clock_;
  std::vector<std::unique_ptr<Peer>> callers_;
  std::unique_ptr<Peer> guest_;
  std::unique_ptr<Peer> next_;  // takes the guest's place when that one is sent away
  media::rtmp::Bytes flv_;      // of the guest, not read yet
  std::size_t read_ = 0;        // of flv_
  std::uint64_t wrong_ = 0;
  std::array<std::uint8_t, 65536> buffer_{};
};

}  // namespace xb::capture
