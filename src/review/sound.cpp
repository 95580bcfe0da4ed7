// Decoding, measuring, keeping. SPDX-License-Identifier: Apache-2.0
#include "review/sound.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "media/convert.h"
#include "media/decoder.h"
#include "net/json.h"
#include "review/evening_json.h"
#include "review/kept_lane.h"
#include "review/scan_outputs.h"

namespace xb::review {
namespace {

constexpr std::int64_t shortest_silence_ms = 15'000;
constexpr double scale_db = 60;
constexpr std::int16_t silent_below = 4;  // live says silent below -60 dBFS; coding adds a little
constexpr std::size_t most_steps = 200'000;
constexpr std::size_t most_sound_bytes = 8U << 20U;

class Listener {
 public:
  Listener(SoundLane& lane, Clock& clock, std::stop_token stop)
      : lane_(lane), clock_(clock), stop_(std::move(stop)) {}

  // What can be heard of it. The error of what cannot, unless something was heard.
  Status listen(const Segment& segment, const std::filesystem::path& file,
                const std::function<void(std::int64_t)>& at) {
    media::InputSpec spec;
    spec.url = file.string();
    spec.wants_video = false;
    XB_TRY_ASSIGN(const auto decoder, media::Decoder::open(spec, clock_, stop_));
    if (!decoder->has_audio()) return Error(ErrorCode::sound_missing, segment.name);
    media::SoundConverter converter;
    while (true) {
      XB_TRY_ASSIGN(const auto piece, decoder->next(stop_));
      if (piece.piece == media::Piece::end) return ok();
      if (piece.piece != media::Piece::audio) continue;
      samples_.clear();
      XB_TRY_ASSIGN(const auto earlier, converter.convert(*piece.frame, samples_));
      const auto t = segment.on.from + to_ms(piece.time - earlier);
      measure(t);
      at(t);
    }
  }

 private:
  void measure(std::int64_t t) {
    constexpr std::size_t slice = sample_rate / 50;  // 20 ms of both sides
    for (std::size_t from = 0; from < samples_.size(); from += slice * 2) {
      const auto to = std::min(samples_.size(), from + slice * 2);
      float peak = 0;
      for (auto i = from; i < to; ++i) peak = std::max(peak, std::abs(samples_[i]));
      const auto ms = t + static_cast<std::int64_t>(from / 2) * 1000 / sample_rate;
      const auto step = ms / lane_.step_ms;
      if (ms < 0 || step >= static_cast<std::int64_t>(lane_.peaks.size())) continue;
      auto& kept = lane_.peaks[static_cast<std::size_t>(step)];
      kept = std::max(kept, loudness_of(peak));
    }
  }

  SoundLane& lane_;
  Clock& clock_;
  const std::stop_token stop_;
  std::vector<float> samples_;
};

Problem silence(const Span& span) {
  const auto seconds = std::to_string((span.to - span.from + 500) / 1000);
  return {
      "silence", "sound", span, {"没有声音 " + seconds + " 秒", "No sound for " + seconds + " s"}};
}

}  // namespace

std::int16_t loudness_of(float peak) {
  if (!(peak > 0)) return 0;
  const auto db = 20 * std::log10(static_cast<double>(peak));
  return static_cast<std::int16_t>(std::clamp((db + scale_db) / scale_db * 100, 0.0, 100.0));
}

std::vector<Span> silences_in(const std::vector<std::int16_t>& peaks, std::int64_t step_ms) {
  std::vector<Span> out;
  const auto is_silent = [&](std::size_t i) { return peaks[i] >= 0 && peaks[i] < silent_below; };
  for (std::size_t i = 0; i < peaks.size();) {
    auto end = i;
    while (end < peaks.size() && is_silent(end)) ++end;
    const Span span{static_cast<std::int64_t>(i) * step_ms,
                    static_cast<std::int64_t>(end) * step_ms};
    if (span.to - span.from >= shortest_silence_ms) out.push_back(span);
    i = std::max(end, i + 1);
  }
  return out;
}

std::optional<SoundLane> hear(const Evening& evening, const std::filesystem::path& folder,
                              Clock& clock, std::stop_token stop,
                              const std::function<void(double)>& progress) {
  SoundLane lane;
  while (static_cast<std::size_t>(evening.duration_ms / lane.step_ms) >= most_steps)
    lane.step_ms *= 2;
  lane.peaks.assign(static_cast<std::size_t>(evening.duration_ms / lane.step_ms) + 1, -1);
  Listener listener(lane, clock, stop);
  std::optional<Error> wrong;
  bool is_any_heard = false;
  std::int64_t told_ms = 0;
  for (const auto& segment : evening.segments) {
    const auto heard = listener.listen(segment, folder / segment.name, [&](std::int64_t t) {
      is_any_heard = true;
      if (t < told_ms + 30'000) return;
      told_ms = t;
      progress(std::min(0.99, static_cast<double>(t) / static_cast<double>(std::max<std::int64_t>(
                                                           1, evening.duration_ms))));
    });
    if (stop.stop_requested()) return std::nullopt;
    if (heard) continue;
    log_info("review", "{}: {}", segment.name, heard.error().log_line());
    if (!wrong) wrong = heard.error();
  }
  if (!is_any_heard)
    lane.error_name = wrong ? std::string(wrong->name()) : std::string("source.sound_missing");
  lane.silences = silences_in(lane.peaks, lane.step_ms);
  return lane;
}

std::optional<SoundLane> load_sound(const std::filesystem::path& file, std::string_view key) {
  const auto json = load_kept(file, key, most_sound_bytes);
  if (!json) return std::nullopt;
  try {
    SoundLane lane;
    json->at("step_ms").get_to(lane.step_ms);
    json->at("peaks").get_to(lane.peaks);
    if (const auto& error = json->at("error"); error.is_string())
      lane.error_name = error.get<std::string>();
    if (lane.step_ms < 1 || lane.peaks.size() > most_steps + 1) return std::nullopt;
    lane.silences = silences_in(lane.peaks, lane.step_ms);
    return lane;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void save_sound(const std::filesystem::path& file, std::string_view key, const SoundLane& lane) {
  save_kept(file, key,
            {{"step_ms", lane.step_ms},
             {"peaks", lane.peaks},
             {"error", lane.error_name ? Json(*lane.error_name) : Json(nullptr)}});
}

std::vector<Problem> problems_in(const SoundLane& lane) {
  std::vector<Problem> out;
  for (const auto& span : lane.silences) out.push_back(silence(span));
  return out;
}

OrderedJson sound_json(const SoundLane& lane) {
  OrderedJson peaks = OrderedJson::array();
  for (const auto peak : lane.peaks)
    peaks.push_back(peak < 0 ? OrderedJson(nullptr) : OrderedJson(peak));
  OrderedJson problems = OrderedJson::array();
  for (const auto& one : problems_in(lane)) problems.push_back(problem_json(one));
  OrderedJson error = nullptr;
  if (lane.error_name) {
    const auto said = sentence_of(*lane.error_name);
    error = {{"code", *lane.error_name}, {"zh", said.zh}, {"en", said.en}};
  }
  return {{"ready", true},
          {"progress", 1},
          {"step_ms", lane.step_ms},
          {"peaks", std::move(peaks)},
          {"problems", std::move(problems)},
          {"error", std::move(error)}};
}

}  // namespace xb::review
