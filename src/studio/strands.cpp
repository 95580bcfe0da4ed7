// From the Plan to Canvases and strands.
// SPDX-License-Identifier: Apache-2.0
#include "studio/strands.h"

#include <algorithm>

#include "base/result.h"

namespace xb::studio {

std::size_t Strands::of(std::string_view canvas) const {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& strand) { return strand.name == canvas; });
  XB_CHECK(found != all.end());
  return static_cast<std::size_t>(found - all.begin());
}

Strands strands_of(const Plan& plan) {
  const auto& show = plan.show;
  const auto is_pushed = [&](const std::string& canvas) {
    return std::any_of(show.publish.begin(), show.publish.end(), [&](const auto& one) {
      return one.canvas == canvas &&
             std::find(plan.publish.begin(), plan.publish.end(), one.name) != plan.publish.end();
    });
  };
  Strands out;
  out.canvases.push_back({std::string(video_canvas), show.video});
  for (const auto& canvas : show.canvases) {
    const bool is_recorded = plan.is_recording && show.record.canvas == canvas.name;
    if (is_recorded || is_pushed(canvas.name))
      out.canvases.push_back({canvas.name, video_of(show.video, canvas)});
  }
  XB_CHECK(out.canvases.size() <= media::most_canvases);
  const auto wide = std::find_if(out.canvases.begin(), out.canvases.end(), [](const auto& canvas) {
    return canvas.video.width >= canvas.video.height;
  });
  if (wide != out.canvases.end())
    out.looked_at = static_cast<std::size_t>(wide - out.canvases.begin());
  for (const auto& canvas : out.canvases)
    out.all.push_back({canvas.name, out.all.size(), Dress::layers});
  if (!plan.is_recording) return out;
  out.recorded = out.of(show.record.canvas);
  if (!show.record.is_clean) return out;
  out.clean = out.all.size();
  out.all.push_back({std::string(clean_feed), *out.recorded, Dress::none});
  return out;
}

std::vector<const PublishShow*> pushes_of(const Plan& plan) {
  std::vector<const PublishShow*> out;
  for (const auto& name : plan.publish) {
    const auto& all = plan.show.publish;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    XB_CHECK(found != all.end());
    out.push_back(&*found);
  }
  return out;
}

VideoShow video_of(const VideoShow& video, const CanvasShow& canvas) {
  auto out = video;
  out.width = canvas.width;
  out.height = canvas.height;
  out.bitrate_kbps = canvas.bitrate_kbps;
  out.placement = canvas.placement;
  out.crop = canvas.crop;
  return out;
}

media::SoundSettings sound_settings(const Show& show) {
  media::SoundSettings out;
  out.has_highpass = show.sound.has_highpass;
  out.has_denoise = show.sound.has_denoise;
  out.has_gate = show.sound.has_gate;
  out.has_compressor = show.sound.has_compressor;
  out.has_limiter = show.sound.has_limiter;
  out.target_lufs = show.sound.target_lufs;
  out.music_db = show.music.level_db;
  out.duck_db = show.music.duck_db;
  return out;
}

output::EncoderSettings encoder_settings(const VideoShow& video) {
  output::EncoderSettings settings;
  settings.width = video.width;
  settings.height = video.height;
  settings.rate = video.rate;
  settings.crf = video.crf;
  settings.video_bitrate =
      1000LL * (video.bitrate_kbps > 0 ? video.bitrate_kbps : nominal_bitrate_kbps(video));
  return settings;
}

output::EncoderSettings clean_settings(const VideoShow& video) {
  auto settings = encoder_settings(video);
  // A disk has room and the processor has not: twice the bits keep what a quicker search loses, and
  // what the second encoding would. One thread, so that all of its work is done on one that waits.
  settings.video_bitrate *= 2;
  settings.preset = "superfast";
  settings.threads = 1;
  return settings;
}

}  // namespace xb::studio
