// LoopQueue: carries items from any thread to a Loop's, some a turn, with one waiting task at most.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/pipe.h"
#include "net/loop.h"

namespace xb::net {

// Posting every item to the Loop by itself would let a flood use up the Loop's places for tasks.
//
// Thread: push() and close() from any; `consume` runs on the loop. Held by shared_ptr, because the
// task that waits in the Loop keeps it.
template <class T>
class LoopQueue : public std::enable_shared_from_this<LoopQueue<T>> {
 public:
  struct Options {
    std::string name;
    std::size_t capacity = 0;
    std::size_t per_turn = 256;  // then other work of the loop comes first
    Overflow overflow = Overflow::refuse;
  };
  LoopQueue(Loop& loop, Options options, std::function<void(T&&)> consume)
      : loop_(&loop),
        per_turn_(options.per_turn),
        consume_(std::move(consume)),
        queue_(std::move(options.name), options.capacity, options.overflow) {}

  // False when the queue is full (unless it drops the oldest then) or closed: the item is left as
  // it was.
  bool push(T&& item) {
    if (queue_.push(std::move(item)) == Pushed::refused) return false;
    return nudge();
  }
  // Also called now and then on the loop, for items whose task the Loop had no place for.
  bool nudge() {
    std::lock_guard lock(mutex_);
    if (loop_ == nullptr) return false;
    if (is_waking_ || queue_.counters().depth == 0) return true;
    is_waking_ = loop_->post([self = this->shared_from_this()] { self->drain(); });
    return true;
  }
  // Nothing is consumed after this, when called on the loop. The Loop is not touched any more.
  void close() {
    std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }

 private:
  void drain() {
    {
      std::lock_guard lock(mutex_);
      is_waking_ = false;
    }
    for (std::size_t i = 0; i < per_turn_; ++i) {
      {
        std::lock_guard lock(mutex_);
        if (loop_ == nullptr) return;
      }
      auto item = queue_.try_pop();
      if (!item) return;
      consume_(std::move(*item));
    }
    nudge();
  }

  std::mutex mutex_;  // guards loop_ and is_waking_; held while a task is given to the Loop
  Loop* loop_;
  bool is_waking_ = false;
  const std::size_t per_turn_;
  const std::function<void(T&&)> consume_;
  Queue<T> queue_;
};

}  // namespace xb::net
