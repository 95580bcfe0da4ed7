// Numbered: a ChatEvent that was accepted, with its place in the one stream.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

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
  std::string json;  // {"seq":N,...event}: serialised once, relayed and stored as it is
};
using NumberedRef = std::shared_ptr<const Numbered>;

NumberedRef make_numbered(std::uint64_t sequence, ChatEvent event, std::string source,
                          MonoTime received, Sender sender = Sender::unknown);

}  // namespace xb::chat
