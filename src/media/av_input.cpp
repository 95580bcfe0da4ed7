// Opening: allow-lists and limits first, then libav.
// SPDX-License-Identifier: Apache-2.0
#include "media/av_input.h"

#include <cerrno>
#include <filesystem>
#include <string>

#include "base/resolve.h"
#include "media/address.h"
#include "media/av.h"
#include "media/decoder_rules.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace xb::media {
namespace {

bool is_live(InputKind kind) {
  return kind != InputKind::file;
}

Status check_file(const std::string& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) return Error(ErrorCode::file_missing, path);
  // a pipe or a device would block where no deadline reaches
  if (!std::filesystem::is_regular_file(status))
    return Error(ErrorCode::file_unreadable, path + ": not a regular file");
  return ok();
}

}  // namespace

void Deadline::start(Duration limit, std::stop_token stop) {
  until_ = clock_.now() + limit;
  stop_ = std::move(stop);
}

int Deadline::is_over(void* deadline) {
  auto& self = *static_cast<Deadline*>(deadline);
  if (const auto told = std::exchange(self.on_wait_, nullptr)) told();
  return self.stop_.stop_requested() || self.clock_.now() >= self.until_ ? 1 : 0;
}

AvInput::~AvInput() {
  if (context_ != nullptr) avformat_close_input(&context_);
  if (pushed_ != nullptr && bytes_ != nullptr) {  // opened by nobody
    av_freep(static_cast<void*>(&bytes_->buffer));
    avio_context_free(&bytes_);
  }
  if (bytes_ != nullptr) avio_closep(&bytes_);
}

int AvInput::read_pushed(void* input, std::uint8_t* into, int size) {
  auto& self = *static_cast<AvInput*>(input);
  while (Deadline::is_over(&self.deadline_) == 0) {
    const auto got =
        self.pushed_->read({into, static_cast<std::size_t>(size)}, std::chrono::milliseconds(50));
    if (!got) return AVERROR_EOF;
    if (*got > 0) return static_cast<int>(*got);
  }
  return AVERROR_EXIT;
}

Status AvInput::take_pushed(const InputSpec& spec) {
  constexpr int buffer_bytes = 32 * 1024;
  pushed_ = spec.bytes;
  if (!pushed_) return Error(ErrorCode::internal, "nothing to read from");
  auto* buffer = static_cast<std::uint8_t*>(av_malloc(buffer_bytes));
  if (buffer == nullptr) return Error(ErrorCode::internal, "av_malloc");
  bytes_ = avio_alloc_context(buffer, buffer_bytes, 0, this, read_pushed, nullptr, nullptr);
  if (bytes_ == nullptr) {
    av_free(buffer);
    return Error(ErrorCode::internal, "avio_alloc_context");
  }
  bytes_->seekable = 0;
  return ok();
}

Error AvInput::refusal(const InputSpec& spec, const char* call, int code) const {
  if (deadline_.is_stopped()) return Error(ErrorCode::cancelled, call);
  const auto subject = is_live(spec.kind) ? std::string(call) : spec.url;
  if (code == AVERROR_EXIT)
    return Error(ErrorCode::source_open_failed,
                 subject + ": no answer in " + std::to_string(to_ms(spec.open_deadline)) + " ms");
  auto as = ErrorCode::source_open_failed;
  if (spec.kind == InputKind::device) {
    if (code == AVERROR(ENOENT) || code == AVERROR(ENODEV) || code == AVERROR(ENXIO))
      as = ErrorCode::device_missing;
    if (code == AVERROR(EBUSY)) as = ErrorCode::device_busy;
    if (code == AVERROR(EACCES) || code == AVERROR(EPERM)) as = ErrorCode::device_denied;
    // ALSA's every reason: in use, pulled out, not able to
    if (code == AVERROR(EIO) && !spec.wants_video) as = ErrorCode::device_refused;
  }
  if (code == AVERROR(EADDRINUSE)) as = ErrorCode::source_port_taken;
  if (code == AVERROR(EACCES) && spec.kind == InputKind::file) as = ErrorCode::file_unreadable;
  return Error(as, subject + ": " + av_text(code));
}

Status AvInput::open_bytes(const InputSpec& spec, std::stop_token stop) {
  // A listener waits for its feeder as long as it takes: closing and opening the port meanwhile
  // would refuse the feeder in between. libav asks for the first time when it has bound the port.
  const bool is_listening = address_of(spec).is_listening;
  deadline_.start(is_listening ? std::chrono::hours(24 * 365) : spec.open_deadline,
                  std::move(stop));
  if (is_listening) deadline_.on_wait(spec.on_listening);
  Options options;
  options.set("protocol_whitelist", rules_of(spec.kind).protocols);
  for (const auto& [key, value] : spec.connection) options.set(key, value);
  const AVIOInterruptCB interrupt{Deadline::is_over, &deadline_};
  const int code = avio_open2(&bytes_, spec.url.c_str(), AVIO_FLAG_READ, &interrupt, options.out());
  if (code < 0) return refusal(spec, "open", code);
  return ok();
}

Status AvInput::open_format(const InputSpec& spec, std::stop_token stop) {
  const auto& rules = rules_of(spec.kind);
  Options options;
  options.set("format_whitelist", rules.formats);
  options.set("protocol_whitelist", rules.protocols);
  options.set("codec_whitelist", decoder_allow_list);
  options.set("max_streams", std::to_string(most_streams));
  if (spec.kind == InputKind::rtsp) options.set("rtsp_transport", "tcp");
  if (spec.kind == InputKind::rtmp) options.set("rtmp_live", "live");
  for (const auto& [key, value] : spec.options) options.set(key, value);

  const char* forced = spec.format.empty() ? rules.forced : spec.format.c_str();
  const AVInputFormat* format = nullptr;
  if (forced != nullptr) {
    format = av_find_input_format(forced);
    if (format == nullptr) return Error(ErrorCode::source_unsupported, forced);
  }
  context_ = avformat_alloc_context();
  if (context_ == nullptr) return Error(ErrorCode::internal, "avformat_alloc_context");
  context_->interrupt_callback = {Deadline::is_over, &deadline_};
  if (bytes_ != nullptr) context_->pb = bytes_;
  if (spec.kind == InputKind::device) {
    context_->flags |= AVFMT_FLAG_NONBLOCK;  // devices know no interrupt callback
  } else if (is_live(spec.kind)) {
    // Enough for the parameters of both streams, little enough to be back soon after a loss.
    context_->probesize = 1'000'000;
    context_->max_analyze_duration = AV_TIME_BASE;
    context_->fps_probe_size = 3;
  } else {
    context_->probesize = 8'000'000;
    context_->max_analyze_duration = 5LL * AV_TIME_BASE;
  }
  deadline_.start(spec.open_deadline, std::move(stop));
  const auto url = spec.kind == InputKind::file ? "file:" + spec.url : spec.url;
  int code = avformat_open_input(&context_, url.c_str(), format, options.out());
  if (code < 0) return refusal(spec, "open", code);  // libav has freed and nulled context_
  if (context_->nb_streams > static_cast<unsigned>(most_streams))
    return Error(ErrorCode::source_open_failed, "too many streams");
  if (spec.kind != InputKind::device) {  // a device says all in its header
    code = avformat_find_stream_info(context_, nullptr);
    if (code < 0) return refusal(spec, "probe", code);
  }
  return ok();
}

Status AvInput::choose_streams(const InputSpec& spec) {
  const auto best = [&](AVMediaType type) {
    const int index = av_find_best_stream(context_, type, -1, -1, nullptr, 0);
    if (index < 0) return -1;
    // the cover of a song is no picture of a camera
    const auto disposition = context_->streams[index]->disposition;
    return (disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ? -1 : index;
  };
  if (spec.wants_video) video_index_ = best(AVMEDIA_TYPE_VIDEO);
  if (spec.wants_audio) audio_index_ = best(AVMEDIA_TYPE_AUDIO);
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    const int index = static_cast<int>(i);
    if (index != video_index_ && index != audio_index_)
      context_->streams[i]->discard = AVDISCARD_ALL;
  }
  if (video_index_ < 0 && audio_index_ < 0) {
    return Error(spec.wants_video ? ErrorCode::source_no_video : ErrorCode::source_open_failed,
                 spec.wants_video ? "" : "no sound in it");
  }
  return ok();
}

Result<std::unique_ptr<AvInput>> AvInput::open(const InputSpec& spec, Clock& clock,
                                               std::stop_token stop) {
  if (spec.kind == InputKind::file) XB_TRY(check_file(spec.url));
  // libav asks for the name itself and cannot be stopped while it does, so it is asked once before:
  // names that are not found, or not soon, never come to libav.
  if (const auto to = address_of(spec); !to.host.empty() && !to.is_listening)
    XB_TRY(resolve(to.host, to.port, clock, clock.now() + spec.open_deadline, stop,
                   ErrorCode::source_open_failed));
  std::unique_ptr<AvInput> made(new AvInput(clock));
  if (spec.kind == InputKind::tcp || spec.kind == InputKind::srt)
    XB_TRY(made->open_bytes(spec, stop));
  if (spec.kind == InputKind::pushed) XB_TRY(made->take_pushed(spec));
  XB_TRY(made->open_format(spec, stop));
  XB_TRY(made->choose_streams(spec));
  return made;
}

}  // namespace xb::media
