// Reads the marks of the relay bench's events. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xb::bench {

double now_s();  // of the monotonic clock, which marks are made with

// Their numbers (lost, doubled, out of order) and their ages. Thread: one.
class Witness {
 public:
  void look(std::string_view bytes);  // as they come, cut anywhere

  std::uint64_t seen() const { return seen_; }
  std::uint64_t wrong() const { return wrong_; }  // numbers missing, doubled or out of order
  void keep_ages(bool is_kept) { is_keeping_ages_ = is_kept; }
  const std::vector<float>& ages_ms() const { return ages_ms_; }

 private:
  bool is_keeping_ages_ = false;
  std::string kept_;  // a mark cut by the end of a read
  std::uint64_t next_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t wrong_ = 0;
  std::vector<float> ages_ms_;
};

// A chat of so many bytes, marked: '@', 19 digits (ns), '#', 10 digits (the number).
std::string marked_event(std::uint64_t number, std::size_t bytes);

double quantile(std::vector<float> values, double q);

}  // namespace xb::bench
