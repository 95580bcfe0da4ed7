// The thread preview: make a JPEG, hand it out.
// SPDX-License-Identifier: Apache-2.0
#include "output/preview.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/worker.h"
#include "media/jpeg.h"

namespace xb::output {

struct Preview::Impl {
  std::atomic<int> watchers_count{0};
  std::mutex calling;  // held while callbacks run, so that dropping a handle waits for them
  std::map<int, Watcher> watchers;  // guarded by calling
  int next = 0;                     // guarded by calling
  Worker worker;

  void forget(int id) {
    std::lock_guard lock(calling);
    watchers.erase(id);
    watchers_count.fetch_sub(1);
  }
  void tell(const Jpeg& jpeg) {
    std::lock_guard lock(calling);
    for (const auto& [id, watcher] : watchers) watcher(jpeg);
  }
};

namespace {

constexpr Duration shortest = from_ms(100);  // ten a second

}  // namespace

Preview::Preview(Mailbox<media::Frame>& frames, Clock& clock, Health& health)
    : impl_(std::make_shared<Impl>()) {
  auto* impl = impl_.get();
  impl->worker = Worker("preview", health, [impl, &frames, &clock](std::stop_token stop) {
    lower_this_thread();
    while (auto frame = frames.take(stop)) {
      const auto began = clock.now();
      if (impl->watchers_count.load() == 0) continue;
      const auto& picture = *frame->picture;
      auto jpeg = media::jpeg_of(picture, picture.width() >= picture.height() ? 640 : 360);
      frame.reset();  // back to the pool before anything else
      if (jpeg) {
        impl->tell(std::make_shared<const std::string>(*std::move(jpeg)));
      } else {
        log_warn("output.preview", "{}", jpeg.error().log_line());
      }
      clock.wait_until(began + shortest, stop);
    }
  });
}

Preview::~Preview() {
  impl_->worker.request_stop();
  impl_->worker.join();
}

std::shared_ptr<void> Preview::watch(Watcher watcher) {
  int id = 0;
  {
    std::lock_guard lock(impl_->calling);
    id = impl_->next++;
    impl_->watchers.emplace(id, std::move(watcher));
    impl_->watchers_count.fetch_add(1);
  }
  return std::shared_ptr<void>(impl_.get(), [impl = impl_, id](void*) { impl->forget(id); });
}

bool Preview::is_watched() const {
  return impl_->watchers_count.load(std::memory_order_relaxed) > 0;
}

}  // namespace xb::output
