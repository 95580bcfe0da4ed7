// PublicForm: an event as the audience's Feed carries it, without the platform's ids of people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "chat/numbered.h"

namespace xb::chat {

// The same person has the same id for as long as the key is the same, and nobody can tell from it
// who that is on the platform.
//
// Thread: chat. Cost: one HMAC a person, who is remembered among the last few thousand, and a
// second writing of the few events whose own id holds the person's.
class PublicForm {
 public:
  // A key of its own, from the system's randomness.
  PublicForm();
  // From here on everybody is somebody else.
  void renew();
  // The JSON of `event` for the audience.
  std::string of(const Numbered& event);

 private:
  const std::string& hidden(const std::string& platform, const std::string& id);

  std::string key_;
  std::unordered_map<std::string, std::string> hidden_;  // by platform and person
};

}  // namespace xb::chat
