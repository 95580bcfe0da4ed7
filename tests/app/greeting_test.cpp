// SPDX-License-Identifier: Apache-2.0
#include "app/greeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace xb::app {
namespace {

using testing::HasSubstr;

TEST(Greeting, says_what_to_do_with_the_address_in_both_languages) {
  std::ostringstream out;
  Greeting greeting(out);
  greeting.page("http://127.0.0.1:7180/");
  EXPECT_THAT(out.str(), HasSubstr("用浏览器打开这个网址：http://127.0.0.1:7180/\n"));
  EXPECT_THAT(out.str(), HasSubstr("Open this address in a browser: http://127.0.0.1:7180/\n"));
}

TEST(Greeting, says_once_where_a_phone_pushes_to_as_soon_as_it_is_known) {
  std::ostringstream out;
  Greeting greeting(out);
  greeting.push_address(nullptr);
  EXPECT_EQ(out.str(), "");
  EXPECT_FALSE(greeting.has_said_push_address());
  const OrderedJson doorway{{"addresses", {{{"whole", "rtmp://192.168.1.2:7182/live/abc"}}}}};
  greeting.push_address(doorway);
  EXPECT_THAT(out.str(), HasSubstr("手机往这里推画面：rtmp://192.168.1.2:7182/live/abc\n"));
  EXPECT_TRUE(greeting.has_said_push_address());
  const auto once = out.str();
  greeting.push_address(doorway);
  EXPECT_EQ(out.str(), once);
}

}  // namespace
}  // namespace xb::app
