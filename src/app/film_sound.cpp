// Blocks have 1024 samples and frames have not: two small buffers between them.
// SPDX-License-Identifier: Apache-2.0
#include "app/film_sound.h"

#include <algorithm>

#include "capture/offline.h"

namespace xb::app {

FilmSound::FilmSound(Rate rate)
    : rate_(rate), pool_("render sound", 2, [] { return media::Samples(); }) {
}

void FilmSound::begin_part() {
  frames_ = 0;
  samples_ = 0;
  ahead_.clear();
}

Status FilmSound::frame(capture::OfflineSource& source, RenderTarget& target) {
  ++frames_;
  const auto wanted =
      static_cast<std::size_t>(sample_of(FrameNumber{frames_}, rate_).value - samples_) * 2;
  while (ahead_.size() < wanted) {
    auto block = pool_.take();
    XB_CHECK(block);
    XB_TRY(source.next_block(*block, {}));
    ahead_.insert(ahead_.end(), block->values.begin(), block->values.end());
  }
  const auto cut = ahead_.begin() + static_cast<std::ptrdiff_t>(wanted);
  waiting_.insert(waiting_.end(), ahead_.begin(), cut);
  ahead_.erase(ahead_.begin(), cut);
  samples_ += static_cast<std::int64_t>(wanted / 2);
  return give(target);
}

Status FilmSound::give(RenderTarget& target) {
  while (waiting_.size() >= std::size_t{2} * media::Samples::count) {
    auto block = pool_.take();
    XB_CHECK(block);
    const auto cut = waiting_.begin() + static_cast<std::ptrdiff_t>(block->values.size());
    std::copy(waiting_.begin(), cut, block->values.begin());
    waiting_.erase(waiting_.begin(), cut);
    XB_TRY(target.block({std::move(block), time_of(given_), given_, false}));
    given_.value += media::Samples::count;
  }
  return ok();
}

Status FilmSound::finish(RenderTarget& target) {
  if (waiting_.empty()) return ok();
  waiting_.resize(std::size_t{2} * media::Samples::count, 0.0F);
  return give(target);
}

}  // namespace xb::app
