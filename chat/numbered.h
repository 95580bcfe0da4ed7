// Numbered: a ChatEvent that was accepted, with its place in the one stream.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "chat/counter.h"
#include "chat/event.h"

namespace xb::chat {

struct Numbered {
  std::uint64_t sequence = 0;  // from 1
  ChatEvent event;
  std::string source;  // "ingest", "generic-1": who brought it
  MonoTime received;   // when it came out of its socket
  Sender sender = Sender::unknown;
  std::string json;        // {"seq":N,...event}: serialised once, relayed and stored as it is
  std::string kept = {};   // stored instead, when it holds more: who, why, what is not shown
  bool is_hidden = false;  // never relayed: its number is passed over
  const std::string& stored() const { return kept.empty() ? json : kept; }
};
using NumberedRef = std::shared_ptr<const Numbered>;

// What moderation says of an event that is kept all the same.
struct Screening {
  std::string_view hidden;  // why the whole is not shown: "words"; empty: it is
  bool masks_name = false;  // the name is not shown
};
// "fan", "new": what former events tell of who says it; empty when nothing.
std::string_view role_name(Sender sender);
NumberedRef make_numbered(std::uint64_t sequence, ChatEvent event, std::string source,
                          MonoTime received, Sender sender = Sender::unknown,
                          const Screening& screening = {});

}  // namespace xb::chat
