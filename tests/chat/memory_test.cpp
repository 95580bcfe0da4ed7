// No memory at any one place on an event's way through the Desk. SPDX-License-Identifier:
// Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "tests/chat/desk_fixture.h"
#include "tests/support/heap_count.h"

namespace xb::chat {
namespace {

class WithoutMemory : public DeskTest {
 protected:
  void SetUp() override {
    if (!overlay::counts_allocations) GTEST_SKIP() << "a sanitizer has its own operator new";
    on_air();
    settle();
  }
  // Its sender's answer, where the request for memory after `spared` others finds none.
  Status accept_without(ChatEvent event, std::size_t spared) {
    auto answer = std::make_shared<std::promise<Status>>();
    auto future = answer->get_future();
    Desk::Reply reply = [answer](const Status& status) { answer->set_value(status); };
    loop.post([&, reply = std::move(reply), now = clock.now()]() mutable {
      std::string source = "test";
      overlay::refuse_one_allocation_after(spared);
      desk->accept(std::move(event), std::move(source), now, std::move(reply));
      overlay::refuse_allocations(0);
    });
    if (future.wait_for(std::chrono::seconds(5)) != std::future_status::ready)
      return Error(ErrorCode::timed_out);
    return future.get();
  }
  std::size_t kept() const {
    std::set<std::uint64_t> numbers;
    for (const auto& event : journal->stored) numbers.insert(event->sequence);
    return numbers.size();
  }
};

TEST_F(WithoutMemory, an_event_counts_once_when_it_is_sent_until_it_is_kept) {
  constexpr std::size_t places = 120;  // where an event asks for memory on its way, and more
  int told = 0;
  for (std::size_t spared = 0; spared < places; ++spared) {
    const auto number = std::to_string(spared);
    // a room of its own, so that each place there is for one is new
    auto like = event(Kind::like, "a like with a long name " + number, "u", "demo");
    like.room = "a room with a long name " + std::to_string(spared % 8);
    like.count = 1;
    auto follow = event(Kind::follow, "a follow with a long name " + number,
                        "person with a long name " + number);
    for (const auto& one : {like, follow}) {
      const auto status = accept_without(one, spared);
      ASSERT_TRUE(status || status.error().code() == ErrorCode::internal) << number;
      if (status) continue;
      ++told;
      ASSERT_TRUE(accept(one)) << number;
    }
    settle();
    const auto sent = static_cast<std::int64_t>(spared) + 1;
    ASSERT_EQ(desk->figures(), (CounterFigures{1000 + sent, sent, 0, sent})) << number;
    ASSERT_EQ(kept(), static_cast<std::size_t>(2 * sent)) << number;
  }
  EXPECT_GT(told, 10);
}

}  // namespace
}  // namespace xb::chat
