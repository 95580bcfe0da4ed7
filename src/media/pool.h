// Pool and Ref: preallocated media objects that go back to their pool when the last reference is
// gone. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace xb::media {

template <class T>
class Pool;

// A counted reference to a pooled T. Copying touches one atomic and never the heap. Ref<const T> is
// the immutable, shareable form; whoever holds the only Ref<T>, or takes
// over the only Ref<const T>, may write.
template <class T>
class Ref {
  using Slot = typename Pool<std::remove_const_t<T>>::Slot;

 public:
  Ref() = default;
  Ref(const Ref& other) : slot_(other.slot_) { retain(); }
  Ref(Ref&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  // adding const is implicit, as it is for pointers
  // NOLINTNEXTLINE(google-explicit-constructor)
  Ref(const Ref<std::remove_const_t<T>>& other) requires std::is_const_v<T> : slot_(other.slot_) {
    retain();
  }
  Ref& operator=(Ref other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~Ref() { release(); }

  // Of the only reference the form that may be written; of one among several null, and it stays.
  static Ref take_over(Ref<const T>& last) requires(!std::is_const_v<T>) {
    return last.is_only_reference() ? Ref(std::exchange(last.slot_, nullptr)) : Ref();
  }

  T& operator*() const { return slot_->object; }
  T* operator->() const { return &slot_->object; }
  explicit operator bool() const { return slot_ != nullptr; }
  bool is_only_reference() const {
    return slot_ != nullptr && slot_->references.load(std::memory_order_acquire) == 1;
  }
  friend bool operator==(const Ref& a, const Ref& b) { return a.slot_ == b.slot_; }

 private:
  friend class Pool<std::remove_const_t<T>>;
  template <class U>
  friend class Ref;
  explicit Ref(Slot* slot) : slot_(slot) {}
  void retain() {
    if (slot_) slot_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (slot_ && slot_->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
      Pool<std::remove_const_t<T>>::give_back(slot_);
    slot_ = nullptr;
  }
  Slot* slot_ = nullptr;
};

// `count` objects made once by `make`. take() never touches the heap.
//
// Thread: any. References may outlive the Pool: the storage goes when the Pool and the last Ref are
// gone.
template <class T>
class Pool {
 public:
  struct Core;
  struct Slot {
    T object;
    std::atomic<int> references{0};
    Core* core = nullptr;
    explicit Slot(T made) : object(std::move(made)) {}
  };
  struct Core {
    std::mutex mutex;  // guards free, is_orphaned
    std::vector<std::unique_ptr<Slot>> slots;
    std::vector<Slot*> free;
    bool is_orphaned = false;
  };

  Pool(std::string name, std::size_t count, const std::function<T()>& make)
      : name_(std::move(name)), core_(new Core) {
    core_->slots.reserve(count);
    core_->free.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      core_->slots.push_back(std::make_unique<Slot>(make()));
      core_->slots.back()->core = core_;
      core_->free.push_back(core_->slots.back().get());
    }
  }
  ~Pool() {
    std::unique_lock lock(core_->mutex);
    core_->is_orphaned = true;
    if (core_->free.size() == core_->slots.size()) {
      lock.unlock();
      delete core_;
    }
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Null when all are in use: the caller counts that as its loss.
  Ref<T> take() {
    std::lock_guard lock(core_->mutex);
    if (core_->free.empty()) return {};
    Slot* slot = core_->free.back();
    core_->free.pop_back();
    slot->references.store(1, std::memory_order_relaxed);
    return Ref<T>(slot);
  }
  std::size_t free_count() const {
    std::lock_guard lock(core_->mutex);
    return core_->free.size();
  }
  const std::string& name() const { return name_; }

 private:
  template <class U>
  friend class Ref;
  static void give_back(Slot* slot) {
    Core* core = slot->core;
    std::unique_lock lock(core->mutex);
    core->free.push_back(slot);
    if (core->is_orphaned && core->free.size() == core->slots.size()) {
      lock.unlock();
      delete core;
    }
  }
  const std::string name_;
  Core* core_;  // deleted by whoever comes last: the Pool or the last Ref
};

}  // namespace xb::media
