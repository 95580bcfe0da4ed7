// SPDX-License-Identifier: Apache-2.0
#include "output/publisher.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "live_support.h"
#include "output/registry.h"

namespace xb::output {
namespace {

using testing::encode_program;
using testing::eventually;
using testing::judge;
using testing::Player;
using testing::RtmpServer;
using testing::small_settings;

const testing::Encoded& program() {
  static const testing::Encoded encoded = [] {
    auto settings = small_settings();
    settings.key_frame_seconds = 1;  // stands in for the encoder that would obey the request
    return encode_program(settings, 4);
  }();
  return encoded;
}

class Publication : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RtmpServer::is_installed()) GTEST_SKIP() << "needs nginx and libnginx-mod-rtmp";
    server_ = std::make_unique<RtmpServer>();
    server_->start();
  }
  void TearDown() override {
    player_.reset();
    if (output_) hub_.detach(output_->queue());
    output_.reset();
  }
  void push(const std::string& app, const std::string& key) {
    OutputSpec spec{"bili", server_->url(app), Secret(key), ""};
    auto made = start_publication(
        spec, OutputParts{program().video, program().audio, clock_, health_, [] {}});
    ASSERT_TRUE(made.has_value());
    output_ = std::move(*made);
    hub_.attach(output_->queue());
    player_ = std::make_unique<Player>(program(), hub_, clock_, health_);
  }
  bool becomes(OutputState state, std::int64_t ms) {
    return eventually(clock_, from_ms(ms), [&] { return output_->stats().state == state; });
  }
  SystemClock clock_;
  Health health_;
  Hub hub_;
  std::unique_ptr<RtmpServer> server_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<Player> player_;
};

TEST_F(Publication, arrives_without_gap_or_decode_error) {
  push("live", "key-of-arrival");
  ASSERT_TRUE(becomes(OutputState::live, 3000));
  ASSERT_TRUE(eventually(clock_, from_ms(4000), [&] { return output_->stats().bytes > 100'000; }));
  const auto stats = output_->stats();
  EXPECT_GT(stats.bitrate_kbps, 100);
  EXPECT_EQ(stats.dropped, 0U);
  output_->request_stop();
  output_->join();
  EXPECT_EQ(output_->stats().state, OutputState::ended);
  ASSERT_EQ(server_->recordings().size(), 1U);
  server_->send(SIGTERM);
  ASSERT_TRUE(eventually(clock_, from_ms(2000),
                         [&] { return judge(server_->recordings()[0]).video_packets > 20; }));
  const auto judged = judge(server_->recordings()[0]);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_EQ(judged.decoded_frames, judged.video_packets);
  EXPECT_LT(judged.largest_video_gap, 0.05);
  EXPECT_NEAR(judged.video_start, judged.audio_start, 0.04);
}

TEST_F(Publication, is_live_again_within_three_seconds_of_a_restarted_server) {
  push("live", "key-of-return");
  ASSERT_TRUE(becomes(OutputState::live, 3000));
  server_->send(SIGKILL);
  ASSERT_TRUE(becomes(OutputState::reconnecting, 2000));
  EXPECT_EQ(output_->stats().error->code(), ErrorCode::output_unreachable);
  server_->start();
  EXPECT_TRUE(becomes(OutputState::live, 3000));
  EXPECT_EQ(output_->stats().reconnects, 1U);
  EXPECT_FALSE(output_->stats().error.has_value());
}

TEST_F(Publication, says_refused_when_the_server_denies_or_does_not_know_the_key) {
  push("deny", "canary-key-deny");
  ASSERT_TRUE(becomes(OutputState::refused, 2000));
  TearDown();
  ::testing::internal::CaptureStderr();
  push("keyed", "canary-key-wrong");
  const bool is_refused = becomes(OutputState::refused, 2000);
  const auto error = output_->stats().error;
  TearDown();
  const auto log = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(is_refused);
  EXPECT_EQ(error->code(), ErrorCode::output_refused);
  for (const auto& text : {log, error->log_line(), error->zh(), error->en()})
    EXPECT_EQ(text.find("canary-key"), std::string::npos) << text;
  EXPECT_NE(log.find("output.refused"), std::string::npos);
  push("keyed", "goodkey");
  EXPECT_TRUE(becomes(OutputState::live, 3000));
}

TEST_F(Publication, ends_within_two_seconds_while_the_server_reads_nothing) {
  push("live", "key-of-stall");
  ASSERT_TRUE(becomes(OutputState::live, 3000));
  server_->send(SIGSTOP);
  const auto before = clock_.now();
  output_->request_stop();
  output_->join();
  EXPECT_LE(to_ms(clock_.now() - before), 2000);
  EXPECT_EQ(output_->stats().state, OutputState::ended);
  server_->send(SIGCONT);
}

TEST(Publications, tell_every_state_to_the_last) {
  SystemClock clock;
  Health health;
  std::vector<OutputState> told;  // by the publication's thread until it has ended
  OutputParts parts{program().video, program().audio,
                    clock,           health,
                    [] {},           [&](const OutputStats& now) { told.push_back(now.state); }};
  auto made = start_publication({"x", "rtmp://127.0.0.1:1/live", Secret("some-key"), ""}, parts);
  ASSERT_TRUE(made.has_value());
  ASSERT_TRUE(eventually(clock, from_ms(6000), [&] { return (*made)->stats().reconnects > 0; }));
  (*made)->request_stop();
  (*made)->join();
  EXPECT_EQ(told,
            (std::vector{OutputState::connecting, OutputState::reconnecting, OutputState::ended}));
}

TEST(Publications, to_nowhere_keep_trying_and_end_at_once) {
  SystemClock clock;
  Health health;
  OutputSpec spec{"x", "rtmp://does-not-exist.invalid/live", Secret("some-key"), ""};
  auto made =
      start_publication(spec, OutputParts{program().video, program().audio, clock, health, [] {}});
  ASSERT_TRUE(made.has_value());
  ASSERT_TRUE(eventually(clock, from_ms(6000),
                         [&] { return (*made)->stats().state == OutputState::reconnecting; }));
  EXPECT_EQ((*made)->stats().error->code(), ErrorCode::output_unreachable);
  const auto before = clock.now();
  (*made)->request_stop();
  (*made)->join();
  EXPECT_LE(to_ms(clock.now() - before), 1000);
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
