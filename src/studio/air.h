// Air: one Session on air. Folder, Ledger, encoders, hub, recording and pushes, from begin to end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "output/adaptive_bitrate.h"
#include "output/clean_encoder.h"
#include "output/encoder_threads.h"
#include "output/hub.h"
#include "output/output.h"
#include "output/own_encode.h"
#include "output/recorder.h"
#include "output/web_video.h"
#include "session/session.h"
#include "studio/ease.h"
#include "studio/output_journal.h"
#include "studio/own_quality.h"
#include "studio/plan.h"
#include "studio/program.h"
#include "studio/strands.h"
#include "studio/uplink.h"
#include "vision/qr_watch.h"

namespace xb::studio {

struct AirParts {
  const Plan& plan;
  const Strands& strands;
  const std::string& encoder;  // as choose_video_encoder() found it
  Program& program;
  std::deque<output::FrameQueue>& frames;  // one for each strand
  output::BlockQueue& blocks;
  const vision::QrWatch& qr;
  Mailbox<vision::KeyFrame>& key_frames;  // to the QR watch
  MonoTime program_start;
  Clock& clock;
  Health& health;
  output::WebVideo* web_video = nullptr;  // of [video], for browsers; null: for none
  output::VideoOpener open_video = output::VideoEncoder::open;  // another one in tests
  // The camera's own packets, for the clean feed; null: it is encoded.
  media::CodedPipe* coded = nullptr;
  media::SoundDesk* sound = nullptr;  // null: the sound is encoded as it comes
};

// How the clean feed is made: of the pictures so far, and now.
struct CleanState {
  output::Feeding feeding = output::Feeding::no_packets;
  std::uint64_t copied = 0;   // pictures
  std::uint64_t encoded = 0;  // frames
};

// The encoder of one strand.
struct StrandState {
  std::string encoder;  // empty: it could not be opened
  std::int64_t encode_us = 0;
  std::uint64_t refused = 0;  // frames
  // Of the picture; lowered while the network takes less.
  std::int64_t bitrate_kbps = 0;
  std::int64_t ceiling_kbps = 0;
  // What the machine does not keep up with is eased.
  output::Effort effort = output::Effort::usual;
  std::uint64_t eased = 0;  // Frames left out for it
  // Fewer pictures, and less for the sound, where the network takes hardly anything.
  output::Pace pace = output::Pace::full;
  std::int64_t sound_kbps = 0;
};

// What the badges and the page are told.
struct AirState {
  std::vector<output::OutputStats> outputs;  // pushes, in the order of the Show
  std::optional<output::OutputStats> recording;
  std::optional<output::RecorderStats> recorder;
  std::optional<output::OutputStats> clean;  // the recording of the clean feed
  std::optional<output::RecorderStats> clean_recorder;
  CleanState clean_made;
  bool has_own_quality = false;      // the recording has an encoder of its own
  std::vector<StrandState> strands;  // in their order
  bool is_any_live = false;
  bool was_ever_live = false;
  Duration before{};  // how long the Session had lasted when this went on air; 0: it began here
};

// Each strand has its own encoder and its own hub; the one sound goes to every hub. Of the strands
// only that of [video] must begin: what happens to another is told in Health, and its Outputs are
// refused.
//
// Thread: floor. Begin and end may take seconds (files, connections being closed); nothing on air
// waits for them.
class Air {
 public:
  // Opens the encoders: where [video] or the sound cannot be encoded, no Session is opened. Errors:
  // encoder_failed.
  static Result<std::unique_ptr<Air>> prepare(AirParts parts);
  // `session` may be null: a data folder that cannot be written does not keep a Show from the air.
  // Pushes and recording that fail say so in their own state and stop nothing.
  void begin(std::unique_ptr<session::Session> session);
  // A Session that could be opened only now: from here on it is recorded and written down.
  void keep(std::unique_ptr<session::Session> session);
  ~Air();  // ends as "interrupted" what is still on

  // Pushes that wait for their next attempt try at once; how many there are.
  int retry_outputs();

  // First: ends all Outputs at once, each within 2 s.
  void stop_outputs();
  // Then: writes the last Entries and closes the Ledger, within `deadline` where the disk lets it.
  // `reason`: command, signal, duration; `last_seq`: the highest Feed number given away, so that
  // unused ones go back.
  void close(std::string_view reason, Duration deadline, std::optional<std::int64_t> last_seq);

  // Looks how the network takes what is sent, and lets the encoders make more or less of it. To be
  // called some times a second.
  void suit_bitrates();
  // Looks whether the machine keeps up, and lets the encoders of what has Layers make more or less
  // of it. `lost`: as Starvation::lost_of(). To be called some times in half a second.
  void suit_effort(std::uint64_t lost);

  // Null when nothing can be kept.
  std::shared_ptr<session::Ledger> ledger() const;
  AirState state();
  MonoTime began() const { return began_; }
  SessionTime began_session_time() const { return began_at_; }
  FrameNumber first_frame() const { return first_frame_; }
  // Blocks of sound the encoder refused.
  std::uint64_t sound_refused() const { return sound_->refused(); }

 private:
  struct Lane {
    output::Hub hub;
    std::unique_ptr<output::VideoThread> video;  // null: it could not be opened, and why
    std::optional<Error> error;
    std::optional<output::AdaptiveBitrate> bitrate;  // once it is open
    std::vector<output::OutputLook> looks;           // of its pushes; kept for its memory
  };
  struct Push {
    std::unique_ptr<output::Output> output;
    std::size_t lane = 0;
  };

  explicit Air(AirParts parts);
  Status open_encoders();
  Result<std::unique_ptr<output::VideoThread>> open_video(std::size_t strand);
  Result<std::unique_ptr<output::VideoEncoder>> open_clean(const output::EncoderSettings& settings);
  void watch_key_frames(const media::PacketRef& packet);  // thread venc
  output::OutputParts output_parts(Lane& lane) const;
  std::unique_ptr<output::Recorder> start_recording(std::size_t strand);
  void start_push(const PublishShow& publish);
  void suit_bitrate(std::size_t lane);
  void suit_no_more();
  // Of a strand: "" for [video], the first; ".NAME" for the others.
  std::string component_of(std::string component, std::size_t strand) const;
  void suit_recording();
  const std::vector<output::OutputStats>& looked_at();
  void keep_stillborn(const std::string& name, Error error);

  AirParts parts_;
  std::unique_ptr<session::Session> session_;
  MonoTime began_;
  SessionTime began_at_;
  FrameNumber first_frame_;
  std::unique_ptr<OutputJournal> journal_;     // null while nothing can be kept
  std::atomic<OutputJournal*> told_{nullptr};  // the same, for the threads of the Outputs
  output::CleanFigures clean_figures_;
  std::deque<Lane> lanes_;  // as the strands
  output::Hub recorded_;    // of the program's recording
  output::OwnEncode own_encode_;
  OwnQuality own_quality_;
  EaseLook machine_;  // at the last look
  std::unique_ptr<output::AudioThread> sound_;
  std::vector<Push> pushes_;
  std::vector<output::OutputStats> looked_at_;  // of the pushes, at the last look
  std::optional<MonoTime> look_;
  Uplink uplink_;
  std::vector<output::OutputStats>
      stillborn_;  // pushes that could not even be started, with their reason
  std::unique_ptr<output::Recorder> recorder_;
  std::unique_ptr<output::Recorder> clean_recorder_;
  std::uint64_t recorded_before_ = 0;  // bytes, in this Session's runs before a crash
  std::uint64_t clean_before_ = 0;
  Ease ease_;
  bool was_ever_live_ = false;
  bool is_on_ = false;
};

}  // namespace xb::studio
