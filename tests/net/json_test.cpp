// JSON from outside: limits first, then types, then words a sender understands.
// SPDX-License-Identifier: Apache-2.0
#include "net/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <limits>
#include <string>
#include <vector>

namespace xb::net {
namespace {

using testing::HasSubstr;

std::string repeated(const std::string& what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

TEST(JsonReader, reads_fields_by_type) {
  const auto json = parse_json(R"({"name":"竹","n":-5,"is":true,"null":null,"user":{"id":"7"}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(require_string(*json, "name").value(), "竹");
  EXPECT_EQ(require_integer(*json, "n").value(), -5);
  EXPECT_EQ(optional_bool(*json, "is").value(), true);
  EXPECT_EQ(optional_string(*json, "null").value(), std::nullopt);
  EXPECT_EQ(optional_integer(*json, "absent").value(), std::nullopt);
  EXPECT_EQ(require_string(*json, "user.id").value(), "7");
  EXPECT_EQ(require_string(**require_object(*json, "user"), "id").value(), "7");
}

TEST(JsonReader, names_the_wrong_field_by_its_path) {
  const auto json = parse_json(R"({"user":{"id":7},"n":1.5,"big":18446744073709551615,"s":"x"})");
  ASSERT_TRUE(json);
  EXPECT_THAT(require_string(*json, "user.id").error().detail(), HasSubstr("user.id"));
  EXPECT_THAT(require_string(*json, "user.name").error().detail(),
              HasSubstr("user.name: is missing"));
  EXPECT_THAT(require_string(*json, "s.x").error().detail(), HasSubstr("s: must be an object"));
  EXPECT_FALSE(require_integer(*json, "n"));
  EXPECT_FALSE(require_integer(*json, "big"));
  EXPECT_FALSE(require_integer(*json, "s"));
  EXPECT_FALSE(require_object(*json, "s"));
  EXPECT_FALSE(optional_bool(*json, "n"));
  EXPECT_FALSE(require_string(Json::array(), "x"));
}

TEST(JsonReader, refuses_what_is_no_json) {
  for (const std::string& text :
       std::vector<std::string>{"", " ", "{", "[1,]", "{'a':1}", "{\"a\":1}x", "nul", "NaN", "01",
                                "\"\\x\"", "1e999", "\"\xFF\"", "\"\xED\xA0\x80\"", "\xFF\xFE{\0}",
                                "\"\\ud800\"", "[1 2]", "\"a\nb\"", std::string("\"\0\"", 3)})
    EXPECT_FALSE(parse_json(text)) << text;
}

TEST(JsonReader, the_last_of_doubled_keys_wins) {
  EXPECT_EQ(require_integer(*parse_json(R"({"a":1,"a":2})"), "a").value(), 2);
}

TEST(JsonReader, refuses_too_much_before_reading_it) {
  EXPECT_FALSE(parse_json("\"" + std::string(65'536, 'x') + "\""));
  EXPECT_TRUE(parse_json("\"" + std::string(65'534, 'x') + "\""));
  EXPECT_TRUE(parse_json(repeated("[", 32) + repeated("]", 32)));
  EXPECT_FALSE(parse_json(repeated("[", 33) + repeated("]", 33)));
  EXPECT_FALSE(parse_json(repeated("{\"a\":", 33) + "1" + repeated("}", 33)));
  EXPECT_TRUE(parse_json("\"" + repeated("[", 40) + "\\\"" + repeated("[", 40) + "\""));
}

TEST(JsonReader, refuses_a_hundred_thousand_levels_on_a_small_stack) {
  rlimit before{};
  getrlimit(RLIMIT_STACK, &before);
  auto small = before;
  small.rlim_cur = 512 * 1024;
  setrlimit(RLIMIT_STACK, &small);
  const JsonLimits wide{10'000'000, 32};
  EXPECT_FALSE(parse_json(repeated("[", 100'000), wide));
  EXPECT_FALSE(parse_json(repeated("{\"a\":", 100'000), wide));
  EXPECT_FALSE(parse_json(repeated("[", 100'000) + repeated("]", 100'000), wide));
  setrlimit(RLIMIT_STACK, &before);
}

TEST(JsonWriter, replaces_invalid_text_and_never_throws) {
  Json json;
  json["a"] = "x\xFF";
  EXPECT_EQ(dump(json), "{\"a\":\"x\xEF\xBF\xBD\"}");
  OrderedJson ordered;
  ordered["z"] = 1;
  ordered["a"] = 2;
  EXPECT_EQ(dump(ordered), R"({"z":1,"a":2})");
}

}  // namespace
}  // namespace xb::net
