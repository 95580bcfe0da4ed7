// Opening, closing, and the goodbyes between. SPDX-License-Identifier: Apache-2.0
#include "control/lan_door.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace xb::control {
namespace {

constexpr std::size_t most_hosts = 8;
constexpr Duration lan_goodbye = std::chrono::milliseconds(300);

}  // namespace

LanDoor::LanDoor(net::Loop& loop, Clock& clock, LanSettings settings)
    : loop_(loop),
      clock_(clock),
      settings_(std::move(settings)),
      gate_(std::make_shared<LanGate>(pairing_, clock, settings_.identity != nullptr)) {
}

void LanDoor::for_server(int port, std::shared_ptr<net::ServerTally> tally, Furnish furnish) {
  std::lock_guard lock(mutex_);
  port_ = port;
  tally_ = std::move(tally);
  furnish_ = std::move(furnish);
}

Status LanDoor::open() {
  auto hosts = settings_.hosts();
  if (hosts.size() > most_hosts) hosts.resize(most_hosts);
  std::lock_guard lock(mutex_);
  if (is_over_ || !furnish_) return Error(ErrorCode::pair_no_network);
  Servers gone;  // of networks this machine has left
  for (auto& server : servers_)
    if (std::find(hosts.begin(), hosts.end(), server->address().host) == hosts.end())
      gone.push_back(std::move(server));
  std::erase(servers_, nullptr);
  let_go(std::move(gone));
  Status last = Error(ErrorCode::pair_no_network);
  for (const auto& host : hosts) {
    const bool is_there = std::any_of(servers_.begin(), servers_.end(), [&](const auto& server) {
      return server->address().host == host;
    });
    if (!is_there) last = add(host);
  }
  const auto place = [&](const auto& server) {
    return std::find(hosts.begin(), hosts.end(), server->address().host);
  };
  std::sort(servers_.begin(), servers_.end(),
            [&](const auto& one, const auto& other) { return place(one) < place(other); });
  return servers_.empty() ? last : ok();
}

Status LanDoor::add(const std::string& host) {
  const auto listening_at = [&](int port) -> Result<std::unique_ptr<net::Server>> {
    net::ServerOptions options;
    options.listen = {host, port};
    options.limits.sockets = 96;
    options.limits.sockets_per_address = 32;
    options.origins = net::OriginRule::same;
    options.gate = gate_;
    options.tally = tally_;
    options.identity = settings_.identity;
    options.is_for_neighbours = true;
    auto server = std::make_unique<net::Server>(loop_, std::move(options));
    furnish_(*server);
    XB_TRY(server->listen());
    return server;
  };
  auto server = listening_at(port_);
  if (!server && server.error().code() == ErrorCode::port_taken) server = listening_at(0);
  if (!server) {
    log_warn("control", "not on the network: {}", server.error().log_line());
    return std::move(server).error();
  }
  log_info("control", "open for paired devices at {}", net::to_text((*server)->address()));
  servers_.push_back(std::move(*server));
  return ok();
}

void LanDoor::close() {
  pairing_.revoke_all();
  std::lock_guard lock(mutex_);
  if (!servers_.empty()) log_info("control", "closed for the network");
  let_go(std::exchange(servers_, {}));
}

// What is being sent, and the word of goodbye, still goes out.
void LanDoor::let_go(Servers servers) {
  if (servers.empty()) return;
  for (const auto& server : servers) server->stop_listening();
  close_peers(servers, 0);
  closing_.push_back({std::move(servers), clock_.now()});
}

// 0: of all.
void LanDoor::close_peers(const Servers& servers, std::uint64_t device) {
  for (const auto& server : servers)
    server->close_peers(
        [device](const net::Request& request) {
          return device == 0 || (request.person && request.person->device == device);
        },
        net::CloseReason::session_ended, "the session is over");
}

bool LanDoor::is_open() const {
  std::lock_guard lock(mutex_);
  return !servers_.empty();
}

std::vector<std::string> LanDoor::addresses() const {
  std::lock_guard lock(mutex_);
  const std::string scheme = settings_.identity == nullptr ? "http://" : "https://";
  std::vector<std::string> out;
  for (const auto& server : servers_) out.push_back(scheme + net::to_text(server->address()));
  return out;
}

bool LanDoor::revoke(std::uint64_t device) {
  const bool was_there = pairing_.revoke(device);
  std::lock_guard lock(mutex_);
  if (was_there) close_peers(servers_, device);
  return was_there;
}

void LanDoor::tick() {
  const auto now = clock_.now();
  const auto expired = pairing_.expire(now);
  std::vector<Closing> done;
  std::lock_guard lock(mutex_);
  for (const auto device : expired) close_peers(servers_, device);
  for (auto& one : closing_)
    if (now - one.since >= lan_goodbye) done.push_back(std::move(one));
  std::erase_if(closing_, [](const auto& one) { return one.servers.empty(); });
}

void LanDoor::end() {
  Servers servers;
  std::vector<Closing> closing;
  std::lock_guard lock(mutex_);
  is_over_ = true;
  servers.swap(servers_);
  closing.swap(closing_);
}

}  // namespace xb::control
