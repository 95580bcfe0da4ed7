// xiangbo render SESSION: composes an evening again from its Ledger over its clean feed.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <vector>

#include "app/film_sound.h"
#include "app/render_target.h"
#include "app/session_painting.h"
#include "app/verbs.h"
#include "base/worker.h"
#include "capture/offline.h"
#include "overlay/picture_shelf.h"
#include "overlay/theme.h"
#include "studio/assets.h"
#include "studio/session_film.h"
#include "studio/show_attire.h"
#include "studio/sources.h"
#include "studio/strands.h"

namespace xb::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array shipped_themes{"red", "harvest", "plain"};

struct Rendering {
  studio::SessionFilm& film;
  const studio::Corrections& corrections;
  std::string assets;
  RenderTarget& target;
  Clock& clock;
  media::PicturePool pictures;
  FilmSound sound;
  Progress progress;
  Told told{};
  FrameNumber out{};  // frames given to the target
};

// From the part's first frame to its end, or the film's where that is not known.
Status render_part(Rendering& r, const studio::FilmPart& part, Painting& painting,
                   capture::OfflineSource& source, Rate rate) {
  r.sound.begin_part();
  media::Ref<const media::Picture> camera;
  for (FrameNumber frame = part.first; !part.end || frame < *part.end;
       ++frame.value, ++r.out.value) {
    if (wait_for_stop_signal(Duration{0})) return Error(ErrorCode::cancelled, "render");
    XB_TRY_ASSIGN(auto next, source.next_frame({}));
    if (next) camera = next;
    // the last picture may have been repeated to the end, and a file cut by less than a fragment
    const bool is_short = !next && part.end && part.end->value - frame.value > rate.num / rate.den;
    if (is_short)
      r.told.say_once(Error(ErrorCode::clean_feed_short, part.file.filename().string()));
    if (!camera || (!next && (is_short || !part.end))) break;
    auto picture = r.pictures.take();
    XB_CHECK(picture);
    picture->copy_from(*camera);
    XB_TRY(painting.compose(*picture, frame));
    XB_TRY(r.target.frame({std::move(picture), time_of(r.out, rate), r.out}));
    XB_TRY(r.sound.frame(source, r.target));
    r.progress.at(r.out);
  }
  return ok();
}

Result<std::unique_ptr<capture::OfflineSource>> open_part(const studio::FilmPart& part,
                                                          const studio::FilmRun& run,
                                                          Clock& clock) {
  std::error_code code;
  if (!fs::is_regular_file(fs::symlink_status(part.file, code)))
    return Error(ErrorCode::clean_feed_missing, part.file.string());
  capture::SourceSpec spec;
  spec.text = "file:" + part.file.string();
  spec.scheme = "file";
  spec.rest = part.file.string();
  auto canvas = studio::canvas_of(run.video);
  // what was encoded has been placed already
  if (!part.is_as_delivered) canvas.placement = {};
  return capture::OfflineSource::open(spec, canvas, run.video.rate, clock);
}

// Where a busy machine skipped a few frames between two parts, the picture stands still for them.
std::vector<studio::FilmPart> joined(std::vector<studio::FilmPart> parts, Rate rate) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto& end = parts[i - 1].end;
    const bool is_later = parts[i - 1].first < parts[i].first;
    if (end && is_later && parts[i].first.value - end->value <= rate.num / rate.den)
      end = parts[i].first;
  }
  return parts;
}

// What of the run can be composed. Where one part is missing, the others are not.
Status render_run(Rendering& r, const studio::FilmRun& run) {
  XB_TRY_ASSIGN(const auto usual, overlay::load_attire(r.assets, "red"));
  XB_TRY_ASSIGN(auto artist,
                overlay::Artist::make({run.video.width, run.video.height}, usual, r.assets,
                                      std::make_shared<overlay::PictureShelf>()));
  Painting painting(r.film.reader, run, r.corrections, std::move(artist), r.told);
  for (const auto& part : joined(run.clean, run.video.rate)) {
    auto source = open_part(part, run, r.clock);
    if (!source) {
      r.told.say_once(source.error());
      continue;
    }
    XB_TRY(render_part(r, part, painting, **source, run.video.rate));
  }
  const auto& faults = painting.faults();
  if (faults.any()) {
    r.told.say_once(
        Error(ErrorCode::replay_incomplete,
              fmt::format("画面缺 {} 处，账目错 {} 处，记晚了 {} 处", faults.looks, faults.entries,
                          faults.late),
              fmt::format("{} looks are missing, {} Entries are wrong, {} came late; {}",
                          faults.looks, faults.entries, faults.late, faults.first.value_or(""))));
  }
  for (const auto& id : faults.rows_left_off) r.told.say_once(Error(ErrorCode::heritage_lock, id));
  return ok();
}

// Runs of another size or rate than the first cannot share a film with it.
void keep_runs_alike(studio::SessionFilm& film) {
  const auto first = film.runs.front();
  std::erase_if(film.runs, [&](const studio::FilmRun& run) {
    const bool is_alike = run.video.rate == first.video.rate &&
                          run.video.width == first.video.width &&
                          run.video.height == first.video.height;
    if (!is_alike)
      say(Error(ErrorCode::clean_feed_short,
                std::to_string(run.video.width) + "x" + std::to_string(run.video.height)));
    return !is_alike;
  });
}

Status has_paints(studio::SessionFilm& film, const std::string& folder) {
  constexpr std::array kinds{session::EntryKind::paint};
  XB_TRY_ASSIGN(const auto first, film.reader.entries_after(0, kinds, 1));
  if (!first.empty()) return ok();
  return Error(ErrorCode::session_no_paints, folder);
}

// A film in place of the clean feed: that of the one run, from its first recorded frame on.
Status put_input(studio::SessionFilm& film, const std::string& input) {
  auto& run = film.runs.front();
  const auto& recorded = run.clean.empty() ? run.program : run.clean;
  if (film.runs.size() != 1 || recorded.size() != 1)
    return Error(ErrorCode::usage, "--input 只用于没有断过、只有一个录像的场次",
                 "--input is for a Session of one run and one recording");
  run.clean = {{input, recorded.front().first, {}, false}};
  return ok();
}

Status check_clean_feed(const studio::SessionFilm& film, const std::string& folder) {
  std::error_code code;
  for (const auto& run : film.runs) {
    for (const auto& part : run.clean) {
      if (fs::is_regular_file(fs::symlink_status(part.file, code))) return ok();
    }
  }
  return Error(ErrorCode::clean_feed_missing, folder);
}

// Nothing of the Session is written over.
Status check_output(const RenderOptions& options) {
  if (!options.input.empty() && is_same_file(options.input, options.output))
    return Error(ErrorCode::usage, "--output 和 --input 是同一个文件",
                 "--output is the --input file");
  std::error_code code;
  for (fs::directory_iterator at(options.show, code), end; !code && at != end; at.increment(code)) {
    if (is_same_file(at->path().string(), options.output))
      return Error(ErrorCode::usage, "--output 是场次自己的文件，换一个名字",
                   "--output is a file of the Session, choose another name");
  }
  return ok();
}

// Says what is wrong itself; then nothing.
std::optional<studio::Corrections> corrections_of(const RenderOptions& options,
                                                  const studio::SessionFilm& film,
                                                  const std::string& assets) {
  studio::Corrections out;
  if (options.corrected_show) {
    out.show = load_or_say(*options.corrected_show);
    if (!out.show) return std::nullopt;
  }
  if (!options.theme) return out;
  const bool is_shipped = std::find(shipped_themes.begin(), shipped_themes.end(), *options.theme) !=
                          shipped_themes.end();
  if (is_shipped) {
    auto attire = overlay::load_attire(assets, *options.theme);
    if (!attire) return say(attire.error()), std::nullopt;
    out.attire = std::make_shared<const overlay::Attire>(std::move(*attire));
    return out;
  }
  const fs::path folder = out.show ? out.show->folder : fs::path(film.runs.front().show);
  std::vector<studio::Problem> problems;
  out.attire = studio::read_theme(*options.theme, folder, problems);
  if (out.attire) return out;
  std::cerr << studio::pretty(problems);
  return std::nullopt;
}

// What the world refuses while all that was given is right.
int code_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::cancelled:
    case ErrorCode::disk_full:
    case ErrorCode::disk_failed:
    case ErrorCode::encoder_failed:
    case ErrorCode::font_missing:
    case ErrorCode::media_failed: return exit_failed;
    default: return exit_wrong_input;
  }
}

}  // namespace

int run_session(const RenderOptions& options) {
  if (options.events)
    return fail(Error(ErrorCode::usage, "--events 不用于场次，它有自己的账本",
                      "--events is not for a Session, which has a Ledger of its own"),
                exit_wrong_input);
  if (auto output = check_output(options); !output) return fail(output.error(), exit_wrong_input);
  const auto assets = studio::assets_folder();
  if (!assets) return fail(assets.error(), exit_failed);
  auto film = studio::open_session_film(options.show);
  if (!film) return fail(film.error(), exit_wrong_input);
  if (auto paints = has_paints(*film, options.show); !paints)
    return fail(paints.error(), exit_wrong_input);
  keep_runs_alike(*film);
  if (!options.input.empty()) {
    if (auto put = put_input(*film, options.input); !put)
      return fail(put.error(), exit_wrong_input);
  }
  if (auto clean = check_clean_feed(*film, options.show); !clean)
    return fail(clean.error(), exit_wrong_input);
  const auto corrections = corrections_of(options, *film, assets->string());
  if (!corrections) return exit_wrong_input;
  const auto& first = film->runs.front();
  studio::VideoShow video;
  video.width = first.video.width;
  video.height = first.video.height;
  video.rate = first.video.rate;
  video.crf = options.crf.value_or(0);
  auto target = open_target(studio::encoder_settings(video), options.output);
  if (!target) return fail(target.error(), exit_wrong_input);
  SystemClock clock;
  Rendering rendering{*film,
                      *corrections,
                      assets->string(),
                      **target,
                      clock,
                      media::PicturePool("render", render_pool_size,
                                         [&] { return media::Picture(video.width, video.height); }),
                      FilmSound(video.rate),
                      Progress(clock, video.rate)};
  for (const auto& run : film->runs) {
    if (auto done = render_run(rendering, run); !done)
      return fail(done.error(), code_of(done.error()));
  }
  if (rendering.out.value == 0)
    return fail(Error(ErrorCode::clean_feed_missing, options.show), exit_wrong_input);
  if (auto done = rendering.sound.finish(**target); !done) return fail(done.error(), exit_failed);
  if (auto done = (*target)->finish(); !done) return fail(done.error(), exit_failed);
  rendering.progress.end(rendering.out);
  return exit_clean;
}

}  // namespace xb::app
