// The thread qr. SPDX-License-Identifier: Apache-2.0
#include "vision/qr_watch.h"

#include <utility>

#include "base/log.h"
#include "media/key_picture.h"
#include "vision/qr_reader.h"

namespace xb::vision {
namespace {

constexpr Duration between_readings = from_ms(1500);

}  // namespace

QrWatch::QrWatch(Mailbox<KeyFrame>& key_frames, Queue<QrLook>& looks, Clock& clock,
                 Health& health) {
  worker_ = Worker("qr", health, [&, this](std::stop_token stop) {
    lower_this_thread();
    while (auto key = key_frames.take(stop)) {
      const auto began = clock.now();
      const auto on_air = on_air_.read();
      if (!*on_air || key->frame < (*on_air)->from) continue;
      const auto picture = media::decode_key_frame(*key->packet);
      key.reset();
      if (!picture) {
        log_warn("vision.qr", "{}", picture.error().log_line());
      } else {
        const auto text = read_qr(*picture, (*on_air)->box);
        looks.push({(*on_air)->number, text == (*on_air)->link});
      }
      clock.wait_until(began + between_readings, stop);
    }
  });
}

void QrWatch::watch(std::optional<QrOnAir> on_air) {
  is_watching_.store(on_air.has_value(), std::memory_order_relaxed);
  on_air_.publish(std::make_shared<const std::optional<QrOnAir>>(std::move(on_air)));
}

}  // namespace xb::vision
