// SRT publishing: MPEG-TS through libavformat's srt protocol.
// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavformat/avio.h>
}

#include <algorithm>
#include <utility>

#include "media/av.h"
#include "output/link.h"
#include "output/muxer.h"
#include "output/output.h"

namespace xb::output {
namespace {

constexpr Duration connect_deadline = from_ms(5000);
constexpr Duration write_deadline = from_ms(10'000);
constexpr std::size_t payload = 1316;  // seven TS packets, SRT's unit in live mode

class SrtLink final : public Link {
 public:
  SrtLink(PushUrl url, const OutputParts& parts)
      : url_(std::move(url)), video_(parts.video), audio_(parts.audio), clock_(parts.clock) {}
  ~SrtLink() override {
    until_ = clock_.now() + from_ms(500);
    avio_closep(&io_);
  }

  Status open(std::stop_token stop) override {
    stop_ = std::move(stop);
    until_ = clock_.now() + connect_deadline;
    auto query = url_.query;
    media::Options options;
    if (const auto at = query.find("{key}"); at != std::string::npos) {
      query.replace(at, 5, url_.key.reveal());
    } else if (!url_.key.empty()) {
      options.set("streamid", url_.key.reveal());
    }
    options.set("connect_timeout", "3000").set("transtype", "live");
    const AVIOInterruptCB interrupt{is_over, this};
    const auto address = url_.server() + (query.empty() ? "" : "?" + query);
    const int code = avio_open2(&io_, address.c_str(), AVIO_FLAG_WRITE, &interrupt, options.out());
    if (stop_.stop_requested()) return Error(ErrorCode::cancelled);
    // SRT tells a wrong passphrase or streamid only as a failed connection.
    if (code < 0)
      return Error(ErrorCode::output_unreachable, url_.server() + ": " + media::av_text(code));
    XB_TRY_ASSIGN(muxer_, Muxer::open("mpegts", video_, audio_, {}, [this](auto bytes) {
                    ts_.insert(ts_.end(), bytes.begin(), bytes.end());
                  }));
    return ok();
  }

  Reached reached() const override { return io_ ? Reached::key : Reached::nothing; }
  bool is_hung_up() const override { return false; }

  Status send(const media::Packet& packet) override {
    if (start_us_ < 0) start_us_ = time_us(packet);
    XB_TRY(muxer_->write(packet, start_us_));
    XB_TRY(muxer_->flush());
    until_ = clock_.now() + write_deadline;
    for (std::size_t at = 0; at < ts_.size(); at += payload) {
      const auto size = std::min(payload, ts_.size() - at);
      avio_write(io_, ts_.data() + at, static_cast<int>(size));
      avio_flush(io_);
      if (io_->error < 0)
        return Error(ErrorCode::output_unreachable,
                     url_.server() + ": " + media::av_text(io_->error));
    }
    written_ += ts_.size();
    ts_.clear();
    return ok();
  }

  Status pump(Duration) override { return ok(); }
  bool has_room() const override { return true; }
  // SRT keeps its own buffer of `latency` and drops what comes too late; it does not tell how much
  // has arrived. A peer that is gone shows as an error within 5 s.
  std::uint64_t taken() const override { return written_; }
  std::uint64_t written() const override { return written_; }
  std::size_t waiting() const override { return 0; }
  Duration silent_for() const override { return Duration{}; }
  void close(Duration) override {}
  bool probe(std::stop_token) override { return false; }

 private:
  static int is_over(void* opaque) {
    const auto* self = static_cast<const SrtLink*>(opaque);
    return self->stop_.stop_requested() || self->clock_.now() >= self->until_ ? 1 : 0;
  }

  const PushUrl url_;
  const media::StreamParameters video_;
  const media::StreamParameters audio_;
  Clock& clock_;
  std::stop_token stop_;
  MonoTime until_;
  AVIOContext* io_ = nullptr;  // owned
  std::unique_ptr<Muxer> muxer_;
  std::vector<std::uint8_t> ts_;
  std::uint64_t written_ = 0;
  std::int64_t start_us_ = -1;
};

}  // namespace

std::unique_ptr<Link> make_srt_link(const PushUrl& url, const OutputParts& parts) {
  return std::make_unique<SrtLink>(url, parts);
}

}  // namespace xb::output
