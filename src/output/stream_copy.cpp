// When a copy begins, goes on and ends; timestamps.
// SPDX-License-Identifier: Apache-2.0
#include "output/stream_copy.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

extern "C" {
#include <libavcodec/packet.h>
}

namespace xb::output {
namespace {

// More than any source has between its decoder and the air: 4 s at 60 pictures a second.
constexpr std::size_t most_waiting = 256;
constexpr std::int64_t longest_still_s = 1;
// A rest doubles after a copy of less than a minute: an evening of troubles is no thousand files.
constexpr std::int64_t shortest_rest_s = 10;
constexpr std::int64_t longest_rest_s = 320;
constexpr std::int64_t long_copy_s = 60;

// The order in which pictures are shown.
bool is_before(const media::CodedPicture& a, const media::CodedPicture& b) {
  return std::tie(a.opening, a.time) < std::tie(b.opening, b.time);
}

}  // namespace

std::string_view name_of(Feeding feeding) {
  switch (feeding) {
    case Feeding::copied: return "copied";
    case Feeding::no_packets: return "no_packets";
    case Feeding::awaits_key: return "awaits_key";
    case Feeding::stands_still: return "stands_still";
    case Feeding::broke_off: return "broke_off";
    case Feeding::changed: return "changed";
  }
  return "no_packets";
}

std::int64_t StreamCopy::in_time_base(std::int64_t frames) const {
  return frames / rate_.num * media::video_time_base * rate_.den +
         frames % rate_.num * media::video_time_base * rate_.den / rate_.num;
}

StreamCopy::Waiting* StreamCopy::find(std::uint64_t id) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& one) { return one.coded.id == id; });
  return found == waiting_.end() ? nullptr : &*found;
}

void StreamCopy::add(media::CodedPicture picture) {
  if (picture.is_after_loss || picture.opening != newest_opening_) needs_key_ = true;
  newest_opening_ = picture.opening;
  if (needs_key_ && !picture.is_key) return;
  needs_key_ = false;
  waiting_.push_back({std::move(picture)});
}

bool StreamCopy::show(const media::Frame& frame, const PacketSink& sink) {
  const auto number = frame.number.value - first_.value;
  const auto skipped = number - std::exchange(newest_, number) - 1;
  if (is_copying_) {
    const auto why = reason_to_end(frame.coded, number);
    if (!why) {
      if (frame.coded != shown_) go_on(*find(frame.coded), number, skipped, sink);
      return true;
    }
    end_copy(number, sink);
    rest(*why, number);
  }
  if (number >= rests_until_) {
    if (begin_copy(frame.coded, number)) return true;
    feeding_ = frame.coded == 0 ? Feeding::no_packets : Feeding::awaits_key;
  }
  forget_before(find(frame.coded));
  return false;
}

void StreamCopy::finish(const PacketSink& sink) {
  if (is_copying_) end_copy(newest_ + 1, sink);
}

std::optional<Feeding> StreamCopy::reason_to_end(std::uint64_t id, std::int64_t number) {
  if (id == 0) return Feeding::no_packets;
  if (id == shown_) {
    if (number - shown_since_ >= seconds(longest_still_s)) return Feeding::stands_still;
    return std::nullopt;
  }
  const auto* now = find(id);
  const auto* before = find(shown_);
  if (now == nullptr || is_before(now->coded, before->coded) || waiting_.size() > most_waiting)
    return Feeding::broke_off;
  if (now->coded.codec != before->coded.codec) return Feeding::changed;
  if (wants_key_ && !brings_key(*now)) return Feeding::awaits_key;
  return std::nullopt;
}

// Whether it or one that comes with it is a key picture.
bool StreamCopy::brings_key(const Waiting& now) const {
  for (const auto& one : waiting_) {
    if (!one.pts && one.coded.is_key) return true;
    if (&one == &now) break;
  }
  return false;
}

// With the last key picture before the one that is shown, or that one. It may be one no frame
// showed: of 60 pictures a second every other is passed over, and it may be each key picture.
bool StreamCopy::begin_copy(std::uint64_t id, std::int64_t number) {
  auto* now = find(id);
  if (now == nullptr) return false;
  auto key = waiting_.end();
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
    if (one->coded.is_key) key = one;
    if (&*one == now) break;
  }
  if (key == waiting_.end()) return false;
  waiting_.erase(waiting_.begin(), key);
  now = find(id);
  now->pts = in_time_base(number);
  last_dts_ = *now->pts - static_cast<std::int64_t>(2 * most_waiting);
  // all within a moment: what a file begins with is seen as its first frame
  auto passed = passed_by(now->coded);
  const auto moment = static_cast<std::int64_t>(passed.size());
  pass_over(std::move(passed), *now->pts - moment, *now->pts);
  shown_ = id;
  shown_since_ = began_ = number;
  wants_key_ = false;
  is_copying_ = true;
  feeding_ = Feeding::copied;
  return true;
}

void StreamCopy::go_on(Waiting& now, std::int64_t number, std::int64_t skipped,
                       const PacketSink& sink) {
  if (wants_key_) wants_key_ = !brings_key(now);
  auto& before = *find(shown_);
  before.duration = in_time_base(number) - *before.pts;
  now.pts = in_time_base(number);
  const auto from = skipped > 0 ? in_time_base(number - skipped) : last_quarter_before(number);
  pass_over(passed_by(now.coded), from, *now.pts);
  shown_ = now.coded.id;
  shown_since_ = number;
  while (waiting_.front().pts && waiting_.front().coded.id != shown_) send_front(sink);
}

// What was shown goes out, and what that needs.
void StreamCopy::end_copy(std::int64_t number, const PacketSink& sink) {
  is_copying_ = false;
  wants_key_ = false;
  auto& shown = *find(shown_);
  shown.duration = in_time_base(number) - *shown.pts;
  const auto last = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                 [](const Waiting& one) { return one.pts.has_value(); });
  auto left = std::distance(last, waiting_.rend());
  std::vector<Waiting*> passed;
  for (auto one = waiting_.begin(); one != last.base(); ++one) {
    if (!one->pts) passed.push_back(&*one);
  }
  pass_over(std::move(passed), last_quarter_before(number), in_time_base(number));
  for (; left > 0; --left) send_front(sink);
}

void StreamCopy::rest(Feeding why, std::int64_t number) {
  feeding_ = why;
  const auto lasted = number - began_;
  const bool is_short = lasted < seconds(long_copy_s);
  rest_ = is_short && rest_ > 0 ? std::min(rest_ * 2, seconds(longest_rest_s))
                                : seconds(shortest_rest_s);
  // parameters that change seldom need no rest: the next file begins at once
  const bool is_at_once = why == Feeding::changed && lasted >= seconds(shortest_rest_s);
  rests_until_ = is_at_once ? number : number + rest_;
}

// What is to be shown before it and has no time yet.
std::vector<StreamCopy::Waiting*> StreamCopy::passed_by(const media::CodedPicture& now) {
  std::vector<Waiting*> out;
  for (auto& one : waiting_) {
    if (!one.pts && is_before(one.coded, now)) out.push_back(&one);
  }
  return out;
}

// Spreads them evenly, the first at `from`.
void StreamCopy::pass_over(std::vector<Waiting*> pictures, std::int64_t from, std::int64_t until) {
  std::sort(pictures.begin(), pictures.end(),
            [](const Waiting* a, const Waiting* b) { return is_before(a->coded, b->coded); });
  const auto parts = static_cast<std::int64_t>(pictures.size());
  for (std::int64_t i = 0; i < parts; ++i)
    pictures[static_cast<std::size_t>(i)]->pts = from + (until - from) * i / parts;
}

void StreamCopy::send_front(const PacketSink& sink) {
  // Decoding times rise by one at least and are never after the picture's own or that of one behind
  // it: all that is shown before this one has its time by now.
  auto dts = *waiting_.front().pts;
  std::int64_t ahead = 0;
  for (const auto& one : waiting_) {
    if (one.pts) dts = std::min(dts, *one.pts - ahead);
    ++ahead;
  }
  dts = std::max(dts, last_dts_ + 1);
  last_dts_ = dts;
  const auto& front = waiting_.front();
  auto packet = std::make_shared<media::Packet>();
  packet->kind = media::Kind::video;
  packet->is_key = front.coded.is_key;
  packet->pts = std::max(*front.pts, dts);
  packet->dts = dts;
  packet->duration = front.duration;
  packet->data = front.coded.data;
  packet->bytes = static_cast<std::size_t>(front.coded.data->size);
  packet->codec = front.coded.codec;
  waiting_.pop_front();
  ++copied_;
  sink(std::move(packet));
}

// Keeps what a copy may still begin with: key pictures not shown yet, and all after them.
void StreamCopy::forget_before(const Waiting* now) {
  const auto shown = now != nullptr ? std::optional(now->coded) : std::nullopt;
  while (!waiting_.empty()) {
    const auto& front = waiting_.front().coded;
    const bool is_past = shown && is_before(front, *shown);
    if (front.is_key && !is_past && waiting_.size() <= most_waiting) return;
    waiting_.pop_front();
  }
}

}  // namespace xb::output
