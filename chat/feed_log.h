// FeedLog: what the audience's Feed says, written by one thread and read by every loop that serves
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chat/backlog.h"
#include "chat/counter.h"

namespace xb::chat {

using JsonText = std::shared_ptr<const std::string>;

// The pipe from the chat loop to those who serve the audience. It is bounded as its Backlog is:
// readers are numbers into it, and who comes too late for a number is told a gap, so nobody ever
// holds the writer up. Figures are state: the newest alone are kept, and they belong to the end.
//
// Thread: any; writing functions are the chat loop's. The lock is held for one frame's copy at the
// most.
class FeedLog {
 public:
  // Where it ends: the next number, and how many states there were.
  struct End {
    std::uint64_t next = 0;
    std::uint64_t states = 0;
  };
  // What was read, and the newest state item, which belongs to the end.
  struct News {
    Stretch stretch;
    bool is_end = false;
    std::string state;
    std::uint64_t states = 0;
  };
  struct Lag {
    std::size_t bytes = 0;
    MonoTime since;  // when the first of it was received; MonoTime{} when there is none
  };

  explicit FeedLog(std::uint64_t next) : backlog_(next) {}

  // `after` are the figures with the event counted in. True: they are other ones.
  bool add(const Numbered& event, std::string json, const CounterFigures& after);
  void skip_to(std::uint64_t next);
  void take_away(std::uint64_t sequence);
  // True: they are other ones.
  bool set_figures(const CounterFigures& figures);
  // Calls those who listen: what was written so far can be read.
  void tell() const;

  // `changed` must not block; it is called on the chat loop.
  void listen(std::function<void()> changed);
  End end() const;
  // What comes from number `from` on.
  News news(std::uint64_t from, std::size_t most_bytes) const;
  std::string state() const;
  // The same again for who lags, below number `until`, without the state.
  Stretch replay(std::uint64_t from, std::size_t most_bytes, std::uint64_t until) const;
  Lag lag(std::uint64_t from) const;
  std::uint64_t first_of_last(std::uint64_t most) const;

 private:
  bool note(const CounterFigures& figures);
  std::string state_item() const;

  mutable std::mutex mutex_;  // guards all but listeners_
  Backlog backlog_;
  CounterFigures figures_;
  std::uint64_t states_ = 0;
  mutable std::mutex listening_;  // guards listeners_
  std::vector<std::function<void()>> listeners_;
};

}  // namespace xb::chat
