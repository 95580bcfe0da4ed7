// venc and aenc.
// SPDX-License-Identifier: Apache-2.0
#include "output/encoder_threads.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace xb::output {
namespace {

constexpr int most_refused = 10;  // in a row

const std::string sound_component = "output.encoder.sound";
const std::string desk_component = "sound";

}  // namespace

VideoThread::VideoThread(VideoThreadSetup setup, Clock& clock, Health& health)
    : setup_(std::move(setup)), clock_(clock), health_(health) {
}

Result<std::unique_ptr<VideoThread>> VideoThread::open(VideoThreadSetup setup, Clock& clock,
                                                       Health& health) {
  std::unique_ptr<VideoThread> made(new VideoThread(std::move(setup), clock, health));
  XB_TRY_ASSIGN(made->encoder_, made->setup_.opener(made->setup_.settings));
  made->parameters_ = made->encoder_->parameters();
  made->name_ = made->encoder_->name();
  made->bitrate_.store(made->setup_.settings.video_bitrate);
  return made;
}

VideoThread::~VideoThread() {
  finish();
}

void VideoThread::run(FrameNumber first) {
  first_ = first;
  encoder_->begin(first);
  health_.set(setup_.component, Condition::running);
  worker_ = Worker(setup_.thread, health_, [this](std::stop_token stop) {
    if (setup_.urgency == Urgency::background) lower_this_thread();
    encode(stop);
  });
}

void VideoThread::finish() {
  worker_.request_stop();
  worker_.join();
  health_.set(setup_.component, Condition::stopped);
}

// Takes until stop is requested and the queue is empty.
void VideoThread::encode(const std::stop_token& stop) {
  int refused = 0;
  auto bitrate = setup_.settings.video_bitrate;
  while (auto frame = setup_.frames.pop(stop)) {
    if (const auto wanted = effort_.load(std::memory_order_relaxed); wanted != its_effort_) {
      its_effort_ = wanted;
      change_effort(wanted);
    }
    if (setup_.each) setup_.each(*frame);
    if (!is_due(frame->number)) continue;
    if (wants_key_.exchange(false)) encoder_->force_key_frame();
    if (const auto wanted = bitrate_.load(std::memory_order_relaxed); wanted != bitrate) {
      bitrate = wanted;
      encoder_->set_bitrate(bitrate);
    }
    const auto before = clock_.now();
    auto status = encoder_->encode(*frame, setup_.sink);
    if (status) {
      refused = 0;
      frames_encoded_.fetch_add(1, std::memory_order_relaxed);
      note_name();
      const auto us = (clock_.now() - before).count() / 1000;
      const auto mean = encode_us_.load(std::memory_order_relaxed);
      encode_us_.store(mean == 0 ? us : mean + (us - mean) / 16, std::memory_order_relaxed);
      continue;
    }
    log_error(setup_.component, "{}", status.error().log_line());
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (++refused < most_refused) continue;
    refused = 0;
    status = replace();
    its_effort_ = Effort::usual;  // as it was opened
    if (status)
      health_.set(setup_.component, Condition::running);
    else
      health_.set(setup_.component, Condition::failed, std::move(status).error());
  }
  if (auto flushed = encoder_->finish(setup_.sink); !flushed)
    log_error(setup_.component, "{}", flushed.error().log_line());
}

// At another pace the very next Frame is a picture, so that none stands for longer than was said.
bool VideoThread::is_due(FrameNumber frame) {
  const auto& settings = setup_.settings;
  const bool is_software = encoder_->name() == software_encoder;
  const bool is_eased = is_software && its_effort_ == Effort::every_other;
  const auto pace = is_software ? pace_.load(std::memory_order_relaxed) : Pace::full;
  const auto of_pace = frames_apart(pace, settings.rate);
  const auto apart = std::max<std::int64_t>(of_pace, is_eased ? 2 : 1);
  const auto number = frame.value;
  if (std::exchange(apart_, apart) != apart) due_ = key_due_ = number;
  if (number < due_) {
    if (of_pace == 1) eased_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  due_ = (number / apart + 1) * apart;
  encoder_->stand_for(due_ - number);
  // x264 counts pictures, not their time
  if (apart > 1 && number >= key_due_) {
    const auto second = settings.rate.num / settings.rate.den;
    key_due_ = number + settings.key_frame_seconds * key_frame_factor(pace) * second;
    encoder_->force_key_frame();
  }
  return true;
}

Status VideoThread::replace() {
  setup_.settings.video_encoder = software_encoder;
  XB_TRY_ASSIGN(auto other, setup_.opener(setup_.settings));
  log_warn(setup_.component, "{} takes the place of {}", other->name(), encoder_->name());
  put_in_place(std::move(other));
  note_name();
  return ok();
}

// What cannot be opened leaves everything as it was.
void VideoThread::change_effort(Effort effort) {
  if (encoder_->name() != software_encoder) return;
  auto settings = setup_.settings;
  settings.video_encoder = software_encoder;
  settings.preset = preset_of(effort, settings.preset);
  if (effort != Effort::usual) settings.x264_params = params_of_veryfast;
  auto other = setup_.opener(settings);
  if (!other)
    return log_warn(setup_.component, "{}: {}", settings.preset, other.error().log_line());
  if (auto flushed = encoder_->finish(setup_.sink); !flushed)
    log_error(setup_.component, "{}", flushed.error().log_line());
  (*other)->succeed(encoder_->parameters());
  put_in_place(std::move(*other));
  log_info(setup_.component, "effort: {}", name_of(effort));
}

void VideoThread::put_in_place(std::unique_ptr<VideoEncoder> other) {
  other->set_bitrate(bitrate());
  other->begin(first_);
  encoder_ = std::move(other);
}

void VideoThread::note_name() {
  // only this thread changes it, so it may be read without the lock
  if (name_ == encoder_->name()) return;
  std::lock_guard lock(mutex_);
  name_ = encoder_->name();
}

std::string VideoThread::encoder_name() const {
  std::lock_guard lock(mutex_);
  return name_;
}

AudioThread::AudioThread(BlockQueue& blocks, PacketSink sink, Health& health,
                         media::SoundDesk* desk, const EncoderSettings& settings,
                         PacketSink recorded)
    : blocks_(blocks),
      sink_([this, sink = std::move(sink)](media::PacketRef packet) {
        own_.shared(packet);
        sink(std::move(packet));
      }),
      health_(health),
      desk_(desk),
      whole_bitrate_(settings.audio_bitrate),
      own_(settings, std::move(recorded)) {
}

Result<std::unique_ptr<AudioThread>> AudioThread::open(const EncoderSettings& settings,
                                                       BlockQueue& blocks, PacketSink sink,
                                                       Health& health, media::SoundDesk* desk,
                                                       PacketSink recorded) {
  if (!recorded) recorded = [](const auto&) {};
  std::unique_ptr<AudioThread> made(
      new AudioThread(blocks, std::move(sink), health, desk, settings, std::move(recorded)));
  XB_TRY_ASSIGN(made->encoder_, AudioEncoder::open(settings));
  made->bitrate_.store(settings.audio_bitrate);
  if (desk != nullptr) made->tell_desk(desk->begin());
  return made;
}

AudioThread::~AudioThread() {
  finish();
}

void AudioThread::run(SampleCount first) {
  encoder_->begin(first);
  own_.begin(first);
  health_.set(sound_component, Condition::running);
  worker_ = Worker("aenc", health_, [this](std::stop_token stop) { encode(stop); });
}

void AudioThread::finish() {
  worker_.request_stop();
  worker_.join();
  health_.set(sound_component, Condition::stopped);
  if (desk_ != nullptr) health_.set(desk_component, Condition::stopped);
}

// Takes until stop is requested and the queue is empty.
void AudioThread::encode(const std::stop_token& stop) {
  const auto sink = [this](const media::AudioBlock& block) { encode(block); };
  while (auto block = blocks_.pop(stop)) {
    if (desk_ == nullptr) {
      encode(*block);
    } else if (auto done = desk_->process(*block, sink); !done) {
      tell_desk(done);
    }
  }
  if (desk_ != nullptr) desk_->flush(sink);
  for (const auto& flushed : {encoder_->finish(sink_), own_.finish()}) {
    if (!flushed) log_error(sound_component, "{}", flushed.error().log_line());
  }
}

void AudioThread::encode(const media::AudioBlock& block) {
  const auto bits = bitrate();
  encoder_->set_bitrate(bits);
  auto status = encoder_->encode(block, sink_);
  if (status) {
    if (auto own = own_.block(block, bits < whole_bitrate_ && is_kept_.load()); !own)
      log_error(sound_component, "{}", own.error().log_line());
    if (refused_in_a_row_ >= most_refused) health_.set(sound_component, Condition::running);
    refused_in_a_row_ = 0;
    return;
  }
  log_error(sound_component, "{}", status.error().log_line());
  refused_.fetch_add(1, std::memory_order_relaxed);
  if (++refused_in_a_row_ == most_refused)
    health_.set(sound_component, Condition::failed, std::move(status).error());
}

void AudioThread::tell_desk(const Status& done) {
  if (done) return health_.set(desk_component, Condition::running);
  log_error(desk_component, "{}", done.error().log_line());
  health_.set(desk_component, Condition::degraded, Error(ErrorCode::sound_unprocessed));
}

}  // namespace xb::output
