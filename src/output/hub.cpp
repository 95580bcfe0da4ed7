// Fan-out of Packets.
// SPDX-License-Identifier: Apache-2.0
#include "output/hub.h"

#include <algorithm>

namespace xb::output {

void Hub::push(media::PacketRef packet) {
  std::lock_guard lock(mutex_);
  interleaver_.push(std::move(packet), [this](const media::PacketRef& next) {
    for (auto* queue : queues_) queue->push(next);
  });
}

void Hub::attach(PacketQueue& queue) {
  std::lock_guard lock(mutex_);
  if (std::find(queues_.begin(), queues_.end(), &queue) == queues_.end()) queues_.push_back(&queue);
}

void Hub::detach(PacketQueue& queue) {
  std::lock_guard lock(mutex_);
  queues_.erase(std::remove(queues_.begin(), queues_.end(), &queue), queues_.end());
}

void Hub::end() {
  std::lock_guard lock(mutex_);
  interleaver_.flush([this](const media::PacketRef& next) {
    for (auto* queue : queues_) queue->push(next);
  });
  for (auto* queue : queues_) queue->end();
}

}  // namespace xb::output
