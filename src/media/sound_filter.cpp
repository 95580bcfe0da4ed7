// The graph abuffer -> chain -> abuffersink.
// SPDX-License-Identifier: Apache-2.0
#include "media/sound_filter.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "base/time.h"
#include "media/av.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/frame.h>
}

namespace xb::media {
namespace {

// Below it R128 has no loudness; the filter says so with about -120 before there is any sound.
constexpr double least_lufs = -70;

struct InOutFree {
  void operator()(AVFilterInOut* list) const { avfilter_inout_free(&list); }
};
using InOut = std::unique_ptr<AVFilterInOut, InOutFree>;

InOut end_of(const char* name, AVFilterContext* filter) {
  InOut out(avfilter_inout_alloc());
  if (!out) return out;
  out->name = av_strdup(name);
  out->filter_ctx = filter;
  return out;
}

std::optional<double> lufs_of(const AVFrame& frame, const char* key) {
  const auto* entry = av_dict_get(frame.metadata, key, nullptr, 0);
  if (entry == nullptr) return std::nullopt;
  const auto value = std::strtod(entry->value, nullptr);
  return std::isfinite(value) && value > least_lufs ? std::optional(value) : std::nullopt;
}

}  // namespace

struct SoundFilter::Impl {
  explicit Impl(int its_channels) : channels(its_channels) {}
  ~Impl() { avfilter_graph_free(&graph); }

  Status build(const std::string& chain) {
    graph = avfilter_graph_alloc();
    if (graph == nullptr) return Error(ErrorCode::media_failed, "no memory");
    graph->nb_threads = 1;  // it is little work, and threads would be strangers
    const std::string layout = channels == 1 ? "mono" : "stereo";
    const auto form = "sample_rate=" + std::to_string(sample_rate) +
                      ":sample_fmt=flt:channel_layout=" + layout + ":time_base=1/" +
                      std::to_string(sample_rate);
    XB_TRY(checked(avfilter_graph_create_filter(&source, avfilter_get_by_name("abuffer"), "in",
                                                form.c_str(), nullptr, graph),
                   "abuffer"));
    XB_TRY(checked(avfilter_graph_create_filter(&sink, avfilter_get_by_name("abuffersink"), "out",
                                                nullptr, nullptr, graph),
                   "abuffersink"));
    auto from = end_of("in", source);
    auto to = end_of("out", sink);
    const auto text = chain + ",aformat=sample_fmts=flt:channel_layouts=" + layout;
    auto* open_from = from.release();
    auto* open_to = to.release();
    const int code = avfilter_graph_parse_ptr(graph, text.c_str(), &open_to, &open_from, nullptr);
    avfilter_inout_free(&open_from);
    avfilter_inout_free(&open_to);
    XB_TRY(checked(code, "avfilter_graph_parse_ptr " + chain));
    return checked(avfilter_graph_config(graph, nullptr), "avfilter_graph_config " + chain);
  }

  Status send(std::span<const float> in) {
    av_frame_unref(frame.get());
    frame->nb_samples = static_cast<int>(in.size()) / channels;
    frame->format = AV_SAMPLE_FMT_FLT;
    frame->sample_rate = static_cast<int>(sample_rate);
    frame->pts = sent;
    sent += frame->nb_samples;
    av_channel_layout_default(&frame->ch_layout, channels);
    XB_TRY(checked(av_frame_get_buffer(frame.get(), 0), "av_frame_get_buffer"));
    // what is no number would stay in the filters' memory for ever
    auto* into = reinterpret_cast<float*>(frame->data[0]);
    for (std::size_t i = 0; i < in.size(); ++i) into[i] = std::isfinite(in[i]) ? in[i] : 0.0F;
    return checked(av_buffersrc_add_frame(source, frame.get()), "av_buffersrc_add_frame");
  }

  // False: nothing more has come out yet.
  Result<bool> receive() {
    av_frame_unref(frame.get());
    const int code = av_buffersink_get_frame(sink, frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    XB_TRY(checked(code, "av_buffersink_get_frame"));
    return true;
  }

  const int channels;
  AVFilterGraph* graph = nullptr;
  AVFilterContext* source = nullptr;  // the graph's
  AVFilterContext* sink = nullptr;    // the graph's
  AvFramePtr frame = make_av_frame();
  std::int64_t sent = 0;
};

SoundFilter::SoundFilter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
SoundFilter::~SoundFilter() = default;

Result<std::unique_ptr<SoundFilter>> SoundFilter::open(const std::string& chain, int channels) {
  auto impl = std::make_unique<Impl>(channels);
  XB_TRY(impl->build(chain));
  return std::unique_ptr<SoundFilter>(new SoundFilter(std::move(impl)));
}

Status SoundFilter::process(std::span<const float> in, std::vector<float>& out) {
  XB_TRY(impl_->send(in));
  while (true) {
    XB_TRY_ASSIGN(const auto has_more, impl_->receive());
    if (!has_more) return ok();
    const auto* from = reinterpret_cast<const float*>(impl_->frame->data[0]);
    out.insert(out.end(), from,
               from + static_cast<std::ptrdiff_t>(impl_->frame->nb_samples) * impl_->channels);
  }
}

Result<std::unique_ptr<LoudnessMeter>> LoudnessMeter::open() {
  auto made = std::make_unique<LoudnessMeter>();
  // nothing is logged: libav's own lines, ten a second, are for people at a terminal
  XB_TRY_ASSIGN(made->filter_, SoundFilter::open("ebur128=metadata=1:framelog=verbose"));
  return made;
}

Status LoudnessMeter::add(std::span<const float> in) {
  auto& impl = *filter_->impl_;
  XB_TRY(impl.send(in));
  while (true) {
    XB_TRY_ASSIGN(const auto has_more, impl.receive());
    if (!has_more) return ok();
    reading_.momentary = lufs_of(*impl.frame, "lavfi.r128.M");
    reading_.short_term = lufs_of(*impl.frame, "lavfi.r128.S");
    reading_.integrated = lufs_of(*impl.frame, "lavfi.r128.I");
  }
}

}  // namespace xb::media
