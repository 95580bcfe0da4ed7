// ControlRoom: the front desk. Commands in, state, chat and preview out, the page itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

class PreviewFeed;
class UpdatesFeed;

// Serves docs/wire.md sections 5 to 8, the ingest and the files of `pages`. Nothing here waits for
// the studio: a command is handed over and answered when the studio answers.
//
// Thread: all calls on the owner's thread; everything served runs on `web`. Studio and Loop outlive
// it; a command that is answered after its end is answered to nobody.
class ControlRoom {
 public:
  ControlRoom(studio::Studio& studio, net::Loop& web, net::Address listen,
              std::filesystem::path pages);
  ~ControlRoom();
  ControlRoom(const ControlRoom&) = delete;
  ControlRoom& operator=(const ControlRoom&) = delete;

  // Errors: port_taken, net_failed.
  Status listen();
  // "127.0.0.1:7180", with the real port once it listens; "[::1]:7180" for v6.
  std::string address() const;

 private:
  net::Loop& web_;
  std::shared_ptr<UpdatesFeed> updates_;
  std::shared_ptr<PreviewFeed> preview_;
  std::unique_ptr<net::Server> server_;
  std::shared_ptr<void> watch_;  // the encoded program for pages
};

}  // namespace xb::control
