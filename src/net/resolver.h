// Names to numbers, off the loop: asking a name server may block for many seconds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "base/pipe.h"
#include "base/worker.h"

namespace xb::net {

// One thread, one question at a time. The destructor waits for the question being asked (the C
// library gives no way to break it off: by default 5 s a try).
class Resolver {
 public:
  explicit Resolver(Health& health);
  using Found = std::function<void(std::string numeric)>;  // empty: not found. On its thread.
  // False when 64 questions wait already.
  bool ask(std::string name, Found found);
  // The number itself when `name` is one, or for "localhost"; else empty.
  static std::string without_asking(const std::string& name);

 private:
  struct Question {
    std::string name;
    Found found;
  };
  Queue<Question> questions_;
  Worker worker_;
};

}  // namespace xb::net
