// The schema told as a file, and files put in the place of others.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_write.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "studio/schema.h"
#include "studio/schema_value.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_former_bytes = 4U * 1024U * 1024U;

constexpr std::string_view show_head =
    "# 乡播的直播方案。设置页面存盘时整个重写这个文件，原来的留在旁边：show.toml.former\n"
    "# A Show of Xiangbo. The setup page writes this file whole; the former one stays beside it.\n"
    "# 前面有 # 的名字没有写，用它的默认值；每个名字的意思也可以看 xiangbo explain\n"
    "# A name behind # is not written and has its default; xiangbo explain tells of them all.\n";

// A list as it is without any entry, to show how one is written.
struct Blanks {
  Show show;
  ChatShow chat;
  PublishShow publish;
  CanvasShow canvas;
  Target target() { return {&show, &chat, &publish, &canvas}; }
};

std::string comment(std::string_view zh, std::string_view en) {
  return "# " + std::string(zh) + "\n# " + std::string(en) + "\n";
}

// The comments stand above the first entry of a list only.
enum class Written : std::uint8_t { as_it_is = 1, without_comments, as_example };

// The part of the camera's picture must stand there when it is what is chosen.
bool must_stand(const Field& field, const Target& target) {
  if (field.key != "crop") return false;
  const auto chosen =
      field.table == "canvas" ? target.canvas->placement : target.show->video.placement;
  return chosen == Placement::crop;
}

void write_keys(std::string& out, const TableRow& table, const Target& target, Written how) {
  Blanks blanks;
  for (const auto& field : schema_fields()) {
    if (field.table != table.name) continue;
    if (how != Written::without_comments) out += comment(field.help_zh, field.help_en);
    const auto usual = toml_text(field, field.slot(blanks.target()));
    const auto is = toml_text(field, field.slot(target));
    const bool is_written =
        how != Written::as_example &&
        (field.need == Need::required || must_stand(field, target) || (!is.empty() && is != usual));
    const bool shows_example = usual.empty() || how == Written::as_example;
    const auto value = is_written      ? (is.empty() ? std::string("\"\"") : is)
                       : shows_example ? std::string(field.example)
                                       : usual;
    if (!is_written && how == Written::without_comments) continue;
    out += (is_written ? "" : "# ") + std::string(field.key) + " = " + value + "\n";
  }
}

void write_list(std::string& out, const TableRow& table, const std::vector<Target>& entries) {
  for (const auto& entry : entries) {
    const bool is_first = &entry == entries.data();
    out += "\n" + (is_first ? comment(table.help_zh, table.help_en) : std::string()) +
           title_of(table.name) + "\n";
    write_keys(out, table, entry, is_first ? Written::as_it_is : Written::without_comments);
  }
  if (!entries.empty()) return;
  Blanks blanks;
  out += "\n" + comment(table.help_zh, table.help_en) + "# " + title_of(table.name) + "\n";
  write_keys(out, table, blanks.target(), Written::as_example);
}

std::vector<Target> entries_of(std::string_view list, Show& show) {
  std::vector<Target> out;
  if (list == "chat") {
    for (auto& one : show.chat) out.push_back({.show = &show, .chat = &one});
  } else if (list == "publish") {
    for (auto& one : show.publish) out.push_back({.show = &show, .publish = &one});
  } else if (list == "canvas") {
    for (auto& one : show.canvases) out.push_back({.show = &show, .canvas = &one});
  }
  return out;
}

std::string cell_text(std::string_view cell) {
  // a blank or a quote first, and what separates: all else may stand as it is
  if (cell.find_first_of(",;\t\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string out = "\"";
  for (const char c : cell) out.append(c == '"' ? "\"\"" : std::string(1, c));
  return out + "\"";
}

// What lies where the new bytes are collected may be a link to somebody else's file.
Status write_anew(const fs::path& path, std::string_view bytes, int mode) {
  std::error_code code;
  auto beside = path;
  beside += ".new";
  fs::remove(beside, code);
  return write_file_atomically(path, bytes, mode);
}

int mode_of(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return 0644;
  return static_cast<int>(found.st_mode & 0666U) | 0600;
}

}  // namespace

std::string show_text(const Show& show) {
  auto written = show;  // slots are of what may be changed
  std::string out(show_head);
  for (const auto& table : schema_tables()) {
    if (table.is_list) {
      write_list(out, table, entries_of(table.name, written));
      continue;
    }
    out += "\n" + comment(table.help_zh, table.help_en) + title_of(table.name) + "\n";
    write_keys(out, table, {.show = &written}, Written::as_it_is);
  }
  return out;
}

std::string table_text(std::span<const Column> columns, std::span<const Cells> rows) {
  std::string out = "\xEF\xBB\xBF";
  for (std::size_t i = 0; i < columns.size(); ++i)
    out.append(i == 0 ? "" : ",").append(columns[i].name);
  out += "\r\n";
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      out += (i == 0 ? "" : ",") + (i < row.size() ? cell_text(row[i]) : std::string());
    out += "\r\n";
  }
  return out;
}

std::string secrets_text(const Secrets& secrets) {
  std::string out =
      "# 直播码和口令：只有本人能看（权限 0600），不要发给别人\n"
      "# Stream keys and tokens: for the owner's eyes only (mode 0600)\n";
  const auto line = [&](std::string_view name, const Secret& secret) {
    out += in_quotes(name) + " = " + in_quotes(secret.reveal()) + "\n";
  };
  if (!secrets.ingest.empty()) {
    out += "\n[chat]\n";
    line("ingest", secrets.ingest);
  }
  for (const auto& [name, tokens] : secrets.chat) {
    out += "\n[chat." + in_quotes(name) + "]\n";
    for (const auto& [kind, token] : tokens) line(kind, token);
  }
  out += "\n[publish]\n";
  for (const auto& [name, key] : secrets.publish) line(name, key);
  return out;
}

Status replace_show_file(const fs::path& folder, const std::string& name, std::string_view bytes) {
  const auto path = folder / name;
  const auto former = read_file(path, most_former_bytes);
  if (former && *former == bytes) return ok();
  const auto mode = mode_of(path);
  if (former) XB_TRY(write_anew(folder / (name + ".former"), *former, mode));
  return write_anew(path, bytes, mode);
}

Status write_secrets(const fs::path& file, const Secrets& secrets) {
  if (file.has_parent_path()) {
    std::error_code code;
    if (!fs::exists(file.parent_path(), code)) XB_TRY(make_folder(file.parent_path()));
  }
  return write_anew(file, secrets_text(secrets), 0600);
}

}  // namespace xb::studio
