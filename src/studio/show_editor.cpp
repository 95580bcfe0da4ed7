// Reading what stands there, judging what would, and writing it.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_editor.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "base/files.h"
#include "overlay/picture.h"
#include "studio/schema.h"
#include "studio/show_folder.h"
#include "studio/show_json.h"
#include "studio/text_file.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_show_file_bytes = 256U * 1024U;

std::string_view line_of_text(std::string_view text, int number) {
  for (; number > 1 && !text.empty(); --number)
    text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  return text.substr(0, text.find('\n'));
}

// Which key stands in a line that show_text() has written, and in which entry of its list.
void place_in_show(std::string_view text, int line, FieldProblem& out) {
  std::string_view header;
  int entry = 0;
  for (int i = 1; i <= line; ++i) {
    const auto at = line_of_text(text, i);
    if (at.empty() || at.front() != '[') continue;
    entry = at == header ? entry + 1 : 1;
    header = at;
  }
  const bool is_list = header.rfind("[[", 0) == 0;
  const auto from = header.find_first_not_of('[');
  if (from == std::string_view::npos) return;
  out.field = header.substr(from, header.find(']') - from);
  if (is_list) out.row = entry;
  const auto at = line_of_text(text, line);
  if (const auto equals = at.find(" = "); !at.empty() && at.front() != '[' && equals != at.npos)
    out.field += "." + std::string(at.substr(0, equals));
}

void place_in_table(Table table, const TableDraft& draft, const Problem& problem,
                    FieldProblem& out) {
  out.row = problem.line - 1;  // the heading is row 1
  const auto columns = columns_of(table);
  if (problem.column >= 1 && static_cast<std::size_t>(problem.column) <= columns.size())
    out.field = columns[static_cast<std::size_t>(problem.column) - 1].name;
  if (out.row >= 1 && static_cast<std::size_t>(out.row) <= draft.rows.size())
    out.id = draft.rows[static_cast<std::size_t>(out.row) - 1].cells.front();
}

std::string key_of(const FieldProblem& problem) {
  return problem.file + '\x1F' + problem.field + '\x1F' + problem.id + '\x1F' + problem.en;
}

Error too_large() {
  return Error(ErrorCode::file_too_large, "show.toml");
}

}  // namespace

ShowEditor::ShowEditor(fs::path folder, fs::path secrets, EditNotes& notes)
    : folder_(std::move(folder)), secrets_(std::move(secrets)), notes_(notes) {
}

ShowDraft ShowEditor::read() const {
  ShowDraft out;
  out.show.folder = folder_;
  const auto text =
      read_show_file(folder_, "show.toml", Need::required, most_show_file_bytes, out.show_problems);
  if (text) read_show_text(*text, (folder_ / "show.toml").string(), out.show, out.show_problems);
  out.products = read_draft(folder_, Table::products);
  out.captions = read_draft(folder_, Table::captions);
  return out;
}

ShowEditor::Checked ShowEditor::check(const ShowDraft& draft) const {
  Drafts texts;
  if (draft.show_problems.empty()) texts["show.toml"] = show_text(draft.show);
  if (!draft.products.unreadable)
    texts[file_of(Table::products)] = draft_text(Table::products, draft.products);
  if (!draft.captions.unreadable)
    texts[file_of(Table::captions)] = draft_text(Table::captions, draft.captions);
  auto loaded = load_show(folder_, PictureLook::header, nullptr, texts);
  Checked out;
  out.show = std::move(loaded.show);
  for (const auto& problem : loaded.problems) {
    FieldProblem told;
    told.file = fs::path(problem.file).lexically_relative(folder_).string();
    told.zh = problem.zh;
    told.en = problem.en;
    if (told.file == "show.toml" && draft.show_problems.empty())
      place_in_show(texts["show.toml"], problem.line, told);
    for (const auto table : {Table::products, Table::captions}) {
      const auto& rows = table == Table::products ? draft.products : draft.captions;
      if (told.file == file_of(table) && !rows.unreadable)
        place_in_table(table, rows, problem, told);
    }
    out.problems.push_back(std::move(told));
  }
  return out;
}

std::vector<FieldProblem> ShowEditor::new_problems(const ShowDraft& before,
                                                   const Checked& after) const {
  if (after.problems.empty()) return {};
  auto former = check(before).problems;
  std::vector<FieldProblem> out;
  for (const auto& problem : after.problems) {
    const auto same = std::find_if(former.begin(), former.end(),
                                   [&](const auto& one) { return key_of(one) == key_of(problem); });
    if (same == former.end()) {
      out.push_back(problem);
    } else {
      former.erase(same);
    }
  }
  return out;
}

Edited refused_for(const std::vector<Problem>& show_problems) {
  const auto& first = show_problems.front();
  FieldProblem told{.file = "show.toml", .zh = first.zh, .en = first.en};
  const auto line = std::to_string(first.line);
  told.zh = "show.toml 第 " + line + " 行有错，先改好它：" + told.zh;
  told.en = "show.toml has a mistake in line " + line + ", put it right first: " + told.en;
  return refusal_of({told});
}

Edited ShowEditor::write_show(const ShowDraft& before, ShowDraft after, std::string_view who,
                              OrderedJson body) {
  if (!before.show_problems.empty()) return refused_for(before.show_problems);
  const auto checked = check(after);
  if (const auto wrong = new_problems(before, checked); !wrong.empty()) return refusal_of(wrong);
  const auto text = show_text(after.show);
  if (text.size() > most_show_file_bytes) return failure_of(too_large());
  if (checked.show) {
    if (before.show.station != after.show.station)
      notes_.add("station", "", row_of(checked.show->station), who);
    if (before.show.screen != after.show.screen)
      notes_.add("screen", "", row_of(checked.show->screen), who);
  }
  if (const auto status = replace_show_file(folder_, "show.toml", text); !status)
    return failure_of(status.error());
  return {Edited::How::done, std::move(body), std::nullopt};
}

void ShowEditor::note_rows(const TableDraft& before, const ShowDraft& after, Table table,
                           const Show& show, std::string_view who) {
  // of several with one id the first counts
  using Rows = std::unordered_map<std::string_view, const Cells*>;
  const auto by_id = [](const std::vector<DraftRow>& all) {
    Rows out;
    for (const auto& row : all) out.emplace(row.cells.front(), &row.cells);
    return out;
  };
  const auto had = by_id(before.rows);
  const auto has = by_id(table == Table::products ? after.products.rows : after.captions.rows);
  const auto find = [](const Rows& in, std::string_view id) {
    const auto at = in.find(id);
    return at == in.end() ? nullptr : at->second;
  };
  const auto note = [&](const auto& shown) {
    for (const auto& row : shown) {
      const auto* was = find(had, row.id);
      const auto* is = find(has, row.id);
      if (was == nullptr || (is != nullptr && *was != *is))
        notes_.add(name_of(table), row.id, row_of(row), who);
    }
  };
  if (table == Table::products) {
    note(show.tables->products);
  } else {
    note(show.tables->captions);
  }
  for (const auto& row : before.rows) {
    if (!has.contains(row.cells.front()))
      notes_.add(name_of(table), row.cells.front(), nullptr, who);
  }
}

Edited ShowEditor::write_table(const ShowDraft& before, ShowDraft after, Table table,
                               std::string_view who, OrderedJson body) {
  const auto checked = check(after);
  if (const auto wrong = new_problems(before, checked); !wrong.empty()) return refusal_of(wrong);
  const auto text = draft_text(table, after.table(table));
  if (checked.show) {
    note_rows(table == Table::products ? before.products : before.captions, after, table,
              *checked.show, who);
  }
  if (const auto status = replace_show_file(folder_, file_of(table), text); !status)
    return failure_of(status.error());
  body["version"] = version_of(text);
  return {Edited::How::done, std::move(body), std::nullopt};
}

Edited ShowEditor::save_picture(std::string_view bytes) {
  if (bytes.size() > overlay::most_picture_bytes)
    return failure_of(Error(ErrorCode::file_too_large, "8 MB"));
  if (const auto size = overlay::check_picture(bytes); !size) return failure_of(size.error());
  const bool is_png = bytes.front() == '\x89';
  const bool is_jpeg = bytes.front() == '\xFF';
  const auto* const end = is_png ? ".png" : is_jpeg ? ".jpg" : ".webp";
  const auto within = "pictures/up-" + version_of(bytes) + end;
  std::error_code code;
  fs::create_directory(folder_ / "pictures", code);
  if (fs::canonical(folder_ / "pictures", code) != folder_ / "pictures")
    return failure_of(Error(ErrorCode::file_unwritable, "pictures/"));
  if (const auto status = replace_show_file(folder_, within, bytes); !status)
    return failure_of(status.error());
  // the header was right: now the whole of it
  if (const auto pixels = overlay::load_picture((folder_ / within).string(), 64, 64); !pixels) {
    fs::remove(folder_ / within, code);
    return failure_of(pixels.error());
  }
  auto body = done_body({});
  body["picture"] = within;
  return {Edited::How::done, std::move(body), std::nullopt};
}

}  // namespace xb::studio
