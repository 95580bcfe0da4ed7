// The program as a camera and as a microphone of this computer, for programs into which nothing
// else goes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/health.h"
#include "media/sound_desk.h"
#include "output/loopback.h"
#include "output/onward.h"

namespace xb::output {

// Writes each picture of the program into a v4l2loopback device. One that is not there, is taken or
// goes away is looked for each two seconds. Thread `vcam`; `calls` outlives it.
std::unique_ptr<Onward> make_virtual_camera(LoopbackWish wish, Clock& clock, Health& health,
                                            DeviceCalls& calls = system_device_calls());

// Names at the sound server (PulseAudio, or PipeWire which answers the same).
inline constexpr const char* virtual_sink = "xiangbo";
inline constexpr const char* virtual_source = "xiangbo_mic";

// Makes a source of this name at the sound server, and plays into it what comes through `heard`;
// both go when it does. Looked for anew each two seconds while there is no server. Its pictures are
// sounds: Onward::offer() is not for it. Thread `vmic`; `heard` outlives it.
std::unique_ptr<Onward> make_virtual_mic(media::MusicQueue& heard, Clock& clock, Health& health);

}  // namespace xb::output
