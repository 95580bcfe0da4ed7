// ChatSource: a connection to one platform that brings ChatEvents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "chat/event.h"
#include "net/loop.h"

namespace xb::chat {

enum class LinkState : std::uint8_t { connecting = 1, open, useful, waiting };
std::string_view name_of(LinkState state);

// One [[chat]] block of the Show, with what the secrets file has under its name.
struct SourceOptions {
  std::string platform;  // which row of the registry
  std::string name;      // shown, unique
  std::string url;       // of the WebSocket; empty: the platform's own
  std::string api;       // base of its HTTP calls; empty: the platform's own
  std::string room;
  std::string map;  // the text of a mapping file; for a check its name will do
  std::map<std::string, Secret, std::less<>> secrets;  // "token", "code" ...

  // Empty when there is none.
  Secret secret(std::string_view key) const;
};

struct SourceState {
  std::string name;
  std::string platform;
  LinkState link = LinkState::connecting;
  std::optional<Error> error;  // why it is waiting, or what is wrong although it is connected
  std::uint64_t received = 0;  // events
  std::map<std::string, std::uint64_t, std::less<>> refused;  // messages, by reason
  std::uint64_t ignored = 0;  // messages of kinds there is no use for
  std::uint64_t connects = 0;
  std::optional<Duration> quiet_for;      // since the last event
  std::optional<Duration> next_try_in;    // while waiting
  std::optional<std::int64_t> followers;  // the room's own total, told here and moved by follows
};

class Audience;

struct SourceContext {
  net::Loop& loop;
  Clock& clock;
  std::function<void(ChatEvent)> accept;
  std::shared_ptr<Audience> audience = {};  // the door of our own page
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
// Error show_invalid for an unknown platform, a bad address or something missing.
// Nothing is connected before tick().
Result<std::unique_ptr<ChatSource>> make_source(const SourceOptions& options,
                                                SourceContext context);
// The same judgement without making one, for checking a Show; any thread.
Status check_source(const SourceOptions& options);

}  // namespace xb::chat
