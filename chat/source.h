// ChatSource: a connection to one platform that brings ChatEvents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "chat/event.h"
#include "net/loop.h"

namespace xb::chat {

enum class LinkState : std::uint8_t { connecting = 1, open, useful, waiting };
std::string_view name_of(LinkState state);

// One [[chat]] block of the Show.
struct SourceOptions {
  std::string platform;  // which row of the registry
  std::string name;      // shown, unique
  std::string url;
};

struct SourceState {
  std::string name;
  std::string platform;
  LinkState link = LinkState::connecting;
  std::optional<Error> error;  // why it is waiting
  std::uint64_t received = 0;
  std::uint64_t refused = 0;
  std::uint64_t connects = 0;
};

struct SourceContext {
  net::Loop& loop;
  Clock& clock;
  std::function<void(ChatEvent)> accept;
};

// Thread: the loop's, from construction to destruction. Never blocks. It reconnects by itself as
// long as it lives.
class ChatSource {
 public:
  virtual ~ChatSource() = default;
  virtual void tick(MonoTime now) = 0;  // about four times a second
  virtual SourceState state() const = 0;
};

// The platforms of the registry, in its order.
std::vector<std::string_view> platforms();
// Error show_invalid for an unknown platform or a bad URL. Nothing is connected before tick().
Result<std::unique_ptr<ChatSource>> make_source(const SourceOptions& options,
                                                SourceContext context);
// The same judgement without making one, for checking a Show; any thread.
Status check_source(const SourceOptions& options);

}  // namespace xb::chat
