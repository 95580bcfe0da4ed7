// What a platform's code throws, and what that costs. SPDX-License-Identifier: Apache-2.0
#include "chat/platform_source.h"

#include <gtest/gtest.h>

#include <future>

#include "base/health.h"
#include "net/server.h"

namespace xb::chat {
namespace {

// Greets who comes with all it has to say.
class Platform final : public net::WebSocketRoute {
 public:
  int admit(const net::Request&) override { return 0; }
  void opened(net::Peer& peer) override {
    for (const auto* word : {"one", "throw", "two"})
      peer.send_text(std::make_shared<const std::string>(word));
  }
  void received(net::Peer&, std::string_view, bool) override {}
  void closed(net::Peer&) override {}
};

// Cannot begin the first time.
class Fragile final : public PlatformSource {
 public:
  using PlatformSource::PlatformSource;
  std::vector<std::string> heard;
  std::promise<void> heard_two;

 private:
  void begin() override {
    if (is_first_) {
      is_first_ = false;
      throw std::bad_alloc();
    }
    open_socket(options().url);
  }
  void opened() override { ready(); }
  void received(std::string_view message, bool) override {
    if (message == "throw") throw std::bad_alloc();
    heard.emplace_back(message);
    if (message == "two") heard_two.set_value();
  }
  bool is_first_ = true;
};

class PlatformSourceTest : public testing::Test {
 protected:
  template <class Call>
  auto on_loop(Call call) {
    auto task = std::make_shared<std::packaged_task<decltype(call())()>>(std::move(call));
    auto out = task->get_future();
    EXPECT_TRUE(loop.post([task] { (*task)(); }));
    return out.get();
  }
  ~PlatformSourceTest() override {
    on_loop([&] { source.reset(); });
  }
  Health health;
  SystemClock system_clock;
  ManualClock clock{MonoTime(std::chrono::hours(1))};
  net::Loop loop{"chat", health, system_clock};
  std::unique_ptr<Fragile> source;
};

TEST_F(PlatformSourceTest, loses_a_message_alone_or_a_try) {
  net::ServerOptions options;
  options.listen = {"127.0.0.1", 0};
  net::Server server(loop, std::move(options));
  server.websocket("/ws", std::make_shared<Platform>());
  ASSERT_TRUE(server.listen());
  SourceOptions where;
  where.name = "村";
  where.url = "ws://127.0.0.1:" + std::to_string(server.address().port) + "/ws";
  source = std::make_unique<Fragile>(where, SourceContext{loop, clock, [](ChatEvent) {}, {}});
  auto is_heard = source->heard_two.get_future();
  const auto tick = [&] {
    return on_loop([&] {
      source->tick(clock.now());
      source->tick(clock.now());
      return source->state();
    });
  };
  const auto failed = tick();
  EXPECT_EQ(failed.link, LinkState::waiting);
  ASSERT_TRUE(failed.error);
  EXPECT_EQ(failed.error->code(), ErrorCode::internal);
  clock.advance(std::chrono::seconds(20));
  tick();
  ASSERT_EQ(is_heard.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_EQ(source->heard, (std::vector<std::string>{"one", "two"}));
  const auto state = tick();
  EXPECT_EQ(state.link, LinkState::open);
  EXPECT_EQ(state.connects, 2U);
  EXPECT_EQ(state.refused.at("thrown"), 1U);
}

}  // namespace
}  // namespace xb::chat
