// SPDX-License-Identifier: Apache-2.0
#include "output/publisher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "live_support.h"
#include "media/av.h"

namespace xb::output {
namespace {

using testing::eventually;
using testing::packet_of;

constexpr Duration patience = from_ms(30'000);  // a loaded machine's, not the program's

// A platform that does what the test says, behind a clock that stands still.
struct Platform {
  explicit Platform(Clock& the_clock) : clock(the_clock) {}
  Clock& clock;
  // what open() ends with; the rest of it is as good as its word
  std::atomic<ErrorCode> refuses_with{ErrorCode{}};
  std::atomic<Reached> reached{Reached::key};
  std::atomic<bool> hangs_up{false};
  std::atomic<bool> answers{true};
  std::atomic<bool> takes{true};
  std::atomic<bool> has_room{true};
  std::atomic<bool> is_lossy{false};
  std::atomic<int> sent{0};  // packets
  std::mutex mutex;          // guards what is below
  std::vector<MonoTime> opened;
  std::vector<std::shared_ptr<const media::AVCodecParametersHolder>> codecs;
  Duration goodbye{};

  std::size_t attempts() {
    std::lock_guard lock(mutex);
    return opened.size();
  }
};

class ScriptedLink final : public Link {
 public:
  ScriptedLink(Platform& platform, const OutputParts& parts) : platform_(platform) {
    std::lock_guard lock(platform_.mutex);
    platform_.opened.push_back(platform_.clock.now());
    platform_.codecs.push_back(parts.video.codec);
  }
  Status open(std::stop_token) override {
    const auto code = platform_.refuses_with.load();
    return code == ErrorCode{} ? ok() : Status(Error(code));
  }
  Result<bool> knock(std::stop_token) override { return true; }
  Reached reached() const override { return platform_.reached; }
  bool is_hung_up() const override { return platform_.hangs_up; }
  Status send(const media::Packet& packet) override {
    written_ += packet.bytes;
    ++platform_.sent;
    return pump(Duration{});
  }
  Status pump(Duration) override {
    if (platform_.takes) taken_ = written_;
    return ok();
  }
  bool has_room() const override { return platform_.has_room; }
  std::uint64_t taken() const override { return taken_; }
  std::uint64_t written() const override { return written_; }
  std::size_t waiting() const override { return written_ - taken_; }
  std::optional<Duration> round_trip() const override {
    return platform_.is_lossy ? std::optional(from_ms(10)) : std::nullopt;
  }
  std::optional<LinkLosses> losses() const override {
    return platform_.is_lossy ? std::optional(LinkLosses{}) : std::nullopt;
  }
  Duration silent_for() const override { return Duration{}; }
  void close(Duration deadline) override {
    std::lock_guard lock(platform_.mutex);
    platform_.goodbye = deadline;
  }
  bool probe(std::stop_token) override { return platform_.answers; }

 private:
  Platform& platform_;
  std::size_t written_ = 0;
  std::size_t taken_ = 0;
};

class Publisher : public ::testing::Test {
 protected:
  void start() {
    media::StreamParameters video;
    video.bits_per_second = 1'000'000;
    output_ = make_publisher("bili",
                             [this](const OutputParts& parts) {
                               return std::make_unique<ScriptedLink>(platform_, parts);
                             },
                             {video, {}, clock_, health_, [] {}});
  }
  void push_key_frame(const std::shared_ptr<const media::AVCodecParametersHolder>& codec = {}) {
    auto packet =
        std::make_shared<media::Packet>(*packet_of(media::Kind::video, at_ms_ += 40, 100, true));
    packet->codec = codec;
    output_->queue().push(std::move(packet));
  }
  // Pushes until it is so: the queue opens some time after an attempt begins.
  bool becomes(OutputState state) {
    return happens([&] {
      push_key_frame();
      return output_->stats().state == state;
    });
  }
  bool attempts(std::size_t count) {
    return happens([&] { return platform_.attempts() == count; });
  }
  static bool happens(const std::function<bool()>& it) {
    SystemClock real;
    return eventually(real, patience, it);
  }
  // Moves the clock in small steps until there are that many attempts; how far apart the last two
  // were.
  Duration wait_before_attempt(std::size_t count) {
    SystemClock real;
    const bool came = eventually(real, patience, [&] {
      clock_.advance(from_ms(250));
      return platform_.attempts() >= count;
    });
    EXPECT_TRUE(came);
    std::lock_guard lock(platform_.mutex);
    return platform_.opened[count - 1] - platform_.opened[count - 2];
  }
  ManualClock clock_{MonoTime(std::chrono::hours(1))};
  Health health_;
  Platform platform_{clock_};
  std::int64_t at_ms_ = 0;
  std::unique_ptr<Output> output_;
};

TEST_F(Publisher, asks_a_platform_that_refused_at_most_once_in_fifteen_seconds) {
  platform_.refuses_with = ErrorCode::output_refused;
  start();
  ASSERT_TRUE(becomes(OutputState::refused));
  for (std::size_t attempt = 2; attempt < 5; ++attempt)
    EXPECT_GE(wait_before_attempt(attempt), from_ms(15'000));
}

TEST_F(Publisher, asks_again_within_two_seconds_while_the_key_is_in_use_and_then_goes_live) {
  platform_.refuses_with = ErrorCode::output_in_use;
  start();
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  EXPECT_EQ(output_->stats().error->code(), ErrorCode::output_in_use);
  for (std::size_t attempt = 2; attempt < 12; ++attempt) {
    const auto wait = wait_before_attempt(attempt);
    EXPECT_GE(wait, from_ms(1500));
    EXPECT_LE(wait, from_ms(2250));  // and a step of the clock
  }
  EXPECT_EQ(output_->stats().state, OutputState::reconnecting) << "never refused";
  platform_.refuses_with = ErrorCode{};
  clock_.advance(from_ms(2000));
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_FALSE(output_->stats().error.has_value());
}

TEST_F(Publisher, takes_a_hang_up_for_a_refusal_where_the_server_answers_still) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  platform_.hangs_up = true;
  start();
  EXPECT_TRUE(becomes(OutputState::refused));
}

TEST_F(Publisher, does_not_take_a_server_that_died_at_the_login_for_one_that_refused) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  platform_.hangs_up = true;
  platform_.answers = false;
  start();
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  platform_.answers = true;
  platform_.refuses_with = ErrorCode{};
  clock_.advance(from_ms(1000));
  EXPECT_TRUE(becomes(OutputState::live));
}

TEST_F(Publisher, takes_a_break_at_the_login_for_a_refusal_the_second_time) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  start();
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  EXPECT_EQ(platform_.attempts(), 1U);
  clock_.advance(from_ms(1000));
  EXPECT_TRUE(becomes(OutputState::refused));
  EXPECT_EQ(platform_.attempts(), 2U);
}

// The last of what was sent is lost: the other side asks for it again only when more comes.
TEST_F(Publisher, sends_one_more_packet_from_time_to_time_where_what_was_sent_may_be_lost) {
  platform_.is_lossy = true;
  start();
  ASSERT_TRUE(becomes(OutputState::live));
  ASSERT_TRUE(happens([&] { return output_->queue().counters().bytes == 0; }));
  platform_.takes = false;
  output_->queue().push(packet_of(media::Kind::video, at_ms_ += 40, 100'000, true));
  ASSERT_TRUE(happens([&] { return output_->queue().counters().bytes == 0; }));
  const int sent = platform_.sent;
  for (int i = 0; i < 3; ++i)
    output_->queue().push(packet_of(media::Kind::audio, at_ms_ += 20, 100, true));
  clock_.advance(from_ms(200));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(platform_.sent, sent) << "there is more on its way than may be";
  clock_.advance(from_ms(200));
  EXPECT_TRUE(happens([&] { return platform_.sent == sent + 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(platform_.sent, sent + 1) << "one a time";
  clock_.advance(from_ms(400));
  EXPECT_TRUE(happens([&] { return platform_.sent == sent + 2; }));
  platform_.takes = true;  // the clock stands still: a goodbye would have no end
}

// The waits have grown to 15 s when the network comes back just after an attempt.
TEST_F(Publisher, connects_within_a_second_of_a_network_that_is_back) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  platform_.reached = Reached::nothing;
  platform_.answers = false;
  start();
  for (std::size_t attempt = 2; attempt < 7; ++attempt) wait_before_attempt(attempt);
  platform_.answers = true;
  platform_.refuses_with = ErrorCode{};
  clock_.advance(from_ms(1000));
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_EQ(output_->stats().reconnects, 0U) << "it was never cut off";
}

TEST_F(Publisher, waits_longer_each_time_for_a_server_that_answers_and_fails) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  platform_.reached = Reached::server;
  start();
  ASSERT_TRUE(attempts(1));
  for (std::size_t attempt = 2; const int seconds : {1, 2, 4, 8, 15, 15})
    EXPECT_GE(wait_before_attempt(attempt++), from_ms(seconds * 800));
}

TEST_F(Publisher, tries_at_once_when_somebody_asks_but_not_with_a_refused_key) {
  platform_.refuses_with = ErrorCode::output_unreachable;
  platform_.reached = Reached::server;
  start();
  ASSERT_TRUE(attempts(1));
  for (std::size_t attempt = 2; attempt < 7; ++attempt) wait_before_attempt(attempt);
  const auto asks = [&](Duration step, std::size_t count) {
    SystemClock real;
    return eventually(real, patience, [&] {
      output_->try_now();
      clock_.advance(step);
      return platform_.attempts() >= count;
    });
  };
  ASSERT_TRUE(asks(from_ms(10), 7));
  {
    std::lock_guard lock(platform_.mutex);
    EXPECT_LT(platform_.opened[6] - platform_.opened[5], from_ms(8000)) << "of 12 to 15 s";
  }
  platform_.refuses_with = ErrorCode::output_refused;
  ASSERT_TRUE(asks(from_ms(10), 8));
  ASSERT_TRUE(becomes(OutputState::refused));
  ASSERT_TRUE(asks(from_ms(250), 9));
  std::lock_guard lock(platform_.mutex);
  EXPECT_GE(platform_.opened[8] - platform_.opened[7], from_ms(15'000));
}

TEST_F(Publisher, of_a_platform_that_takes_nothing_is_doubtful_after_three_seconds_dead_after_ten) {
  start();
  ASSERT_TRUE(becomes(OutputState::live));
  platform_.takes = false;
  push_key_frame();
  push_key_frame();  // the first may still have gone where there was room a moment ago
  ASSERT_TRUE(happens([&] { return output_->stats().queue_ms > 0; }));
  clock_.advance(from_ms(3001));
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  EXPECT_EQ(output_->stats().error->code(), ErrorCode::output_stalled);
  EXPECT_EQ(platform_.attempts(), 1U);
  clock_.advance(from_ms(7000));
  ASSERT_TRUE(happens([&] { return output_->stats().reconnects == 1; }));
  platform_.takes = true;
  clock_.advance(from_ms(1000));
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_EQ(platform_.attempts(), 2U);
}

TEST_F(Publisher, ends_within_two_seconds_whatever_the_platform_takes) {
  start();
  ASSERT_TRUE(becomes(OutputState::live));
  platform_.takes = false;
  output_->request_stop();
  output_->join();  // the clock stands still: nothing is waited for but the goodbye
  EXPECT_EQ(output_->stats().state, OutputState::ended);
  std::lock_guard lock(platform_.mutex);
  EXPECT_LE(to_ms(platform_.goodbye), 2000);
}

TEST_F(Publisher, ends_while_the_connection_has_no_room) {
  start();
  ASSERT_TRUE(becomes(OutputState::live));
  platform_.has_room = false;
  output_->request_stop();
  EXPECT_TRUE(happens([&] {
    clock_.advance(from_ms(100));
    return output_->stats().state == OutputState::ended;
  }));
}

TEST_F(Publisher, connects_anew_with_the_parameters_of_the_encoder_that_took_over) {
  start();
  ASSERT_TRUE(becomes(OutputState::live));
  const auto other = std::make_shared<const media::AVCodecParametersHolder>();
  ASSERT_TRUE(happens([&] {
    push_key_frame(other);
    return platform_.attempts() == 2 && output_->stats().state == OutputState::live;
  }));
  EXPECT_EQ(output_->stats().reconnects, 1U);
  std::lock_guard lock(platform_.mutex);
  EXPECT_EQ(platform_.codecs[0], nullptr);
  EXPECT_EQ(platform_.codecs[1], other);
}

TEST(Retry, waits_longer_each_time_up_to_fifteen_seconds) {
  Retry retry(7);
  for (const int seconds : {1, 2, 4, 8, 15, 15, 15}) {
    const auto wait = retry.after_failure();
    EXPECT_LE(wait, std::chrono::seconds(seconds));
    EXPECT_GE(wait, std::chrono::seconds(seconds) * 8 / 10);
  }
  retry.reset();
  EXPECT_LE(retry.after_failure(), std::chrono::seconds(1));
  EXPECT_GE(retry.after_refusal(), std::chrono::seconds(15));
}

}  // namespace
}  // namespace xb::output
