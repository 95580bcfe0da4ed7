// What was worked out of a ledger, kept until the ledger is another one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "review/evening.h"

namespace xb::review {

// Another text whenever the ledger in `folder` is another one: sizes and times of its files.
std::string ledger_key(const std::filesystem::path& folder);

// The same for the ledger and the recordings the Evening has; also where no ledger can be read.
std::string files_key(const Evening& evening, const std::filesystem::path& folder);

// A folder of its own for each library.
std::filesystem::path cache_for(const std::filesystem::path& cache,
                                const std::filesystem::path& library);

// Thread: any, one at a time for each file. Touches the disk.
class EveningCache {
 public:
  // An empty folder, or one that cannot be written: nothing is kept.
  explicit EveningCache(std::filesystem::path folder);
  std::optional<Evening> load(const std::filesystem::path& session, std::string_view key) const;
  void save(const std::filesystem::path& session, std::string_view key,
            const Evening& evening) const;
  // Where something else about a Session is kept ("sound"); empty: nowhere.
  std::filesystem::path file_for(const std::filesystem::path& session, std::string_view what) const;
  const std::filesystem::path& folder() const { return folder_; }  // empty: none

 private:
  std::filesystem::path folder_;
};

// For the cache alone: what evening_of reads back. Nothing where it is none of ours.
std::string stored_form(const Evening& evening, std::string_view key);
std::optional<Evening> evening_of(std::string_view stored, std::string_view key);

}  // namespace xb::review
