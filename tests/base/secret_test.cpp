// What must never be read in a log line.
// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xb {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Shape {
  std::string_view url;
  std::string_view shown;
};

TEST(Redactor, masks_keys_and_passwords_in_every_shape_of_url) {
  constexpr Shape shapes[] = {
      {"rtmp://host/app/CANARY", "rtmp://host/app/••••"},
      {"rtmp://host:1935/app/CANARY", "rtmp://host:1935/app/••••"},
      {"rtmp://host/app/CANARY/", "rtmp://host/app/••••"},
      {"rtmp://host/app/inst/CANARY", "rtmp://host/app/inst/••••"},
      {"rtmp://host/app/?CANARY", "rtmp://host/••••?••••"},
      {"rtmp://host/app/live?key=CANARY&x=1", "rtmp://host/app/••••?••••"},
      {"rtmp://host/app/live#CANARY", "rtmp://host/app/••••?••••"},
      {"rtmp://user:CANARY@host/app/CANARY", "rtmp://••••@host/app/••••"},
      {"rtmp://user:CAN@CANARY@host/app/CANARY", "rtmp://••••@host/app/••••"},
      {"rtmp://user:CA/CANARY@host/app/CANARY", "rtmp://••••"},
      {"rtmp://user:CA@N/CANARY@host/app/CANARY", "rtmp://••••"},
      {"rtmp://user:CA?CANARY@host/app/CANARY", "rtmp://••••"},
      {"rtmp://user:CA#CANARY@host/app", "rtmp://••••"},
      {"rtmp://host/app/CAN@CANARY", "rtmp://••••"},
      {"rtmp://host/app/x?mail=CANARY@CANARY", "rtmp://••••"},
      {"rtmps://host:443/rtmp/CANARY", "rtmps://host:443/rtmp/••••"},
      {"RTMP://host/app/CANARY", "RTMP://host/app/••••"},
      {"rtmpt://host/app/CANARY", "rtmpt://host/app/••••"},
      {"srt://host:9000?streamid=CANARY&passphrase=CANARY", "srt://host:9000?••••"},
      {"srt://[::1]:9000?streamid=CANARY", "srt://[::1]:9000?••••"},
      {"rtsp://admin:CANARY@192.168.1.9:554/h264/CANARY", "rtsp://••••@192.168.1.9:554/h264/••••"},
      {"http://user:CANARY@host/path", "http://••••@host/path"},
      {"wss://CANARY@host:1/", "wss://••••@host:1/"},
  };
  for (const auto& [url, shown] : shapes) {
    EXPECT_EQ(redacted(url), shown);
    const auto line = redacted(std::string("open ") + std::string(url) + ": refused");
    EXPECT_THAT(line, Not(HasSubstr("CANARY"))) << url;
    EXPECT_THAT(line, HasSubstr("refused"));
  }
}

TEST(Redactor, masks_each_of_several_and_leaves_the_sentence) {
  EXPECT_EQ(redacted("推流（rtmp://h/a/K1）：检查；'rtmps://h/b/K2' and \"srt://h:1?k=K3\""),
            "推流（rtmp://h/a/••••）：检查；'rtmps://h/b/••••' and \"srt://h:1?••••\"");
}

TEST(Redactor, leaves_what_has_no_secret) {
  for (const std::string_view text : {"control http://127.0.0.1:7180/", "rtmp://host", "://",
                                      "rtmp://", "a: b", "", "http://host/a@b"})
    EXPECT_EQ(redacted(text), text);
}

TEST(Redactor, knows_living_secrets_also_url_encoded) {
  const Secret key("s3cr/t key");
  EXPECT_EQ(redacted("a s3cr/t key b s3cr%2Ft%20key c"), "a •••• b •••• c");
}

TEST(Redactor, hides_a_secret_that_contains_another_whole) {
  const Secret inner("inner-part");
  const Secret outer("outer-inner-part-outer");
  EXPECT_EQ(redacted("x outer-inner-part-outer y inner-part"), "x •••• y ••••");
}

TEST(Secret, compares_by_value_and_never_equals_when_empty) {
  const Secret token("token-123");
  EXPECT_TRUE(token.equals("token-123"));
  EXPECT_FALSE(token.equals("token-124"));
  EXPECT_FALSE(token.equals("token-12"));
  EXPECT_FALSE(token.equals(""));
  EXPECT_FALSE(Secret().equals(""));
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(token.reveal(), "token-123");
}

TEST(Redactor, hides_each_value_of_a_key_that_is_a_query) {
  const Secret key("?streamname=live_77_CANARY&key=partCANARY&schedule=rtmp");
  const auto said =
      redacted("bad key partCANARY for live_77_CANARY over rtmp, streamname is known");
  EXPECT_THAT(said, Not(HasSubstr("CANARY")));
  EXPECT_THAT(said, HasSubstr("over rtmp, streamname is known"));
  const Secret other("roomCANARY?token=abcCANARYdef");
  EXPECT_THAT(redacted("no roomCANARY, wrong abcCANARYdef"), Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace xb
