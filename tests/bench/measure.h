// Measured rows in interleaved rounds, and what is claimed of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace xb::bench {

double thread_cpu_ms();
// How far apart two readings with nothing between them are. A reading asks the kernel: of a frame
// of a tenth of a millisecond it is a part, and no part of what is measured.
double clock_ms();
double median(std::vector<double> values);

// Rows are measured in turn, round by round, so that all meet the same weather; a ratio is the
// median of the rounds' ratios.
class Bench {
 public:
  using RowId = std::size_t;
  explicit Bench(std::string title) : title_(std::move(title)) {}

  // `measure` returns CPU ms (of a frame, of a change); asked once a round.
  RowId row(std::string name, std::function<double()> measure);
  void peer_command(std::string line) { commands_.push_back(std::move(line)); }

  // a / b.
  void at_most(std::string what, RowId a, RowId b, double goal);
  void at_least(std::string what, RowId a, RowId b, double goal);
  void at_most_ms(std::string what, RowId row, double goal);
  // Found outside the rounds; `text` is what was found.
  void fact(std::string what, std::string text, std::string goal, bool is_met);

  void run(int rounds);
  // All claims of all benches as one table; false when one is short.
  static bool print_claims(const std::vector<Bench>& benches);

 private:
  struct Row {
    std::string name;
    std::function<double()> measure;
    std::vector<double> rounds = {};
  };
  struct Claim {
    enum class Kind : std::uint8_t { most = 1, least, most_ms, fact };
    std::string what;
    RowId a, b;
    double goal;
    Kind kind;
    std::string text, goal_text;  // of a fact
  };
  struct Verdict {
    std::string found, goal;
    bool is_met;
  };
  Verdict judge(const Claim& claim) const;
  double ratio(RowId a, RowId b) const;

  std::string title_;
  std::vector<Row> rows_;
  std::vector<std::string> commands_;
  std::vector<Claim> claims_;
};

}  // namespace xb::bench
