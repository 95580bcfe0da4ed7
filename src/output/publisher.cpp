// The loop of the thread out-NAME.
// SPDX-License-Identifier: Apache-2.0
#include "output/publisher.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/worker.h"
#include "output/bitrate.h"
#include "output/way.h"

namespace xb::output {
namespace {

constexpr Duration doubtful_after = from_ms(3000);
constexpr Duration dead_after = from_ms(10'000);
constexpr Duration silent_after = from_ms(5000);
constexpr Duration goodbye = from_ms(1500);
// Hung up on so soon after being accepted, with nothing taken: that was about the key.
constexpr Duration refusal_within = from_ms(2000);
constexpr Duration look_every = from_ms(1000);
constexpr Duration asked_every = from_ms(100);
// A connection that lasted this long counts as a success; shorter ones keep the waits growing.
constexpr Duration proven_after = from_ms(10'000);
// What was dropped for lateness ends at a key frame: one is asked for, but not all the time.
constexpr Duration key_frame_again = from_ms(1000);
// Where the end of what was sent is lost, nobody there knows of it until more comes.
constexpr Duration probe_after = from_ms(300);
// The shortest is looked for, so it need not be asked for with each packet.
constexpr Duration round_trip_every = from_ms(50);

class Publisher final : public Output {
 public:
  Publisher(std::string name, LinkFactory factory, OutputParts parts)
      : component_("output." + name),
        factory_(std::move(factory)),
        parts_(std::move(parts)),
        queue_(QueueLimits{.bits_per_second =
                               parts_.video.bits_per_second + parts_.audio.bits_per_second}),
        retry_(static_cast<unsigned>(parts_.clock.now().time_since_epoch().count() / 1000)) {
    stats_.name = std::move(name);
    stats_.state = OutputState::connecting;
    queue_.set_open(false);
    worker_ =
        Worker("out-" + stats_.name, parts_.health, [this](std::stop_token stop) { run(stop); });
  }
  ~Publisher() override {
    request_stop();
    join();
  }

  const std::string& name() const override { return stats_.name; }
  PacketQueue& queue() override { return queue_; }
  void try_now() override { is_asked_.store(true); }
  void request_stop() override { worker_.request_stop(); }
  void join() override { worker_.join(); }

  OutputStats stats() const override {
    const auto counters = queue_.counters();
    std::lock_guard lock(mutex_);
    auto out = stats_;
    if (out.state != OutputState::live) out.way.reset();
    out.dropped = counters.dropped_video;
    out.dropped_audio = counters.dropped_audio;
    out.queue_ms = counters.queue_ms;
    out.bitrate_kbps = bitrate_.kbps(parts_.clock.now());
    return out;
  }

 private:
  void run(const std::stop_token& stop) {
    tell();
    while (!stop.stop_requested() && !queue_.counters().is_ended) {
      const auto attempted = parts_.clock.now();
      auto link = factory_(parts_);
      auto status = link->open(stop);
      bool is_about_key = link->reached() == Reached::key;
      if (status) {
        const auto began = parts_.clock.now();
        status = publish(*link, stop);
        // Some servers accept first and hang up on the key then.
        is_about_key = !was_taken_ && parts_.clock.now() - began < refusal_within;
      }
      queue_.set_open(false);
      queue_.restart();
      if (stop.stop_requested()) break;
      if (status) continue;  // with the encoder that took over, or to the end
      is_about_key = is_about_key && status.error().code() == ErrorCode::output_unreachable;
      hang_ups_ = is_about_key ? hang_ups_ + 1 : 0;
      if (is_about_key && (hang_ups_ > 1 || (link->is_hung_up() && link->probe(stop))))
        status = Error(ErrorCode::output_refused, status.error().detail());
      wait_to_retry(std::move(status).error(), *link, attempted, stop);
    }
    {
      std::lock_guard lock(mutex_);
      if (stats_.state != OutputState::refused) stats_.state = OutputState::ended;
    }
    // nobody waits for it any more; why it was refused stays to be read
    if (stats().state == OutputState::ended) parts_.health.set(component_, Condition::stopped);
    tell();
  }

  void tell() const {
    if (parts_.changed) parts_.changed(stats());
  }

  // From the first key frame to the goodbye (ok; also to come back with the parameters of another
  // encoder) or to whatever broke the connection.
  Status publish(Link& link, const std::stop_token& stop) {
    was_taken_ = false;
    queue_.restart();
    queue_.set_open(true);
    parts_.request_key_frame();
    const auto began = parts_.clock.now();
    auto progress_at = began;
    std::uint64_t taken = link.taken();
    auto waiting = link.waiting();
    std::uint64_t counted = 0;
    std::uint64_t key_ends_at = 0;  // in the bytes of the connection; 0: not yet sent
    std::optional<MonoTime> leave_by;
    MonoTime probed_at;
    way_.begin(bits_now());
    round_trip_asked_ = {};
    dropped_ = queue_.counters().dropped_video;
    while (true) {
      const auto now = parts_.clock.now();
      if (stop.stop_requested() && !leave_by) leave_by = now + goodbye;
      if (leave_by && now >= *leave_by) break;
      const bool is_probe = link.losses() && now - std::max(progress_at, probed_at) > probe_after;
      if (link.has_room() && (is_probe || waiting <= way_.most_in_flight(bits_now()))) {
        if (auto packet = queue_.pop_for(from_ms(20), stop)) {
          if (is_of_another_encoder(**packet)) break;
          const auto before = link.written();
          XB_TRY(link.send(**packet));
          if (link.written() > before) probed_at = now;  // some of it may wait for more
          if (key_ends_at == 0) key_ends_at = link.written();
        } else if (leave_by || queue_.counters().is_ended) {
          break;
        } else {
          XB_TRY(link.pump(Duration{}));
        }
      } else {
        XB_TRY(link.pump(from_ms(50)));
      }
      count_bytes(link.written() - counted);
      counted = link.written();
      // asked once a turn: each is a word with the kernel
      const auto taken_now = link.taken();
      waiting = static_cast<std::size_t>(counted - taken_now);
      queue_.set_kernel_bytes(waiting);
      look_at_way(link, taken_now, waiting);
      if (taken_now > taken || waiting == 0) {
        taken = taken_now;
        progress_at = parts_.clock.now();
        if (key_ends_at != 0 && taken >= key_ends_at) {
          was_taken_ = true;
          say_live();
        }
        if (progress_at - began > proven_after) retry_.reset();
      }
      const auto stalled = parts_.clock.now() - progress_at;
      if (stalled > doubtful_after) say_doubtful();
      if (stalled > dead_after || (stalled > silent_after && link.silent_for() > silent_after))
        return Error(ErrorCode::output_stalled);
    }
    // what is left of the two seconds
    const auto left = leave_by ? *leave_by - parts_.clock.now() + from_ms(300) : goodbye;
    link.close(std::max(left, from_ms(300)));
    return ok();
  }

  std::int64_t bits_now() const {
    const auto video =
        parts_.video_bits_now ? parts_.video_bits_now() : parts_.video.bits_per_second;
    return video + parts_.audio.bits_per_second;
  }

  // What was dropped for lateness is missing until the next key frame: that had better come soon.
  void look_at_way(const Link& link, std::uint64_t taken, std::size_t waiting) {
    const auto now = parts_.clock.now();
    const auto queued = queue_.counters();
    std::optional<Duration> round_trip;
    if (now - round_trip_asked_ >= round_trip_every) {
      round_trip = link.round_trip();
      round_trip_asked_ = now;
    }
    way_.look(taken, round_trip, now, link.losses());
    if (queued.dropped_video > dropped_ && now - key_frame_asked_ >= key_frame_again) {
      parts_.request_key_frame();
      key_frame_asked_ = now;
    }
    dropped_ = queued.dropped_video;
    std::lock_guard lock(mutex_);
    stats_.way = way_.tell(queued.bytes + waiting, now);
  }

  // What the platform was told of the picture holds no longer: it is told in a new connection.
  bool is_of_another_encoder(const media::Packet& packet) {
    if (packet.kind != media::Kind::video || packet.codec == parts_.video.codec) return false;
    parts_.video.codec = packet.codec;
    {
      std::lock_guard lock(mutex_);
      stats_.state = OutputState::reconnecting;
      count_break();
    }
    tell();
    return true;
  }

  void wait_to_retry(Error error, Link& link, MonoTime attempted, const std::stop_token& stop) {
    const bool is_refused = error.code() == ErrorCode::output_refused;
    const bool is_in_use = error.code() == ErrorCode::output_in_use;
    const bool is_final = is_refused || is_in_use || error.code() == ErrorCode::output_certificate;
    auto until = parts_.clock.now();
    if (is_in_use) {
      until += retry_.after_in_use();
    } else if (is_final) {
      until += retry_.after_refusal();
    } else if (error.code() == ErrorCode::output_stalled) {
      until += from_ms(1000);  // it was waited for long enough; see the link's deadline
    } else {
      until += retry_.after_failure();
    }
    {
      std::lock_guard lock(mutex_);
      stats_.state = is_refused ? OutputState::refused : OutputState::reconnecting;
      stats_.error = error;
      count_break();
    }
    is_asked_.store(false);  // it was tried
    tell();
    log_warn(component_, "{}", error.log_line());
    parts_.health.set(component_, is_refused ? Condition::failed : Condition::degraded,
                      std::move(error));
    // A server that was away and answers again ends the wait; one that answers all along and still
    // fails does not, or it would be hammered. Looked for each second, counted from the attempt.
    bool was_away = link.reached() == Reached::nothing;
    auto look = attempted + look_every;
    while (true) {
      const auto next =
          std::min({until, is_final ? until : look, parts_.clock.now() + asked_every});
      if (parts_.clock.wait_until(next, stop) == Waited::stopped || next == until) return;
      if (!is_refused && is_asked_.exchange(false)) return;
      if (is_final || next < look) continue;
      look = parts_.clock.now() + look_every;
      const bool is_there = link.probe(stop);
      if (is_there && was_away) return;
      was_away = was_away || !is_there;
    }
  }

  void say_live() {
    {
      std::lock_guard lock(mutex_);
      if (stats_.state == OutputState::live) return;
      stats_.state = OutputState::live;
      was_live_ = true;
      stats_.error.reset();
    }
    tell();
    log_info(component_, "live");
    parts_.health.set(component_, Condition::running);
  }

  // Once for each time that a live push was lost, however many attempts it takes to come back.
  void count_break() {
    if (std::exchange(was_live_, false)) ++stats_.reconnects;
  }

  void say_doubtful() {
    {
      std::lock_guard lock(mutex_);
      if (stats_.state == OutputState::reconnecting) return;
      stats_.state = OutputState::reconnecting;
      stats_.error = Error(ErrorCode::output_stalled);
    }
    tell();
    parts_.health.set(component_, Condition::degraded, Error(ErrorCode::output_stalled));
  }

  void count_bytes(std::uint64_t bytes) {
    if (bytes == 0) return;
    std::lock_guard lock(mutex_);
    stats_.bytes += bytes;
    bitrate_.add(static_cast<std::size_t>(bytes), parts_.clock.now());
  }

  const std::string component_;
  const LinkFactory factory_;
  OutputParts parts_;  // the video encoder's parameters are those of the present connection
  PacketQueue queue_;
  Retry retry_;
  std::atomic<bool> is_asked_{false};  // to try now
  Way way_;
  std::uint64_t dropped_ = 0;  // video, at the last look
  MonoTime key_frame_asked_;
  MonoTime round_trip_asked_;
  bool was_taken_ = false;    // by this connection: the first key frame
  int hang_ups_ = 0;          // in a row, on the key
  mutable std::mutex mutex_;  // guards stats_, bitrate_ and was_live_
  OutputStats stats_;
  BitrateMeter bitrate_;
  bool was_live_ = false;  // since the last break that was counted
  Worker worker_;
};

}  // namespace

Duration Retry::after_failure() {
  static constexpr std::array seconds{1, 2, 4, 8, 15};
  const auto step = std::min(static_cast<std::size_t>(failures_++), seconds.size() - 1);
  const Duration wait = std::chrono::seconds(seconds[step]);
  return wait - chance(wait / 5);
}

Duration Retry::after_refusal() {
  return std::chrono::seconds(15) + chance(std::chrono::seconds(3));
}

Duration Retry::after_in_use() {
  return from_ms(1500) + chance(from_ms(500));
}

Duration Retry::chance(Duration most) {
  return Duration(std::uniform_int_distribution<std::int64_t>(0, most.count())(random_));
}

std::unique_ptr<Output> make_publisher(std::string name, LinkFactory factory, OutputParts parts) {
  return std::make_unique<Publisher>(std::move(name), std::move(factory), std::move(parts));
}

}  // namespace xb::output
