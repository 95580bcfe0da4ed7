// ShowShelf: the Shows of this computer, a folder each, and which of them is opened at the start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::studio {

// Where Shows are.
struct ShowPlaces {
  std::filesystem::path shows;     // the own ones: shows/NAME
  std::filesystem::path open;      // the one the program runs with
  std::filesystem::path given;     // one that the command line named; empty: none
  std::filesystem::path examples;  // to begin a new one from
  std::filesystem::path secrets;   // the file that is never part of one
};

// A Show's name is the name of its folder. What is new is made beside its place, synced and then
// renamed: a Show is there whole or not at all. One that is there is never written over and never
// taken away. The command line's own has the name "".
//
// Thread: one at a time. Blocking.
class ShowShelf {
 public:
  explicit ShowShelf(ShowPlaces places) : places_(std::move(places)) {}

  // GET /api/shows, docs/wire.md section 12.
  OrderedJson list() const;

  // The four below give the name as it was taken. Errors: show_name_invalid, show_name_taken,
  // show_unknown, show_zip_too_large (more than a copy may have), file_unwritable.
  Result<std::string> make(std::string_view name, std::string_view example);
  Result<std::string> copy(std::string_view of, std::string_view name);
  // Of the open one too: whoever asks begins the program again then.
  Result<std::string> rename(std::string_view show, std::string_view name);
  // A Show that somebody shared; its own reader judges it. Errors also: show_zip_invalid.
  Result<std::string> open_zip(std::string_view bytes, std::string_view name);

  // The Show as one .zip, to be given away. Errors: show_unknown, show_invalid, show_zip_invalid
  // (a secret stands in it), show_zip_too_large.
  Result<std::string> share(std::string_view show) const;

  // The one that is opened at the next start. Errors: show_unknown, show_invalid (what it has wrong
  // would end the program), file_unwritable.
  Status choose(std::string_view show);

  bool is_open(std::string_view show) const;

  // The walk through what has to be set up before the first live: open from the start that made
  // the first Show until it is ended.
  struct Walk {
    bool is_open = false;
    bool is_left = false;  // for later
    int step = 0;
  };
  Walk walk() const;
  // Nothing when it is not open. Error: file_unwritable.
  Status keep_walk(const Walk& walk);

 private:
  Result<std::filesystem::path> folder_of(std::string_view show) const;
  // Where a Show of that name is to be, nothing being there.
  Result<std::filesystem::path> place_for(std::string_view name) const;
  std::filesystem::path new_folder() const;

  ShowPlaces places_;
};

// As the name of a folder. Errors: show_name_invalid.
Result<std::string> show_name(std::string_view asked);

// The Show that `shows` opens at the start: the chosen one, or the one changed last; nothing where
// there is none. Blocking.
std::optional<std::filesystem::path> chosen_show(const std::filesystem::path& shows);

// Opens the walk. Error: file_unwritable.
Status begin_walk(const std::filesystem::path& shows);

// A Show to begin from. Of the example nobody's evening stays: no platforms, no followers, no
// notices and no time it opens at. Errors as copy_show().
Status copy_example(const std::filesystem::path& from, const std::filesystem::path& to);

// Makes the folder `to` from the files of `from`, links and former versions left out, all of it
// synced. Errors: show_zip_too_large, file_unwritable.
Status copy_show(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace xb::studio
