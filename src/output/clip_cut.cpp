// Pictures by groups, sound by packets.
// SPDX-License-Identifier: Apache-2.0
#include "output/clip_cut.h"

#include <algorithm>
#include <utility>

#include "media/frame.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mathematics.h>
}

namespace xb::output {
namespace {

constexpr std::size_t most_group_bytes = std::size_t{96} << 20U;
constexpr int packets_a_look = 200;
constexpr AVRational of_clip{1, static_cast<int>(media::video_time_base)};
constexpr AVRational of_ns{1, 1'000'000'000};
// A packet sounds for as long before and behind its own time.
constexpr Duration sound_beside = std::chrono::milliseconds(50);

media::AvPacketPtr taken(AVPacket& packet) {
  auto out = media::make_av_packet();
  av_packet_move_ref(out.get(), &packet);
  return out;
}

}  // namespace

ClipCut::ClipCut(std::span<const ClipPart> parts, ClipShape shape, Clock& clock,
                 const std::function<bool(double)>& progress)
    : parts_(parts), shape_(shape), clock_(clock), progress_(progress) {
  for (const auto& part : parts) all_ += part.to - part.from;
}

void ClipCut::blank(std::vector<FileSpan> spans, Duration length) {
  blanks_ = std::move(spans);
  all_ = length;
}

Result<ClipMade> ClipCut::run(const std::filesystem::path& to) {
  XB_TRY(prepare(to));
  for (const auto& part : parts_) XB_TRY(cut_part(part));
  XB_TRY(encoder_->finish([this](AVPacket& packet) { return put_encoded(packet); }));
  if (made_.pictures == 0) return Error(ErrorCode::review_clip, "这里没有画面", "no picture there");
  XB_TRY(writer_->finish(av_rescale_q(end_, of_clip, AVRational{1, sound_rate_})));
  made_.length = Duration(av_rescale_q(end_, of_clip, of_ns));
  made_.has_sound = writer_->has_sound();
  return made_;
}

std::int64_t ClipCut::tick() const {
  return media::video_time_base * form_.rate.den / form_.rate.num;
}

Duration ClipCut::picture_length() const {
  return Duration(av_rescale_q(tick(), of_clip, of_ns));
}

bool ClipCut::is_blank(Duration from, Duration to) const {
  return std::any_of(blanks_.begin(), blanks_.end(),
                     [&](const FileSpan& one) { return from < one.to && one.from < to; });
}

Status ClipCut::cut_part(const ClipPart& part) {
  XB_TRY_ASSIGN(reader_, ClipReader::open(part, clock_));
  reader_->seek();
  base_ = end_;
  origin_.reset();
  if (!blanks_.empty()) origin_ = 0;  // the file's own times stay
  group_.clear();
  group_bytes_ = 0;
  waiting_sound_.clear();
  is_streaming_ = !can_copy_ || !is_alike(*reader_->video().codecpar, *copied_kind_);
  encoder_->begin();
  const auto* sound = reader_->sound();
  const bool is_heard = sound != nullptr && sound_kind_ && is_alike(*sound->codecpar, *sound_kind_);
  if (!is_heard && sound_kind_) made_.is_sound_lacking = true;
  is_by_group_ = !is_streaming_;
  XB_TRY(read_part(is_heard ? sound : nullptr));
  XB_TRY(end_group());
  return put_waiting_sound();
}

Status ClipCut::read_part(const AVStream* sound) {
  bool is_seen = false;
  bool is_heard = sound == nullptr;
  const auto packet = media::make_av_packet();
  for (int n = 1; !is_seen || !is_heard; ++n) {
    if (n % packets_a_look == 0) XB_TRY(tell());
    XB_TRY_ASSIGN(const bool is_there, reader_->read(*packet));
    if (!is_there) break;
    if (packet->stream_index == reader_->video().index) {
      is_seen = is_seen || reader_->time_of(packet->dts) >= reader_->high();
      if (!is_seen) XB_TRY(take_picture(*packet));
    } else if (sound != nullptr && packet->stream_index == sound->index) {
      const auto time = Duration(av_rescale_q(packet->pts, sound->time_base, of_ns));
      is_heard = is_heard || time >= reader_->high() + picture_length() / 2;
      if (!is_heard) XB_TRY(take_sound(*packet, *sound));
    }
    av_packet_unref(packet.get());
  }
  return ok();
}

Status ClipCut::tell() {
  const auto done = Duration(av_rescale_q(end_, of_clip, of_ns));
  const auto part = all_.count() > 0
                        ? static_cast<double>(done.count()) / static_cast<double>(all_.count())
                        : 0.0;
  done_ = std::min(0.98, part);
  if (!progress_(done_)) return Error(ErrorCode::cancelled, "clip");
  return ok();
}

Status ClipCut::take_picture(AVPacket& packet) {
  if (is_by_group_ && reader_->begins_group(packet)) {
    XB_TRY(end_group());
    is_streaming_ = false;
  }
  if (is_streaming_) return reader_->decode(packet, shown());
  group_bytes_ += static_cast<std::size_t>(packet.size);
  group_.push_back(taken(packet));
  if (group_bytes_ < most_group_bytes) return ok();
  is_streaming_ = true;  // too long to be kept
  group_bytes_ = 0;
  return encode_group();
}

ClipReader::FrameSink ClipCut::shown() {
  return [this](AVFrame& frame) -> Status {
    const auto time = reader_->time_of(frame.pts);
    AVFrame* fitting = removed_.get();
    if (!is_blank(time, time + picture_length())) {
      XB_TRY_ASSIGN(fitting, fitter_->fit(frame, can_copy_ ? 0 : reader_->turn()));
    }
    XB_TRY(encoder_->encode(*fitting, time_in_clip(frame.pts),
                            [this](AVPacket& made) { return put_encoded(made); }));
    if (made_.pictures % 50 == 0) return tell();
    return ok();
  };
}

// A time of the part's pictures in the clip. The first that is asked for is where it begins.
std::int64_t ClipCut::time_in_clip(std::int64_t pts) {
  if (!origin_) origin_ = pts;
  return base_ + av_rescale_q(pts - *origin_, reader_->video().time_base, of_clip);
}

Status ClipCut::end_group() {
  if (is_streaming_) return reader_->drain(shown());
  if (group_.empty()) return ok();
  std::int64_t first = INT64_MAX;
  std::int64_t last = INT64_MIN;
  bool is_in_order = true;
  for (const auto& one : group_) {
    is_in_order = is_in_order && one->pts > last;
    first = std::min(first, one->pts);
    last = std::max(last, one->pts);
  }
  const bool is_before = reader_->time_of(last) < reader_->low();
  const bool is_behind = reader_->time_of(first) >= reader_->high();
  const bool is_kept =
      !is_blank(reader_->time_of(first), reader_->time_of(last) + picture_length());
  // pictures that are shown in the order of decoding need nothing that comes behind them
  const bool is_whole = is_kept && reader_->begins_group(*group_.front()) &&
                        reader_->time_of(first) >= reader_->low() &&
                        (is_in_order || reader_->time_of(last) < reader_->high());
  if (!is_before && !is_behind) XB_TRY(is_whole ? copy_group(first) : encode_group());
  group_.clear();
  group_bytes_ = 0;
  return tell();
}

Status ClipCut::copy_group(std::int64_t first) {
  time_in_clip(first);
  const auto base = reader_->video().time_base;
  for (const auto& one : group_) {
    if (reader_->time_of(one->pts) >= reader_->high()) break;
    const auto late = av_rescale_q(one->pts - one->dts, base, of_clip);
    one->pts = time_in_clip(one->pts);
    one->dts = one->pts - late;
    one->duration = std::max<std::int64_t>(1, av_rescale_q(one->duration, base, of_clip));
    ++made_.copied;
    XB_TRY(put(*one));
  }
  encoder_->begin();
  return ok();
}

Status ClipCut::encode_group() {
  encoder_->begin();
  for (const auto& one : group_) XB_TRY(reader_->decode(*one, shown()));
  group_.clear();
  if (!is_streaming_) XB_TRY(reader_->drain(shown()));
  return ok();
}

Status ClipCut::put_encoded(AVPacket& packet) {
  packet.dts = packet.pts - delay_;
  packet.duration = tick();
  return put(packet);
}

Status ClipCut::put(AVPacket& packet) {
  ++made_.pictures;
  end_ = std::max(end_, packet.pts + tick());
  XB_TRY(writer_->video(packet));
  return put_waiting_sound();
}

Status ClipCut::take_sound(AVPacket& packet, const AVStream& sound) {
  const auto time = Duration(av_rescale_q(packet.pts, sound.time_base, of_ns));
  const auto length = Duration(av_rescale_q(packet.duration, sound.time_base, of_ns));
  packet.pts = av_rescale_q(packet.pts, sound.time_base, AVRational{1, sound_rate_});
  packet.duration = av_rescale_q(packet.duration, sound.time_base, AVRational{1, sound_rate_});
  if (is_blank(time - sound_beside, time + length + sound_beside)) {
    if (silent_.empty()) return ok();  // nothing is silent, too
    XB_TRY(silence(packet));
  }
  waiting_sound_.push_back(taken(packet));
  return origin_ ? put_waiting_sound() : ok();
}

// Other bytes at the same time.
Status ClipCut::silence(AVPacket& packet) {
  const auto now = media::make_av_packet();
  XB_TRY(
      media::checked(av_new_packet(now.get(), static_cast<int>(silent_.size())), "av_new_packet"));
  std::copy(silent_.begin(), silent_.end(), now->data);
  now->pts = now->dts = packet.pts;
  now->duration = packet.duration;
  now->flags = AV_PKT_FLAG_KEY;
  av_packet_unref(&packet);
  av_packet_move_ref(&packet, now.get());
  return ok();
}

// When sound is heard is known when its part's first picture is.
Status ClipCut::put_waiting_sound() {
  if (!origin_ || waiting_sound_.empty()) return ok();
  const auto begins =
      av_rescale_q(*origin_, reader_->video().time_base, AVRational{1, sound_rate_});
  const auto base = av_rescale_q(base_, of_clip, AVRational{1, sound_rate_});
  auto waiting = std::exchange(waiting_sound_, {});
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    // one packet before the first that is heard primes the decoder
    const auto ends = waiting[i]->pts + waiting[i]->duration;
    const bool has_next = i + 1 < waiting.size() && waiting[i + 1]->pts < begins;
    const bool is_before =
        base_ == 0 ? has_next && ends + waiting[i + 1]->duration <= begins : ends <= begins;
    if (is_before) continue;
    waiting[i]->pts += base - begins;
    waiting[i]->dts = waiting[i]->pts;
    XB_TRY(writer_->sound(*waiting[i]));
  }
  return ok();
}

}  // namespace xb::output
