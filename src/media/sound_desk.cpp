// Filters, gain, music, limiter, meter: block by block.
// SPDX-License-Identifier: Apache-2.0
#include "media/sound_desk.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "media/voice_chain.h"

namespace xb::media {
namespace {

constexpr std::size_t block_values = static_cast<std::size_t>(Samples::count) * Samples::channels;
// 8 on their way, 18 with who hears it as well.
constexpr std::size_t pool_size = 26;
// Nothing above -1.5 dBFS, which leaves half a decibel for what lies between two samples.
constexpr const char* limiter = "alimiter=limit=0.841:attack=5:release=80:level=0:latency=1";
constexpr double block_seconds = static_cast<double>(Samples::count) / sample_rate;

// Below it nobody speaks, so the gain stays as it is.
constexpr double least_speech_lufs = -50;
constexpr double most_gain_db = 18;
constexpr double least_gain_db = -12;
constexpr double gain_step_db = 2 * block_seconds;         // 2 dB a second
constexpr double first_gain_step_db = 12 * block_seconds;  // until it has been found
constexpr int blocks_to_find = 190;                        // 4 s of speech
// Music goes down in a fifth of a second, and up in a second, 0.8 s after the last word.
constexpr float duck_step = static_cast<float>(block_seconds / 0.2);
constexpr float rise_step = static_cast<float>(block_seconds / 1.0);
constexpr int blocks_of_pause = 38;
constexpr double speech_dbfs = -40;
// A gap that long is no lost block: time went on without sound (a closed lid).
constexpr std::int64_t most_silence = sample_rate;

float linear(double db) {
  return static_cast<float>(std::pow(10.0, db / 20));
}

// From one gain to another over the whole of it: no click.
void ramp(std::vector<float>& values, float from, float to) {
  if (from == 1.0F && to == 1.0F) return;
  const auto step = (to - from) / static_cast<float>(Samples::count);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] *= from + step * static_cast<float>(i / 2 + 1);
}

double dbfs_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return 10 * std::log10(sum / static_cast<double>(values.size()) + 1e-12);
}

}  // namespace

std::string filters_of(const SoundSettings& settings) {
  std::string out;
  const auto add = [&](bool is_wanted, const char* filter) {
    if (is_wanted) out.append(out.empty() ? "" : ",").append(filter);
  };
  add(settings.has_highpass, "highpass=f=80");
  add(settings.has_denoise, "afftdn=nr=10:nf=-50");
  add(settings.has_gate, "agate=threshold=0.006:range=0.32:ratio=2:attack=10:release=300");
  add(settings.has_compressor, "acompressor=threshold=0.063:ratio=3:attack=10:release=250:knee=4");
  return out;
}

struct SoundDesk::Stages {
  std::unique_ptr<VoiceChain> filters;  // null: none is wanted
  std::unique_ptr<SoundFilter> limiter;
  std::unique_ptr<LoudnessMeter> voice;
  std::unique_ptr<LoudnessMeter> heard;

  static Result<std::unique_ptr<Stages>> open(const SoundSettings& settings) {
    auto made = std::make_unique<Stages>();
    if (const auto chain = filters_of(settings); !chain.empty()) {
      XB_TRY_ASSIGN(made->filters, VoiceChain::open(chain));
    }
    if (settings.has_limiter) {
      XB_TRY_ASSIGN(made->limiter, SoundFilter::open(media::limiter));
    }
    XB_TRY_ASSIGN(made->voice, LoudnessMeter::open());
    XB_TRY_ASSIGN(made->heard, LoudnessMeter::open());
    return made;
  }
};

SoundDesk::SoundDesk(const SoundSettings& settings, MusicQueue* music)
    : settings_(settings),
      music_(music),
      blocks_("sound desk", pool_size, [] { return Samples(); }) {
}
SoundDesk::~SoundDesk() = default;

Status SoundDesk::begin() {
  stages_.reset();
  voice_.clear();
  mixed_.clear();
  next_in_.reset();
  voice_gain_ = is_muted_ ? 0.0F : 1.0F;
  out_gain_ = is_panic_ ? 0.0F : 1.0F;
  music_gain_ = 0;
  gain_db_ = power_ = 0;
  spoken_blocks_ = 0;
  auto stages = Stages::open(settings_);
  if (stages) stages_ = std::move(*stages);
  std::lock_guard lock(mutex_);
  readings_ = {};
  readings_.is_processed = stages_ != nullptr;
  return stages ? ok() : Status(std::move(stages).error());
}

Status SoundDesk::process(const AudioBlock& block, const Sink& sink) {
  const auto first = block.first.value;
  if (!next_in_) next_in_ = next_out_ = first;
  const auto missing = first - *next_in_;
  if (missing > 0 && missing <= most_silence) {
    const std::vector<float> silence(static_cast<std::size_t>(missing) * Samples::channels);
    XB_TRY(take(silence, sink));
  } else {
    next_out_ += missing;
  }
  *next_in_ = end_ = first + Samples::count;
  return take(block.samples->values, sink);
}

void SoundDesk::flush(const Sink& sink) {
  if (!next_in_) return;
  const std::vector<float> silence(block_values);
  // more than all filters hold back
  for (int i = 0; i < 6 && next_out_ < end_; ++i) static_cast<void>(take(silence, sink));
  is_music_over_.store(true);
  std::lock_guard lock(mutex_);
  readings_ = {};
}

SoundReadings SoundDesk::readings() const {
  std::lock_guard lock(mutex_);
  return readings_;
}

Status SoundDesk::take(std::span<const float> in, const Sink& sink) {
  auto done = ok();
  if (stages_ && stages_->filters) {
    done = stages_->filters->process(in, voice_);
  } else {
    voice_.insert(voice_.end(), in.begin(), in.end());
  }
  if (done) done = mix(sink);
  if (!done) go_plain(sink);
  return done;
}

// What the filters held is gone: their place is silent, so that what comes is at its own.
void SoundDesk::go_plain(const Sink& sink) {
  stages_.reset();
  gain_db_ = 0;  // nothing limits it any more
  const auto had = static_cast<std::int64_t>((voice_.size() + mixed_.size()) / Samples::channels);
  const auto missing = std::clamp<std::int64_t>(end_ - next_out_ - had, 0, most_silence);
  voice_.resize(voice_.size() + static_cast<std::size_t>(missing) * Samples::channels);
  {
    std::lock_guard lock(mutex_);
    readings_.is_processed = false;
    readings_.loudness = {};
  }
  static_cast<void>(mix(sink));
}

// Voice to what is heard, as far as there are whole blocks.
Status SoundDesk::mix(const Sink& sink) {
  while (voice_.size() >= block_values) {
    const auto end = voice_.begin() + static_cast<std::ptrdiff_t>(block_values);
    block_.assign(voice_.begin(), end);
    voice_.erase(voice_.begin(), end);
    if (stages_) XB_TRY(stages_->voice->add(block_));
    follow_loudness(block_);
    const auto gain = is_muted_ ? 0.0F : linear(gain_db_);
    ramp(block_, std::exchange(voice_gain_, gain), gain);
    add_music(block_);
    if (stages_ && stages_->limiter) {
      XB_TRY(stages_->limiter->process(block_, mixed_));
    } else {
      mixed_.insert(mixed_.end(), block_.begin(), block_.end());
    }
    put_out(sink);
  }
  return ok();
}

void SoundDesk::follow_loudness(const std::vector<float>& block) {
  const auto now = stages_ ? stages_->voice->reading().momentary : std::nullopt;
  const bool is_spoken = now && *now > least_speech_lufs && !is_muted_;
  if (is_spoken && settings_.has_limiter) {
    // a mean of the last 3 s, and of all while there are fewer
    const auto power = std::pow(10.0, *now / 10);
    ++spoken_blocks_;
    power_ += (power - power_) / std::min(spoken_blocks_, 140);
    const auto wanted =
        std::clamp(settings_.target_lufs - 10 * std::log10(power_), least_gain_db, most_gain_db);
    const auto step = spoken_blocks_ < blocks_to_find ? first_gain_step_db : gain_step_db;
    gain_db_ += std::clamp(wanted - gain_db_, -step, step);
  }
  const bool is_speech = !is_muted_ && dbfs_of(block) + gain_db_ > speech_dbfs;
  quiet_blocks_ = is_speech ? 0 : std::min(quiet_blocks_ + 1, 1000);
}

void SoundDesk::add_music(std::vector<float>& block) {
  const bool is_wanted = wants_music_ && music_ != nullptr;
  const bool is_ducked = quiet_blocks_ < blocks_of_pause;
  const auto full = linear(settings_.music_db);
  const auto wanted =
      is_wanted ? linear(settings_.music_db - (is_ducked ? settings_.duck_db : 0)) : 0.0F;
  const auto gain =
      std::clamp(wanted, music_gain_ - full * duck_step, music_gain_ + full * rise_step);
  const auto before = std::exchange(music_gain_, gain);
  is_music_over_.store(!is_wanted && gain == 0);
  bool is_late = false;
  if (before > 0 || gain > 0) {
    if (const auto music = music_->try_pop()) {
      const auto step = (gain - before) / static_cast<float>(Samples::count);
      const auto& values = (*music)->values;
      for (std::size_t i = 0; i < block_values; ++i)
        block[i] += values[i] * (before + step * static_cast<float>(i / 2 + 1));
    } else {
      is_late = before > 0;  // else it has only just been asked for
      music_gain_ = 0;       // it comes in again as it began
    }
  }
  std::lock_guard lock(mutex_);
  readings_.gain_db = gain_db_;
  readings_.is_ducked = is_wanted && is_ducked;
  readings_.music_late += is_late ? 1U : 0U;
}

void SoundDesk::put_out(const Sink& sink) {
  while (mixed_.size() >= block_values) {
    const auto end = mixed_.begin() + static_cast<std::ptrdiff_t>(block_values);
    block_.assign(mixed_.begin(), end);
    mixed_.erase(mixed_.begin(), end);
    const auto gain = is_panic_ ? 0.0F : 1.0F;
    ramp(block_, std::exchange(out_gain_, gain), gain);
    if (stages_ && stages_->heard->add(block_)) {
      std::lock_guard lock(mutex_);
      readings_.loudness = stages_->heard->reading();
    }
    const SampleCount first{std::exchange(next_out_, next_out_ + Samples::count)};
    auto samples = blocks_.take();
    if (!samples || first.value >= end_) continue;  // beyond the end there is nothing
    std::copy(block_.begin(), block_.end(), samples->values.begin());
    const Ref<const Samples> made = std::move(samples);
    if (auto* heard = heard_.load()) heard->push(Ref<const Samples>(made));
    sink(AudioBlock{made, time_of(first), first, false});
  }
}

}  // namespace xb::media
