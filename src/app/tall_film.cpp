// The clean feed is cut first, then composed. SPDX-License-Identifier: Apache-2.0
#include "app/tall_film.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include "app/film_sound.h"
#include "app/render_target.h"
#include "app/session_painting.h"
#include "capture/offline.h"
#include "output/clip.h"
#include "output/finisher.h"
#include "overlay/theme.h"
#include "review/library.h"
#include "review/scan.h"
#include "studio/assets.h"
#include "studio/show_attire.h"
#include "studio/sources.h"
#include "studio/strands.h"

namespace xb::app {
namespace {

namespace fs = std::filesystem;

constexpr double until_composed = 0.9;

// A file that is gone at the end.
class Passing {
 public:
  explicit Passing(fs::path path) : path_(std::move(path)) { remove(); }
  ~Passing() { remove(); }
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  const fs::path& path() const { return path_; }

 private:
  void remove() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  const fs::path path_;
};

// What of one file of the clean feed is in the clip, in frames of the run.
struct CleanPiece {
  fs::path file;
  Duration from{};  // in the file
  FrameNumber first;
  FrameNumber end;
};

struct CleanPieces {
  const studio::FilmRun* run = nullptr;
  FrameNumber first;
  FrameNumber end;
  std::vector<CleanPiece> pieces;  // one after the other, without a hole to speak of
};

std::int64_t frames_in(std::int64_t ms, Rate rate) {
  return std::llround(static_cast<double>(ms) * rate.num / rate.den / 1000);
}

// So long the last picture may stand, in frames.
std::int64_t most_still(Rate rate) {
  return rate.num / rate.den / 2;
}

// Files that follow each other: the copy of a camera's pictures begins when it can, behind some
// that were encoded.
std::vector<CleanPiece> pieces_in(const studio::FilmRun& run, FrameNumber first, FrameNumber end) {
  std::vector<CleanPiece> out;
  for (const auto& part : run.clean) {
    const auto from = std::max(first.value, part.first.value);
    const auto to = part.end ? std::min(end.value, part.end->value) : end.value;
    if (to <= from || review::bytes_of(part.file) < 0) continue;
    const auto into = time_of(FrameNumber{from - part.first.value}, run.video.rate);
    out.push_back({part.file, into.time_since_epoch(), FrameNumber{from}, FrameNumber{to}});
  }
  return out;
}

// Where the span lies in the clean feed.
Result<CleanPieces> clean_pieces_of(studio::SessionFilm& film, const fs::path& session,
                                    review::Span on) {
  XB_TRY_ASSIGN(const auto evening, review::scan(film.reader, session, {}));
  for (const auto& file : evening.clean) {
    if (on.from < file.on.from || on.from >= file.on.to) continue;
    for (const auto& run : film.runs) {
      const auto rate = run.video.rate;
      const auto part = std::find_if(run.clean.begin(), run.clean.end(), [&](const auto& one) {
        return one.file.filename().string() == file.name;
      });
      if (part == run.clean.end()) continue;
      CleanPieces out;
      out.run = &run;
      out.first = FrameNumber{part->first.value + frames_in(on.from - file.on.from, rate)};
      out.end = FrameNumber{out.first.value + frames_in(on.to - on.from, rate)};
      out.pieces = pieces_in(run, out.first, out.end);
      const auto most = rate.num / rate.den;  // a second
      auto at = out.first.value;
      for (auto& piece : out.pieces) {
        if (piece.first.value - at > most) break;
        at = piece.end.value;
      }
      if (at >= out.end.value) return out;
    }
  }
  return Error(ErrorCode::clean_feed_missing, session.filename().string());
}

// Cut first: nobody waits for what lies before it to be decoded.
Result<std::unique_ptr<capture::OfflineSource>> open_piece(const CleanPiece& piece, Rate rate,
                                                           const media::Canvas& canvas,
                                                           const fs::path& beside, Clock& clock,
                                                           const std::function<bool()>& goes_on) {
  const auto length = time_of(FrameNumber{piece.end.value - piece.first.value}, rate);
  const std::array<output::ClipPart, 1> wish{
      {{piece.file, piece.from, piece.from + length.time_since_epoch()}}};
  XB_TRY(output::cut_clip(wish, beside, output::ClipShape::as_recorded, clock,
                          [&](double) { return goes_on(); }));
  capture::SourceSpec spec;
  spec.text = "file:" + beside.string();
  spec.scheme = "file";
  spec.rest = beside.string();
  return capture::OfflineSource::open(spec, canvas, rate, clock);
}

Result<output::ClipMade> compose_tall(const fs::path& session, review::Span on, const fs::path& to,
                                      Clock& clock, const std::function<bool(double)>& progress) {
  XB_TRY_ASSIGN(auto film, studio::open_session_film(session));
  constexpr std::array kinds{session::EntryKind::paint};
  XB_TRY_ASSIGN(const auto any, film.reader.entries_after(0, kinds, 1));
  if (any.empty()) return Error(ErrorCode::session_no_paints, session.string());
  XB_TRY_ASSIGN(const auto wanted, clean_pieces_of(film, session, on));
  const auto rate = wanted.run->video.rate;
  studio::VideoShow video = wanted.run->video;
  const bool is_large = std::min(video.width, video.height) >= 1080;
  video.width = is_large ? 1080 : 720;
  video.height = is_large ? 1920 : 1280;
  video.placement = studio::Placement::cover;
  XB_TRY_ASSIGN(const auto assets, studio::assets_folder());
  XB_TRY_ASSIGN(const auto usual, overlay::load_attire(assets.string(), "red"));
  XB_TRY_ASSIGN(auto artist,
                overlay::Artist::make({video.width, video.height}, usual, assets.string(),
                                      std::make_shared<overlay::PictureShelf>()));
  Told told;
  Painting painting(film.reader, *wanted.run, {}, std::move(artist), told);
  painting.begin_at(wanted.first);
  auto settings = studio::encoder_settings(video);
  settings.video_encoder = output::software_encoder;
  XB_TRY_ASSIGN(const auto target, open_target(settings, to.string()));
  media::PicturePool pictures("tall", render_pool_size,
                              [&] { return media::Picture(video.width, video.height); });
  FilmSound sound(rate);
  const auto frames = wanted.end.value - wanted.first.value;
  const auto canvas = studio::canvas_of(video);
  media::Ref<const media::Picture> camera;
  FrameNumber out{};
  for (std::size_t i = 0; i < wanted.pieces.size(); ++i) {
    const auto& piece = wanted.pieces[i];
    const auto end = i + 1 < wanted.pieces.size() ? wanted.pieces[i + 1].first : wanted.end;
    const Passing clean(to.parent_path() / (to.filename().string() + ".clean"));
    const auto done = until_composed * static_cast<double>(out.value) / static_cast<double>(frames);
    XB_TRY_ASSIGN(const auto source, open_piece(piece, rate, canvas, clean.path(), clock,
                                                [&] { return progress(done); }));
    sound.begin_part();
    for (; wanted.first.value + out.value < end.value; ++out.value) {
      XB_TRY_ASSIGN(auto next, source->next_frame({}));
      if (next) camera = next;
      // a crash may have taken its end
      const bool is_cut = !next && end.value - wanted.first.value - out.value > most_still(rate);
      if (!camera || is_cut)
        return Error(ErrorCode::clean_feed_missing, session.filename().string());
      auto picture = pictures.take();
      XB_CHECK(picture);
      picture->copy_from(*camera);
      XB_TRY(painting.compose(*picture, FrameNumber{wanted.first.value + out.value}));
      XB_TRY(target->frame({std::move(picture), time_of(out, rate), out}));
      XB_TRY(sound.frame(*source, *target));
      if (!progress(until_composed * static_cast<double>(out.value) / static_cast<double>(frames)))
        return Error(ErrorCode::cancelled, "clip");
    }
  }
  XB_TRY(sound.finish(*target));
  XB_TRY(target->finish());
  XB_TRY(output::finish_recording(
      to, {}, [&](double done) { return progress(until_composed + (1 - until_composed) * done); }));
  output::ClipMade made;
  made.pictures = frames;
  made.length = time_of(FrameNumber{frames}, rate).time_since_epoch();
  made.has_sound = true;
  return made;
}

}  // namespace

review::TallFilm tall_film(Clock& clock) {
  return [&clock](const fs::path& session, review::Span on, const fs::path& to,
                  const std::function<bool(double)>& progress) {
    return compose_tall(session, on, to, clock, progress);
  };
}

}  // namespace xb::app
