// Report: the studio's figures as the JSON of docs/wire.md sections 5 and 6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/runner.h"
#include "capture/sync.h"
#include "chat/desk.h"
#include "media/sound_desk.h"
#include "net/json_fwd.h"
#include "net/server.h"
#include "overlay/bitmap.h"
#include "session/ledger.h"
#include "studio/air.h"
#include "studio/finishing.h"
#include "studio/heard.h"
#include "studio/plan.h"
#include "studio/program.h"
#include "studio/rundown.h"

namespace xb::studio {

enum class Phase : std::uint8_t { ready = 1, on_air, ended };

struct SoundSeen {
  media::SoundReadings readings;
  bool is_muted = false;
  bool is_panic = false;
  bool has_music = false;
  bool is_music_on = false;
};

// Everything the figures are made of, gathered by the floor thread at one moment.
struct Observed {
  Phase phase = Phase::ready;
  bool is_resumable = false;
  std::optional<std::filesystem::path> folder;
  std::optional<SessionTime> began;  // program time
  SessionTime now;
  AirState air;
  Strands strands;
  std::optional<std::uint64_t> sound_refused;  // on air only
  ProgramCounters program;
  SoundSeen sound;
  std::optional<FinishingFigures> finishing;  // of recordings of the past
  capture::RunnerStats source;
  std::optional<capture::RunnerStats> mic;
  capture::Signal signal = capture::Signal::none;
  chat::DeskStats chat;
  std::optional<std::string> stale_since;  // as the picture says it: "15:31"
  net::ServerCounters control;
  net::ServerCounters audience;
  std::optional<session::LedgerCounters> ledger;
  std::shared_ptr<const overlay::Bitmaps> on_screen;  // what the last program frame shows
  RundownFigures rundown;
  std::vector<Heard::Hidden> hidden;          // by hand, oldest first
  OrderedJson handed = OrderedJson::array();  // of Handover
  std::vector<PipeCounters> pipes;
  // Median, and what 99 of 100 stay below, from ingest to the frame that shows it.
  std::optional<double> picture_latency_ms;
  std::optional<double> picture_latency_p99_ms;
  std::optional<double> show_latency_ms;  // of the newest change: from the file to the frame
  std::vector<ComponentHealth> health;
};

// ready connecting live reconnecting recording ended
std::string_view state_name(const Observed& seen);
OrderedJson state_json(const Plan& plan, const Observed& seen);
OrderedJson stats_json(const Plan& plan, const Observed& seen);

// Resident memory of this process; nothing where the system does not tell.
std::optional<std::int64_t> resident_bytes();

}  // namespace xb::studio
