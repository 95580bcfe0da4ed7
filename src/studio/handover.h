// Handover: the program as other programs take it: a window, a camera and a microphone of this
// computer. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "media/sound_desk.h"
#include "net/json.h"
#include "output/onward.h"
#include "studio/show.h"

namespace xb::studio {

struct HandoverSettings {
  bool has_window = false;
  std::string camera;  // a v4l2loopback device or "auto"; empty: none
};

// Thread: owner's; handed() from any.
class Handover {
 public:
  // With a camera goes a microphone: what `sound` makes, which is there while a Session is on.
  Handover(const HandoverSettings& settings, const VideoShow& video, media::SoundDesk& sound,
           Clock& clock, Health& health);
  // Who gets the program's pictures.
  std::vector<output::Onward*> screens() const;
  // The window that was closed by hand comes back; false: it is there, or there is none.
  bool show_window() const;
  // [{"name","state","shown","dropped","about","error"}], docs/wire.md section 5.
  OrderedJson handed() const;

 private:
  media::MusicQueue heard_;
  std::vector<std::unique_ptr<output::Onward>> screens_;
  std::unique_ptr<output::Onward> mic_;
};

}  // namespace xb::studio
