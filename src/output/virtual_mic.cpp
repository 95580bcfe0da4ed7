// A null sink with a source behind it at the sound server, and one stream of playback into it.
// SPDX-License-Identifier: Apache-2.0
#include "output/virtual_camera.h"

#if defined(__linux__)
#include <pulse/pulseaudio.h>
#endif

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/worker.h"

namespace xb::output {

#if defined(__linux__)
namespace {

constexpr Duration look_again_every = std::chrono::seconds(2);
constexpr Duration answer_within = std::chrono::seconds(2);
constexpr Duration sound_within = from_ms(20);
// A null sink that has just been made is two seconds ahead with its own silence.
constexpr Duration settles_within = std::chrono::seconds(3);
constexpr int turn_us = 20'000;
constexpr std::uint32_t frame_bytes = media::Samples::channels * sizeof(float);
// 85 ms asked for, 170 ms at the most: a null sink takes its sound by the same clock as ours.
constexpr std::uint32_t wanted_bytes = 4 * media::Samples::count * frame_bytes;

struct Release {
  void operator()(pa_mainloop* p) const { pa_mainloop_free(p); }
  void operator()(pa_context* p) const {
    pa_context_disconnect(p);
    pa_context_unref(p);
  }
  void operator()(pa_stream* p) const {
    pa_stream_disconnect(p);
    pa_stream_unref(p);
  }
};
template <class T>
using Held = std::unique_ptr<T, Release>;

// One connection, turned by hand; no call waits longer than `answer_within`.
class SoundServer {
 public:
  SoundServer(Clock& clock, std::stop_token stop)
      : clock_(clock), stop_(std::move(stop)), loop_(pa_mainloop_new()) {
    if (loop_) context_.reset(pa_context_new(pa_mainloop_get_api(loop_.get()), "Xiangbo"));
    if (!context_) throw std::bad_alloc();
  }
  // What was made goes with it; a server that went away has forgotten it already.
  ~SoundServer() {
    stream_.reset();
    stop_ = {};  // also while the program ends
    for (const auto module : modules_) {
      bool is_over = false;
      // one that hangs is not waited for twice
      if (!finish(pa_context_unload_module(context_.get(), module, note_done, &is_over), is_over))
        break;
    }
  }
  SoundServer(const SoundServer&) = delete;
  SoundServer& operator=(const SoundServer&) = delete;

  Status connect() {
    // a server that is not there is not started: that is the desktop's to do
    if (pa_context_connect(context_.get(), nullptr, PA_CONTEXT_NOAUTOSPAWN, nullptr) < 0)
      return failure();
    return turn_until([&] { return pa_context_get_state(context_.get()) == PA_CONTEXT_READY; });
  }

  // Of a process that was killed they are still there, and are taken over.
  Status make_source() {
    XB_TRY(make(pa_context_get_sink_info_by_name, virtual_sink, "module-null-sink",
                std::string("sink_name=") + virtual_sink +
                    " rate=48000 channels=2 sink_properties=device.description=乡播"));
    return make(pa_context_get_source_info_by_name, virtual_source, "module-remap-source",
                std::string("master=") + virtual_sink + ".monitor source_name=" + virtual_source +
                    " source_properties=device.description=乡播");
  }

  Status begin_playing() {
    const pa_sample_spec form{PA_SAMPLE_FLOAT32NE, static_cast<std::uint32_t>(sample_rate),
                              media::Samples::channels};
    stream_.reset(pa_stream_new(context_.get(), "program", &form, nullptr));
    if (!stream_) return failure();
    pa_buffer_attr size{};
    size.maxlength = 2 * wanted_bytes;
    size.tlength = wanted_bytes;
    size.prebuf = wanted_bytes / 2;
    size.minreq = media::Samples::count * frame_bytes;
    const auto flags =
        static_cast<pa_stream_flags_t>(PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
    if (pa_stream_connect_playback(stream_.get(), virtual_sink, &size, flags, nullptr, nullptr) < 0)
      return failure();
    XB_TRY(turn_until([&] { return pa_stream_get_state(stream_.get()) != PA_STREAM_CREATING; }));
    return is_playing() ? ok() : Status(failure());
  }

  // False: there was no room. Error: the server or the sink is gone.
  Result<bool> play(const media::Samples& samples) {
    turn();
    if (!is_playing()) return failure();
    const auto bytes = samples.values.size() * sizeof(float);
    if (pa_stream_writable_size(stream_.get()) < bytes) return false;
    if (pa_stream_write(stream_.get(), samples.values.data(), bytes, nullptr, 0, PA_SEEK_RELATIVE) <
        0)
      return failure();
    turn();
    return true;
  }

  Status stay() {
    turn();
    return is_playing() ? ok() : Status(failure());
  }

 private:
  struct Found {
    std::uint32_t module = PA_INVALID_INDEX;
    bool is_there = false;
    bool is_over = false;
  };
  template <class Info>
  static void note_found(pa_context*, const Info* info, int end, void* found) {
    auto& out = *static_cast<Found*>(found);
    if (end != 0) out.is_over = true;
    if (info == nullptr) return;
    out.is_there = true;
    out.module = info->owner_module;
  }
  static void note_done(pa_context*, int /*is_done*/, void* is_over) {
    *static_cast<bool*>(is_over) = true;
  }
  static void note_module(pa_context*, std::uint32_t index, void* found) {
    auto& out = *static_cast<Found*>(found);
    out.module = index;
    out.is_over = true;
  }

  template <class Info>
  Status make(pa_operation* (*look)(pa_context*, const char*,
                                    void (*)(pa_context*, const Info*, int, void*), void*),
              const char* name, const char* module, const std::string& arguments) {
    Found found;
    XB_TRY(finish(look(context_.get(), name, note_found<Info>, &found), found.is_over));
    if (!found.is_there) {
      found = {};
      XB_TRY(finish(
          pa_context_load_module(context_.get(), module, arguments.c_str(), note_module, &found),
          found.is_over));
    }
    if (found.module == PA_INVALID_INDEX) return Error(ErrorCode::vcam_sound, module);
    modules_.insert(modules_.begin(), found.module);  // what hangs on others goes first
    return ok();
  }

  bool is_playing() const {
    return stream_ && pa_stream_get_state(stream_.get()) == PA_STREAM_READY &&
           PA_CONTEXT_IS_GOOD(pa_context_get_state(context_.get()));
  }
  Error failure() const {
    return Error(ErrorCode::vcam_sound,
                 std::string("PulseAudio: ") + pa_strerror(pa_context_errno(context_.get())));
  }
  Status turn_until(const std::function<bool()>& is_done) {
    const auto deadline = clock_.now() + answer_within;
    while (!is_done()) {
      if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(context_.get()))) return failure();
      if (stop_.stop_requested()) return Error(ErrorCode::cancelled, "PulseAudio");
      if (clock_.now() >= deadline) return Error(ErrorCode::vcam_sound, "PulseAudio: no answer");
      if (pa_mainloop_prepare(loop_.get(), turn_us) < 0 || pa_mainloop_poll(loop_.get()) < 0 ||
          pa_mainloop_dispatch(loop_.get()) < 0)
        return Error(ErrorCode::internal, "pa_mainloop");
    }
    return ok();
  }
  // `is_over` is set by the callback of `begun`, which is not called any more once this returns.
  Status finish(pa_operation* begun, const bool& is_over) {
    if (begun == nullptr) return failure();
    auto done = turn_until([&] { return is_over; });
    pa_operation_cancel(begun);
    pa_operation_unref(begun);
    return done;
  }
  void turn() {
    for (int most = 100; most > 0 && pa_mainloop_iterate(loop_.get(), 0, nullptr) > 0; --most) {
    }
  }

  Clock& clock_;
  std::stop_token stop_;
  Held<pa_mainloop> loop_;
  Held<pa_context> context_;  // before the loop it hangs on
  Held<pa_stream> stream_;
  std::vector<std::uint32_t> modules_;
};

class VirtualMic final : public Onward {
 public:
  VirtualMic(media::MusicQueue& heard, Clock& clock, Health& health)
      : Onward("virtual-mic", "virtual.mic", health), heard_(heard), clock_(clock) {
    worker_ = Worker("vmic", health, [this](std::stop_token stop) {
      while (!stop.stop_requested()) {
        auto ended = feed(stop);
        if (stop.stop_requested()) break;
        is_over(OutputState::reconnecting, ended ? std::nullopt : std::optional(ended.error()));
        clock_.wait_until(clock_.now() + look_again_every, stop);
      }
      is_over(OutputState::ended, std::nullopt);
    });
  }

 private:
  Status feed(const std::stop_token& stop) {
    SoundServer server(clock_, stop);
    XB_TRY(server.connect());
    XB_TRY(server.make_source());
    XB_TRY(server.begin_playing());
    heard_.clear();
    auto lost = heard_.counters().lost;
    const auto settled = clock_.now() + settles_within;
    is_live(virtual_source);
    while (!stop.stop_requested()) {
      const auto samples = heard_.pop_for(sound_within, stop);
      const auto lost_so_far = heard_.counters().lost;
      for (; clock_.now() > settled && lost < lost_so_far; ++lost) count_dropped();
      lost = lost_so_far;
      if (!samples) {
        XB_TRY(server.stay());
        continue;
      }
      XB_TRY_ASSIGN(const bool is_played, server.play(**samples));
      if (is_played)
        count_shown();
      else if (clock_.now() > settled)
        count_dropped();
    }
    return ok();
  }

  media::MusicQueue& heard_;
  Clock& clock_;
  Worker worker_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Onward> make_virtual_mic(media::MusicQueue& heard, Clock& clock, Health& health) {
  return std::make_unique<VirtualMic>(heard, clock, health);
}

#else

std::unique_ptr<Onward> make_virtual_mic(media::MusicQueue&, Clock&, Health&) {
  return nullptr;
}

#endif

}  // namespace xb::output
