// The clean feed is cut first, then composed. SPDX-License-Identifier: Apache-2.0
#include "app/tall_film.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include "app/clean_pieces.h"
#include "app/film_sound.h"
#include "app/render_target.h"
#include "app/session_painting.h"
#include "capture/offline.h"
#include "output/clip.h"
#include "output/finisher.h"
#include "overlay/theme.h"
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

// A picture that a copy keeps may stand for a second; where one stands at the beginning of a piece
// and one at its end, the last seems to stand for both.
std::int64_t most_still(Rate rate) {
  return 2 * rate.num / rate.den;
}

using Films = std::vector<std::unique_ptr<Passing>>;

// Cut first: nobody waits for what lies before them to be decoded. A film for each piece; pieces
// that have no picture are left out.
Result<Films> cut_pieces(CleanPieces& wanted, const fs::path& to, Clock& clock,
                         const std::function<bool(double)>& progress) {
  Films films;
  std::vector<CleanPiece> cut;
  for (const auto& piece : wanted.pieces) {
    const auto name = to.filename().string() + ".clean-" + std::to_string(cut.size());
    auto film = std::make_unique<Passing>(to.parent_path() / name);
    const auto frames = FrameNumber{piece.end.value - piece.first.value};
    const auto length = time_of(frames, wanted.run->video.rate).time_since_epoch();
    const std::array<output::ClipPart, 1> wish{{{piece.file, piece.from, piece.from + length}}};
    const auto made = output::cut_clip(wish, film->path(), output::ClipShape::as_recorded, clock,
                                       [&](double) { return progress(0); });
    if (!made && made.error().code() == ErrorCode::review_clip) continue;
    XB_TRY(made);
    cut.push_back(piece);
    films.push_back(std::move(film));
  }
  wanted.pieces = std::move(cut);
  XB_TRY(close_up(wanted));
  return films;
}

Result<std::unique_ptr<capture::OfflineSource>> open_film(const fs::path& film, Rate rate,
                                                          const media::Canvas& canvas,
                                                          Clock& clock) {
  capture::SourceSpec spec;
  spec.text = "file:" + film.string();
  spec.scheme = "file";
  spec.rest = film.string();
  return capture::OfflineSource::open(spec, canvas, rate, clock);
}

Result<output::ClipMade> compose_tall(const fs::path& session, review::Span on, const fs::path& to,
                                      Clock& clock, const std::function<bool(double)>& progress) {
  XB_TRY_ASSIGN(auto film, studio::open_session_film(session));
  constexpr std::array kinds{session::EntryKind::paint};
  XB_TRY_ASSIGN(const auto any, film.reader.entries_after(0, kinds, 1));
  if (any.empty()) return Error(ErrorCode::session_no_paints, session.string());
  XB_TRY_ASSIGN(const auto evening, review::scan(film.reader, session, {}));
  XB_TRY_ASSIGN(auto wanted, clean_pieces_of(film.runs, evening.clean, on));
  XB_TRY_ASSIGN(const auto films, cut_pieces(wanted, to, clock, progress));
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
    const auto end = i + 1 < wanted.pieces.size() ? wanted.pieces[i + 1].first : wanted.end;
    XB_TRY_ASSIGN(const auto source, open_film(films[i]->path(), rate, canvas, clock));
    sound.begin_part();
    for (; wanted.first.value + out.value < end.value; ++out.value) {
      XB_TRY_ASSIGN(auto next, source->next_frame({}));
      if (next) camera = next;
      // damage may have taken its end
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
