// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>

#include "live_support.h"
#include "output/registry.h"
#include "output/srt_log.h"
#include "output/srt_options.h"

namespace xb::output {
namespace {

using testing::encode_program;
using testing::judge;
using testing::Player;
using testing::small_settings;
using testing::SrtServer;

constexpr Duration srt_patience = from_ms(30'000);  // a loaded machine's, not SRT's

SrtOptions options_of(const std::string& query, const std::string& key) {
  const auto url = parse_push_url("srt://h:1?" + query, Secret(key));
  XB_CHECK(url.has_value());
  return *srt_options(*url);
}

ErrorCode refusal_of(const std::string& query, const std::string& key) {
  const auto url = parse_push_url("srt://h:1?" + query, Secret(key));
  return url ? ErrorCode{} : url.error().code();
}

TEST(SrtOptions, put_the_key_where_the_address_says_as_it_is) {
  const std::string key = "a+b&c=d%20e/f";  // an address would make something else of it
  EXPECT_EQ(options_of("", key).stream_id, key);
  EXPECT_EQ(options_of("passphrase={key}", key).passphrase, key);
  const auto both = options_of("streamid=%23!::r=live/x,m=publish&passphrase={key}", key);
  EXPECT_EQ(both.stream_id, "#!::r=live/x,m=publish");
  EXPECT_EQ(both.passphrase, key);
  EXPECT_EQ(options_of("streamid=publish:live/{key}", key).stream_id, "publish:live/" + key);
  EXPECT_EQ(options_of("mode=caller&latency=200000&pbkeylen=32", "").latency_ms, 200);
}

TEST(SrtOptions, name_what_they_do_not_know_instead_of_passing_it_over) {
  for (const auto* query : {"mode=listener", "passphrase=in-the-show", "pbkeylen=8", "latency=x",
                            "latency=-1", "transtype=file", "maxbw=1", "=", "&"})
    EXPECT_EQ(refusal_of(query, ""), ErrorCode::output_unsupported) << query;
  EXPECT_FALSE(parse_push_url("srt://h:1/live", Secret()).has_value());
  EXPECT_EQ(refusal_of("streamid=fixed", "and-a-key"), ErrorCode::output_unsupported);
  EXPECT_EQ(refusal_of("passphrase={key}", ""), ErrorCode::output_no_key);
  EXPECT_EQ(refusal_of("passphrase={key}", "too-short"), ErrorCode::output_refused);
}

class Srt : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!SrtServer::is_installed()) GTEST_SKIP() << "needs srt-tools";
    route_srt_log();
  }
  void TearDown() override {
    player_.reset();
    if (output_) hub_.detach(output_->queue());
    output_.reset();
  }
  static const testing::Encoded& program() {
    static const testing::Encoded encoded = [] {
      auto settings = small_settings();
      settings.key_frame_seconds = 1;
      return encode_program(settings, 4);
    }();
    return encoded;
  }
  void push(const SrtServer& server, const std::string& query = "", const std::string& key = "") {
    auto made =
        start_publication({"srt", server.url() + query, Secret(key), ""},
                          OutputParts{program().video, program().audio, clock_, health_, [] {}});
    ASSERT_TRUE(made.has_value());
    output_ = std::move(*made);
    hub_.attach(output_->queue());
    player_ = std::make_unique<Player>(program(), hub_, clock_, health_);
  }
  bool becomes(OutputState state) {
    return testing::eventually(clock_, srt_patience, [&] { return output_->stats().state == state; });
  }
  bool sends(std::uint64_t bytes) {
    return testing::eventually(clock_, srt_patience, [&] { return output_->stats().bytes > bytes; });
  }
  SystemClock clock_;
  Health health_;
  Hub hub_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<Player> player_;
};

TEST_F(Srt, arrives_without_gap_or_decode_error_to_the_last_packet) {
  SrtServer server;
  server.start();
  push(server);
  ASSERT_TRUE(becomes(OutputState::live));
  ASSERT_TRUE(sends(150'000));
  EXPECT_EQ(output_->stats().dropped, 0U);
  output_->request_stop();
  output_->join();
  EXPECT_EQ(output_->stats().state, OutputState::ended);
  const auto sent = output_->stats().bytes;
  EXPECT_TRUE(testing::eventually(
      clock_, srt_patience, [&] { return std::filesystem::file_size(server.recording()) == sent; }));
  const auto judged = judge(server.recording());
  ASSERT_TRUE(judged.is_open);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_GT(judged.decoded_frames, 20);
  EXPECT_LT(judged.largest_video_gap, 0.05);
}

TEST_F(Srt, is_live_with_the_right_passphrase) {
  SrtServer server("a-right-passphrase");
  server.start();
  push(server, "?passphrase={key}", "a-right-passphrase");
  EXPECT_TRUE(becomes(OutputState::live));
}

TEST_F(Srt, says_refused_with_a_wrong_passphrase_and_shows_it_nowhere) {
  SrtServer server("a-right-passphrase");
  server.start();
  ::testing::internal::CaptureStderr();
  push(server, "?passphrase={key}", "canary-passphrase");
  const bool is_refused = becomes(OutputState::refused);
  const auto error = output_->stats().error;
  TearDown();
  const auto log = ::testing::internal::GetCapturedStderr();
  ASSERT_TRUE(is_refused) << log;
  EXPECT_EQ(error->code(), ErrorCode::output_refused);
  for (const auto& text : {log, error->log_line(), error->zh(), error->en()})
    EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

TEST_F(Srt, comes_back_after_the_server_was_killed) {
  SrtServer server;
  server.start();
  push(server);
  ASSERT_TRUE(becomes(OutputState::live));
  server.send(SIGKILL);
  ASSERT_TRUE(becomes(OutputState::reconnecting));
  server.start();
  EXPECT_TRUE(becomes(OutputState::live));
  EXPECT_GE(output_->stats().reconnects, 1U);
}

TEST_F(Srt, measures_what_a_silent_server_has_not_taken) {
  SrtServer server;
  server.start();
  push(server);
  ASSERT_TRUE(becomes(OutputState::live));
  server.send(SIGSTOP);
  EXPECT_TRUE(
      testing::eventually(clock_, srt_patience, [&] { return output_->stats().queue_ms > 300; }));
  server.send(SIGCONT);
}

TEST_F(Srt, ends_while_it_still_waits_for_an_answer) {
  SrtServer server;  // not started: the attempt alone takes 5 s
  const auto before = clock_.now();
  push(server);
  output_->request_stop();
  output_->join();
  EXPECT_LT(to_ms(clock_.now() - before), 4000);
  EXPECT_EQ(output_->stats().state, OutputState::ended);
}

}  // namespace
}  // namespace xb::output
