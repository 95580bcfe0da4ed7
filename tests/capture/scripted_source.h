// A Source that does what its script says: pieces at given times, failures to open, silence.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "capture/runner.h"

namespace xb::capture {

struct Script {
  Pace pace = Pace::live;
  std::vector<Due> pieces;   // a live source gives each when its time has passed since open()
  Duration opens_after{};    // so long open() waits
  int openings_refused = 0;  // the first ones
  int throws = 0;            // as a library may, at the first pieces
  bool is_damaged = false;   // no picture can be decoded
  std::string waits_at;
  float level = 0.5F;  // of all sound
  bool has_sound = true;
};

// `script` and `clock` outlive the Source; the script is read on its thread.
class ScriptedSource final : public Source {
 public:
  ScriptedSource(Script& script, const SourceSetup& setup)
      : script_(script), clock_(*setup.clock), on_waiting_(setup.on_waiting) {}

  Status open(std::stop_token stop) override {
    if (script_.openings_refused > 0) {
      --script_.openings_refused;
      return Error(ErrorCode::source_open_failed, "scripted");
    }
    if (!script_.waits_at.empty()) on_waiting_(script_.waits_at);
    if (script_.opens_after > Duration::zero())
      clock_.wait_until(clock_.now() + script_.opens_after, std::move(stop));
    opened_ = clock_.now();
    next_ = 0;
    sound_.fill(script_.level);
    return ok();
  }
  Result<Due> next(std::stop_token) override {
    if (script_.throws > 0) {
      --script_.throws;
      throw std::bad_alloc();
    }
    if (next_ == script_.pieces.size()) return Due{Next::nothing, {}};
    const auto& due = script_.pieces[next_];
    if (pace() == Pace::live && clock_.now() - opened_ < due.time) return Due{Next::nothing, {}};
    ++next_;
    return due;
  }
  Status read_picture(media::Picture& into, std::size_t) override {
    if (script_.is_damaged) return Error(ErrorCode::decode_failed, "scripted");
    into.fill(static_cast<std::uint8_t>(16 + next_ % 200), 128, 128);
    return ok();
  }
  std::span<const float> sound() const override { return sound_; }
  void close() override {}
  Pace pace() const override { return script_.pace; }
  bool has_sound() const override { return script_.has_sound; }
  std::string about() const override { return "scripted"; }

 private:
  Script& script_;
  Clock& clock_;
  const std::function<void(const std::string&)> on_waiting_;
  MonoTime opened_{};
  std::size_t next_ = 0;
  std::array<float, 2048> sound_{};
};

inline std::function<decltype(make_source)> scripted(Script& script) {
  return [&script](const SourceSpec&, const SourceSetup& setup) {
    return Result<std::unique_ptr<Source>>(std::make_unique<ScriptedSource>(script, setup));
  };
}

// Pieces of one kind from `begin` on, before `end`.
inline void add_pieces(Script& script, Next what, Duration begin, Duration end, Duration step) {
  for (auto time = begin; time < end; time += step) script.pieces.push_back({what, time});
  std::stable_sort(script.pieces.begin(), script.pieces.end(),
                   [](const Due& a, const Due& b) { return a.time < b.time; });
}

}  // namespace xb::capture
