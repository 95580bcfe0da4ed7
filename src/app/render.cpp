// xiangbo render: composes a file offline, as fast as it can, the same each time.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <iostream>
#include <span>
#include <vector>

#include "app/render_target.h"
#include "app/verbs.h"
#include "base/worker.h"
#include "capture/offline.h"
#include "media/frame.h"
#include "overlay/compositor.h"
#include "studio/assets.h"
#include "studio/offline_show.h"
#include "studio/session_film.h"
#include "studio/sources.h"
#include "studio/strands.h"

namespace xb::app {
namespace {

Status render(const studio::Show& show, capture::OfflineSource& source,
              studio::OfflineShow& offline, RenderTarget& target, Clock& clock) {
  const auto rate = show.video.rate;
  media::PicturePool pictures("render", render_pool_size,
                              [&] { return media::Picture(show.video.width, show.video.height); });
  media::SamplesPool sounds("render sound", 2, [] { return media::Samples(); });
  Progress progress(clock, rate);
  SampleCount sound;
  FrameNumber frame;
  for (;; ++frame.value) {
    if (wait_for_stop_signal(Duration{0})) return Error(ErrorCode::cancelled, "render");
    XB_TRY_ASSIGN(auto camera, source.next_frame({}));
    if (!camera) break;
    const auto time = time_of(frame, rate);
    XB_TRY_ASSIGN(const auto bitmaps, offline.at(time));
    auto picture = pictures.take();
    XB_CHECK(picture);
    picture->copy_from(*camera);
    overlay::compose(*picture, *bitmaps, time);
    XB_TRY(target.frame({std::move(picture), time, frame}));
    for (const auto end = sample_of(FrameNumber{frame.value + 1}, rate);
         sound.value + media::Samples::count <= end.value; sound.value += media::Samples::count) {
      auto samples = sounds.take();
      XB_CHECK(samples);
      XB_TRY(source.next_block(*samples, {}));
      XB_TRY(target.block({std::move(samples), time_of(sound), sound, false}));
    }
    progress.at(frame);
  }
  XB_TRY(target.finish());
  progress.end(frame);
  return ok();
}

int wrong_input_or_failed(const Error& error) {
  switch (error.code()) {
    case ErrorCode::command_arguments:
    case ErrorCode::command_unknown:
    case ErrorCode::row_unknown:
    case ErrorCode::message_gone:
    case ErrorCode::price_incomplete:
    case ErrorCode::caption_incomplete:
    case ErrorCode::theme_invalid: return exit_wrong_input;
    default: return exit_failed;
  }
}

// All that is read for a film.
std::vector<std::string> inputs_of(const RenderOptions& options, const studio::Show& show) {
  const std::filesystem::path folder(options.show);
  std::vector<std::string> out{options.input};
  if (options.events) out.push_back(*options.events);
  for (const char* name : {"show.toml", "products.csv", "captions.csv"})
    out.push_back((folder / name).string());
  for (const char* name : {"pictures", "themes"}) {
    std::error_code code;
    for (std::filesystem::recursive_directory_iterator at(folder / name, code), end;
         !code && at != end; at.increment(code))
      out.push_back(at->path().string());
  }
  for (const auto& product : show.tables->products) {
    if (!product.picture.empty()) out.push_back(product.picture);
  }
  if (!show.station.mark.empty()) out.push_back((folder / show.station.mark).string());
  return out;
}

// What came too late to be seen is told: a wrong time_ms is easily written.
void say_left_out(std::span<const studio::OfflineEvent> events) {
  if (events.empty()) return;
  std::cerr << "片子结束后还有 " << events.size() << " 条没有用上，第一条在 "
            << events.front().place << "\n"
            << events.size() << " events lie behind the end of the input and were left out, "
            << "the first at " << events.front().place << '\n';
}

}  // namespace

int run(const RenderOptions& options) {
  name_this_thread("render");
  if (!is_film_name(options.output)) {
    return fail(Error(ErrorCode::usage, "--output 的文件名要以 .mp4 结尾，写的是 " + options.output,
                      "the file of --output has to end in .mp4, not " + options.output),
                exit_wrong_input);
  }
  if (studio::is_session(options.show)) return run_session(options);
  const auto show = load_or_say(options.show);
  if (!show) return exit_wrong_input;
  if (options.input.empty()) {
    return fail(
        Error(ErrorCode::usage, "还要用 --input 写一个视频文件", "name a film with --input"),
        exit_wrong_input);
  }
  if (options.corrected_show || options.theme) {
    return fail(Error(ErrorCode::usage, "--show 和 --theme 只用于场次，" + options.show + " 是方案",
                      "--show and --theme are for a Session, " + options.show + " is a Show"),
                exit_wrong_input);
  }
  std::vector<studio::OfflineEvent> events;
  if (options.events) {
    auto read = studio::read_events(*options.events);
    if (!read) return fail(read.error(), exit_wrong_input);
    events = std::move(*read);
  }
  for (const auto& input : inputs_of(options, *show)) {
    if (is_same_file(input, options.output))
      return fail(Error(ErrorCode::usage, "--output 会盖掉 " + input + "，换一个名字",
                        "--output would overwrite " + input + ", choose another name"),
                  exit_wrong_input);
  }
  const auto assets = studio::assets_folder();
  if (!assets) return fail(assets.error(), exit_failed);
  SystemClock clock;
  capture::SourceSpec input;
  input.text = "file:" + options.input;
  input.scheme = "file";
  input.rest = options.input;
  auto source =
      capture::OfflineSource::open(input, studio::canvas_of(show->video), show->video.rate, clock);
  if (!source) return fail(source.error(), exit_wrong_input);
  auto offline = studio::OfflineShow::make(*show, assets->string(), std::move(events));
  if (!offline) return fail(offline.error(), wrong_input_or_failed(offline.error()));
  auto settings = studio::encoder_settings(show->video);
  settings.crf = options.crf.value_or(0);
  auto target = open_target(settings, options.output);
  if (!target)
    return fail(target.error(), target.error().code() == ErrorCode::file_unwritable
                                    ? exit_wrong_input
                                    : exit_failed);
  if (const auto done = render(*show, **source, *offline, **target, clock); !done) {
    return fail(done.error(), wrong_input_or_failed(done.error()));
  }
  say_left_out(offline->left());
  return exit_clean;
}

}  // namespace xb::app
