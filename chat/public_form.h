// PublicForm: an event as the audience's Feed carries it, without the platform's ids of people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "chat/numbered.h"

namespace xb::chat {

// The same person has the same id for as long as the key is the same, and nobody can tell from it
// who that is on the platform.
//
// Thread: chat. Cost: one HMAC an event, a second writing of the few whose own id holds the
// person's.
class PublicForm {
 public:
  // A key of its own, from the system's randomness.
  PublicForm();
  // From here on everybody is somebody else.
  void renew();
  // The JSON of `event` for the audience.
  std::string of(const Numbered& event) const;

 private:
  std::string key_;
};

}  // namespace xb::chat
