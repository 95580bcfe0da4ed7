// Reads the motion table. SPDX-License-Identifier: Apache-2.0
#include "overlay/motions.h"

#include "overlay/theme_field.h"

namespace xb::overlay {
namespace {

Duration read_ms(const Field& f) {
  return from_ms(f.count(0, 600'000));
}

Timing read_timing(const Field& easings, const Field& f, const char* ms = "ms") {
  const auto c = easings[f["easing"].text().c_str()];
  return {read_ms(f[ms]),
          {c[0].number(0, 1), c[1].number(-2, 3), c[2].number(0, 1), c[3].number(-2, 3)}};
}

}  // namespace

Motions read_motions(const Field& f, std::string_view format) {
  Motions m;
  const auto easings = f["easing"];
  const auto timing = [&](const char* key) { return read_timing(easings, f[key]); };
  const auto stagger = [&](const char* of, const char* part) {
    return read_ms(f[of]["stagger_ms"][part]);
  };
  m.nameplate_in = timing("nameplate_in");
  m.nameplate_tile_scale = f["nameplate_in"]["from"]["tile_scale"].number(0.1, 1);
  m.nameplate_panel = stagger("nameplate_in", "panel");
  m.nameplate_strip = stagger("nameplate_in", "strip");
  m.nameplate_text = stagger("nameplate_in", "text");
  m.caption_in = timing("caption_in");
  m.caption_out = timing("caption_out");
  m.caption_year = stagger("caption_in", "year");
  m.caption_panel = stagger("caption_in", "panel");
  m.caption_title = stagger("caption_in", "title");
  m.caption_text = stagger("caption_in", "text");
  m.caption_source = stagger("caption_in", "source");
  m.product_in = timing("product_in");
  m.product_swap = timing("product_swap");
  m.product_out = timing("product_out");
  const auto from = f["product_in"]["from"];
  m.product_shift = from[format == "16x9" ? "dx_16x9" : "dy_9x16"].number(0, 400);
  m.product_photo = stagger("product_in", "photo");
  m.product_name = stagger("product_in", "name");
  m.product_price = stagger("product_in", "price");
  m.product_bar = stagger("product_in", "bar");
  m.product_qr = stagger("product_in", "qr");
  const auto emphasis = f["product_emphasis"];
  m.product_emphasis = timing("product_emphasis");
  m.emphasis_times = emphasis["repeat"].count(1, 5);
  m.emphasis_scale = emphasis["price_scale"][1].number(1, 1.5);
  m.emphasis_glow = emphasis["glow_alpha"][1].number(0, 1);
  const auto pulse = f["follower_pulse"];
  m.pulse = timing("follower_pulse");
  m.roll = timing("follower_roll");
  m.pulse_scale = pulse["scale"][1].number(1, 1.2);
  m.ring_radius = pulse["ring"]["to_r"].number(0, 400);
  m.ring_alpha = pulse["ring"]["alpha"][0].number(0, 1);
  m.capsule_rise = pulse["plus_one"]["rise_u"].number(0, 200);
  m.capsule_hold = read_ms(pulse["plus_one"]["hold_ms"]);
  m.pulse_spacing = Duration(std::chrono::minutes(1)) / pulse["max_per_min"].count(1, 60);
  m.milestone = timing("milestone");
  m.petals = f["milestone"]["petals"].count(0, 40);
  m.petal_length = read_ms(f["milestone"]["petal_ms"]);
  m.chat_in = timing("chat_in");
  m.chat_rise = f["chat_in"]["dy"].number(0, 200);
  m.chat_stay = read_ms(f["chat_fade"]["after_ms"]);
  m.chat_fade = read_ms(f["chat_fade"]["ms"]);
  m.ticker_speed = f["ticker"]["u_per_s"].number(1, 1000);
  m.ticker_pause = read_ms(f["ticker"]["pause_ms"]);
  m.dot_period = read_ms(f["live_dot"]["period_ms"]);
  m.dot_alpha = f["live_dot"]["alpha"][1].number(0, 1);
  m.slate_in = read_timing(easings, f["slate"], "in_ms");
  m.slate_out = read_timing(easings, f["slate"], "out_ms");
  m.story_move = timing("story_move");
  m.quiet_fade = read_ms(f["reduced"]["ms"]);
  return m;
}

}  // namespace xb::overlay
