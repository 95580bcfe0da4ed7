// Starts in the order of architecture.md section 4 and stops in reverse.
// SPDX-License-Identifier: Apache-2.0
#include "studio/air.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "output/registry.h"

namespace xb::studio {
namespace {

// The clean feed leaves the last gigabyte to the recording of what was on air.
constexpr std::uint64_t least_free_for_clean = 1'000'000'000;
constexpr std::uint64_t resume_free_for_clean = 1'200'000'000;
constexpr const char* encoder_component = "output.encoder";

OwnWish wish_of(const RecordShow& record) {
  if (record.own_quality == "always") return OwnWish::always;
  return record.own_quality == "never" ? OwnWish::never : OwnWish::if_affordable;
}

}  // namespace

Air::Air(AirParts parts)
    : parts_(parts),
      own_encode_(recorded_, parts.clock, parts.health),
      own_quality_(wish_of(parts.plan.show.record)) {
}

std::string Air::component_of(std::string component, std::size_t strand) const {
  return strand == 0 ? component : component + "." + parts_.strands.all[strand].name;
}

Result<std::unique_ptr<Air>> Air::prepare(AirParts parts) {
  std::unique_ptr<Air> air(new Air(parts));
  XB_TRY(air->open_encoders());
  return air;
}

Status Air::open_encoders() {
  const auto& strands = parts_.strands;
  for (std::size_t i = 0; i < strands.all.size(); ++i) lanes_.emplace_back();
  for (std::size_t i = 0; i < strands.all.size(); ++i) {
    auto opened = open_video(i);
    if (opened) {
      lanes_[i].video = std::move(*opened);
      continue;
    }
    if (i == 0) return std::move(opened).error().during("go on air");
    lanes_[i].error = opened.error();
    parts_.health.set(component_of(encoder_component, i), Condition::failed,
                      std::move(opened).error());
  }
  auto sound = output::AudioThread::open(
      encoder_settings(parts_.plan.show.video), parts_.blocks,
      [this](const media::PacketRef& packet) {
        for (auto& lane : lanes_) {
          if (lane.video) lane.hub.push(packet);
        }
      },
      parts_.health, parts_.sound,
      [this](media::PacketRef packet) { recorded_.push(std::move(packet)); });
  if (!sound) return std::move(sound).error().during("go on air");
  sound_ = std::move(*sound);
  for (auto& lane : lanes_) {
    if (lane.video)
      lane.bitrate.emplace(lane.video->bitrate() / 1000,
                           sound_->parameters().bits_per_second / 1000);
  }
  return ok();
}

Result<std::unique_ptr<output::VideoThread>> Air::open_video(std::size_t strand) {
  const auto& which = parts_.strands.all[strand];
  const auto& video = parts_.strands.video_of(which);
  const bool is_clean = which.dress == Dress::none;
  auto settings = is_clean ? clean_settings(video) : encoder_settings(video);
  settings.video_encoder = parts_.encoder;
  output::VideoThreadSetup setup{
      std::move(settings), parts_.frames[strand],
      [this, lane = &lanes_[strand], is_looked_at = strand == parts_.strands.looked_at,
       is_recorded = strand == parts_.strands.recorded](media::PacketRef packet) {
        if (is_looked_at) watch_key_frames(packet);
        if (is_recorded) own_encode_.shared(packet);
        lane->hub.push(std::move(packet));
      }};
  setup.component = component_of(encoder_component, strand);
  if (strand == parts_.strands.recorded)
    setup.each = [this](const media::Frame& frame) { own_encode_.frame(frame); };
  if (strand > 0) setup.thread = is_clean ? "venc-clean" : "venc-" + std::to_string(strand);
  if (is_clean) setup.urgency = output::Urgency::background;
  setup.opener = parts_.open_video;
  if (is_clean && parts_.coded != nullptr) {
    setup.opener = [this](const auto& its) { return open_clean(its); };
    parts_.coded->open();
  }
  return output::VideoThread::open(std::move(setup), parts_.clock, parts_.health);
}

Result<std::unique_ptr<output::VideoEncoder>> Air::open_clean(
    const output::EncoderSettings& settings) {
  XB_TRY_ASSIGN(auto encoder, parts_.open_video(settings));
  return output::make_clean_encoder(std::move(encoder), *parts_.coded, clean_figures_);
}

void Air::watch_key_frames(const media::PacketRef& packet) {
  if (!packet->is_key || !parts_.qr.is_watching()) return;
  // a pts is rounded down, by less than half a millisecond
  const SessionTime since_begin(Duration(packet->pts * 100'000 / 9) + std::chrono::milliseconds(1));
  const auto frames = frame_at(since_begin, parts_.plan.show.video.rate).value;
  parts_.key_frames.put({packet, FrameNumber{first_frame_.value + frames}});
}

output::OutputParts Air::output_parts(Lane& lane) const {
  output::OutputParts parts{lane.video->parameters(), sound_->parameters(), parts_.clock,
                            parts_.health,
                            [video = lane.video.get()] { video->force_key_frame(); }};
  parts.video_bits_now = [video = lane.video.get()] { return video->bitrate(); };
  parts.changed = [this](const output::OutputStats& now) {
    if (auto* journal = told_.load()) journal->output(now);
  };
  return parts;
}

void Air::begin(std::unique_ptr<session::Session> session) {
  is_on_ = true;
  if (session) keep(std::move(session));
  for (const auto* push : pushes_of(parts_.plan)) start_push(*push);
  if (parts_.web_video != nullptr)
    parts_.web_video->begin(lanes_.front().hub, output_parts(lanes_.front()));
  // last: the first key frame finds every Output waiting
  for (auto& frames : parts_.frames) frames.clear();
  parts_.blocks.clear();
  StrandSet fed;
  for (std::size_t i = 0; i < lanes_.size(); ++i) fed.set(i, lanes_[i].video != nullptr);
  const auto first = parts_.program.start_feeding(fed);
  first_frame_ = first.frame;
  began_at_ = time_of(first.frame, parts_.plan.show.video.rate);
  began_ = parts_.clock.now() + (began_at_ - parts_.program.now());
  for (auto& lane : lanes_) {
    if (lane.video) lane.video->run(first.frame);
  }
  sound_->run(first.sample);
}

int Air::retry_outputs() {
  int waiting = 0;
  for (auto& push : pushes_) {
    if (push.output->stats().state != output::OutputState::reconnecting) continue;
    push.output->try_now();
    ++waiting;
  }
  return waiting;
}

void Air::keep(std::unique_ptr<session::Session> session) {
  XB_CHECK(!session_);
  session_ = std::move(session);
  journal_ = std::make_unique<OutputJournal>(session_->ledger(), parts_.program_start,
                                             parts_.plan.show.video.rate, parts_.clock);
  told_.store(journal_.get());
  for (const auto& push : pushes_) journal_->output(push.output->stats());
  for (const auto& stats : stillborn_) journal_->output(stats);
  recorded_before_ = session_->bytes_of("program");
  clean_before_ = session_->bytes_of(clean_feed);
  if (const auto strand = parts_.strands.recorded) recorder_ = start_recording(*strand);
  if (const auto strand = parts_.strands.clean) clean_recorder_ = start_recording(*strand);
}

// Null when there is nothing to record: its encoder could not be opened.
std::unique_ptr<output::Recorder> Air::start_recording(std::size_t strand) {
  auto& lane = lanes_[strand];
  const bool is_clean = parts_.strands.all[strand].dress == Dress::none;
  output::RecorderSettings settings;
  if (is_clean) {
    settings.name = clean_feed;
    settings.thread = clean_feed;
    settings.least_free = least_free_for_clean;
    settings.resume_free = resume_free_for_clean;
  }
  const auto& record = parts_.plan.show.record;
  settings.longest_file = std::chrono::minutes(record.split_minutes);
  if (record.split_mb > 0) settings.largest_file = std::uint64_t{1'000'000} * record.split_mb;
  if (!lane.video) {
    parts_.health.set("output." + settings.name, Condition::failed, *lane.error);
    return nullptr;
  }
  settings.path_of = [kept = session_.get(), is_clean](int) {
    return kept->next_file(is_clean ? clean_feed : "program");
  };
  // no file begins before the first frame is known
  settings.file_changed = [this](const auto& file) { journal_->file(file, first_frame_); };
  auto parts = output_parts(lane);
  if (!is_clean) {
    parts.request_key_frame = [this, video = lane.video.get()] {
      if (!own_encode_.force_key_frame()) video->force_key_frame();
    };
  }
  auto recorder = output::Recorder::start(std::move(settings), std::move(parts));
  (is_clean ? lane.hub : recorded_).attach(recorder->queue());
  lane.video
      ->force_key_frame();  // where the stream runs already, it need not wait for the next one
  return recorder;
}

void Air::start_push(const PublishShow& publish) {
  const auto strand = parts_.strands.of(publish.canvas);
  auto& lane = lanes_[strand];
  if (!lane.video) return keep_stillborn(publish.name, *lane.error);
  const auto* key = parts_.plan.secrets.key_of(publish.name);
  auto push = output::start_publication(
      {publish.name, publish.url, key != nullptr ? *key : Secret(), parts_.plan.ca_file},
      output_parts(lane));
  if (!push) return keep_stillborn(publish.name, std::move(push).error());
  lane.hub.attach((*push)->queue());
  pushes_.push_back({std::move(*push), strand});
}

void Air::keep_stillborn(const std::string& name, Error error) {
  parts_.health.set("output." + name, Condition::failed, error);
  output::OutputStats stats;
  stats.name = name;
  stats.state = output::OutputState::refused;
  stats.error = std::move(error);
  if (journal_) journal_->output(stats);
  stillborn_.push_back(std::move(stats));
}

Air::~Air() {
  if (is_on_) {
    stop_outputs();
    close("interrupted", std::chrono::seconds(2), std::nullopt);
  }
  if (parts_.coded != nullptr) parts_.coded->close();
}

void Air::stop_outputs() {
  is_on_ = false;
  parts_.program.stop_feeding();
  for (auto& lane : lanes_) {
    if (lane.video) lane.video->request_stop();
  }
  sound_->request_stop();
  sound_->finish();
  const auto end_lanes = [this](Dress dress) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (parts_.strands.all[i].dress != dress) continue;
      if (lanes_[i].video) lanes_[i].video->finish();
      lanes_[i].hub.end();
    }
  };
  end_lanes(Dress::layers);
  own_encode_.stop();
  recorded_.end();
  if (parts_.web_video != nullptr) parts_.web_video->end();
  for (auto& push : pushes_) push.output->request_stop();
  if (recorder_) recorder_->request_stop();
  // last: its encoder may have to wait for its turn, and nobody waits for it
  end_lanes(Dress::none);
  if (clean_recorder_) clean_recorder_->request_stop();
  for (auto& push : pushes_) push.output->join();
  suit_no_more();
  look_.reset();
  if (recorder_) recorder_->join();
  if (clean_recorder_) clean_recorder_->join();
}

void Air::close(std::string_view reason, Duration deadline, std::optional<std::int64_t> last_seq) {
  if (!session_) return;
  const auto kept = keep_uplink(uplink_file(parts_.plan.data), uplink_, parts_.clock.wall());
  if (!kept) log_warn("studio", "{}", kept.error().log_line());
  if (auto closed = session_->end(reason, deadline, {}, last_seq); !closed) {
    parts_.health.set("ledger", Condition::failed, std::move(closed).error());
  }
}

std::shared_ptr<session::Ledger> Air::ledger() const {
  return session_ ? session_->ledger() : nullptr;
}

AirState Air::state() {
  AirState state;
  state.outputs = looked_at();
  state.outputs.insert(state.outputs.end(), stillborn_.begin(), stillborn_.end());
  for (const auto& one : state.outputs) state.is_any_live |= one.state == output::OutputState::live;
  was_ever_live_ |= state.is_any_live;
  state.was_ever_live = was_ever_live_;
  state.has_own_quality = own_encode_.is_own();
  if (session_ && session_->is_resumed())
    state.before = session_->timeline().stored(began_at_).time_since_epoch();
  if (recorder_) {
    state.recording = recorder_->stats();
    state.recording->dropped += own_encode_.skipped();
    state.recorder = recorder_->recorder_stats();
    state.recorder->bytes += recorded_before_;
  }
  if (clean_recorder_) {
    state.clean = clean_recorder_->stats();
    state.clean_recorder = clean_recorder_->recorder_stats();
    state.clean_recorder->bytes += clean_before_;
    state.clean_made = {clean_figures_.feeding.load(), clean_figures_.copied.load(),
                        clean_figures_.encoded.load()};
  }
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const auto& lane = lanes_[i];
    auto& one = state.strands.emplace_back();
    if (lane.video)
      one = {lane.video->encoder_name(), lane.video->encode_us(),      lane.video->refused(),
             lane.bitrate->kbps(),       lane.bitrate->ceiling_kbps(), lane.video->effort(),
             lane.video->eased(),        lane.video->pace(),           sound_->bitrate() / 1000};
    if (i == parts_.strands.recorded) one.eased += own_encode_.eased();
  }
  return state;
}

}  // namespace xb::studio
