// The thread of the virtual camera.
// SPDX-License-Identifier: Apache-2.0
#include "output/virtual_camera.h"

#include <utility>

#include "base/worker.h"

namespace xb::output {
namespace {

constexpr Duration look_again_after = std::chrono::seconds(2);
constexpr Duration frame_within = from_ms(100);

class VirtualCamera final : public Onward {
 public:
  VirtualCamera(LoopbackWish wish, Clock& clock, Health& health, DeviceCalls& calls)
      : Onward("virtual-camera", "virtual.camera", health),
        wish_(std::move(wish)),
        clock_(clock),
        calls_(calls) {
    worker_ = Worker("vcam", health, [this](std::stop_token stop) {
      while (!stop.stop_requested()) {
        auto ended = feed(stop);
        if (stop.stop_requested()) break;
        is_over(OutputState::reconnecting, std::move(ended));
        clock_.wait_until(clock_.now() + look_again_after, stop);
      }
      is_over(OutputState::ended, std::nullopt);
    });
  }

 private:
  // Until it is stopped, or the device is gone.
  std::optional<Error> feed(const std::stop_token& stop) {
    auto opened = Loopback::open(wish_, calls_);
    if (!opened) return std::move(opened).error();
    auto& device = **opened;
    is_live(device.about());
    while (!stop.stop_requested()) {
      const auto frame = next(frame_within, stop);
      if (!frame) continue;
      const auto taken = device.write(*frame->picture);
      if (!taken) return taken.error();
      *taken ? count_shown() : count_dropped();
    }
    return std::nullopt;
  }

  const LoopbackWish wish_;
  Clock& clock_;
  DeviceCalls& calls_;
  Worker worker_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Onward> make_virtual_camera(LoopbackWish wish, Clock& clock, Health& health,
                                            DeviceCalls& calls) {
  return std::make_unique<VirtualCamera>(std::move(wish), clock, health, calls);
}

}  // namespace xb::output
