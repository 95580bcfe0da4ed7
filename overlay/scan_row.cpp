// Code and words. SPDX-License-Identifier: Apache-2.0
#include "overlay/scan_row.h"

namespace xb::overlay {

void draw_scan_row(Canvas& c, const Theme& theme, TextShaper& text, const QrCode& code, Area area) {
  draw_qr(c, code, {area.x, area.y, area.h, area.h}, theme.qr_quiet_modules, theme.fixed.qr_fg,
          theme.fixed.qr_bg, 12);
  const double x = area.x + area.h + 16;
  const double w = area.w - area.h - 16;
  TextStyle strong = text_style(theme.type.product_meta, Weight::bold);
  strong.line_height = 1.35;
  TextStyle plain = text_style(theme.type.product_meta);
  plain.line_height = 1.35;
  const TextBlock first = text.lay_out("扫一扫", strong, {w, 1});
  const TextBlock second = text.lay_out("看产地", plain, {w, 1});
  const TextBlock third = text.lay_out("和采摘日期", plain, {w, 1});
  double y = area.y + (area.h - 3 * first.height()) / 2;
  first.draw(c, x, y, theme.palette.text);
  second.draw(c, x, y += first.height(), theme.palette.text2);
  third.draw(c, x, y + first.height(), theme.palette.text2);
}

}  // namespace xb::overlay
