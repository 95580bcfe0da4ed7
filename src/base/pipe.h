// Queue, Mailbox, Snapshot, Bell: the only ways across threads. Each has a name, a size and
// counters of what it lost. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace xb {

enum class Overflow : std::uint8_t { drop_oldest = 1, refuse };
enum class Pushed : std::uint8_t { taken = 1, displaced_oldest, refused };

struct PipeCounters {
  std::string name;
  std::uint64_t in = 0;
  std::uint64_t lost = 0;
  std::size_t depth = 0;
  std::size_t capacity = 0;
};

// A bounded queue with preallocated places: push and pop never touch the heap (unless moving a T
// does) and push never waits.
//
// Thread: any number of producers and consumers. The mutex guards the ring alone and is held for
// one move.
template <class T>
class Queue {
 public:
  Queue(std::string name, std::size_t capacity, Overflow overflow)
      : name_(std::move(name)), overflow_(overflow), places_(capacity) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Never blocks. A refused item is lost and counted unless the caller keeps it (it is moved from
  // only when taken).
  Pushed push(T&& item) {
    Pushed outcome = Pushed::taken;
    std::optional<T> displaced;  // destroyed after the lock is released
    {
      std::lock_guard lock(mutex_);
      ++in_;
      if (size_ == places_.size()) {
        ++lost_;
        if (overflow_ == Overflow::refuse || places_.empty()) return Pushed::refused;
        displaced = std::move(places_[head_]);
        places_[head_].reset();
        head_ = (head_ + 1) % places_.size();
        --size_;
        outcome = Pushed::displaced_oldest;
      }
      places_[(head_ + size_) % places_.size()] = std::move(item);
      ++size_;
    }
    ready_.notify_one();
    return outcome;
  }

  std::optional<T> try_pop() {
    std::lock_guard lock(mutex_);
    return take();
  }

  // Waits for an item; nothing when stop was requested and the queue is empty (what was queued is
  // still handed out).
  std::optional<T> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, stop, [&] { return size_ > 0; });
    return take();
  }

  // As pop, but gives up after `timeout` of real time. For consumers that also have something to do
  // now and then.
  std::optional<T> pop_for(Duration timeout, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, stop, timeout, [&] { return size_ > 0; });
    return take();
  }

  std::size_t clear() {
    std::lock_guard lock(mutex_);
    const auto had = size_;
    while (size_ > 0) take();
    return had;
  }

  PipeCounters counters() const {
    PipeCounters out;
    out.name = name_;  // takes memory, so not under the lock that program threads wait for
    out.capacity = places_.size();
    std::lock_guard lock(mutex_);
    out.in = in_;
    out.lost = lost_;
    out.depth = size_;
    return out;
  }

 private:
  std::optional<T> take() {
    if (size_ == 0) return std::nullopt;
    std::optional<T> out = std::move(places_[head_]);
    places_[head_].reset();
    head_ = (head_ + 1) % places_.size();
    --size_;
    return out;
  }

  const std::string name_;
  const Overflow overflow_;
  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable_any ready_;
  std::vector<std::optional<T>> places_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::uint64_t in_ = 0;
  std::uint64_t lost_ = 0;
};

// One place, newest wins; the older one that nobody took is counted as lost.
template <class T>
class Mailbox {
 public:
  explicit Mailbox(std::string name) : queue_(std::move(name), 1, Overflow::drop_oldest) {}
  void put(T&& item) { queue_.push(std::move(item)); }
  std::optional<T> try_take() { return queue_.try_pop(); }
  std::optional<T> take(std::stop_token stop) { return queue_.pop(stop); }
  std::optional<T> take_for(Duration timeout, std::stop_token stop) {
    return queue_.pop_for(timeout, stop);
  }
  PipeCounters counters() const { return queue_.counters(); }

 private:
  Queue<T> queue_;
};

// Wakes a thread that watches several Snapshots at once: each rings when something is published.
// Rings while nobody waits are remembered, so none is lost between a look and the wait.
//
// Thread: any may ring; each waiter keeps its own `seen`.
class Bell {
 public:
  void ring() {
    {
      std::lock_guard lock(mutex_);
      ++rings_;
    }
    rung_.notify_all();
  }
  std::uint64_t rings() const {
    std::lock_guard lock(mutex_);
    return rings_;
  }
  // Waits until there are more rings than `seen`, at most `timeout` of real time; returns how many
  // there are now.
  std::uint64_t wait(std::uint64_t seen, Duration timeout, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    rung_.wait_for(lock, stop, timeout, [&] { return rings_ != seen; });
    return rings_;
  }

 private:
  mutable std::mutex mutex_;  // guards rings_
  std::condition_variable_any rung_;
  std::uint64_t rings_ = 0;
};

// The newest value, shared and immutable; readers copy a pointer. Latest wins by nature, nothing is
// counted as lost.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::string name, std::shared_ptr<const T> first = std::make_shared<const T>())
      : name_(std::move(name)), value_(std::move(first)) {}
  void publish(std::shared_ptr<const T> value) {
    std::shared_ptr<Bell> bell;
    {
      std::lock_guard lock(mutex_);
      value_.swap(value);
      ++version_;
      bell = bell_;
    }
    changed_.notify_all();
    if (bell) bell->ring();
    // `value`, the former one, dies here, outside the lock
  }
  // Rung at every publish from now on; one Bell at a time, a null pointer ends it.
  void ring_at_publish(std::shared_ptr<Bell> bell) {
    std::lock_guard lock(mutex_);
    bell_.swap(bell);
  }
  std::shared_ptr<const T> read() const {
    std::lock_guard lock(mutex_);
    return value_;
  }
  std::uint64_t version() const {
    std::lock_guard lock(mutex_);
    return version_;
  }
  // Waits until a version other than `seen` is there, at most `timeout` of real time; returns the
  // version now.
  std::uint64_t wait_change(std::uint64_t seen, Duration timeout, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, timeout, [&] { return version_ != seen; });
    return version_;
  }
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  mutable std::mutex mutex_;  // guards value_, version_ and bell_
  std::condition_variable_any changed_;
  std::shared_ptr<const T> value_;
  std::uint64_t version_ = 0;
  std::shared_ptr<Bell> bell_;
};

}  // namespace xb
