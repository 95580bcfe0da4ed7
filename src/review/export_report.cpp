// One page that needs nothing beside itself.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "review/evening_json.h"
#include "review/exports.h"
#include "review/thin.h"

namespace xb::review {
namespace {

constexpr int curve_width = 900;
constexpr int curve_height = 160;
constexpr std::size_t curve_points = 300;
constexpr std::size_t most_rows = 500;

constexpr std::string_view style =
    "body{font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#222;"
    "background:#fff;max-width:960px;margin:0 auto;padding:24px}h1{font-size:26px}"
    "h2{font-size:20px;margin-top:32px}table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #ddd;padding:6px 8px;text-align:left;vertical-align:top}"
    "th{color:#555;font-weight:600}.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".cards{display:flex;flex-wrap:wrap;gap:12px}.card{border:1px solid #ddd;border-radius:8px;"
    "padding:10px 16px;min-width:130px}.card b{display:block;font-size:24px}"
    "small{color:#666}svg{width:100%;height:auto}@media print{body{padding:0}}";

// A step curve; `high` is its top.
std::string curve_svg(const std::vector<Point>& all, std::int64_t duration, const char* colour,
                      const char* label) {
  const auto points = thinned(all, curve_points);
  if (points.empty() || duration <= 0) return {};
  std::int64_t low = 0;
  std::int64_t high = 1;
  for (const auto& point : points) {
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  const auto x = [&](std::int64_t t) {
    return static_cast<double>(t) / static_cast<double>(duration) * curve_width;
  };
  const auto y = [&](std::int64_t value) {
    return 8 + (curve_height - 16) *
                   (1 - static_cast<double>(value - low) / static_cast<double>(high - low));
  };
  auto path = fmt::format("M{:.1f} {:.1f}", x(points.front().t), y(points.front().value));
  for (const auto& point : points)
    path += fmt::format("H{:.1f}V{:.1f}", x(point.t), y(point.value));
  path += fmt::format("H{}", curve_width);
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"{2}\"><rect width=\"{0}\" "
      "height=\"{1}\" fill=\"#fafafa\"/><path d=\"{3}\" fill=\"none\" stroke=\"{4}\" "
      "stroke-width=\"2\"/><text x=\"6\" y=\"18\" font-size=\"13\" "
      "fill=\"#666\">{5}</text></svg>\n",
      curve_width, curve_height, label, path, colour, high);
}

std::string card(std::string_view zh, std::string_view en, const std::string& value) {
  return fmt::format("<div class=card><small>{}<br>{}</small><b>{}</b></div>\n", zh, en, value);
}

std::string minutes(std::int64_t ms) {
  return clock_text(ms).substr(0, 8);
}

std::string head(const ExportInput& in) {
  const auto& e = in.evening;
  const auto title = xml_text(e.title);
  return fmt::format(
      "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{0}</title><style>{1}</style></head><body>\n"
      "<h1>{0}</h1><p>{2}　·　时长 / length {3}</p>\n",
      title, style, wall_text(e.began_wall_ms), minutes(e.duration_ms));
}

std::string cards(const ExportInput& in) {
  const auto& e = in.evening;
  const auto& f = e.figures;
  std::string out = "<div class=cards>\n";
  out += card("新增粉丝", "new followers", std::to_string(f.gained));
  out += card("粉丝总数", "followers", f.total ? std::to_string(*f.total) : "–");
  out += card("最多同时在看", "peak watching",
              f.peak_watching ? std::to_string(f.peak_watching->value) : "–");
  out += card("弹幕", "comments", std::to_string(f.comments));
  out +=
      card("提问 / 答了", "questions / answered", fmt::format("{} / {}", f.questions, f.answered));
  out += card("商品卡在屏上", "cards on air", minutes(f.cards_ms));
  out += card("断流", "drop-outs", fmt::format("{} × {}", f.drops, minutes(f.drops_ms)));
  const auto& faults = in.faults;
  if (faults.silence_ms) out += card("没出声", "silence", minutes(*faults.silence_ms));
  if (faults.dark_ms) out += card("偏暗", "dark picture", minutes(*faults.dark_ms));
  return out + "</div>\n";
}

std::string products_table(const Evening& e) {
  std::string out =
      "<h2>商品 / "
      "Products</h2><p><small>“来了几位”是同一段时间里的新增粉丝，只是碰巧同时；成交请看平台后台。 "
      "“Came meanwhile” is a coincidence; sales are in the platform's own pages.</small></p>"
      "<table><tr><th>时间 / time<th>商品 / product<th class=n>在屏上 / on air<th class=n>提问 / "
      "questions<th class=n>来了几位 / came meanwhile</tr>\n";
  for (std::size_t i = 0; i < std::min(e.products.size(), most_rows); ++i) {
    const auto& one = e.products[i];
    out += fmt::format("<tr><td>{}<td>{} {}<td class=n>{}<td class=n>{}<td class=n>{}</tr>\n",
                       minutes(one.on.from), one.number, xml_text(one.title), minutes(one.seen_ms),
                       one.questions, one.gained);
  }
  return out + "</table>\n";
}

std::string pluses_table(const std::vector<Plus>& pluses) {
  std::string out =
      "<h2>新增粉丝 / New followers</h2><table><tr><th>时间 / time<th>名字 / name<th>平台 / "
      "platform<th class=n>人数 / count</tr>\n";
  for (std::size_t i = 0; i < std::min(pluses.size(), most_rows); ++i) {
    const auto& one = pluses[i];
    out += fmt::format("<tr><td>{}<td>{}<td>{}<td class=n>{}</tr>\n", minutes(one.t),
                       xml_text(one.name), xml_text(one.platform), one.gains);
  }
  return out + "</table>\n";
}

std::string problems_table(const ExportInput& in) {
  const auto problems = all_problems(in.evening, in.faults);
  std::string out =
      "<h2>问题 / Problems</h2><table><tr><th>从 / from<th>到 / to<th>什么 / what</tr>\n";
  for (std::size_t i = 0; i < std::min(problems.size(), most_rows); ++i) {
    const auto& one = problems[i];
    out += fmt::format("<tr><td>{}<td>{}<td>{}<br><small>{}</small></tr>\n", minutes(one.on.from),
                       minutes(one.on.to), xml_text(one.said.zh), xml_text(one.said.en));
  }
  out += "</table>\n";
  for (const auto& one : all_missing(in.evening, in.faults))
    out += fmt::format("<p>缺：{}<br><small>Missing: {}</small></p>\n", xml_text(one.zh),
                       xml_text(one.en));
  return out;
}

std::string notes_table(const Notes& notes) {
  const auto all = notes.all();
  if (all.empty()) return {};
  std::string out =
      "<h2>批注 / Notes</h2><table><tr><th>时间 / time<th>谁 / who<th>内容 / text<th>状态 / "
      "state</tr>\n";
  for (const auto& note : all)
    out +=
        fmt::format("<tr><td>{}<td>{}<td>{}<td>{}</tr>\n", minutes(note.t), xml_text(note.author),
                    xml_text(note.text), note.is_done ? "已了 / done" : "未了 / open");
  return out + "</table>\n";
}

}  // namespace

Result<std::string> report_html(const ExportInput& in) {
  XB_TRY_ASSIGN(const auto pluses, named_pluses(in));
  const auto& e = in.evening;
  auto out = head(in) + cards(in);
  out += "<h2>涨粉 / Followers gained</h2>" +
         curve_svg(e.gained, e.duration_ms, "#b3261e", "涨粉 / followers gained");
  if (!e.watching.empty())
    out += "<h2>在看 / Watching</h2>" +
           curve_svg(e.watching, e.duration_ms, "#1f5f8b", "在看 / watching");
  return out + products_table(e) + pluses_table(pluses) + problems_table(in) +
         notes_table(in.notes) + "</body></html>\n";
}

}  // namespace xb::review
