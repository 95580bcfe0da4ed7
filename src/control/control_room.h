// ControlRoom: the front desk. Commands in, state, chat and preview out, the page itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/lan_settings.h"
#include "control/program_api.h"
#include "net/loop.h"
#include "net/server.h"
#include "review/archive.h"
#include "studio/studio.h"

namespace xb::control {

class LanDoor;
class PreviewFeed;
class RecentDeeds;
class UpdatesFeed;

// Serves docs/wire.md sections 5 to 8 and 11, the ingest and the files of `pages`: at `listen`,
// which is loopback, and, while the operator wants devices paired, at this machine's own addresses
// too. Nothing here waits for the studio: a command is handed over and answered when the studio
// answers.
//
// Thread: all calls on the owner's thread; everything served runs on `web`. Studio, Loop and Clock
// outlive it; a command that is answered after its end is answered to nobody.
class ControlRoom {
 public:
  // `archive` holds the Sessions that are over (null: none are shown) and outlives it, too.
  ControlRoom(studio::Studio& studio, net::Loop& web, Clock& clock, net::Address listen,
              std::filesystem::path pages, LanSettings lan = {},
              review::Archive* archive = nullptr);
  ~ControlRoom();
  ControlRoom(const ControlRoom&) = delete;
  ControlRoom& operator=(const ControlRoom&) = delete;

  // Errors: port_taken, net_failed.
  Status listen();
  // "127.0.0.1:7180", with the real port once it listens; "[::1]:7180" for v6.
  std::string address() const;
  // What the operator asked of the program itself. Thread: any.
  Wish wish() const { return wish_.load(); }
  // It cannot be fulfilled now.
  void forget_wish() { wish_.store(Wish::stay); }

 private:
  enum class Door : std::uint8_t { here = 1, network };
  void add_routes(net::Server& server, Door door);

  std::atomic<Wish> wish_{Wish::stay};
  studio::Studio& studio_;
  net::Loop& web_;
  Clock& clock_;
  const std::filesystem::path pages_;
  review::Archive* const archive_;
  const std::shared_ptr<RecentDeeds> recent_;
  std::shared_ptr<UpdatesFeed> updates_;
  std::shared_ptr<PreviewFeed> preview_;
  std::shared_ptr<LanDoor> lan_;
  std::unique_ptr<net::Server> server_;
  studio::Studio::Watch watch_;  // the encoded program for pages
};

}  // namespace xb::control
