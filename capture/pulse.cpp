// A connection that is turned by hand: it does as much as there is to do, and never waits alone.
// SPDX-License-Identifier: Apache-2.0
#include "capture/pulse.h"

#if defined(__linux__)
#include <pulse/pulseaudio.h>

#include <functional>
#include <optional>
#include <utility>

#include "base/text.h"

namespace xb::capture {
namespace {

constexpr Duration list_within = std::chrono::seconds(1);
constexpr Duration open_within = std::chrono::seconds(5);
constexpr int turn_us = 20'000;  // how soon a stop request or a deadline is seen
// 21 ms at a time; PulseAudio's own choice may be seconds.
constexpr std::uint32_t fragment_bytes = media::Samples::count * 2 * sizeof(float);

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
  void operator()(pa_operation* p) const {
    pa_operation_cancel(p);
    pa_operation_unref(p);
  }
};
template <class T>
using Held = std::unique_ptr<T, Release>;

ErrorCode code_of(int pulse_error) {
  switch (pulse_error) {
    case PA_ERR_ACCESS:
    case PA_ERR_AUTHKEY: return ErrorCode::sound_denied;
    case PA_ERR_BUSY: return ErrorCode::device_busy;
    case PA_ERR_CONNECTIONREFUSED:
    case PA_ERR_CONNECTIONTERMINATED:
    case PA_ERR_INVALIDSERVER:
    case PA_ERR_NOENTITY: return ErrorCode::device_missing;
    case PA_ERR_TIMEOUT: return ErrorCode::timed_out;
    default: return ErrorCode::device_refused;
  }
}

class Server {
 public:
  static Result<Server> connect(Clock& clock, Duration within, const std::stop_token& stop) {
    Server made(clock, clock.now() + within, stop);
    // a server that is not there is not started: that is the desktop's to do
    if (pa_context_connect(made.context(), nullptr, PA_CONTEXT_NOAUTOSPAWN, nullptr) < 0)
      return made.failure();
    XB_TRY(
        made.turn_until([&] { return pa_context_get_state(made.context()) == PA_CONTEXT_READY; }));
    return made;
  }

  pa_context* context() const { return context_.get(); }
  Error failure() const {
    const int error = pa_context_errno(context());
    return Error(code_of(error), std::string("PulseAudio: ") + pa_strerror(error));
  }

  // Does what there is to do until `is_done`, at most to the deadline of connect().
  Status turn_until(const std::function<bool()>& is_done) {
    while (!is_done()) {
      if (!PA_CONTEXT_IS_GOOD(pa_context_get_state(context()))) return failure();
      if (stop_.stop_requested()) return Error(ErrorCode::cancelled, "PulseAudio");
      if (clock_->now() >= deadline_) return Error(ErrorCode::timed_out, "PulseAudio");
      if (pa_mainloop_prepare(loop_.get(), turn_us) < 0 || pa_mainloop_poll(loop_.get()) < 0 ||
          pa_mainloop_dispatch(loop_.get()) < 0)
        return Error(ErrorCode::internal, "pa_mainloop");
    }
    return ok();
  }
  Status finish(pa_operation* begun) {
    const Held<pa_operation> operation(begun);
    if (!operation) return failure();
    const auto state = [&] { return pa_operation_get_state(operation.get()); };
    XB_TRY(turn_until([&] { return state() != PA_OPERATION_RUNNING; }));
    return state() == PA_OPERATION_DONE ? ok() : Status(failure());  // else the server went away
  }
  // Without waiting.
  void turn() {
    for (int most = 100; most > 0 && pa_mainloop_iterate(loop_.get(), 0, nullptr) > 0; --most) {
    }
  }

 private:
  Server(Clock& clock, MonoTime deadline, std::stop_token stop)
      : clock_(&clock), deadline_(deadline), stop_(std::move(stop)), loop_(pa_mainloop_new()) {
    if (loop_) context_.reset(pa_context_new(pa_mainloop_get_api(loop_.get()), "Xiangbo"));
    if (!context_) throw std::bad_alloc();
  }

  Clock* clock_;
  MonoTime deadline_;
  std::stop_token stop_;
  Held<pa_mainloop> loop_;
  Held<pa_context> context_;  // before the loop it hangs on
};

class OpenStream final : public PulseStream {
 public:
  explicit OpenStream(Server server) : server_(std::move(server)) {}

  Status connect(const std::string& source) {
    const pa_sample_spec form{PA_SAMPLE_FLOAT32NE, static_cast<std::uint32_t>(sample_rate),
                              media::Samples::channels};
    stream_.reset(pa_stream_new(server_.context(), "microphone", &form, nullptr));
    if (!stream_) return server_.failure();
    pa_buffer_attr size{};
    size.maxlength = UINT32_MAX;
    size.fragsize = fragment_bytes;
    const auto flags =
        static_cast<pa_stream_flags_t>(PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
    if (pa_stream_connect_record(stream_.get(), source.c_str(), &size, flags) < 0)
      return server_.failure();
    XB_TRY(server_.turn_until([&] { return state() != PA_STREAM_CREATING; }));
    return state() == PA_STREAM_READY ? ok() : Status(server_.failure());
  }

  Result<Due> next() override {
    server_.turn();
    if (state() != PA_STREAM_READY) return Error(ErrorCode::device_missing, "PulseAudio");
    const void* from = nullptr;
    std::size_t bytes = 0;
    while (pa_stream_peek(stream_.get(), &from, &bytes) == 0 && bytes > 0) {
      const Due due{Next::sound, time_of(counted_).time_since_epoch()};
      const auto values = bytes / sizeof(float);
      counted_.value += static_cast<std::int64_t>(values / media::Samples::channels);
      if (from != nullptr) {
        const auto* first = static_cast<const float*>(from);
        sound_.assign(first, first + values);
      }
      pa_stream_drop(stream_.get());
      if (from != nullptr) return due;  // else a hole: its time has passed
    }
    return Due{};
  }
  std::span<const float> sound() const override { return sound_; }

 private:
  pa_stream_state_t state() const { return pa_stream_get_state(stream_.get()); }

  Server server_;
  Held<pa_stream> stream_;
  SampleCount counted_;
  std::vector<float> sound_;
};

void note_usual(pa_context*, const pa_server_info* server, void* usual) {
  if (server != nullptr && server->default_source_name != nullptr)
    *static_cast<std::string*>(usual) = server->default_source_name;
}

struct Sources {
  std::vector<Device> list;
  bool is_whole = false;
};

void note_source(pa_context*, const pa_source_info* source, int end, void* sources) {
  if (end > 0) static_cast<Sources*>(sources)->is_whole = true;
  if (source == nullptr || source->name == nullptr) return;
  Device device{"pulse", source->name, "", false};
  const auto* about = source->description != nullptr ? source->description : source->name;
  device.name = clean_outside_text(about);
  // our own sound as another program takes it (output/virtual_camera.h) is no microphone either
  device.is_monitor = source->monitor_of_sink != PA_INVALID_INDEX || device.path == "xiangbo_mic";
  static_cast<Sources*>(sources)->list.push_back(std::move(device));
}

}  // namespace

Result<std::vector<Device>> pulse_microphones(Clock& clock, const std::stop_token& stop) {
  XB_TRY_ASSIGN(auto server, Server::connect(clock, list_within, stop));
  std::string usual;
  Sources found;
  XB_TRY(server.finish(pa_context_get_server_info(server.context(), note_usual, &usual)));
  XB_TRY(server.finish(pa_context_get_source_info_list(server.context(), note_source, &found)));
  if (!found.is_whole) return server.failure();
  for (auto& device : found.list) device.is_default = device.path == usual;
  return std::move(found.list);
}

Result<std::unique_ptr<PulseStream>> PulseStream::open(const std::string& source, Clock& clock,
                                                       const std::stop_token& stop) {
  XB_TRY_ASSIGN(auto server, Server::connect(clock, open_within, stop));
  auto made = std::make_unique<OpenStream>(std::move(server));
  XB_TRY(made->connect(source));
  return std::unique_ptr<PulseStream>(std::move(made));
}

}  // namespace xb::capture

#else

namespace xb::capture {

Result<std::vector<Device>> pulse_microphones(Clock&, const std::stop_token&) {
  return Error(ErrorCode::device_missing, "PulseAudio");
}

Result<std::unique_ptr<PulseStream>> PulseStream::open(const std::string&, Clock&,
                                                       const std::stop_token&) {
  return Error(ErrorCode::device_missing, "PulseAudio");
}

}  // namespace xb::capture

#endif
