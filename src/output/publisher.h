// A Publication: one platform push that reconnects for as long as the Session lasts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>

#include "output/link.h"
#include "output/output.h"

namespace xb::output {

// `parts` carries the parameters the Packets have now.
using LinkFactory = std::function<std::unique_ptr<Link>(const OutputParts& parts)>;

// Runs at once on its thread `out-NAME`. Its state is
//   connecting    first attempt under way
//   live          the platform accepted the publication, and the whole first key frame has been
//                 acknowledged by its side;
//   reconnecting  an attempt failed, the connection broke, or nothing was taken for 3 s although
//                 something waits (after 10 s, or 5 s of complete silence, it connects anew);
//                 or the platform says that somebody sends with this key: perhaps our own former
//                 connection, which broke on our side only, so it is asked every 1.5 to 2 s;
//   refused       the platform said no, or hung up on the key; asked again every 15 s;
//   ended         stopped.
// What is on its way to the platform can no longer be dropped, so only as much is sent ahead of its
// acknowledgement as leaves in a fifth of a second, or as the way there and back needs.
//
// A hang-up is about the key when it follows the key, is in order and the server still answers, or
// when it comes a second time: a server that dies during the login hangs up, too.
std::unique_ptr<Output> make_publisher(std::string name, LinkFactory factory, OutputParts parts);

// The waits between attempts: 1, 2, 4, 8, 15, 15 ... s, each 0 to 20 % shorter by chance so that a
// hall of stations does not return as one. A refusal is 15 to 18 s whatever came before, a key in
// use 1.5 to 2 s: who waits for the platform to let go is on air soon after it did.
class Retry {
 public:
  explicit Retry(unsigned seed) : random_(seed) {}
  Duration after_failure();
  Duration after_refusal();
  Duration after_in_use();
  void reset() { failures_ = 0; }

 private:
  Duration chance(Duration most);
  int failures_ = 0;
  std::minstd_rand random_;
};

}  // namespace xb::output
