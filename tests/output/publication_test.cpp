// What the registry makes of an address, against a real server.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <vector>

#include "live_support.h"
#include "media/av.h"
#include "output/publisher.h"
#include "output/registry.h"

namespace xb::output {
namespace {

using testing::encode_program;
using testing::eventually;
using testing::judge;
using testing::Player;
using testing::RtmpServer;
using testing::small_settings;

constexpr Duration patience = from_ms(30'000);  // a loaded machine's, not the program's

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
  bool becomes(OutputState state) {
    return eventually(clock_, patience, [&] { return output_->stats().state == state; });
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
  ASSERT_TRUE(becomes(OutputState::live));
  ASSERT_TRUE(eventually(clock_, patience, [&] { return output_->stats().bytes > 100'000; }));
  const auto stats = output_->stats();
  EXPECT_GT(stats.bitrate_kbps, 100);
  EXPECT_EQ(stats.dropped, 0U);
  output_->request_stop();
  output_->join();
  EXPECT_EQ(output_->stats().state, OutputState::ended);
  ASSERT_EQ(server_->recordings().size(), 1U);
  server_->send(SIGTERM);
  ASSERT_TRUE(eventually(clock_, patience,
                         [&] { return judge(server_->recordings()[0]).video_packets > 20; }));
  const auto judged = judge(server_->recordings()[0]);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_EQ(judged.decoded_frames, judged.video_packets);
  EXPECT_LT(judged.largest_video_gap, 0.05);
  EXPECT_NEAR(judged.video_start, judged.audio_start, 0.04);
}

TEST_F(Publication, is_live_again_after_the_server_was_killed_and_restarted) {
  push("live", "key-of-return");
  ASSERT_TRUE(becomes(OutputState::live));
  server_->send(SIGKILL);
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  EXPECT_EQ(output_->stats().error->code(), ErrorCode::output_unreachable);
  server_->start();
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_EQ(output_->stats().reconnects, 1U) << "one cut, however many attempts";
  EXPECT_FALSE(output_->stats().error.has_value());
}

TEST_F(Publication, says_refused_when_the_server_denies_or_does_not_know_the_key) {
  push("deny", "canary-key-deny");
  ASSERT_TRUE(becomes(OutputState::refused));
  TearDown();
  ::testing::internal::CaptureStderr();
  push("keyed", "canary-key-wrong");
  const bool is_refused = becomes(OutputState::refused);
  const auto error = output_->stats().error;
  TearDown();
  const auto log = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(is_refused);
  EXPECT_EQ(error->code(), ErrorCode::output_refused);
  for (const auto& text : {log, error->log_line(), error->zh(), error->en()})
    EXPECT_EQ(text.find("canary-key"), std::string::npos) << text;
  EXPECT_NE(log.find("output.refused"), std::string::npos);
  push("keyed", "goodkey");
  EXPECT_TRUE(becomes(OutputState::live));
}

TEST_F(Publication, waits_for_a_key_that_is_in_use_and_is_live_soon_after_it_is_free) {
  push("live", "key-of-two");
  ASSERT_TRUE(becomes(OutputState::live));
  auto first = std::move(output_);
  player_.reset();
  hub_.detach(first->queue());
  push("live", "key-of-two");
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  EXPECT_EQ(output_->stats().error->code(), ErrorCode::output_in_use);
  first->request_stop();
  first->join();
  const auto free_at = clock_.now();
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_LE(clock_.now() - free_at, from_ms(3000));
}

TEST_F(Publication, ends_while_the_server_reads_nothing) {
  push("live", "key-of-stall");
  ASSERT_TRUE(becomes(OutputState::live));
  server_->send(SIGSTOP);
  output_->request_stop();
  output_->join();
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
  ASSERT_TRUE(eventually(clock, patience, [&] { return (*made)->stats().error.has_value(); }));
  EXPECT_EQ((*made)->stats().reconnects, 0U) << "what was never live is not cut off";
  (*made)->request_stop();
  (*made)->join();
  told.erase(std::unique(told.begin(), told.end()), told.end());  // one for each attempt
  EXPECT_EQ(told,
            (std::vector{OutputState::connecting, OutputState::reconnecting, OutputState::ended}));
}

}  // namespace
}  // namespace xb::output
