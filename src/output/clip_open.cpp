// What a clip is made as: judged by the recordings it comes from.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "media/frame.h"
#include "output/clip_blank.h"
#include "output/clip_cut.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
}

namespace xb::output {
namespace {

bool fits_mp4(const AVStream& stream) {
  return stream.codecpar->sample_rate > 0 &&
         avformat_query_codec(av_guess_format("mp4", nullptr, nullptr), stream.codecpar->codec_id,
                              FF_COMPLIANCE_NORMAL) == 1;
}

ClipForm tall_form(const ClipReader& reader) {
  ClipForm out;
  out.rate = reader.rate();
  const auto& from = *reader.video().codecpar;
  const bool is_large = std::min(from.width, from.height) >= 1080;
  out.width = is_large ? 1080 : 720;
  out.height = is_large ? 1920 : 1280;
  return out;
}

// What was recorded in a form that is not kept.
ClipForm plain_form(const ClipReader& reader) {
  ClipForm out;
  out.rate = reader.rate();
  const auto& from = *reader.video().codecpar;
  const bool is_on_its_side = reader.turn() % 180 != 0;
  out.width = std::clamp(is_on_its_side ? from.height : from.width, 64, 3840) / 2 * 2;
  out.height = std::clamp(is_on_its_side ? from.width : from.height, 64, 3840) / 2 * 2;
  return out;
}

Result<media::CodecParameters> copy_of(const AVCodecParameters& from) {
  media::CodecParameters out(avcodec_parameters_alloc());
  if (!out) return Error(ErrorCode::media_failed, "no memory");
  XB_TRY(media::checked(avcodec_parameters_copy(out.get(), &from), "avcodec_parameters_copy"));
  return out;
}

}  // namespace

bool is_alike(const AVCodecParameters& a, const AVCodecParameters& b) {
  return a.codec_id == b.codec_id && a.width == b.width && a.height == b.height &&
         a.sample_rate == b.sample_rate && a.ch_layout.nb_channels == b.ch_layout.nb_channels &&
         a.extradata_size == b.extradata_size &&
         std::equal(a.extradata, a.extradata + a.extradata_size, b.extradata);
}

Status ClipCut::prepare(const std::filesystem::path& to) {
  std::unique_ptr<ClipReader> model;
  std::unique_ptr<ClipReader> heard;
  std::pair<bool, Duration> best{false, Duration{-1}};
  for (const auto& part : parts_) {
    XB_TRY_ASSIGN(auto reader, ClipReader::open(part, clock_));
    if (heard == nullptr && reader->sound() != nullptr && fits_mp4(*reader->sound())) {
      XB_TRY_ASSIGN(heard, ClipReader::open(part, clock_));
    }
    const std::pair now{reader->can_be_copied(), part.to - part.from};
    if (model != nullptr && now <= best) continue;
    best = now;
    model = std::move(reader);
  }
  can_copy_ = best.first && shape_ == ClipShape::as_recorded;
  form_ = shape_ == ClipShape::tall ? tall_form(*model)
          : can_copy_               ? model->form()
                                    : plain_form(*model);
  const auto& from = *model->video().codecpar;
  std::optional<ParameterSets> recorded;
  if (can_copy_)
    recorded = sets_of_avcc({from.extradata, static_cast<std::size_t>(from.extradata_size)});
  if (recorded) form_.set_id = free_set_id(*recorded).value_or(1);
  XB_TRY_ASSIGN(encoder_, ClipEncoder::open(form_));
  fitter_.emplace(form_);
  if (!blanks_.empty()) {
    XB_TRY_ASSIGN(removed_, removed_picture(form_.width, form_.height, form_.is_full_range));
  }
  return open_writer(to, *model, recorded, heard.get());
}

Status ClipCut::open_writer(const std::filesystem::path& to, const ClipReader& model,
                            const std::optional<ParameterSets>& recorded, const ClipReader* heard) {
  XB_TRY_ASSIGN(const auto video, copy_of(*model.video().codecpar));
  if (can_copy_) {
    XB_TRY_ASSIGN(copied_kind_, copy_of(*video));
    delay_ = std::max(0, video->video_delay) * tick();
  }
  video->codec_type = AVMEDIA_TYPE_VIDEO;
  video->codec_id = AV_CODEC_ID_H264;
  video->width = form_.width;
  video->height = form_.height;
  video->sample_aspect_ratio = {form_.aspect_num, form_.aspect_den};
  video->color_primaries = static_cast<AVColorPrimaries>(form_.primaries);
  video->color_trc = static_cast<AVColorTransferCharacteristic>(form_.transfer);
  video->color_space = static_cast<AVColorSpace>(form_.matrix);
  video->color_range = form_.is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  const auto record = joined_avcc(recorded.value_or(ParameterSets{}), encoder_->sets());
  if (record.empty()) return Error(ErrorCode::media_failed, "parameter sets");
  av_freep(&video->extradata);
  video->extradata =
      static_cast<std::uint8_t*>(av_mallocz(record.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (video->extradata == nullptr) return Error(ErrorCode::media_failed, "no memory");
  std::copy(record.begin(), record.end(), video->extradata);
  video->extradata_size = static_cast<int>(record.size());
  ClipTracks tracks{video.get(), nullptr, can_copy_ ? &model.video() : nullptr, form_.rate,
                    [this] { return progress_(std::max(0.0, done_)); }};
  if (heard != nullptr) {
    tracks.sound = heard->sound()->codecpar;
    sound_rate_ = tracks.sound->sample_rate;
    XB_TRY_ASSIGN(sound_kind_, copy_of(*tracks.sound));
    if (!blanks_.empty()) silent_ = silent_packet(*tracks.sound);
  }
  XB_TRY_ASSIGN(writer_, ClipWriter::open(to, tracks));
  return ok();
}

}  // namespace xb::output
