// venc and aenc.
// SPDX-License-Identifier: Apache-2.0
#include "output/encoder_threads.h"

#include "base/log.h"

namespace xb::output {
namespace {

// Takes until stop is requested and the queue is empty.
template <class Item, class Encoder, class Done>
void encode_all(Queue<Item>& queue, Encoder& encoder, const PacketSink& sink, Health& health,
                const std::stop_token& stop, Clock& clock, const Done& done) {
  Status status;
  while (auto item = queue.pop(stop)) {
    const auto before = clock.now();
    status = encoder.encode(*item, sink);
    if (!status) break;
    done(clock.now() - before);
  }
  if (status) status = encoder.finish(sink);
  if (status) return;
  log_error("output.encoder", "{}", status.error().log_line());
  health.set("output.encoder", Condition::failed, status.error());
}

}  // namespace

EncoderThreads::EncoderThreads(std::unique_ptr<VideoEncoder> video,
                               std::unique_ptr<AudioEncoder> audio)
    : video_(std::move(video)), audio_(std::move(audio)) {
}

Result<std::unique_ptr<EncoderThreads>> EncoderThreads::start(const EncoderSettings& settings,
                                                              RunStart begin, FrameQueue& frames,
                                                              BlockQueue& blocks, PacketSink sink,
                                                              Clock& clock, Health& health) {
  XB_TRY_ASSIGN(auto video, VideoEncoder::open(settings, begin.frame));
  XB_TRY_ASSIGN(auto audio, AudioEncoder::open(settings, begin.sample));
  std::unique_ptr<EncoderThreads> made(new EncoderThreads(std::move(video), std::move(audio)));
  health.set("output.encoder", Condition::running);
  auto* self = made.get();
  made->venc_ =
      Worker("venc", health, [self, &frames, sink, &clock, &health](std::stop_token stop) {
        encode_all(frames, *self->video_, sink, health, stop, clock, [&](Duration took) {
          self->frames_encoded_.fetch_add(1, std::memory_order_relaxed);
          const auto us = took.count() / 1000;
          const auto mean = self->encode_us_.load(std::memory_order_relaxed);
          self->encode_us_.store(mean == 0 ? us : mean + (us - mean) / 16,
                                 std::memory_order_relaxed);
        });
      });
  made->aenc_ =
      Worker("aenc", health, [self, &blocks, sink, &clock, &health](std::stop_token stop) {
        encode_all(blocks, *self->audio_, sink, health, stop, clock, [](Duration) {});
      });
  return made;
}

EncoderThreads::~EncoderThreads() {
  finish();
}

void EncoderThreads::finish() {
  venc_.request_stop();
  aenc_.request_stop();
  venc_.join();
  aenc_.join();
}

}  // namespace xb::output
