// Icons and motifs as vector paths.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "overlay/canvas.h"
#include "overlay/theme.h"

namespace xb::overlay {

enum class Icon : std::uint8_t { heart = 1, star, pin, cart, horn, no_photo };

// Draws into a square with this top left and side, in u.
void draw_icon(Canvas& canvas, Icon icon, double x, double y, double side, Color color);
// `ground` is the colour of what lies behind (the bud of the azalea flame is cut out in it).
void draw_motif(Canvas& canvas, Motif motif, double x, double y, double side, Color color,
                Color ground);

// The village's mark where it has one, else the motif of its theme.
void draw_emblem(Canvas& canvas, const Attire& attire, double x, double y, double side, Color color,
                 Color ground);

// Adds the path `d` (the SVG path language without Q and T, circular arcs only) to the current
// path. For our own tables, not for files: a wrong path is our mistake.
void add_path(cairo_t* cr, std::string_view d);

}  // namespace xb::overlay
