// SPDX-License-Identifier: Apache-2.0
#include "control/metrics.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "net/json.h"

namespace xb::control {
namespace {

TEST(Metrics, NumbersAreNamedAfterTheirPlace) {
  const auto stats = OrderedJson::parse(
      R"({"state":"live","frames":{"missed":2},"av_offset_ms":null,"audio":{"muted":true},)"
      R"("outputs":[{"name":"抖\"音\\","state":"live","queue_ms":12.5,"error":null}],)"
      R"("pipes":{"camera to program":{"in":7}},"chat":{"dropped":{"a b":3}},"compose_ms":1.5})");
  EXPECT_EQ(metrics_of(stats),
            "# TYPE xiangbo_audio_muted gauge\nxiangbo_audio_muted 1\n"
            "# TYPE xiangbo_chat_dropped gauge\nxiangbo_chat_dropped{reason=\"a b\"} 3\n"
            "# TYPE xiangbo_compose_ms gauge\nxiangbo_compose_ms 1.5\n"
            "# TYPE xiangbo_frames_missed gauge\nxiangbo_frames_missed 2\n"
            "# TYPE xiangbo_outputs_queue_ms gauge\n"
            "xiangbo_outputs_queue_ms{name=\"抖\\\"音\\\\\"} 12.5\n"
            "# TYPE xiangbo_outputs_state gauge\n"
            "xiangbo_outputs_state{name=\"抖\\\"音\\\\\",state=\"live\"} 1\n"
            "# TYPE xiangbo_pipes_in gauge\nxiangbo_pipes_in{pipe=\"camera to program\"} 7\n"
            "# TYPE xiangbo_state gauge\nxiangbo_state{state=\"live\"} 1\n");
}

// Every line of what a real evening has, in the grammar of the format; no sample twice.
TEST(Metrics, AnEveningIsInTheGrammarOfTheFormat) {
  std::ifstream file(std::string(XB_SOURCE_DIR) + "/tests/cases/wire/stats-live.json");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream lines(metrics_of(OrderedJson::parse(text)));
  const std::regex type(R"(# TYPE [a-z_][a-z0-9_]* gauge)");
  const std::regex sample(
      R"([a-z_][a-z0-9_]*(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? -?[0-9.]+([eE][+-]?[0-9]+)?)");
  std::set<std::string> seen;
  int samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) {
      EXPECT_TRUE(std::regex_match(line, type)) << line;
      continue;
    }
    EXPECT_TRUE(std::regex_match(line, sample)) << line;
    EXPECT_TRUE(seen.insert(line.substr(0, line.rfind(' '))).second) << line;
    ++samples;
  }
  EXPECT_GT(samples, 50);
}

}  // namespace
}  // namespace xb::control
