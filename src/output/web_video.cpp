// The thread out-web: Packets in, fragments of a tenth of a second out.
// SPDX-License-Identifier: Apache-2.0
#include "output/web_video.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace xb::output {
namespace {

// A tenth of a second: late enough to cost a phone ten messages a second and not thirty, soon
// enough to stay far below the delay people notice.
constexpr std::int64_t fragment_us = 100'000;
constexpr std::int64_t longest_us = 300'000;
constexpr Duration look_at_wish = from_ms(200);
constexpr Duration rest_at_most = std::chrono::hours(1);

// "avc1.640020" from the decoder configuration in the header; empty when there is none.
std::string codec_of(const std::string& header) {
  const auto at = header.find("avcC");
  if (at == header.npos || at + 8 > header.size()) return {};
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(header[at + 4 + i]));
  };
  return fmt::format("avc1.{:02x}{:02x}{:02x}", byte(1), byte(2), byte(3));
}

std::int64_t end_us_of(const media::Packet& packet) {
  const std::int64_t base =
      packet.kind == media::Kind::video ? media::video_time_base : sample_rate;
  return time_us(packet) + packet.duration * 1'000'000 / base;
}

}  // namespace

// One Session on air.
struct WebVideo::Run {
  Run(Hub& its_hub, OutputParts its_parts, const std::vector<Sink>& its_sinks)
      : hub(its_hub),
        parts(std::move(its_parts)),
        sinks(its_sinks),
        places(its_sinks.size()),
        queue(QueueLimits{.bits_per_second =
                              parts.video.bits_per_second + parts.audio.bits_per_second}) {}

  void take(const media::Packet& packet);
  Status open(const media::Packet& key);
  Status write(const media::Packet& packet);
  Status end_fragment();
  void close();
  void hand_on(const WebPiece& piece);
  void hand_to(std::size_t sink, const WebPiece& piece);

  // Where one sink stands.
  struct Place {
    bool awaits_key = false;    // it had no room
    bool awaits_begin = false;  // not even for that
  };

  Hub& hub;
  OutputParts parts;
  const std::vector<Sink>& sinks;
  std::vector<Place> places;
  PacketQueue queue;
  std::unique_ptr<Muxer> muxer;  // null until a key frame
  std::string bytes;             // written by the muxer, not handed on yet
  std::int64_t start_us = 0;     // of the first key frame
  WebPiece filling;              // the fragment being filled
  bool is_empty = true;          // it has no Packet yet
  WebPiece header;               // the `begin` of what is being written
  Worker worker;
};

void WebVideo::Run::take(const media::Packet& packet) {
  const bool is_video = packet.kind == media::Kind::video;
  if (is_video && muxer && packet.codec != parts.video.codec) close();
  if (!muxer && !(is_video && packet.is_key)) return;
  auto done = muxer ? ok() : open(packet);
  if (done && muxer) done = write(packet);
  if (done) return;
  log_warn("output.web", "{}", done.error().log_line());
  close();  // and anew at the next key frame
}

Status WebVideo::Run::open(const media::Packet& key) {
  parts.video.codec = key.codec;
  bytes.clear();
  XB_TRY_ASSIGN(muxer,
                Muxer::open("mp4", parts.video, parts.audio, Muxer::fragmented_mp4("frag_custom"),
                            [this](std::span<const std::uint8_t> more) {
                              bytes.append(more.begin(), more.end());
                            }));
  start_us = time_us(key);
  is_empty = true;
  WebPiece begin;
  begin.kind = WebPiece::Kind::begin;
  begin.mime = fmt::format("video/mp4; codecs=\"{}, mp4a.40.2\"", codec_of(bytes));
  begin.bytes = std::make_shared<const std::string>(std::exchange(bytes, {}));
  header = std::move(begin);
  hand_on(header);
  return ok();
}

Status WebVideo::Run::write(const media::Packet& packet) {
  const bool is_video = packet.kind == media::Kind::video;
  if (is_video && packet.is_key) XB_TRY(end_fragment());
  if (std::exchange(is_empty, false)) {
    filling = {};
    filling.is_key = is_video && packet.is_key;
    filling.start_us = time_us(packet) - start_us;
  }
  XB_TRY(muxer->write(packet, start_us));
  const auto end_us = end_us_of(packet) - start_us;
  if (!is_video) {
    // beside a picture that stands for seconds
    if (end_us - filling.start_us < longest_us) return ok();
    filling.end_us = std::max(filling.end_us, end_us);
    return end_fragment();
  }
  filling.end_us = end_us;
  return filling.end_us - filling.start_us >= fragment_us ? end_fragment() : ok();
}

Status WebVideo::Run::end_fragment() {
  if (std::exchange(is_empty, true)) return ok();
  XB_TRY(muxer->flush());
  filling.bytes = std::make_shared<const std::string>(std::exchange(bytes, {}));
  hand_on(std::exchange(filling, {}));
  return ok();
}

void WebVideo::Run::close() {
  muxer.reset();
  is_empty = true;
}

void WebVideo::Run::hand_on(const WebPiece& piece) {
  for (std::size_t i = 0; i < sinks.size(); ++i) hand_to(i, piece);
}

void WebVideo::Run::hand_to(std::size_t sink, const WebPiece& piece) {
  auto& place = places[sink];
  const auto give = [&](const WebPiece& one) { return sinks[sink](WebPiece(one)); };
  if (piece.kind == WebPiece::Kind::begin) {
    place.awaits_begin = !give(piece);
    place.awaits_key = place.awaits_begin;
    return;
  }
  if (place.awaits_key && !piece.is_key) return;
  if (place.awaits_begin) place.awaits_begin = !give(header);
  place.awaits_key = place.awaits_begin || !give(piece);
}

unsigned WebVideo::connect(Sink sink) {
  sinks_.push_back(std::move(sink));
  return static_cast<unsigned>(sinks_.size() - 1);
}

WebVideo::WebVideo() = default;
WebVideo::~WebVideo() {
  end();
}

void WebVideo::begin(Hub& hub, OutputParts parts) {
  end();
  run_ = std::make_unique<Run>(hub, std::move(parts), sinks_);
  run_->queue.set_open(false);
  hub.attach(run_->queue);
  is_on_air_.store(true);
  run_->worker = Worker("out-web", run_->parts.health,
                        [this, run = run_.get()](std::stop_token stop) { work(*run, stop); });
}

void WebVideo::end() {
  if (!run_) return;
  is_on_air_.store(false);
  run_->worker.request_stop();
  run_->worker.join();
  run_->hub.detach(run_->queue);
  run_.reset();
}

void WebVideo::want(unsigned sink) {
  if (wishes_of_.fetch_or(1U << sink) == 0) wishes_.ring();
}

void WebVideo::rest(unsigned sink) {
  wishes_of_.fetch_and(~(1U << sink));
}

void WebVideo::work(Run& run, const std::stop_token& stop) {
  auto seen = wishes_.rings();
  while (!stop.stop_requested() && !run.queue.counters().is_ended) {
    if (is_wanted())
      serve(run, stop);
    else
      seen = wishes_.wait(seen, rest_at_most, stop);
  }
}

void WebVideo::serve(Run& run, const std::stop_token& stop) {
  run.queue.restart();
  run.queue.set_open(true);
  run.parts.request_key_frame();
  while (is_wanted() && !stop.stop_requested()) {
    if (const auto packet = run.queue.pop_for(look_at_wish, stop))
      run.take(**packet);
    else if (run.queue.counters().is_ended)
      break;
  }
  run.queue.set_open(false);
  run.close();
}

}  // namespace xb::output
