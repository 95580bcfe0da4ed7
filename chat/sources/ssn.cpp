// Social Stream Ninja: listens on one of its sessions. SPDX-License-Identifier: Apache-2.0
#include "chat/platform_source.h"
#include "chat/sources/ssn_messages.h"

namespace xb::chat {
namespace {

constexpr Duration refused_wait = std::chrono::seconds(60);

class SocialStream final : public PlatformSource {
 public:
  SocialStream(const SourceOptions& options, SourceContext context)
      : PlatformSource(options, std::move(context)),
        base_(base_of(options.url, "wss://io.socialstream.ninja")),
        session_(options.secret("token")) {}

 private:
  void begin() override {
    if (session_.empty()) return lost(Error(ErrorCode::chat_no_secret, "token"), refused_wait);
    open_socket(base_ + "/join/" + url_encoded(session_.reveal()) + "/4");
  }
  void opened() override { ready(); }  // there is no greeting
  void received(std::string_view message, bool is_text) override {
    if (!is_text) return refuse(Error(ErrorCode::event_invalid, "binary message"));
    take(read_social_stream(message));
  }

  const std::string base_;
  const Secret session_;
};

}  // namespace

Status check_ssn(const SourceOptions& options) {
  using Need = SourceNeeds::Need;
  return check_needs(options, {.api = Need::none, .room = Need::none});
}
std::unique_ptr<ChatSource> make_ssn(const SourceOptions& options, SourceContext context) {
  return std::make_unique<SocialStream>(options, std::move(context));
}

}  // namespace xb::chat
