// Plain functions on two readings of a Show.
// SPDX-License-Identifier: Apache-2.0
#include "studio/reload.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "net/json.h"
#include "overlay/theme.h"
#include "studio/rows.h"
#include "studio/schema_value.h"
#include "studio/show_json.h"

namespace xb::studio {
namespace {

// Appends the row on air to `kept` when only the former tables have it.
template <class Row>
void keep(const std::vector<Row>& next, const std::vector<Row>& shown,
          const std::optional<std::string>& on_air, std::vector<Row>& kept) {
  if (find_by_id(next, on_air) != nullptr || find_by_id(kept, on_air) != nullptr) return;
  if (const auto* row = find_by_id(shown, on_air)) kept.push_back(*row);
}

OrderedJson change(std::string_view table, OrderedJson id, OrderedJson before, OrderedJson after) {
  return {{"table", table},
          {"id", std::move(id)},
          {"before", std::move(before)},
          {"after", std::move(after)}};
}

template <class Row>
void add_rows(OrderedJson& out, std::string_view table, const std::vector<Row>& before,
              const std::vector<Row>& after) {
  for (const auto& row : before) {
    const auto* now = find_by_id(after, row.id);
    auto as_shown = row;  // a script is on no picture
    if (now != nullptr) as_shown.script = now->script;
    if (now != nullptr && *now == as_shown) continue;
    out.push_back(
        change(table, row.id, row_of(row), now != nullptr ? row_of(*now) : OrderedJson(nullptr)));
  }
  for (const auto& row : after) {
    if (find_by_id(before, row.id) == nullptr)
      out.push_back(change(table, row.id, nullptr, row_of(row)));
  }
}

bool is_same_attire(const Show& a, const Show& b) {
  return a.attire == b.attire || (a.attire && b.attire && *a.attire == *b.attire);
}

}  // namespace

Reload reload(const Show& opened, Show read) {
  Reload out;
  auto before = opened;
  for (const auto& field : schema_fields()) {
    const bool is_of_a_list =
        field.table == "chat" || field.table == "publish" || field.table == "canvas";
    if (field.effect == Effect::at_once || is_of_a_list) continue;
    const auto is = toml_text(field, field.slot({.show = &before}));
    const auto would_be = toml_text(field, field.slot({.show = &read}));
    if (is != would_be) out.waiting.push_back(path_of(field));
  }
  if (opened.canvases != read.canvases) out.waiting.emplace_back("[[canvas]]");
  if (opened.chat != read.chat) out.waiting.emplace_back("[[chat]]");
  if (opened.publish != read.publish) out.waiting.emplace_back("[[publish]]");
  out.show = opened;
  out.show.station = std::move(read.station);
  out.show.screen = std::move(read.screen);
  out.show.tables = std::move(read.tables);
  out.show.attire = std::move(read.attire);
  return out;
}

std::vector<Problem> tables_gone(const Show& before, const Show& read) {
  std::vector<Problem> out;
  for (const auto& name : read.absent) {
    const bool was_absent =
        std::find(before.absent.begin(), before.absent.end(), name) != before.absent.end();
    if (was_absent) continue;
    out.push_back({(read.folder / name).string(), 0, 0,
                   "文件不见了：放回去；真要清空，就只留第一行表头",
                   "The file is gone: put it back; to empty the table leave its heading alone"});
  }
  return out;
}

bool is_same_on_air(const Show& a, const Show& b) {
  return a.station == b.station && a.screen == b.screen &&
         a.tables->products == b.tables->products && a.tables->captions == b.tables->captions &&
         is_same_attire(a, b);
}

KeptRows keep_rows_on_air(std::shared_ptr<const overlay::Tables> next, const overlay::Tables& shown,
                          const overlay::Scene& scene) {
  std::vector<overlay::Product> products;
  std::vector<overlay::Caption> captions;
  keep(next->products, shown.products, scene.product, products);
  keep(next->products, shown.products, scene.countdown, products);
  keep(next->captions, shown.captions, scene.caption, captions);
  if (products.empty() && captions.empty()) return {std::move(next), {}};
  auto tables = std::make_shared<overlay::Tables>(*next);
  KeptRows out;
  for (auto& row : products) {
    out.kept.push_back(row.id);
    tables->products.push_back(std::move(row));
  }
  for (auto& row : captions) {
    out.kept.push_back(row.id);
    tables->captions.push_back(std::move(row));
  }
  out.tables = std::move(tables);
  return out;
}

OrderedJson changes_of(const Show& before, const Show& after) {
  auto out = OrderedJson::array();
  add_rows(out, "products", before.tables->products, after.tables->products);
  add_rows(out, "captions", before.tables->captions, after.tables->captions);
  if (before.station != after.station || !is_same_attire(before, after))
    out.push_back(change("station", nullptr, row_of(before.station), row_of(after.station)));
  if (before.screen != after.screen)
    out.push_back(change("screen", nullptr, row_of(before.screen), row_of(after.screen)));
  return out;
}

FirstProblem first_of(std::vector<Problem> problems, const std::filesystem::path& folder) {
  if (problems.empty()) return {};
  const auto first =
      std::min_element(problems.begin(), problems.end(), [](const auto& a, const auto& b) {
        return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
      });
  const auto within = std::filesystem::path(first->file).lexically_relative(folder);
  const bool is_within = !within.empty() && *within.begin() != "..";
  auto place = is_within ? within.string() : first->file;
  if (first->line > 0)
    place += ":" + std::to_string(first->line) + ":" + std::to_string(first->column);
  FirstProblem out{place + " " + first->zh, place + " " + first->en};
  if (const auto more = problems.size() - 1; more > 0) {
    out.zh += "；另外还有 " + std::to_string(more) + " 处";
    out.en += "; and " + std::to_string(more) + " more";
  }
  return out;
}

}  // namespace xb::studio
