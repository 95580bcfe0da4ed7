// LanDoor: the control port on the network, for paired devices, while the operator wants it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control/lan_gate.h"
#include "control/lan_settings.h"
#include "control/pairing.h"
#include "net/loop.h"
#include "net/server.h"

namespace xb::control {

// One Server for each of this machine's addresses, at the control port where it is free there.
// Limits of their own: a crowd on the network takes no place of those at the computer.
//
// Thread: the loop's, but for the constructor, for_server() and end().
class LanDoor {
 public:
  using Furnish = std::function<void(net::Server&)>;
  LanDoor(net::Loop& loop, Clock& clock, LanSettings settings);
  ~LanDoor() { end(); }
  LanDoor(const LanDoor&) = delete;
  LanDoor& operator=(const LanDoor&) = delete;
  // The port to take, with whom to count, and what adds the routes; before, nothing opens.
  void for_server(int port, std::shared_ptr<net::ServerTally> tally, Furnish furnish);

  // Listens at every address this machine has now. Errors: pair_no_network, port_taken,
  // address_invalid.
  Status open();
  // Ends all sessions and stops listening.
  void close();
  bool is_open() const;
  // Where phones find it, the likeliest first: "https://192.168.1.5:7180".
  std::vector<std::string> addresses() const;
  // Null where no TLS is spoken.
  const net::TlsIdentity* identity() const { return settings_.identity.get(); }

  Pairing& pairing() { return pairing_; }
  // Its sockets are closed (4401), its next request is refused; false: there is no such device.
  bool revoke(std::uint64_t device);
  // Once a second or so: unused sessions end, closed listeners are let go.
  void tick();

  // Lets go of everything; afterwards nothing is opened. Thread: owner's.
  void end();

 private:
  using Servers = std::vector<std::unique_ptr<net::Server>>;
  struct Closing {
    Servers servers;
    MonoTime since;
  };
  Status add(const std::string& host);
  void let_go(Servers servers);
  static void close_peers(const Servers& servers, std::uint64_t device);

  net::Loop& loop_;
  Clock& clock_;
  const LanSettings settings_;
  Pairing pairing_;
  const std::shared_ptr<LanGate> gate_;
  // guards all below against end(); held while sockets are bound, microseconds
  mutable std::mutex mutex_;
  int port_ = 0;
  std::shared_ptr<net::ServerTally> tally_;
  Furnish furnish_;
  bool is_over_ = false;
  Servers servers_;
  std::vector<Closing> closing_;
};

}  // namespace xb::control
