// The page of our own audience port as a platform: it opens the door and tells how it goes there.
// SPDX-License-Identifier: Apache-2.0
#include "chat/audience.h"

#include "chat/platform_source.h"

namespace xb::chat {
namespace {

class AudienceSource final : public ChatSource {
 public:
  AudienceSource(const SourceOptions& options, SourceContext context)
      : options_(options), context_(std::move(context)) {
    context_.audience->open_as(options_.name);
  }
  ~AudienceSource() override { context_.audience->open_as({}); }
  AudienceSource(const AudienceSource&) = delete;
  AudienceSource& operator=(const AudienceSource&) = delete;

  void tick(MonoTime now) override {
    const auto received = context_.audience->counters().received;
    if (received != received_) last_event_ = now;
    received_ = received;
  }

  SourceState state() const override {
    const auto counters = context_.audience->counters();
    SourceState out;
    out.name = options_.name;
    out.platform = options_.platform;
    out.link = counters.received > 0 ? LinkState::useful : LinkState::open;
    out.received = counters.received;
    out.refused.insert(counters.refused.begin(), counters.refused.end());
    out.connects = 1;
    if (last_event_) out.quiet_for = context_.clock.now() - *last_event_;
    return out;
  }

 private:
  const SourceOptions options_;
  const SourceContext context_;
  std::uint64_t received_ = 0;
  std::optional<MonoTime> last_event_;
};

}  // namespace

Status check_audience(const SourceOptions& options) {
  using Need = SourceNeeds::Need;
  XB_TRY(check_needs(options, {.url = Need::none, .api = Need::none, .room = Need::none}));
  return ok();
}
std::unique_ptr<ChatSource> make_audience(const SourceOptions& options, SourceContext context) {
  return std::make_unique<AudienceSource>(options, std::move(context));
}

}  // namespace xb::chat
