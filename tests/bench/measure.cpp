// The clock, the rounds and the tables.
// SPDX-License-Identifier: Apache-2.0
#include "measure.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace xb::bench {
namespace {

std::string number(const char* form, double value) {
  char text[32];
  std::snprintf(text, sizeof text, form, value);
  return text;
}

}  // namespace

double thread_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1000.0 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e6;
}

double clock_ms() {
  static const double found = [] {
    std::vector<double> apart(1000);
    for (double& one : apart) {
      const double before = thread_cpu_ms();
      one = thread_cpu_ms() - before;
    }
    return median(apart);
  }();
  return found;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Bench::RowId Bench::row(std::string name, std::function<double()> measure) {
  rows_.push_back({std::move(name), std::move(measure)});
  return rows_.size() - 1;
}

double Bench::ratio(RowId a, RowId b) const {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < rows_[a].rounds.size(); ++round) {
    ratios.push_back(rows_[a].rounds[round] / rows_[b].rounds[round]);
  }
  return median(ratios);
}

void Bench::at_most(std::string what, RowId a, RowId b, double goal) {
  claims_.push_back({std::move(what), a, b, goal, Claim::Kind::most, {}, {}});
}
void Bench::at_least(std::string what, RowId a, RowId b, double goal) {
  claims_.push_back({std::move(what), a, b, goal, Claim::Kind::least, {}, {}});
}
void Bench::at_most_ms(std::string what, RowId row, double goal) {
  claims_.push_back({std::move(what), row, row, goal, Claim::Kind::most_ms, {}, {}});
}
void Bench::fact(std::string what, std::string text, std::string goal, bool is_met) {
  claims_.push_back({std::move(what), 0, 0, is_met ? 1.0 : 0.0, Claim::Kind::fact, std::move(text),
                     std::move(goal)});
}

Bench::Verdict Bench::judge(const Claim& claim) const {
  switch (claim.kind) {
    case Claim::Kind::most: {
      const double found = ratio(claim.a, claim.b);
      return {number("%.2fx", found), number("<= %.2fx", claim.goal), found <= claim.goal};
    }
    case Claim::Kind::least: {
      const double found = ratio(claim.a, claim.b);
      return {number("%.1fx", found), number(">= %.0fx", claim.goal), found >= claim.goal};
    }
    case Claim::Kind::most_ms: {
      const double found = median(rows_[claim.a].rounds);
      return {number("%.3f ms", found), number("<= %.1f ms", claim.goal), found <= claim.goal};
    }
    case Claim::Kind::fact: break;
  }
  return {claim.text, claim.goal_text, claim.goal > 0};
}

void Bench::run(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (Row& row : rows_) row.rounds.push_back(row.measure());
  }
  std::printf("\n%s: CPU ms, %d interleaved rounds\n", title_.c_str(), rounds);
  for (const std::string& command : commands_) std::printf("  $ %s\n", command.c_str());
  std::printf("  %-58s %9s %9s\n", "", "median", "minimum");
  for (const Row& row : rows_) {
    std::printf("  %-58s %9.4f %9.4f\n", row.name.c_str(), median(row.rounds),
                *std::min_element(row.rounds.begin(), row.rounds.end()));
  }
  std::fflush(stdout);
}

bool Bench::print_claims(const std::vector<Bench>& benches) {
  bool are_met = true;
  std::printf("\n%-76s %12s %12s\n", "what", "found", "goal");
  for (const Bench& bench : benches) {
    for (const Claim& claim : bench.claims_) {
      const Verdict verdict = bench.judge(claim);
      const std::string what = bench.title_ + ": " + claim.what;
      std::printf("%-76s %12s %12s  %s\n", what.c_str(), verdict.found.c_str(),
                  verdict.goal.c_str(), verdict.is_met ? "PASS" : "short");
      are_met = are_met && verdict.is_met;
    }
  }
  return are_met;
}

}  // namespace xb::bench
