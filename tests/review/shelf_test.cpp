// Evenings that are read once, whoever asks for them. SPDX-License-Identifier: Apache-2.0
#include "review/shelf.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "review/glance.h"
#include "tests/review/ledger_maker.h"
#include "tests/support/temp_folder.h"

namespace xb::review {
namespace {

TEST(EventGlance, tells_what_an_event_is_and_what_was_said_in_one_walk) {
  const auto kind = [](std::string_view json) {
    const auto glance = event_at_a_glance(json);
    return glance ? std::optional(glance->kind) : std::nullopt;
  };
  EXPECT_EQ(kind(R"({"seq":1,"kind":"follow","platform":"x"})"), chat::Kind::follow);
  EXPECT_EQ(kind(R"({"text":"\"kind\":\"gift\"","kind":"chat"})"), chat::Kind::chat);
  EXPECT_EQ(kind(R"({"user":{"kind":"gift","name":"}"},"kind":"chat"})"), chat::Kind::chat);
  EXPECT_EQ(kind(R"({ "seq" : 1, "kind" : "chat" })"), chat::Kind::chat);
  EXPECT_FALSE(kind(R"({"kind":"of a foreign sort"})"));
  EXPECT_FALSE(kind(R"({"kind":"chat)"));
  EXPECT_FALSE(kind(R"({"user":{"a":[1,2})"));
  EXPECT_FALSE(kind(R"({"text":"\)"));
  EXPECT_FALSE(kind("{}"));
  EXPECT_FALSE(kind(""));

  const auto said = event_at_a_glance(R"({"kind":"chat","text":"你好","role":"host"})");
  EXPECT_EQ(said->text, "你好");
  EXPECT_TRUE(said->is_hosts);
  EXPECT_FALSE(said->is_hidden);
  EXPECT_TRUE(event_at_a_glance(R"({"kind":"chat","hidden":"rule"})")->is_hidden);
  EXPECT_FALSE(event_at_a_glance(R"({"kind":"chat","text":"a\"b"})")->text) << "must be read whole";
}

TEST(EventGlance, repeated_frames_are_added_up) {
  EXPECT_EQ(
      repeated_frames(R"({"paints":[[1,["\"repeated\":["]]],"repeated":[[273,275],[280,281]]})"),
      3);
  EXPECT_EQ(repeated_frames(R"({"repeated":[[1,2],[9)"), 1);
  EXPECT_EQ(repeated_frames("[["), 0);
  EXPECT_EQ(repeated_frames(""), 0);
}

class ShelfTest : public testing::Test {
 protected:
  void make(int events) {
    test::LedgerMaker maker(temp_.path() / "sessions", "a");
    maker.begin();
    for (int i = 0; i < events; ++i) maker.event(10 + i, "chat", "甲");
    maker.add("end", 9'000'000, "{}");
    maker.close();
  }
  test::TempFolder temp_;
  SystemClock clock_;
};

// Whoever waits does not wait for a thread of low priority, and nothing is read twice or left out.
TEST_F(ShelfTest, somebody_who_waits_takes_over_from_who_reads_ahead) {
  constexpr int events = 30'000;
  make(events);
  for (int pause_us = 0; pause_us < 20'000; pause_us += 4000) {
    Shelf shelf(temp_.path() / "sessions", {}, clock_);
    Result<std::shared_ptr<const Evening>> ahead = Error(ErrorCode::cancelled);
    std::thread background([&] { ahead = shelf.evening("a", {}, Wanted::some_time); });
    std::this_thread::sleep_for(std::chrono::microseconds(pause_us));
    const auto now = shelf.evening("a");
    background.join();
    ASSERT_TRUE(now);
    ASSERT_TRUE(ahead) << "who gave way has it in the end, too";
    EXPECT_EQ((*now)->figures.comments, events);
    EXPECT_EQ(*now, *ahead) << "it was read once";
  }
}

TEST_F(ShelfTest, who_is_stopped_hears_so_and_the_next_one_reads_all) {
  make(5000);
  Shelf shelf(temp_.path() / "sessions", {}, clock_);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = shelf.evening("a", stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), ErrorCode::cancelled);
  const auto read = shelf.evening("a");
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)->figures.comments, 5000);
}

TEST(RowOf, counts_what_was_recorded_without_the_break_between) {
  Evening evening;
  evening.duration_ms = 106'000;
  evening.segments = {{"program-000.mp4", {0, 26'000}}, {"program-001.mp4", {96'000, 106'000}}};
  EXPECT_EQ(row_of(evening).duration_ms, 106'000);
  EXPECT_EQ(row_of(evening).recorded_ms, 36'000);
}

}  // namespace
}  // namespace xb::review
