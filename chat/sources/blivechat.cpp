// blivechat: listens as a plug-in of a blivechat on this computer. It tells of no follows.
// SPDX-License-Identifier: Apache-2.0
#include "chat/platform_source.h"
#include "chat/sources/blivechat_messages.h"

namespace xb::chat {
namespace {

constexpr Duration heartbeat_every = std::chrono::seconds(10);
constexpr Duration most_silence = std::chrono::seconds(35);
constexpr Duration refused_wait = std::chrono::seconds(60);

class Blivechat final : public PlatformSource {
 public:
  using PlatformSource::PlatformSource;

 private:
  void begin() override {
    const auto token = options().secret("token");
    if (token.empty()) return lost(Error(ErrorCode::chat_no_secret, "token"), refused_wait);
    open_socket(options().url, {{"Authorization", "Bearer " + token.reveal()}});
  }
  void opened() override {
    ready();
    beat(now());
  }
  void received(std::string_view message, bool is_text) override {
    if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
    // A plug-in socket that has never answered a heartbeat is one that sends none.
    auto reading = read_blivechat(message);
    if (reading.is_heartbeat) {
      expect_within(most_silence);
      useful();
    }
    take(std::move(reading));
  }
  void beat(MonoTime now) {
    next_beat_ = now + heartbeat_every;
    send_text(R"({"cmd":0,"data":{}})");
  }
  void on_time(MonoTime now) override {
    if (is_ready() && now >= next_beat_) beat(now);
  }

  MonoTime next_beat_;
};

}  // namespace

Status check_blivechat(const SourceOptions& options) {
  using Need = SourceNeeds::Need;
  return check_needs(options, {.url = Need::required, .api = Need::none, .room = Need::none});
}
std::unique_ptr<ChatSource> make_blivechat(const SourceOptions& options, SourceContext context) {
  return std::make_unique<Blivechat>(options, std::move(context));
}

}  // namespace xb::chat
