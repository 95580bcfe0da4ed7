// What stands where in the built-in scene, and how it moves.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sample_scene.h"

#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <span>
#include <string>
#include <tuple>

namespace xb::capture {
namespace {

using enum SampleMotion;

struct Part {
  const char* file;
  double x, y, width, height;  // of the arrangement
  SampleMotion motion = still;
};

// In the order of drawing. The host's face stays in the area that overlays keep free.
constexpr std::array wide{
    Part{"back-wide", 0, 0, 1920, 1080},       Part{"table", 0, 800, 1920, 280},
    Part{"tray", 250, 792, 430, 170},          Part{"dumpling", 1130, 690, 250, 250},
    Part{"sauce", 1590, 650, 220, 220},        Part{"mushroom", 1370, 720, 220, 220},
    Part{"cloud", 250, 60, 520, 150, drift},   Part{"cloud", 1180, 130, 380, 110, drift},
    Part{"glow", 40, 442, 160, 160, glow},     Part{"glow", 250, 425, 160, 160, glow},
    Part{"glow", 425, 453, 160, 160, glow},    Part{"glow", 1135, 450, 160, 160, glow},
    Part{"glow", 1530, 445, 160, 160, glow},   Part{"host", 592, 254, 516, 671, sway},
    Part{"blink", 790, 378, 120, 38, blink},   Part{"mouth", 809, 443, 83, 45, talk},
    Part{"arms", 583, 606, 533, 241, fold},    Part{"puff", 1195, 690, 120, 120, steam},
    Part{"puff", 1175, 690, 120, 120, steam},  Part{"puff", 1215, 690, 120, 120, steam},
    Part{"puff", 1195, 690, 120, 120, steam},  Part{"lantern", 180, -4, 80, 133, swing},
    Part{"lantern", 520, -30, 80, 133, swing}, Part{"lantern", 1400, -30, 80, 133, swing},
    Part{"lantern", 1720, -4, 80, 133, swing},
};

constexpr std::array tall{
    Part{"back-tall", 0, 0, 1080, 1920},      Part{"table", 0, 1330, 1080, 590},
    Part{"tray", 60, 1370, 460, 182},         Part{"dumpling", 590, 1330, 280, 280},
    Part{"mushroom", 900, 1290, 170, 170},    Part{"cloud", 80, 150, 480, 138, drift},
    Part{"cloud", 640, 330, 340, 98, drift},  Part{"glow", 10, 775, 160, 160, glow},
    Part{"glow", 750, 783, 160, 160, glow},   Part{"glow", 930, 770, 160, 160, glow},
    Part{"host", 145, 508, 750, 975, sway},   Part{"blink", 433, 687, 175, 55, blink},
    Part{"mouth", 460, 782, 120, 65, talk},   Part{"arms", 133, 1020, 775, 350, fold},
    Part{"puff", 670, 1330, 120, 120, steam}, Part{"puff", 645, 1330, 120, 120, steam},
    Part{"puff", 695, 1330, 120, 120, steam}, Part{"puff", 670, 1330, 120, 120, steam},
    Part{"lantern", 90, -4, 100, 167, swing}, Part{"lantern", 890, -4, 100, 167, swing},
};

struct Arrangement {
  std::span<const Part> parts;
  double width, height;
  double table;  // y of its far edge
};

double wave(double seconds, double period, double phase = 0) {
  return std::sin(2 * std::numbers::pi * (seconds / period + phase));
}

// 0..1 within a period, `phase` in parts of it.
double turn(double seconds, double period, double phase = 0) {
  const auto turns = seconds / period + phase;
  return turns - std::floor(turns);
}

std::int32_t sixteenths(double pixels) {
  return static_cast<std::int32_t>(std::lround(pixels * 16));
}

}  // namespace

Result<std::unique_ptr<SampleScene>> SampleScene::load(const std::filesystem::path& folder,
                                                       int width, int height) {
  const Arrangement arrangement =
      width >= height ? Arrangement{wide, 1920, 1080, 800} : Arrangement{tall, 1080, 1920, 1330};
  const double scale = std::max(width / arrangement.width, height / arrangement.height);
  const double left = (width - arrangement.width * scale) / 2;
  const double top = (height - arrangement.height * scale) / 2;
  std::unique_ptr<SampleScene> scene(new SampleScene(width, height));
  scene->ground_.fill(16, 128, 128);
  scene->scale_ = scale;
  scene->width_ = arrangement.width;
  scene->table_ = static_cast<int>(std::lround(top + arrangement.table * scale)) & ~1;
  std::map<std::tuple<std::string, int, int>, std::shared_ptr<const Sprite>> made;
  std::map<SampleMotion, int> orders;
  for (const auto& part : arrangement.parts) {
    // one pixel more than the arrangement: no seam at the edges when the scale is not whole
    const int w = static_cast<int>(std::ceil(part.width * scale)) + (part.motion == still ? 1 : 0);
    const int h = static_cast<int>(std::ceil(part.height * scale)) + (part.motion == still ? 1 : 0);
    auto& sprite = made[{part.file, w, h}];
    if (!sprite) {
      XB_TRY_ASSIGN(const auto drawing,
                    media::read_still(folder / (std::string(part.file) + ".png"), w, h));
      sprite = std::make_shared<const Sprite>(drawing);
    }
    const double x = left + part.x * scale;
    const double y = top + part.y * scale;
    if (part.motion == still) {
      sprite->blend(scene->ground_, {.x16 = static_cast<std::int32_t>(std::floor(x)) * 16,
                                     .y16 = static_cast<std::int32_t>(std::floor(y)) * 16});
    } else {
      scene->moving_.push_back({sprite, part.motion, x, y, orders[part.motion]++});
    }
  }
  return scene;
}

void SampleScene::draw(Duration time, media::Picture& into) const {
  into.copy_from(ground_);
  const auto seconds = static_cast<double>(time.count()) / static_cast<double>(ns_per_second);
  for (const auto& part : moving_) draw_part(part, seconds, into);
}

void SampleScene::draw_part(const Moving& part, double seconds, media::Picture& into) const {
  // the host breathes and leans; face and hands go with it
  const double lean = 9 * wave(seconds, 6.1) + 4 * wave(seconds, 2.9, 0.3);
  const double breath = 4 * wave(seconds, 3.7);
  const double order = part.order;
  double dx = 0;
  double dy = 0;
  double opacity = 1;
  SpritePlace place;
  switch (part.motion) {
    case drift: {
      const double way = width_ + 700;
      const double from = part.x / scale_ + 600;
      dx = std::fmod(from + (14 + 6 * order) * seconds, way) - from;
      break;
    }
    case glow:
      opacity = 0.42 + 0.16 * wave(seconds, 2.3 + 0.4 * order, 0.21 * order) +
                0.08 * wave(seconds, 0.9 + 0.1 * order, 0.4 * order);
      break;
    case blink:
      if (turn(seconds, 3.4) > 0.045 && turn(seconds, 7.9, 0.5) > 0.02) return;
      dx = lean;
      dy = breath;
      break;
    case talk:
      // syllables of about a fifth of a second, in sentences with pauses
      if (turn(seconds, 5.2) > 0.66 || turn(seconds, 0.37) > 0.55) return;
      dx = lean;
      dy = breath;
      break;
    case sway:
      dx = lean;
      dy = breath;
      place.below = table_;
      break;
    case fold:
      dx = lean * 0.6 + 3 * wave(seconds, 0.83);
      dy = breath * 0.4 + 4 * wave(seconds, 1.27);
      break;
    case steam: {
      const double life = turn(seconds, 4.2, order / 4);
      dx = 16 * wave(seconds, 3.1, 0.27 * order) * life;
      dy = -190 * life;
      opacity = 0.9 * std::sin(std::numbers::pi * life);
      break;
    }
    case swing: dx = 7 * wave(seconds, 3.3 + 0.2 * order, 0.17 * order); break;
    case still: break;
  }
  place.x16 = sixteenths(part.x + dx * scale_);
  place.y16 = sixteenths(part.y + dy * scale_);
  place.opacity = static_cast<int>(std::lround(256 * std::clamp(opacity, 0.0, 1.0)));
  part.sprite->blend(into, place);
}

}  // namespace xb::capture
