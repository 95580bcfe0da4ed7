// The scenes the layer tests paint: the design's own words and pictures, and hostile ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "overlay/artist.h"
#include "overlay/bitmap.h"
#include "overlay/scene.h"
#include "overlay/values.h"

namespace xb::overlay::testing {

// One look: what is on and what it says. `before` is painted first when it is set (stock then and
// now).
struct Look {
  Scene scene;
  LiveValues values;
  SessionTime now{from_ms(60'000)};
};

Look shop_look();       // product, chat, ticker, live
Look story_look();      // heritage caption, chat
Look countdown_look();  // 3-2-1 in the product's place, chat, ticker
Look pinned_look();     // a message pinned from the chat, product
Look vertical_look();   // a vertical heritage caption, chat
Look sold_out_look();   // stock 0; nobody has come yet today
Look few_look();        // fewer than 10; the total may be behind
Look bare_look();       // no photo, no number, no link; a total in 万
Look plain_look();      // plain caption beside the product, newest follower, recording
Look aside_look();      // the product in its second place, a plain caption waiting behind it
Look opening_look();    // slate with today's goods
Look away_look();       // slate
Look hostile_look();    // rare characters, emoji, stacked marks, right to left, far too long

std::string assets_folder();
// The product pictures (drawn here, so that no photo is shipped); gone when the tests end.
const std::string& pictures_folder();

// The planes of a picture of one colour with the Bitmaps on it, as they go on the air.
std::vector<std::uint8_t> composed(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now);
// What a viewer would see: the Bitmaps blended over a landscape of gradients, as BGR.
cv::Mat seen(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now);
// The same from the planes alone, without a picture below: coverage 0 to 255.
cv::Mat coverage(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now);

}  // namespace xb::overlay::testing
