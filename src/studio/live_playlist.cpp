// Segments out of pieces. SPDX-License-Identifier: Apache-2.0
#include "studio/live_playlist.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace xb::studio {
namespace {

constexpr Duration forgotten_after = std::chrono::seconds(15);
constexpr Duration first_segment = std::chrono::seconds(6);
constexpr std::size_t most_segments = 6;
constexpr std::size_t most_segment_bytes = 8 << 20;
constexpr std::size_t most_waiting = 64;

net::Response empty_answer(int status) {
  net::Response out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::make_shared<const std::string>();
  if (status == 503) out.headers = {{"Retry-After", "2"}};
  return out;
}

}  // namespace

bool LivePlaylist::is_wanted(MonoTime now) const {
  return asked_ && now - *asked_ < forgotten_after;
}

void LivePlaylist::clear() {
  segments_.clear();
  headers_.clear();
  filling_.clear();
}

void LivePlaylist::take(const output::WebPiece& piece) {
  if (piece.kind == output::WebPiece::Kind::begin) {
    filling_.clear();
    headers_.emplace_back(++run_, piece.bytes);
    return;
  }
  if (!asked_) return;
  if (piece.is_key) {
    end_segment();
    filling_start_us_ = piece.start_us;
  } else if (filling_.empty()) {
    return;  // its beginning was before anybody asked
  }
  if (filling_.size() + piece.bytes->size() > most_segment_bytes) return filling_.clear();
  filling_ += *piece.bytes;
  filling_end_us_ = piece.end_us;
}

void LivePlaylist::end_segment() {
  if (filling_.empty()) return;
  segments_.push_back({next_++, run_,
                       std::make_shared<const std::string>(std::exchange(filling_, {})),
                       filling_end_us_ - filling_start_us_});
  if (segments_.size() > most_segments) segments_.pop_front();
  std::erase_if(headers_, [&](const auto& one) {
    return one.first != run_ && one.first < segments_.front().run;
  });
  for (const auto& each : std::exchange(waiting_, {})) each.to->respond(playlist());
}

net::Response LivePlaylist::playlist() const {
  std::int64_t longest_us = 2'000'000;
  for (const auto& one : segments_) longest_us = std::max(longest_us, one.length_us);
  auto text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n"
      "#EXT-X-INDEPENDENT-SEGMENTS\n",
      (longest_us + 999'999) / 1'000'000, segments_.front().number);
  std::uint64_t run = 0;
  for (const auto& one : segments_) {
    if (one.run != run) {
      if (run != 0) text += "#EXT-X-DISCONTINUITY\n";
      text += fmt::format("#EXT-X-MAP:URI=\"/live/header-{}.mp4\"\n", one.run);
      run = one.run;
    }
    text += fmt::format("#EXTINF:{:.3f},\n/live/{}.m4s\n", static_cast<double>(one.length_us) / 1e6,
                        one.number);
  }
  net::Response out;
  out.content_type = "application/vnd.apple.mpegurl";
  out.body = std::make_shared<const std::string>(std::move(text));
  return out;
}

void LivePlaylist::answer(net::ResponderRef to, MonoTime now) {
  asked_ = now;
  if (!segments_.empty()) return to->respond(playlist());
  if (waiting_.size() >= most_waiting) return to->respond(empty_answer(503));
  waiting_.push_back({std::move(to), now + first_segment});
}

net::Response LivePlaylist::file(std::string_view name) const {
  std::shared_ptr<const std::string> bytes;
  for (const auto& one : segments_)
    if (name == fmt::format("{}.m4s", one.number)) bytes = one.bytes;
  for (const auto& [run, header] : headers_)
    if (name == fmt::format("header-{}.mp4", run)) bytes = header;
  if (!bytes) return empty_answer(404);
  net::Response out;
  out.content_type = "video/mp4";
  out.body = std::move(bytes);
  return out;
}

void LivePlaylist::tick(MonoTime now) {
  if (asked_ && !is_wanted(now)) {
    asked_.reset();
    segments_.clear();
    filling_.clear();
  }
  const auto late = std::partition(waiting_.begin(), waiting_.end(),
                                   [&](const Waiting& each) { return now < each.until; });
  for (auto at = late; at != waiting_.end(); ++at) at->to->respond(empty_answer(503));
  waiting_.erase(late, waiting_.end());
}

}  // namespace xb::studio
