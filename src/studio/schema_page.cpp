// The schema told to people: `xiangbo explain` and docs/show.md.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/overloaded.h"
#include "base/text.h"
#include "studio/schema.h"
#include "studio/schema_value.h"

namespace xb::studio {
namespace {

struct TypeName {
  std::string_view zh;
  std::string_view en;
};

// Rows are asked with these, so that a row needs no value to tell its type and default.
struct Blank {
  Show show;
  ChatShow chat;
  PublishShow publish;
  CanvasShow canvas;
  Target target() { return {&show, &chat, &publish, &canvas}; }
};

TypeName type_of(const Field& field) {
  Blank blank;
  if (!choices_of(field).empty()) return {"几个词里的一个", "one of a few words"};
  return std::visit(Overloaded{[](const std::string*) {
                                 return TypeName{"带引号的文字", "a text in quotes"};
                               },
                               [](const bool*) {
                                 return TypeName{" true 或 false", "true or false"};
                               },
                               [](const Rate*) {
                                 return TypeName{"帧率", "a frame rate"};
                               },
                               [](const CropPercent*) {
                                 return TypeName{"四个数", "four numbers"};
                               },
                               [](const std::vector<std::string>*) {
                                 return TypeName{"一列带引号的文字", "a list of texts in quotes"};
                               },
                               [](const auto*) {
                                 return TypeName{"整数", "a whole number"};
                               }},
                    field.slot(blank.target()));
}

std::string default_of(const Field& field) {
  Blank blank;
  return toml_text(field, field.slot(blank.target()));
}

std::string in_full(const Field& field) {
  const auto preset = default_of(field);
  const auto range = range_of(field);
  std::string out = path_of(field) + "\n";
  out.append("  ").append(field.help_zh).append("\n  ").append(field.help_en).append("\n");
  out += "  类型 type: " + type_zh(field) + " / " + type_en(field) + "\n";
  if (!range.empty()) out += "  范围 range: " + range + "\n";
  if (field.need == Need::required) {
    out += "  必须写 required\n";
  } else {
    out += "  不写时 default: " + (preset.empty() ? std::string("（空 none）") : preset) + "\n";
  }
  out += field.effect == Effect::at_once ? "  直播时改了马上生效 taken up at once while live\n"
                                         : "  改了要重开程序 needs a restart\n";
  out.append("  例 example: ").append(field.key).append(" = ").append(field.example).append("\n");
  return out;
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

constexpr std::string_view page_head =
    R"(<!-- Generated from src/studio/schema.cpp by `xiangbo explain --markdown`. Do not edit. -->
# 直播方案 · The Show

一个文件夹就是一套方案：`show.toml`（下面的表）、`products.csv`、`captions.csv`、`pictures/`，自己的配色放在 `themes/`（见 [themes.md](themes.md)）。
A Show is a folder: `show.toml` (the tables below), `products.csv`, `captions.csv`, `pictures/`, and themes of its own in `themes/` (see [themes.md](themes.md)).

写好后运行 `xiangbo check 文件夹`，有错会一次全部指出来。
`xiangbo check FOLDER` names everything that is wrong, at once.

直播时可以改：存盘后一眨眼就换上，有错就说出来、画面不变。“即时”一列没有打勾的，要重开程序才生效。
All may be edited while live: it is taken up as soon as it is saved; what is wrong is said and changes nothing. Keys without a
tick under “at once” wait for a restart.
)";

constexpr std::string_view page_tail = R"(
## products.csv

第一行是表头：`id,number,name,origin,price,unit,stock,picture,link,script`，用 Excel 或 WPS 另存为 CSV 就可以。
The first row is the heading. Save it as CSV from any office program; UTF-8 or GB18030, comma, semicolon or tab.

| 列 column | 说明 | Meaning |
|---|---|---|
| `id` | 编号，不重复，40 个字以内，字母、数字、- 和 _ | unique, up to 40 characters; letters, digits, - and _ |
| `number` | 小黄车几号链接，不重复 | number of the cart link, unique |
| `name` | 名字，必须写 | name, required |
| `origin` | 产地 | where it is from |
| `price` | 价格，元，比 0 大，最多两位小数，必须写 | price in yuan, above 0, at most two decimals, required |
| `unit` | 单位，如 5 斤装，必须写 | unit, required |
| `stock` | 库存，整数；不知道就空着 | stock, a whole number; empty when unknown |
| `picture` | 图片，如 `pictures/mushroom.png`，放在方案文件夹里；PNG、JPEG 或 WebP，4096×4096 以内、8 MB 以下 | picture inside the Show's folder; PNG, JPEG or WebP, up to 4096x4096 and 8 MB |
| `link` | 网址，http 或 https | link, http or https |
| `script` | 讲到它时的讲稿，最多 2000 字；只在提词器（控制端口的 /prompter）上看得到 | what is to be said of it, up to 2000 characters; only on the teleprompter (/prompter of the control port) |

## captions.csv

第一行是表头：`id,year,title,text,source,kind,style,script`。
The first row is the heading.

| 列 column | 说明 | Meaning |
|---|---|---|
| `id` | 编号，不重复，40 个字以内 | unique, up to 40 characters |
| `year` | 年份，如 1935 | year |
| `title` | 标题，必须写 | title, required |
| `text` | 一句话，必须写 | one sentence, required |
| `source` | 来源，必须写 | source, required |
| `kind` | `heritage` 红色字幕（不写就是它），从不和商品同屏；`plain` 普通字幕 | `heritage` (the default) never shares a frame with a product; `plain` may |
| `style` | `horizontal` 横排（不写就是它）；`vertical` 竖排，站在商品的位置，旁边有商品时仍然横排 | `horizontal` (the default) or `vertical`: columns in the place of the product; beside a product it is written across |
| `script` | 讲到它时的讲稿，最多 2000 字；只在提词器（控制端口的 /prompter）上看得到 | what is to be said of it, up to 2000 characters; only on the teleprompter (/prompter of the control port) |
)";

}  // namespace

std::string type_zh(const Field& field) {
  return std::string(type_of(field).zh);
}

std::string type_en(const Field& field) {
  return std::string(type_of(field).en);
}

std::string range_of(const Field& field) {
  std::string choices;
  for (const auto choice : choices_of(field))
    choices.append(choices.empty() ? "" : " ").append(choice);
  if (!choices.empty()) return choices;
  if (field.least == field.most) return {};
  return std::to_string(field.least) + " .. " + std::to_string(field.most);
}

Explained explain(std::string_view key) {
  std::string out;
  std::vector<std::string> names;
  for (const auto& row : schema_tables()) {
    names.emplace_back(row.name);
    const bool is_whole = key == row.name;
    if (key.empty() || is_whole) {
      out += title_of(row.name) + "  " + std::string(row.help_zh) + " / " +
             std::string(row.help_en) + "\n";
    }
    for (const auto& field : schema_fields()) {
      if (field.table != row.name) continue;
      names.push_back(path_of(field));
      if (key.empty()) {
        out.append("  ").append(path_of(field)).append("  ").append(field.help_zh).append("\n");
      } else if (is_whole || key == path_of(field)) {
        out += in_full(field);
      }
    }
  }
  if (!out.empty()) return {out, {}};
  // a bare key such as `width`
  for (const auto& field : schema_fields()) {
    if (field.key == key) out += in_full(field);
  }
  if (!out.empty()) return {out, {}};
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return {std::nullopt, std::string(closest(key, candidates))};
}

std::string schema_page() {
  std::string out(page_head);
  for (const auto& row : schema_tables()) {
    out += "\n## " + title_of(row.name) + "\n\n" + std::string(row.help_zh) + "。" +
           std::string(row.help_en) + ".\n\n";
    out +=
        "| 名字 key | 不写时 default | 范围 range | 即时 at once | 说明 | Meaning |\n"
        "|---|---|---|---|---|---|\n";
    for (const auto& field : schema_fields()) {
      if (field.table != row.name) continue;
      const auto preset = default_of(field);
      const auto range = range_of(field);
      out += "| `" + std::string(field.key) + "` | " +
             (field.need == Need::required ? "必须写 required"
              : preset.empty()             ? ""
                                           : "`" + cell(preset) + "`") +
             " | " + cell(range) + " | " + (field.effect == Effect::at_once ? "✓" : "") + " | " +
             cell(field.help_zh) + " | " + cell(field.help_en) + " |\n";
    }
  }
  return out.append(page_tail);
}

}  // namespace xb::studio
