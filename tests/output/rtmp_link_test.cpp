// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "live_support.h"
#include "media_support.h"
#include "output/link.h"
#include "output/output.h"
#include "rtmp_peer.h"

namespace xb::output {

namespace rtmp = media::rtmp;

std::unique_ptr<Link> make_rtmp_link(const PushUrl& url, const OutputParts& parts);

namespace {

using rtmp::AmfCommand;
using rtmp::AmfWriter;
using rtmp::Bytes;
using testing::friendly;
using testing::message;
using testing::PeerReply;
using testing::RtmpPeer;
using Then = PeerReply::Then;

struct Linked {
  explicit Linked(RtmpPeer::OnCommand on_command) : peer(std::move(on_command)) {
    static const auto program = testing::encode_program(testing::small_settings(), 1);
    link = make_rtmp_link(*parse_push_url(peer.url(), Secret("canary-key-of-links")),
                          {program.video, program.audio, clock, health, [] {}});
  }
  SystemClock clock;
  Health health;
  RtmpPeer peer;
  std::unique_ptr<Link> link;
};

// Friendly, but for one command.
RtmpPeer::OnCommand but_for(std::string name, std::function<PeerReply(const AmfCommand&)> reply) {
  return [name = std::move(name), reply = std::move(reply)](const AmfCommand& command) {
    return command.name == name ? reply(command) : friendly(command);
  };
}

PeerReply stream_with_id(double id) {
  return {message(rtmp::command_amf0,
                  AmfWriter().string("_result").number(4).null().number(id).take())};
}

TEST(RtmpLink, tells_a_server_that_hangs_up_on_the_key_from_one_that_breaks_off) {
  for (const auto then : {Then::hang_up, Then::break_off}) {
    Linked linked(but_for("publish", [&](const auto&) { return PeerReply{{}, then}; }));
    const auto opened = linked.link->open({});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::output_unreachable);
    EXPECT_EQ(linked.link->reached(), Reached::key);
    EXPECT_EQ(linked.link->is_hung_up(), then == Then::hang_up);
  }
}

TEST(RtmpLink, knows_whether_it_came_to_a_server_at_all) {
  SystemClock clock;
  Health health;
  const auto url = "rtmp://127.0.0.1:" + std::to_string(testing::free_port()) + "/live";
  const auto to_nobody =
      make_rtmp_link(*parse_push_url(url, Secret("some-key")), {{}, {}, clock, health, [] {}});
  EXPECT_EQ(to_nobody->open({}).error().code(), ErrorCode::output_unreachable);
  EXPECT_EQ(to_nobody->reached(), Reached::nothing);
  Linked linked(but_for("connect", [](const auto&) { return PeerReply{{}, Then::hang_up}; }));
  EXPECT_EQ(linked.link->open({}).error().code(), ErrorCode::output_unreachable);
  EXPECT_EQ(linked.link->reached(), Reached::server);
}

TEST(RtmpLink, knocks_without_showing_the_key) {
  Linked linked(friendly);
  const auto knocked = linked.link->knock({});
  ASSERT_TRUE(knocked) << knocked.error().log_line();
  EXPECT_TRUE(*knocked);
  EXPECT_EQ(linked.link->reached(), Reached::server);
  EXPECT_EQ(linked.peer.count_of("connect"), 1);
  for (const auto* shows : {"releaseStream", "FCPublish", "createStream", "publish"})
    EXPECT_EQ(linked.peer.count_of(shows), 0) << shows;
}

TEST(RtmpLink, knocks_in_vain_where_the_application_is_unknown) {
  Linked linked(but_for("connect", [](const auto&) {
    return PeerReply{message(rtmp::command_amf0, AmfWriter()
                                                     .string("_error")
                                                     .number(1)
                                                     .null()
                                                     .begin_object()
                                                     .key("level")
                                                     .string("error")
                                                     .key("code")
                                                     .string("NetConnection.Connect.InvalidApp")
                                                     .end_object()
                                                     .take())};
  }));
  const auto knocked = linked.link->knock({});
  ASSERT_FALSE(knocked);
  EXPECT_EQ(knocked.error().code(), ErrorCode::output_address_refused);
  EXPECT_NE(knocked.error().zh().find("InvalidApp"), std::string::npos) << knocked.error().zh();
}

TEST(RtmpLink, publishes_once_however_often_the_server_makes_a_stream) {
  Linked linked(but_for("createStream", [](const auto&) {
    PeerReply reply;
    for (int i = 0; i < 1000; ++i) {
      const auto one = stream_with_id(i).say;
      reply.say.insert(reply.say.end(), one.begin(), one.end());
    }
    return reply;
  }));
  ASSERT_TRUE(linked.link->open({}));
  linked.link->close(from_ms(2000));
  ASSERT_TRUE(testing::eventually(linked.clock, from_ms(20'000),
                                  [&] { return linked.peer.count_of("deleteStream") == 1; }));
  EXPECT_EQ(linked.peer.count_of("publish"), 1);
}

TEST(RtmpLink, fails_where_the_stream_has_no_number) {
  for (const double id : {std::numeric_limits<double>::quiet_NaN(),
                          std::numeric_limits<double>::infinity(), -1.0, 1e300}) {
    Linked linked(but_for("createStream", [&](const auto&) { return stream_with_id(id); }));
    const auto opened = linked.link->open({});
    ASSERT_FALSE(opened) << id;
    EXPECT_EQ(opened.error().code(), ErrorCode::output_unreachable) << id;
  }
}

TEST(RtmpLink, leaves_a_server_that_wants_answers_and_reads_none) {
  Bytes pings;
  for (int i = 0; i < 1000; ++i) {
    const auto one = message(rtmp::user_control, Bytes{0, 6, 0, 0, 0, 0});
    pings.insert(pings.end(), one.begin(), one.end());
  }
  Linked linked(but_for("publish", [&](const auto& command) {
    auto reply = friendly(command);
    reply.say.insert(reply.say.end(), pings.begin(), pings.end());
    reply.then = Then::flood;
    return reply;
  }));
  Status status = linked.link->open({});
  while (status) {
    ASSERT_LE(linked.link->waiting(), 16U * 1024 * 1024);
    status = linked.link->pump(from_ms(10));
  }
  EXPECT_EQ(status.error().code(), ErrorCode::output_unreachable);
  EXPECT_NE(status.error().detail().find("takes no answers"), std::string::npos);
}

TEST(RtmpLink, shows_a_servers_reason_short_and_clean_and_without_the_key) {
  Linked linked(but_for("publish", [](const auto&) {
    AmfWriter answer;
    answer.string("onStatus").number(0).null().begin_object().key("level").string("error");
    answer.key("code").string("NetStream.Publish.BadName").key("description");
    answer.string("no\r\n\x1b[31mcanary-key-of-links\xe2\x80\xae" + std::string(5000, 'x'));
    return PeerReply{message(rtmp::command_amf0, answer.end_object().take())};
  }));
  const auto opened = linked.link->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::output_refused);
  const auto& detail = opened.error().detail();
  EXPECT_EQ(detail.rfind("NetStream.Publish.BadName no [31m", 0), 0U) << detail;
  EXPECT_LE(detail.size(), 200U);
  for (const auto* unwanted : {"canary", "\r", "\n", "\x1b", "\xe2\x80\xae"})
    EXPECT_EQ(detail.find(unwanted), std::string::npos) << detail;
}

}  // namespace
}  // namespace xb::output
