// Starts in the order of architecture.md section 4 and stops in reverse.
// SPDX-License-Identifier: Apache-2.0
#include "studio/air.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "output/registry.h"

namespace xb::studio {

output::EncoderSettings encoder_settings(const VideoShow& video) {
  output::EncoderSettings settings;
  settings.width = video.width;
  settings.height = video.height;
  settings.rate = video.rate;
  settings.video_bitrate =
      1000LL * (video.bitrate_kbps > 0 ? video.bitrate_kbps : nominal_bitrate_kbps(video));
  return settings;
}

Result<std::unique_ptr<Air>> Air::prepare(AirParts parts) {
  std::unique_ptr<Air> air(new Air(parts));
  auto settings = encoder_settings(parts.plan.show.video);
  settings.video_encoder = parts.encoder;
  auto encoders = output::EncoderThreads::open(
      settings, parts.frames, parts.blocks,
      [air = air.get()](media::PacketRef packet) { air->take(std::move(packet)); }, parts.clock,
      parts.health);
  if (!encoders) return std::move(encoders).error().during("go on air");
  air->encoders_ = std::move(*encoders);
  return air;
}

void Air::take(media::PacketRef packet) {
  if (packet->kind == media::Kind::video && packet->is_key && parts_.qr.is_watching()) {
    // a pts is rounded down, by less than half a millisecond
    const SessionTime since_begin(Duration(packet->pts * 100'000 / 9) +
                                  std::chrono::milliseconds(1));
    const auto frames = frame_at(since_begin, parts_.plan.show.video.rate).value;
    parts_.key_frames.put({packet, FrameNumber{first_frame_.value + frames}});
  }
  hub_.push(std::move(packet));
}

void Air::begin(std::unique_ptr<session::Session> session) {
  session_ = std::move(session);
  is_on_ = true;
  output::OutputParts parts{encoders_->video(), encoders_->audio(), parts_.clock, parts_.health,
                            [encoders = encoders_.get()] { encoders->force_key_frame(); }};
  if (session_) {
    journal_ = std::make_unique<OutputJournal>(session_->ledger(), parts_.program_start,
                                               parts_.plan.show.video.rate, parts_.clock);
    parts.changed = [this](const output::OutputStats& now) { journal_->output(now); };
  }
  if (parts_.plan.is_recording && session_) {
    output::RecorderSettings recording;
    recording.path_of = [kept = session_.get()](int) { return kept->next_program_file(); };
    // no file begins before the first frame is known
    recording.file_changed = [this](const auto& file) { journal_->file(file, first_frame_); };
    recorder_ = output::Recorder::start(std::move(recording), parts);
    hub_.attach(recorder_->queue());
  }
  for (const auto& name : parts_.plan.publish) {
    if (auto push = start_push(name, parts)) {
      hub_.attach(push->queue());
      pushes_.push_back(std::move(push));
    }
  }
  // last: the first key frame finds every Output waiting
  parts_.frames.clear();
  parts_.blocks.clear();
  const auto first = parts_.program.start_feeding();
  first_frame_ = first.frame;
  began_at_ = time_of(first.frame, parts_.plan.show.video.rate);
  began_ = parts_.clock.now() + (began_at_ - parts_.program.now());
  encoders_->run({first.frame, first.sample});
}

std::unique_ptr<output::Output> Air::start_push(const std::string& name,
                                                const output::OutputParts& parts) {
  const auto& all = parts_.plan.show.publish;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  XB_CHECK(found != all.end());
  const auto* key = parts_.plan.secrets.key_of(name);
  auto push = output::start_publication(
      {name, found->url, key != nullptr ? *key : Secret(), parts_.plan.ca_file}, parts);
  if (push) return std::move(*push);
  parts_.health.set("output." + name, Condition::failed, push.error());
  output::OutputStats stats;
  stats.name = name;
  stats.state = output::OutputState::refused;
  stats.error = std::move(push).error();
  if (parts.changed) parts.changed(stats);
  stillborn_.push_back(std::move(stats));
  return nullptr;
}

Air::~Air() {
  if (!is_on_) return;
  stop_outputs();
  close("interrupted", std::chrono::seconds(2), std::nullopt);
}

void Air::stop_outputs() {
  is_on_ = false;
  parts_.program.stop_feeding();
  encoders_->finish();
  hub_.end();
  for (auto& push : pushes_) push->request_stop();
  if (recorder_) recorder_->request_stop();
  for (auto& push : pushes_) push->join();
  if (recorder_) recorder_->join();
}

void Air::close(std::string_view reason, Duration deadline, std::optional<std::int64_t> last_seq) {
  if (!session_) return;
  if (auto closed = session_->end(reason, deadline, {}, last_seq); !closed) {
    parts_.health.set("ledger", Condition::failed, std::move(closed).error());
  }
}

std::shared_ptr<session::Ledger> Air::ledger() const {
  return session_ ? session_->ledger() : nullptr;
}

AirState Air::state() {
  AirState state;
  for (const auto& push : pushes_) state.outputs.push_back(push->stats());
  state.outputs.insert(state.outputs.end(), stillborn_.begin(), stillborn_.end());
  for (const auto& one : state.outputs) state.is_any_live |= one.state == output::OutputState::live;
  was_ever_live_ |= state.is_any_live;
  state.was_ever_live = was_ever_live_;
  if (recorder_) {
    state.recording = recorder_->stats();
    state.recorder = recorder_->recorder_stats();
  }
  return state;
}

}  // namespace xb::studio
