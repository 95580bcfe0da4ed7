// Motions: the motion table of the design as plain values, read from the tokens with the Theme.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "overlay/motion.h"

namespace xb::overlay {

struct Timing {
  Duration length{};
  Curve curve;
};

// Lengths in u. A part that comes `after` the others still rests with them, so it has less time.
struct Motions {
  Timing nameplate_in;
  double nameplate_tile_scale = 1;  // where the tile begins
  Duration nameplate_panel{}, nameplate_strip{}, nameplate_text{};

  Timing caption_in, caption_out;
  Duration caption_year{}, caption_panel{}, caption_title{}, caption_text{}, caption_source{};

  Timing product_in, product_swap, product_out;
  double product_shift = 0;  // to the right in 16:9, down in 9:16
  Duration product_photo{}, product_name{}, product_price{}, product_bar{}, product_qr{};
  Timing product_emphasis;  // one of `emphasis_times`
  int emphasis_times = 1;
  double emphasis_scale = 1;
  double emphasis_glow = 0;

  Timing pulse, roll;
  double pulse_scale = 1;
  double ring_radius = 0;
  double ring_alpha = 0;
  double capsule_rise = 0;
  Duration capsule_hold{};
  Duration pulse_spacing{};  // at least so long from one to the next
  Timing milestone;
  int petals = 0;
  Duration petal_length{};

  Timing chat_in;
  double chat_rise = 0;
  Duration chat_stay{};  // from arrival until it begins to fade
  Duration chat_fade{};

  double ticker_speed = 0;  // a second
  Duration ticker_pause{};
  Duration dot_period{};
  double dot_alpha = 1;
  Timing slate_in, slate_out;
  Timing story_move;      // 9:16: the story slot makes room
  Duration quiet_fade{};  // all there is in quiet mode
};

}  // namespace xb::overlay
