// OwnEncode: an encoder for the recording alone, while that of its strand is held down by the
// network. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/health.h"
#include "output/encoder_threads.h"
#include "output/hub.h"

namespace xb::output {

// Hands the strand's pictures to the recording's hub, or those of an encoder of its own, which gets
// the same Frames. Both have the same parameter sets, so the file goes on; and no frame is missing
// or there twice: the own ones begin with a Frame the shared encoder gets only after it, and end
// where the shared stream has a key frame.
//
// Thread: frame() and shared() on the strand's venc; sound from anywhere goes to the hub itself;
// force_key_frame() any; the rest on the owner's. `venc-rec` runs inside.
class OwnEncode {
 public:
  OwnEncode(Hub& to, Clock& clock, Health& health) : to_(to), clock_(clock), health_(health) {}
  ~OwnEncode() { stop(); }

  void frame(const media::Frame& frame);  // before it is encoded
  void shared(media::PacketRef packet);

  // Opens the encoder on the calling thread (tens of ms) and goes on with it from the next Frame;
  // one that is just ending goes on. `like`: the parameters of the shared one, as opened. `first`
  // as VideoThread::run(). Errors: encoder_failed.
  Status begin(const EncoderSettings& settings, const VideoOpener& opener,
               const media::StreamParameters& like, FrameNumber first);
  // Goes on with the shared pictures from their next key frame on: ask for one.
  void end();
  // How much it may take of the machine: as much as the others, but never more than `less`.
  void set_effort(Effort effort);
  // To be called some times a second: puts away the encoder that is done.
  void look();
  // No more Frames come and the shared encoder has finished.
  void stop();

  // It has an encoder of its own, or will have with the next Frame.
  bool is_own() const;
  // Of the recording's present encoder; false: that is the shared one.
  bool force_key_frame();
  // Frames it had no room for.
  std::uint64_t skipped() const { return skipped_.load(std::memory_order_relaxed); }
  // Frames it left out for the effort.
  std::uint64_t eased() const { return eased_ + (encoder_ ? encoder_->eased() : 0); }

 private:
  enum class Turn : std::uint8_t {
    shared = 1,
    ready,     // the own encoder waits for the first Frame
    own,       // and makes the pictures
    ending,    // until the shared stream has a key frame
    draining,  // what comes after that one waits for the last own picture
  };
  void own(media::PacketRef packet);
  void put_away();
  bool goes_on();

  Hub& to_;
  Clock& clock_;
  Health& health_;
  FrameQueue frames_{"venc -> venc-rec", frame_queue_size, Overflow::refuse};
  std::unique_ptr<VideoThread> encoder_;  // the owner's; changed under the lock
  Effort effort_ = Effort::less;          // the owner's
  std::uint64_t eased_ = 0;               // by those before it; the owner's
  std::atomic<std::uint64_t> skipped_{0};
  mutable std::mutex mutex_;  // guards everything below
  Turn turn_ = Turn::shared;
  std::int64_t cut_ = 0;  // where the shared pictures begin again
  std::deque<media::PacketRef> waiting_;
};

}  // namespace xb::output
