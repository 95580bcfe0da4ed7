// Reads the text of show.toml along the schema: every mistake is found in one pass.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "chat/source.h"
#include "media/frame.h"
#include "studio/schema.h"
#include "studio/schema_value.h"
#include "studio/text_file.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_entries = 32;  // of one [[list]]

Sentence with_suggestion(Sentence out, std::string_view near) {
  if (near.empty()) return out;
  out.zh += "是不是想写 " + std::string(near) + "？";
  out.en += " Did you mean " + std::string(near) + "?";
  return out;
}

// A name from the file inside a message: short, one line.
std::string quoted_name(std::string_view name) {
  return "“" + clean_outside_text(name, {.graphemes = 40}) + "”";
}

Sentence unknown_table(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& row : schema_tables()) names.push_back(row.name);
  const auto quoted = quoted_name(name);
  return with_suggestion(
      {"没有 " + quoted + " 这一段：删掉，或运行 xiangbo explain 看有哪些。",
       "There is no " + quoted + ": take it away, or see them all with xiangbo explain."},
      closest(name, names));
}

Sentence no_keys_here() {
  return {"直播码和口令不能写在方案里：从这里删掉，写进密钥文件（权限 0600）的 [publish] 或 [chat]",
          "Keys and tokens do not belong in the Show: take it away here and put it under "
          "[publish] or [chat] of the secrets file (mode 0600)"};
}

Sentence unknown_key(std::string_view table, const std::string& key) {
  constexpr std::array<std::string_view, 9> secret_words{"key",        "stream_key", "streamkey",
                                                         "token",      "password",   "secret",
                                                         "passphrase", "streamid",   "cookie"};
  if (std::find(secret_words.begin(), secret_words.end(), key) != secret_words.end())
    return no_keys_here();
  std::vector<std::string_view> keys;
  std::vector<std::string_view> elsewhere;
  for (const auto& field : schema_fields()) {
    if (field.table == table) keys.push_back(field.key);
    if (field.key == key) elsewhere.push_back(field.table);
  }
  const auto quoted = quoted_name(key);
  Sentence out{title_of(table) + " 里没有 " + quoted + "：删掉，或改成有的名字。",
               title_of(table) + " has no " + quoted + ": take it away or correct it."};
  if (const auto near = closest(key, keys); !near.empty())
    return with_suggestion(std::move(out), near);
  return elsewhere.empty()
             ? out
             : with_suggestion(std::move(out), title_of(elsewhere.front()) + " " + key);
}

class Reader {
 public:
  Reader(Show& show, Reporter report) : show_(show), report_(report) {}

  void read(const TomlValue& root) {
    for (const auto& entry : root.entries) read_top(entry);
    for (const auto& row : schema_tables()) {
      const bool is_there = std::any_of(root.entries.begin(), root.entries.end(),
                                        [&](const auto& e) { return e.key == row.name; });
      if (!is_there && !row.is_list) require_all(row, TomlValue{});
    }
    if (const auto* video = entry_in(root, "video"))
      check_crop(show_.video.placement, video->value);
    check_sockets(root);
    check_canvases(root);
  }

 private:
  void read_top(const TomlEntry& entry) {
    const auto rows = schema_tables();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == entry.key; });
    if (row == rows.end()) {
      report_.add(entry.place, unknown_or_misplaced(entry));
    } else if (row->is_list) {
      read_list(*row, entry);
    } else if (entry.value.kind != TomlKind::table) {
      report_.add(entry.place, shape(*row));
    } else {
      read_table(*row, entry.value, Target{.show = &show_});
    }
  }

  // A [table] or a [[list]] of them.
  static bool is_part(const TomlValue& value) {
    return value.kind == TomlKind::table ||
           (!value.items.empty() && value.items.front().kind == TomlKind::table);
  }

  static Sentence unknown_or_misplaced(const TomlEntry& entry) {
    const auto fields = schema_fields();
    std::vector<std::string_view> keys;
    for (const auto& field : fields) keys.push_back(field.key);
    const auto near = closest(entry.key, keys);
    if (is_part(entry.value) || near.empty()) return unknown_table(entry.key);
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.key == near; });
    const auto table = title_of(field->table);
    const auto quoted = quoted_name(entry.key);
    if (near == entry.key)
      return {quoted + " 要写在 " + table + " 下面", quoted + " belongs under " + table};
    return with_suggestion({"没有 " + quoted + "：删掉或改正。",
                            "There is no " + quoted + ": take it away or correct it."},
                           table + " " + std::string(near));
  }

  // A [publish] or [chat] as the secrets file has it: NAME = "KEY".
  static bool is_of_secrets(const TableRow& row, const TomlEntry& entry) {
    if (row.name != "publish" && row.name != "chat") return false;
    const auto fields = schema_fields();
    return std::any_of(entry.value.entries.begin(), entry.value.entries.end(),
                       [&](const TomlEntry& one) {
                         return std::none_of(fields.begin(), fields.end(), [&](const auto& field) {
                           return field.table == row.name && field.key == one.key;
                         });
                       });
  }

  static Sentence shape(const TableRow& row) {
    return {"这一段的开头要单独一行写成 " + title_of(row.name),
            "This part must begin with a line of its own: " + title_of(row.name)};
  }

  void read_list(const TableRow& row, const TomlEntry& entry) {
    const bool is_list = entry.value.kind == TomlKind::list &&
                         std::all_of(entry.value.items.begin(), entry.value.items.end(),
                                     [](const auto& i) { return i.kind == TomlKind::table; });
    if (!is_list)
      return report_.add(entry.place, is_of_secrets(row, entry) ? no_keys_here() : shape(row));
    const auto most = row.name == "canvas" ? media::most_further_canvases : most_entries;
    if (entry.value.items.size() > most) {
      report_.add(entry.place, {"太多：最多 " + std::to_string(most) + " 段",
                                "Too many: " + std::to_string(most) + " at the most"});
      if (row.name != "canvas") return;  // what names the second one is right
    }
    for (const auto& item : entry.value.items) {
      if (row.name == "chat") {
        read_table(row, item, Target{.show = &show_, .chat = &show_.chat.emplace_back()});
        auto& chat = show_.chat.back();
        if (chat.name.empty()) chat.name = chat.platform;
        refuse_unusable(chat, item);
        refuse_repeated_name(show_.chat, item);
      } else if (row.name == "canvas") {
        read_table(row, item, Target{.show = &show_, .canvas = &show_.canvases.emplace_back()});
        refuse_repeated_name(show_.canvases, item);
        refuse_reserved_name(show_.canvases.back().name, item);
        check_crop(show_.canvases.back().placement, item);
      } else {
        read_table(row, item, Target{.show = &show_, .publish = &show_.publish.emplace_back()});
        refuse_repeated_name(show_.publish, item);
      }
    }
  }

  void read_table(const TableRow& row, const TomlValue& table, const Target& target) {
    for (const auto& entry : table.entries) {
      const auto fields = schema_fields();
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& f) {
        return f.table == row.name && f.key == entry.key;
      });
      if (field == fields.end()) {
        report_.add(entry.place, unknown_key(row.name, entry.key));
      } else if (auto wrong = store(*field, entry.value, field->slot(target))) {
        report_.add(entry.value.place, std::move(*wrong));
      }
    }
    require_all(row, table);
  }

  void require_all(const TableRow& row, const TomlValue& table) {
    for (const auto& field : schema_fields()) {
      if (field.table != row.name || field.need != Need::required) continue;
      const bool is_there = std::any_of(table.entries.begin(), table.entries.end(),
                                        [&](const auto& e) { return e.key == field.key; });
      if (is_there) continue;
      const auto line = std::string(field.key) + " = " + std::string(field.example);
      const auto name = title_of(row.name);
      report_.add(table.place,
                  {name + " 里缺 " + std::string(field.key) + "：加一行 " + line,
                   name + " lacks " + std::string(field.key) + ": add a line " + line});
    }
  }

  // What the platform itself demands.
  void refuse_unusable(const ChatShow& chat, const TomlValue& item) {
    const auto* url = entry_in(item, "url");
    const bool was_reported = chat.platform.empty() || (url != nullptr && chat.url.empty());
    if (was_reported || chat.platform == ingest_platform) return;
    // The mapping file is read later; here it matters only whether there may be one.
    const auto status = chat::check_source({.platform = chat.platform,
                                            .name = chat.name,
                                            .url = chat.url,
                                            .api = chat.api,
                                            .room = chat.room,
                                            .map = chat.map,
                                            .secrets = {}});
    if (status) return;
    report_.add(url != nullptr ? url->value.place : item.place,
                {status.error().detail_zh(), status.error().detail()});
  }

  template <class Parts>
  void refuse_repeated_name(const Parts& parts, const TomlValue& item) {
    const auto& name = parts.back().name;
    const bool is_repeated =
        !name.empty() && std::any_of(parts.begin(), parts.end() - 1,
                                     [&](const auto& other) { return other.name == name; });
    if (!is_repeated) return;
    const auto* entry = entry_in(item, "name");
    report_.add(
        entry != nullptr ? entry->value.place : item.place,
        {"名字重复了：给这一个换个 name", "This name is used twice: give this one another name"});
  }

  void refuse_reserved_name(const std::string& name, const TomlValue& item) {
    if (name != video_canvas && name != clean_feed) return;
    report_.add(entry_in(item, "name")->value.place,
                {"这个名字已经有用处：video 是 [video] 的画面，clean 是不带字幕商品的录像，换一个",
                 "This name is taken: video is the picture of [video], clean the recording without "
                 "overlays; choose another one"});
  }

  static const TomlEntry* entry_in(const TomlValue& table, std::string_view key) {
    const auto at = std::find_if(table.entries.begin(), table.entries.end(),
                                 [&](const auto& entry) { return entry.key == key; });
    return at == table.entries.end() ? nullptr : &*at;
  }

  static const TomlEntry* entry_of(const TomlValue& root, std::string_view table,
                                   std::string_view key) {
    const auto* top = entry_in(root, table);
    return top == nullptr ? nullptr : entry_in(top->value, key);
  }

  void check_crop(Placement chosen, const TomlValue& table) {
    if (chosen != Placement::crop || entry_in(table, "crop") != nullptr) return;
    const auto* placement = entry_in(table, "placement");
    report_.add(placement->value.place,
                {"placement 是 crop 时还要写用哪一块：加一行 crop = [10, 0, 80, 100]",
                 "With placement crop say which part: add a line crop = [10, 0, 80, 100]"});
  }

  void check_sockets(const TomlValue& root) {
    const auto* entry = entry_of(root, "limits", "sockets_per_address");
    if (entry == nullptr || show_.limits.sockets_per_address <= show_.limits.sockets) return;
    report_.add(entry->value.place,
                {"sockets_per_address 不能比 sockets 大：改小它，或把 sockets 改大",
                 "sockets_per_address must not be above sockets: lower it or raise sockets"});
  }

  bool has_canvas(std::string_view name) const {
    return name == video_canvas ||
           std::any_of(show_.canvases.begin(), show_.canvases.end(),
                       [&](const auto& canvas) { return canvas.name == name; });
  }

  void refuse_unknown_canvas(const std::string& name, const TomlEntry* entry) {
    if (entry == nullptr || has_canvas(name)) return;
    std::vector<std::string_view> names{video_canvas};
    for (const auto& canvas : show_.canvases) names.push_back(canvas.name);
    report_.add(entry->value.place,
                with_suggestion({"没有这个画面：写 video，或加一段 [[canvas]]，name 写成这个名字。",
                                 "There is no such picture: write video, or add a [[canvas]] with "
                                 "this name."},
                                closest(name, names)));
  }

  // Each picture costs an encoder: one that nobody would see is a mistake.
  void check_canvases(const TomlValue& root) {
    refuse_unknown_canvas(show_.record.canvas, entry_of(root, "record", "canvas"));
    if (const auto* pushes = entry_in(root, "publish")) {
      for (std::size_t i = 0; i < std::min(show_.publish.size(), pushes->value.items.size()); ++i)
        refuse_unknown_canvas(show_.publish[i].canvas, entry_in(pushes->value.items[i], "canvas"));
    }
    const auto* list = entry_in(root, "canvas");
    if (list == nullptr || show_.canvases.size() != list->value.items.size()) return;
    for (std::size_t i = 0; i < show_.canvases.size(); ++i) {
      const auto& name = show_.canvases[i].name;
      const bool is_used = show_.record.canvas == name ||
                           std::any_of(show_.publish.begin(), show_.publish.end(),
                                       [&](const auto& one) { return one.canvas == name; });
      if (name.empty() || is_used || name == video_canvas || name == clean_feed) continue;
      report_.add(list->value.items[i].place,
                  {"这个画面没有人用：在一个 [[publish]] 或 [record] 里加 canvas = \"名字\"，"
                   "或删掉这一段",
                   "Nobody uses this picture: add canvas = \"NAME\" to a [[publish]] or [record], "
                   "or take it away"});
    }
  }

  Show& show_;
  Reporter report_;
};

Sentence sentence_of(TomlFault fault) {
  switch (fault) {
    case TomlFault::quote:
      return {"引号没有写完整：文字要用一对英文双引号 \" 括起来，写在一行里",
              "A quote is missing: put the text between two \" on one line"};
    case TomlFault::repeated:
      return {"同一个名字写了两次：删掉一个", "The same name stands here twice: take one away"};
    case TomlFault::syntax: break;
  }
  return {"这一行写得不对：应当是 名字 = 值，文字加英文双引号，段名写成 [station]",
          "This line is not TOML: it should be NAME = VALUE, texts in \"quotes\", parts as "
          "[station]"};
}

}  // namespace

void read_show_text(std::string_view text, const std::string& file, Show& show,
                    std::vector<Problem>& problems) {
  const Reporter report{file, problems};
  text = without_bom(text);
  if (const auto bad = first_bad_byte(text)) {
    return report.add(place_of(text, *bad),
                      {"文字编码不是 UTF-8：用记事本“另存为”，编码选 UTF-8",
                       "The text is not UTF-8: save it again with the encoding UTF-8"});
  }
  const auto toml = parse_toml(text);
  if (!toml.root) return report.add(toml.place, sentence_of(toml.fault));
  Reader(show, report).read(*toml.root);
}

}  // namespace xb::studio
