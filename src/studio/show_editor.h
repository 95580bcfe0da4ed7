// ShowEditor: changes the files of a Show as the setup page asks, or says why not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/json.h"
#include "studio/edit_notes.h"
#include "studio/show.h"
#include "studio/table_draft.h"

namespace xb::studio {

// What became of an edit. `body` is docs/wire.md section 12; a key is in none of it.
struct Edited {
  enum class How : std::uint8_t { done = 1, refused, changed, failed };
  How how = How::done;
  OrderedJson body;
  std::optional<Error> error;  // of `failed`: nothing is known to have changed
};

// One thing wrong with a Show that is being edited.
struct FieldProblem {
  std::string file;        // "products.csv"
  std::string field = {};  // "price", "station.name", "publish.url"
  int row = 0;             // of a table: of its rows, from 1; of a list: its entry, from 1
  std::string id = {};     // of the row
  std::string zh;
  std::string en;
};

// All of a Show that can be edited, as it stands in the files.
struct ShowDraft {
  Show show;                           // of show.toml alone, paths as written
  std::vector<Problem> show_problems;  // then show.toml cannot be written again from `show`
  TableDraft products;
  TableDraft captions;
  TableDraft& table(Table which) { return which == Table::products ? products : captions; }
};

// An edit that the reader of the Show would refuse is refused with every mistake at its place, and
// no file is touched. What was wrong before, elsewhere, holds up no edit. One that is based on
// another version than what stands there now changes nothing and is answered with what does. All
// that is written goes on air the one way there is: ShowWatch reads it.
//
// Thread: one at a time. Blocking; tens of milliseconds for a large table.
class ShowEditor {
 public:
  // `notes` outlive it. `secrets` may be missing.
  ShowEditor(std::filesystem::path folder, std::filesystem::path secrets, EditNotes& notes);

  // GET /api/setup.
  OrderedJson all() const;
  // {"section","version","values":{KEY:VALUE|null}}
  Edited save_section(const Json& asked, std::string_view who);
  // {"version","list":[{"name","url","enabled","canvas","was","key","forget_key"}]}
  Edited save_publish(const Json& asked, std::string_view who);
  // {"table","row":{"id","version"}|null,"cells":{}|null,"at":N}
  Edited save_row(const Json& asked, std::string_view who);
  // {"table","version","rows":[{}],"dry":BOOL}
  Edited save_table(const Json& asked, std::string_view who);
  // `old` is the price that was seen: nothing is changed when it is another one now. The same once
  // more is done. Errors: row_unknown, price_changed, show_invalid, file_unwritable.
  Status set_price(const std::string& id, const std::string& old, const std::string& price,
                   std::string_view who);
  // {"list":"chat|canvas","version","entries":[{"values":{KEY:VALUE|null},"was","secrets","for"}]}
  Edited save_list(const Json& asked, std::string_view who);
  // Of the platform of this name; nothing when there is none.
  std::optional<std::string> push_url(std::string_view name) const;
  // Kept in pictures/ under a name of ours, which is in the body.
  Edited save_picture(std::string_view bytes);

  // What is wrong with the files as they are.
  std::vector<FieldProblem> problems() const { return check(read()).problems; }

 private:
  struct Checked {
    std::vector<FieldProblem> problems;
    std::optional<Show> show;  // when there are none
  };
  ShowDraft read() const;
  Checked check(const ShowDraft& draft) const;
  std::vector<FieldProblem> new_problems(const ShowDraft& before, const Checked& after) const;
  Edited write_show(const ShowDraft& before, ShowDraft after, std::string_view who,
                    OrderedJson body);
  Edited write_table(const ShowDraft& before, ShowDraft after, Table table, std::string_view who,
                     OrderedJson body);
  void note_rows(const TableDraft& before, const ShowDraft& after, Table table, const Show& show,
                 std::string_view who);

  std::filesystem::path folder_;
  std::filesystem::path secrets_;
  EditNotes& notes_;
};

// Parts of the bodies, and of the requests.
OrderedJson problems_json(const std::vector<FieldProblem>& problems);
OrderedJson row_json(Table table, const DraftRow& row);
OrderedJson table_json(Table table, const TableDraft& draft);
OrderedJson sections_json(const Show& show);
OrderedJson lists_json(const Show& show, const std::filesystem::path& secrets);
// GET /api/setup/schema: every table and key of show.toml, for forms.
OrderedJson schema_json();
OrderedJson publish_json(const Show& show, const std::filesystem::path& secrets);
std::string section_version(const Show& show, std::string_view section);
std::string publish_version(const Show& show);
Edited refusal_of(const std::vector<FieldProblem>& problems);
// What cannot be read cannot be written again either. Not for none.
Edited refused_for(const std::vector<Problem>& show_problems);
Edited changed_by_another(OrderedJson present);
Edited failure_of(Error error);
// {"ok":true,"restart":[]}
OrderedJson done_body(const std::vector<std::string>& restart);

}  // namespace xb::studio
