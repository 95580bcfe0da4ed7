// Air: one Session on air. Folder, Ledger, encoders, hub, recording and pushes, from begin to end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "output/encoder_threads.h"
#include "output/hub.h"
#include "output/output.h"
#include "output/recorder.h"
#include "session/session.h"
#include "studio/output_journal.h"
#include "studio/plan.h"
#include "studio/program.h"
#include "vision/qr_watch.h"

namespace xb::studio {

output::EncoderSettings encoder_settings(const VideoShow& video);

struct AirParts {
  const Plan& plan;
  const std::string& encoder;  // as choose_video_encoder() found it
  Program& program;
  output::FrameQueue& frames;
  output::BlockQueue& blocks;
  const vision::QrWatch& qr;
  Mailbox<vision::KeyFrame>& key_frames;  // to the QR watch
  MonoTime program_start;
  Clock& clock;
  Health& health;
};

// What the badges and the page are told.
struct AirState {
  std::vector<output::OutputStats> outputs;  // pushes, in the order of the Show
  std::optional<output::OutputStats> recording;
  std::optional<output::RecorderStats> recorder;
  bool is_any_live = false;
  bool was_ever_live = false;
};

// Thread: floor. Begin and end may take seconds (files, connections being closed); nothing on air
// waits for them.
class Air {
 public:
  // Opens the encoders: what cannot be encoded opens no Session. Errors: encoder_failed.
  static Result<std::unique_ptr<Air>> prepare(AirParts parts);
  // `session` may be null: a data folder that cannot be written does not keep a Show from the air.
  // Pushes and recording that fail say so in their own state and stop nothing.
  void begin(std::unique_ptr<session::Session> session);
  ~Air();  // ends as "interrupted" what is still on

  // First: ends all Outputs at once, each within 2 s.
  void stop_outputs();
  // Then: writes the last Entries and closes the Ledger, within `deadline` where the disk lets it.
  // `reason`: command, signal, duration; `last_seq`: the highest Feed number given away, so that
  // unused ones go back.
  void close(std::string_view reason, Duration deadline, std::optional<std::int64_t> last_seq);

  // Null when nothing can be kept.
  std::shared_ptr<session::Ledger> ledger() const;
  AirState state();
  MonoTime began() const { return began_; }
  SessionTime began_session_time() const { return began_at_; }
  FrameNumber first_frame() const { return first_frame_; }
  std::string encoder_name() const { return encoders_->encoder_name(); }
  std::uint64_t encoder_refused() const { return encoders_->refused(); }
  std::int64_t encode_us() const { return encoders_->encode_us(); }

 private:
  explicit Air(AirParts parts) : parts_(parts) {}
  void take(media::PacketRef packet);  // thread venc or aenc
  std::unique_ptr<output::Output> start_push(const std::string& name,
                                             const output::OutputParts& parts);

  AirParts parts_;
  std::unique_ptr<session::Session> session_;
  MonoTime began_;
  SessionTime began_at_;
  FrameNumber first_frame_;
  std::unique_ptr<OutputJournal> journal_;  // null when nothing can be kept
  output::Hub hub_;
  std::unique_ptr<output::EncoderThreads> encoders_;
  std::vector<std::unique_ptr<output::Output>> pushes_;
  std::vector<output::OutputStats>
      stillborn_;  // pushes that could not even be started, with their reason
  std::unique_ptr<output::Recorder> recorder_;
  bool was_ever_live_ = false;
  bool is_on_ = false;
};

}  // namespace xb::studio
