// SRT publishing: MPEG-TS over libsrt. Not through FFmpeg, which tells neither why a connection was
// refused nor what has arrived, and takes keys in the text of an address.
// SPDX-License-Identifier: Apache-2.0
#include <srt/srt.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/resolve.h"
#include "output/link.h"
#include "output/muxer.h"
#include "output/output.h"
#include "output/srt_log.h"
#include "output/srt_options.h"

namespace xb::output {
namespace {

constexpr Duration srt_connect_deadline = from_ms(5000);
constexpr Duration slice = from_ms(100);  // how soon a stop request is seen
constexpr int payload = 1316;             // seven TS packets, SRT's unit in live mode
// Each time the muxer is emptied begins a piece of its own, which costs a small packet of sound as
// much again: where no picture comes soon, some of them go together.
constexpr std::int64_t sound_together_us = 150'000;
constexpr Duration measure_every = from_ms(50);

// What the library tells of is only whether something can be written, or went wrong.
class Waiter {
 public:
  Waiter() : id_(srt_epoll_create()) { srt_epoll_set(id_, SRT_EPOLL_ENABLE_EMPTY); }
  ~Waiter() { srt_epoll_release(id_); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  void watch(SRTSOCKET socket) {
    const int events = SRT_EPOLL_OUT | SRT_EPOLL_ERR;
    srt_epoll_add_usock(id_, socket, &events);
  }
  void wait(Duration most) {
    SRT_EPOLL_EVENT event{};
    srt_epoll_uwait(id_, &event, 1, to_ms(most));
  }

 private:
  int id_;
};

bool is_about_the_key(int reason) {
  // below 1000 the library's own reasons, above those a server gave after it has read the streamid
  return reason == SRT_REJ_BADSECRET || reason == SRT_REJ_UNSECURE || reason == SRT_REJ_PEER ||
         reason >= SRT_REJC_PREDEFINED;
}

class SrtLink final : public Link {
 public:
  SrtLink(PushUrl url, const OutputParts& parts)
      : url_(std::move(url)), video_(parts.video), audio_(parts.audio), clock_(parts.clock) {
    srt_startup();
  }
  ~SrtLink() override {
    muxer_.reset();
    drop();
    srt_cleanup();
  }

  Status open(std::stop_token stop) override {
    const auto deadline = clock_.now() + srt_connect_deadline;
    XB_TRY_ASSIGN(const auto options, srt_options(url_));
    XB_TRY_ASSIGN(const auto addresses, resolve(url_.host, url_.port, clock_, deadline, stop,
                                                ErrorCode::output_unreachable));
    Status status = Error(ErrorCode::output_unreachable, url_.host);
    for (auto left = addresses.size(); left > 0; --left) {
      const auto now = clock_.now();
      const auto until = now + (deadline - now) / static_cast<std::int64_t>(left);
      status = connect(addresses[addresses.size() - left], options, until, stop);
      if (status || status.error().code() != ErrorCode::output_unreachable) break;
    }
    XB_TRY(std::move(status));
    XB_TRY_ASSIGN(muxer_, Muxer::open("mpegts", video_, audio_, {}, [this](auto bytes) {
                    unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
                  }));
    return ok();
  }

  // The first packet that is answered carries the key.
  Result<bool> knock(std::stop_token stop) override {
    const auto deadline = clock_.now() + srt_connect_deadline;
    XB_TRY(resolve(url_.host, url_.port, clock_, deadline, stop, ErrorCode::output_unreachable));
    return false;
  }

  Reached reached() const override { return reached_; }
  // The library does not tell a goodbye from a break.
  bool is_hung_up() const override { return false; }

  Status send(const media::Packet& packet) override {
    if (start_us_ < 0) start_us_ = time_us(packet);
    XB_TRY(muxer_->write(packet, start_us_));
    const auto now_us = time_us(packet);
    if (packet.kind == media::Kind::video || now_us - flushed_us_ >= sound_together_us) {
      XB_TRY(muxer_->flush());
      flushed_us_ = now_us;
    }
    return pump(Duration{});
  }

  Status pump(Duration wait) override {
    const auto until = clock_.now() + wait;
    while (sent_ < unsent_.size()) {
      const auto size = std::min<std::size_t>(payload, unsent_.size() - sent_);
      const auto* bytes = reinterpret_cast<const char*>(unsent_.data() + sent_);
      if (srt_sendmsg2(socket_, bytes, static_cast<int>(size), nullptr) == SRT_ERROR) {
        if (srt_getlasterror(nullptr) != SRT_EASYNCSND) return broken();
        const auto now = clock_.now();
        if (now >= until) return ok();
        waiter_.wait(until - now);
        continue;
      }
      sent_ += size;
      written_ += size;
    }
    unsent_.clear();
    sent_ = 0;
    measure();
    if (srt_getsockstate(socket_) == SRTS_CONNECTED) return ok();
    return Error(ErrorCode::output_unreachable, url_.server() + ": no word from the server");
  }

  bool has_room() const override { return sent_ == unsent_.size(); }
  std::uint64_t taken() const override { return written_ - std::min(written_, in_library()); }
  std::uint64_t written() const override { return written_ + (unsent_.size() - sent_); }
  std::size_t waiting() const override { return static_cast<std::size_t>(written() - taken()); }
  std::optional<Duration> round_trip() const override { return round_trip_; }
  std::optional<LinkLosses> losses() const override { return losses_; }
  // Silence of 5 s breaks the connection by itself.
  Duration silent_for() const override { return Duration{}; }

  void close(Duration deadline) override {
    const auto until = clock_.now() + deadline;
    while (waiting() > 0 && clock_.now() < until) {
      if (!pump(Duration{})) return;
      clock_.wait_until(std::min(until, clock_.now() + from_ms(20)), {});
    }
    // What has arrived is handed out there `latency` later, and lost if we say goodbye before.
    int latency_ms = 0;
    int size = sizeof latency_ms;
    srt_getsockflag(socket_, SRTO_PEERLATENCY, &latency_ms, &size);
    clock_.wait_until(std::min(until, clock_.now() + from_ms(latency_ms + 50)), {});
    drop();
  }

  // There is no asking without connecting.
  bool probe(std::stop_token) override { return false; }

 private:
  Status connect(const SocketAddress& address, const SrtOptions& options, MonoTime until,
                 const std::stop_token& stop) {
    drop();
    socket_ = srt_create_socket();
    const bool is_set =
        set(SRTO_TRANSTYPE, SRTT_LIVE) && set(SRTO_RCVSYN, false) && set(SRTO_SNDSYN, false) &&
        set(SRTO_CONNTIMEO, static_cast<int>(to_ms(srt_connect_deadline))) &&
        set(SRTO_LATENCY, options.latency_ms) &&
        // late pictures are dropped by our queue, to a key frame and counted, not by the library
        set(SRTO_SNDDROPDELAY, -1) && set(SRTO_STREAMID, options.stream_id) &&
        set(SRTO_PBKEYLEN, options.key_bytes) && set(SRTO_PASSPHRASE, options.passphrase);
    const auto* to = reinterpret_cast<const sockaddr*>(&address.bytes);
    if (!is_set || srt_connect(socket_, to, static_cast<int>(address.size)) == SRT_ERROR)
      return broken();
    waiter_.watch(socket_);
    while (true) {
      const auto state = srt_getsockstate(socket_);
      if (state == SRTS_CONNECTED) break;
      if (stop.stop_requested()) return Error(ErrorCode::cancelled);
      if (state != SRTS_CONNECTING) {
        const int reason = srt_getrejectreason(socket_);
        const auto why = url_.server() + ": " + srt_rejectreason_str(reason);
        if (reason != SRT_REJ_TIMEOUT) reached_ = Reached::server;
        return Error(
            is_about_the_key(reason) ? ErrorCode::output_refused : ErrorCode::output_unreachable,
            why);
      }
      if (clock_.now() >= until)
        return Error(ErrorCode::output_unreachable, url_.server() + ": no answer");
      waiter_.wait(slice);
    }
    reached_ = Reached::key;
    return ok();
  }

  template <class T>
  bool set(SRT_SOCKOPT option, T value) {
    return srt_setsockflag(socket_, option, &value, sizeof value) != SRT_ERROR;
  }
  bool set(SRT_SOCKOPT option, const std::string& value) {
    return value.empty() || srt_setsockflag(socket_, option, value.data(),
                                            static_cast<int>(value.size())) != SRT_ERROR;
  }

  Error broken() const {
    return Error(ErrorCode::output_unreachable, url_.server() + ": " + srt_getlasterror_str());
  }

  // The other side acknowledges what it gave up waiting for, too: losses are looked at apart.
  void measure() {
    const auto now = clock_.now();
    if (now - measured_ < measure_every) return;
    measured_ = now;
    SRT_TRACEBSTATS stats{};
    if (srt_bstats(socket_, &stats, 0) == SRT_ERROR) return;
    round_trip_ = from_ms(static_cast<std::int64_t>(stats.msRTT) + 1);
    losses_.sent = stats.byteSentTotal;
    losses_.lost = static_cast<std::uint64_t>(std::max(0, stats.pktSndLossTotal)) * payload;
  }

  void drop() {
    if (socket_ != SRT_INVALID_SOCK) srt_close(std::exchange(socket_, SRT_INVALID_SOCK));
  }

  // Handed to the library and not acknowledged.
  std::uint64_t in_library() const {
    std::size_t blocks = 0;
    std::size_t bytes = 0;
    if (srt_getsndbuffer(socket_, &blocks, &bytes) == SRT_ERROR) return 0;
    return bytes;
  }

  const PushUrl url_;
  const media::StreamParameters video_;
  const media::StreamParameters audio_;
  Clock& clock_;
  Waiter waiter_;
  SRTSOCKET socket_ = SRT_INVALID_SOCK;
  Reached reached_ = Reached::nothing;
  std::unique_ptr<Muxer> muxer_;
  std::vector<std::uint8_t> unsent_;
  std::size_t sent_ = 0;  // of unsent_
  std::uint64_t written_ = 0;
  std::int64_t start_us_ = -1;
  std::int64_t flushed_us_ = 0;
  MonoTime measured_;
  std::optional<Duration> round_trip_;
  LinkLosses losses_;
};

void srt_line(void*, int level, const char*, int, const char*, const char* message) {
  std::string_view text(message);
  constexpr std::string_view around = ": \n";
  text.remove_prefix(std::min(text.find_first_not_of(around), text.size()));
  text = text.substr(0, text.find_last_not_of(around) + 1);
  const bool is_bad = level <= srt_logging::LogLevel::error;
  log_at(is_bad ? LogLevel::warn : LogLevel::debug, "libsrt", "{}", text);
}

}  // namespace

void route_srt_log() {
  srt_setlogflags(SRT_LOGF_DISABLE_TIME | SRT_LOGF_DISABLE_THREADNAME | SRT_LOGF_DISABLE_SEVERITY |
                  SRT_LOGF_DISABLE_EOL);
  srt_setloghandler(nullptr, srt_line);
}

std::unique_ptr<Link> make_srt_link(const PushUrl& url, const OutputParts& parts) {
  return std::make_unique<SrtLink>(url, parts);
}

}  // namespace xb::output
