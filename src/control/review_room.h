// ReviewRoom: the control port of `xiangbo review`, without anything live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"
#include "net/server.h"
#include "review/archive.h"

namespace xb::control {

// Serves docs/wire.md section 13 and the files of `pages` at `listen`, which is loopback. Thread:
// the owner's; Archive and Loop outlive it.
class ReviewRoom {
 public:
  ReviewRoom(review::Archive& archive, net::Loop& web, net::Address listen,
             const std::filesystem::path& pages);

  // Errors: port_taken, net_failed.
  Status listen();
  std::string address() const;

 private:
  std::unique_ptr<net::Server> server_;
};

}  // namespace xb::control
