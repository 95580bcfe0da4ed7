// SPDX-License-Identifier: Apache-2.0
#include "load_witness.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace xb::bench {
namespace {

// Not the '@' alone, which may be a byte of a frame's head.
constexpr std::string_view mark = ":\"@";
constexpr std::size_t mark_bytes = 33;

}  // namespace

double now_s() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void Witness::look(std::string_view bytes) {
  std::string joined;
  if (!kept_.empty()) {
    joined = std::move(kept_);
    joined += bytes;
    bytes = joined;
    kept_.clear();
  }
  const double now = now_s();
  for (std::size_t at = 0;;) {
    const auto from = at;
    at = bytes.find(mark, from);
    if (at == bytes.npos)
      at = std::max(from, bytes.size() - std::min(bytes.size(), mark.size() - 1));
    if (at + mark_bytes > bytes.size()) {
      kept_ = bytes.substr(at);
      return;
    }
    const double then = std::strtod(std::string(bytes.substr(at + 3, 19)).c_str(), nullptr) / 1e9;
    const auto number = std::strtoull(std::string(bytes.substr(at + 23, 10)).c_str(), nullptr, 10);
    if (number != next_) ++wrong_;
    next_ = number + 1;
    ++seen_;
    if (is_keeping_ages_) ages_ms_.push_back(static_cast<float>((now - then) * 1000));
    at += mark_bytes;
  }
}

std::string marked_event(std::uint64_t number, std::size_t bytes) {
  // People enough that none of them talks too much, and every text another one.
  constexpr std::uint64_t people = 2000;
  std::array<char, 200> head{};
  const int size = std::snprintf(
      head.data(), head.size(),
      R"({"kind":"chat","platform":"bench","id":"%010llu","user":{"id":"u-%04llu","name":"v"},)"
      R"("text":"@%019.0f#%010llu )",
      static_cast<unsigned long long>(number), static_cast<unsigned long long>(number % people),
      now_s() * 1e9, static_cast<unsigned long long>(number));
  std::string text(head.data(), static_cast<std::size_t>(size));
  text.append(bytes - std::min(bytes, text.size() + 2), 'x');
  return text + "\"}";
}

double quantile(std::vector<float> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return static_cast<double>(
      values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))]);
}

}  // namespace xb::bench
