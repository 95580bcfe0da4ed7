// Artists, warmed up, and the ground they stand on.
// SPDX-License-Identifier: Apache-2.0
#include "studio/stage.h"

#include <utility>

#include "overlay/compositor.h"
#include "overlay/picture_shelf.h"
#include "overlay/safe_zone.h"
#include "studio/present.h"

namespace xb::studio {
namespace {

// Fonts, glyphs and what pulses cost some 100 ms the first time: paid here, before anything ticks,
// and long before it, so that nothing of it is still leaving then. Each kind of place for a photo
// is painted once, so that photos can be kept ready in its size.
void warm_up(overlay::Artist& artist, overlay::LiveValues values) {
  const SessionTime before(-std::chrono::minutes(1));
  overlay::Scene scene;
  scene.version = 1;
  scene.product_since = scene.caption_since = scene.slate_since = before;
  if (!values.tables->products.empty()) scene.product = values.tables->products.front().id;
  artist.paint(scene, values, before);
  for (const auto slate : {overlay::SlateKind::opening, overlay::SlateKind::away}) {
    scene.slate = slate;
    artist.paint(scene, values, before);
  }
  scene.slate = overlay::SlateKind::none;
  scene.product.reset();
  if (!values.tables->captions.empty()) scene.caption = values.tables->captions.front().id;
  add_followers(values.counter, "乡亲", 1, before);
  artist.paint(scene, values, before);
  scene.caption.reset();
  values.counter = {};
  artist.paint(scene, values, SessionTime{} - std::chrono::seconds(1));
}

media::Ref<const media::Picture> holding_picture(overlay::Artist& artist,
                                                 overlay::CanvasSize size) {
  media::PicturePool pool("holding", 1, [&] { return media::Picture(size.width, size.height); });
  auto picture = pool.take();
  picture->fill(16, 128, 128);
  overlay::Bitmaps ground;
  ground.layers.push_back(artist.landscape());
  overlay::compose(*picture, ground, SessionTime{});
  return picture;
}

}  // namespace

Result<Stage> set_stage(const std::vector<WantedCanvas>& canvases, const Show& show,
                        const overlay::LiveValues& values, const std::string& assets,
                        const std::shared_ptr<overlay::PictureShelf>& pictures, Health& health) {
  Stage stage;
  for (const auto& canvas : canvases) {
    const overlay::CanvasSize size{canvas.video.width, canvas.video.height};
    // told, not refused: `check` is for before the evening, and a picture of any size goes on air
    if (auto zone = overlay::check_safe_zone(size, assets); !zone) {
      const bool is_first = &canvas == &canvases.front();
      health.set(is_first ? "show.layers" : "show.layers." + canvas.name, Condition::degraded,
                 std::move(zone).error());
    }
    XB_TRY_ASSIGN(auto artist, overlay::Artist::make(size, *show.attire, assets, pictures));
    warm_up(*artist, values);
    stage.holding.push_back(holding_picture(*artist, size));
    stage.artists.push_back(std::move(artist));
  }
  return stage;
}

}  // namespace xb::studio
