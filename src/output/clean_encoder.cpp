// A StreamCopy before an encoder.
// SPDX-License-Identifier: Apache-2.0
#include "output/clean_encoder.h"

#include <optional>
#include <string>
#include <utility>

#include "base/log.h"

namespace xb::output {
namespace {

constexpr const char* component = "output.clean";

class CleanEncoder final : public VideoEncoder {
 public:
  CleanEncoder(std::unique_ptr<VideoEncoder> inner, media::CodedPipe& coded, CleanFigures& figures)
      : inner_(std::move(inner)),
        coded_(coded),
        figures_(figures),
        copy_(inner_->parameters().rate) {}

  void begin(FrameNumber first) override {
    first_ = first;
    inner_->begin(first);
    copy_.begin(first);
  }

  Status encode(const media::Frame& frame, const PacketSink& sink) override {
    while (auto picture = coded_.try_pop()) copy_.add(std::move(*picture));
    if (frame.number < first_) return ok();
    const bool was_copying = copy_.feeding() == Feeding::copied;
    const bool is_copied = copy_.show(frame, sink);
    tell();
    if (is_copied) return ok();
    if (was_copying) inner_->force_key_frame();
    XB_TRY(inner_->encode(frame, sink));
    ++figures_.encoded;
    return ok();
  }

  Status finish(const PacketSink& sink) override {
    copy_.finish(sink);
    figures_.copied.store(copy_.copied());
    return inner_->finish(sink);
  }

  void force_key_frame() override {
    copy_.ask_for_key();
    inner_->force_key_frame();
  }
  void set_bitrate(std::int64_t bits_per_second) override { inner_->set_bitrate(bits_per_second); }
  const media::StreamParameters& parameters() const override { return inner_->parameters(); }
  const std::string& name() const override {
    return copy_.feeding() == Feeding::copied ? copy_name_ : inner_->name();
  }

 private:
  void tell() {
    figures_.copied.store(copy_.copied());
    const auto now = copy_.feeding();
    figures_.feeding.store(now);
    if (std::exchange(told_, now) == now) return;
    if (now == Feeding::copied)
      log_info(component, "the source's own packets are kept as they are");
    else
      log_info(component, "{} encodes: {}", inner_->name(), name_of(now));
  }

  const std::unique_ptr<VideoEncoder> inner_;
  media::CodedPipe& coded_;
  CleanFigures& figures_;
  StreamCopy copy_;
  FrameNumber first_;
  std::optional<Feeding> told_;
  const std::string copy_name_ = "copy";
};

}  // namespace

std::unique_ptr<VideoEncoder> make_clean_encoder(std::unique_ptr<VideoEncoder> inner,
                                                 media::CodedPipe& coded, CleanFigures& figures) {
  return std::make_unique<CleanEncoder>(std::move(inner), coded, figures);
}

}  // namespace xb::output
