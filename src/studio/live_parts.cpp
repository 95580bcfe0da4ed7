// Small answers for the parts of a live.
// SPDX-License-Identifier: Apache-2.0
#include "studio/live_parts.h"

#include "studio/strands.h"
#include "studio/uplink.h"

namespace xb::studio {

net::ServerOptions audience_options(const net::Address& address, const LimitsShow& limits) {
  net::ServerOptions options;
  options.listen = address;
  options.origins = net::OriginRule::any;
  options.limits.message_bytes = 2048;  // a page has little to say
  options.limits.sockets = limits.sockets;
  options.limits.sockets_per_address = limits.sockets_per_address;
  return options;
}

Premises premises_of(const Plan& plan) {
  Premises out;
  out.uplink = uplink_file(plan.data);
  out.sent_kbps = sent_kbps(plan);
  if (!plan.is_recording) return out;
  const auto kbps_of = [](const output::EncoderSettings& settings) {
    return static_cast<int>((settings.video_bitrate + settings.audio_bitrate) / 1000);
  };
  const auto& video = plan.show.video;
  const int clean = plan.show.record.is_clean ? kbps_of(clean_settings(video)) : 0;
  out.data = plan.data;
  out.bitrate_kbps = kbps_of(encoder_settings(video)) + clean;
  return out;
}

OrderedJson about_of(const Show& show) {
  return {{"station",
           {{"name", show.station.name},
            {"county", show.station.county},
            {"township", show.station.township}}},
          {"video", {{"width", show.video.width}, {"height", show.video.height}}}};
}

}  // namespace xb::studio
