// The files of a Show: what lies in its folder and nothing outside, by name or by link.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "studio/schema_value.h"
#include "studio/show.h"

namespace xb::studio {

// The bytes of `folder / name`, or nothing after it was said why. An optional file may be missing.
// Blocking.
std::optional<std::string> read_show_file(const std::filesystem::path& folder, const char* name,
                                          Need need, std::size_t most_bytes,
                                          std::vector<Problem>& problems);

// Says what is wrong with a file of this name that is to lie in the folder: with its name, or that
// it is not there.
void check_show_file(const std::filesystem::path& folder, const std::string& name,
                     std::vector<Problem>& problems);

// The pictures products.csv names; each file is looked at once, however many rows name it. With a
// shelf, the first ones are kept ready on it.
// Thread: one at a time. Blocking.
class ShowPictures {
 public:
  ShowPictures(std::filesystem::path folder, PictureLook look, overlay::PictureShelf* shelf)
      : folder_(std::move(folder)), look_(look), shelf_(shelf) {}

  struct Found {
    std::string path;               // absolute
    std::int64_t version = 0;       // of the file, when it was looked at
    std::optional<Sentence> wrong;  // then `path` is of no use
  };
  // `cell` as the table has it: beside show.toml or in pictures/, slashes of either kind.
  Found find(std::string cell);
  // Every path find() has tried.
  const std::set<std::filesystem::path>& looked_at() const { return looked_at_; }

 private:
  Status look_at(const std::string& path, std::int64_t version) const;

  std::filesystem::path folder_;
  PictureLook look_;
  overlay::PictureShelf* shelf_;
  std::map<std::string, Found> seen_;  // by path
  std::set<std::filesystem::path> looked_at_;
};

}  // namespace xb::studio
