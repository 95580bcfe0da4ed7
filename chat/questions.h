// Questions: what the audience asks, the same question once with how often it was asked. Pure, by
// rules, offline. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace xb::chat {

struct Question {
  std::string text;         // as it was first asked
  std::int64_t count = 0;   // how often
  std::uint64_t first = 0;  // Feed numbers
  std::uint64_t last = 0;
};

// What makes two questions the same: the matter and what it is about, without courtesies, particles
// and signs; nothing where a text asks nothing. "请问这个多少钱呀？" and "怎么卖" are one,
// "橙子多少钱" is another.
std::optional<std::string> matter_of(std::string_view text);

// Thread: chat. At most 256 questions are waiting; the one asked longest ago goes. Each waits for
// ten minutes after it was asked last, or until it is answered.
class Questions {
 public:
  // Takes it in when it is a question.
  void hear(std::string_view text, std::uint64_t sequence, MonoTime now);
  // The message was hidden: its words are not shown any more.
  void take_away(std::uint64_t sequence);
  // The question whose first or last asking has this number is settled. False when there is none.
  bool answer(std::uint64_t sequence);
  // Most often asked first, then the older one.
  std::vector<Question> most_asked(std::size_t most, MonoTime now);

 private:
  struct Waiting {
    std::string matter;
    Question question;
    MonoTime asked;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace xb::chat
