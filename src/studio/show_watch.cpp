// The loop of the thread `show`.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_watch.h"

#include <cstdint>
#include <utility>

#include "base/files.h"
#include "base/health.h"

namespace xb::studio {
namespace {

using Versions = std::vector<std::int64_t>;

Versions versions_of(const std::vector<std::filesystem::path>& files) {
  Versions out;
  out.reserve(files.size());
  for (const auto& file : files) out.push_back(file_version(file));
  return out;
}

class Watching {
 public:
  Watching(const ShowWatch::Load& load, const ShowWatch::Take& take, Clock& clock)
      : load_(load), take_(take), clock_(clock) {
    read(clock.now());
  }

  void look() {
    const auto now = clock_.now();
    auto versions = versions_of(files_);
    const bool is_settled = versions == last_;
    last_ = std::move(versions);
    if (last_ == read_) {
      same_at_ = now;
    } else if (is_settled) {
      read(same_at_);
    }
    if (news_ && now >= tell_at_ && take_(*news_)) news_.reset();
  }

 private:
  void read(MonoTime changed) {
    // before the reading: what changes meanwhile is seen at the next look
    auto before = std::move(last_);
    auto loaded = load_();
    const bool has_other_files = loaded.files != files_;
    files_ = std::move(loaded.files);
    // of other files nobody knows what they were before the reading: they are read once more
    read_ = has_other_files ? Versions{} : std::move(before);
    last_ = read_;
    same_at_ = clock_.now();
    tell_at_ = loaded.show ? same_at_ : same_at_ + ShowWatch::wrong_stands_for;
    news_ = ReadShow{std::move(loaded.show), std::move(loaded.problems), changed};
  }

  const ShowWatch::Load& load_;
  const ShowWatch::Take& take_;
  Clock& clock_;
  std::vector<std::filesystem::path> files_;  // of the last reading
  Versions read_;                             // when it began
  Versions last_;                             // at the last look
  MonoTime same_at_;                          // the last look that saw what was read
  std::optional<ReadShow> news_;              // not told yet
  MonoTime tell_at_;
};

}  // namespace

ShowWatch::ShowWatch(Load load, Take take, Clock& clock, Health& health) {
  worker_ = Worker("show", health,
                   [load = std::move(load), take = std::move(take), &clock](std::stop_token stop) {
                     Watching watching(load, take, clock);
                     do {
                       watching.look();
                     } while (clock.wait_until(clock.now() + look_every, stop) == Waited::reached);
                   });
}

}  // namespace xb::studio
