// What whoever sits at a terminal is told at the start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "net/json.h"

namespace xb::app {

// Sentences beside the lines `control …` and `audience …`, which are for machines: only where
// standard output is a terminal, so that no log keeps the secret of a push address.
//
// Thread: main.
class Greeting {
 public:
  Greeting();  // standard output
  // To an output of the caller's, as to a terminal.
  explicit Greeting(std::ostream& out) : out_(&out) {}

  // Where the browser finds the page.
  void page(const std::string& address);
  // Where a phone pushes its picture to (Studio::doorway()); the first that is not null is said.
  void push_address(const OrderedJson& doorway);
  // Nobody reads it, or the push address was said.
  bool has_said_push_address() const { return out_ == nullptr || has_said_push_address_; }

 private:
  std::ostream* out_;  // null: no terminal
  bool has_said_push_address_ = false;
};

}  // namespace xb::app
