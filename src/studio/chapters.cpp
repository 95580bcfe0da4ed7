// Reads the Ledger once, in its order.
// SPDX-License-Identifier: Apache-2.0
#include "studio/chapters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "net/json.h"

namespace xb::studio {
namespace {

constexpr net::JsonLimits chapter_limits{.bytes = std::size_t{8} << 20U, .depth = 40};
constexpr std::size_t entries_at_once = 32;
constexpr std::size_t most_chapters = 1000;   // in one file
constexpr std::size_t longest_title = 60;     // graphemes
constexpr Duration shortest = from_ms(1000);  // a product that is taken off at once is none

std::string text_in(const Json& json, const char* key) {
  const auto found = net::optional_string(json, key);
  return found ? clean_outside_text(found->value_or(""), {.graphemes = longest_title}) : "";
}

class Chapters {
 public:
  void take(const session::StoredEntry& entry, const Json& json) {
    using enum session::EntryKind;
    if (entry.kind == begin || entry.kind == resume) return name_products(json);
    if (entry.kind == file) return take_file(entry.time, json);
    if (entry.kind == marker) {
      const auto note = text_in(json, "note");
      return add(entry.time, note.empty() ? "标记 / marker" : note, Mark::by_hand);
    }
    if (entry.kind != scene) return;
    const auto product = text_in(json, "product");
    if (std::exchange(shown_, product) == product || product.empty()) return;
    add(entry.time, name_of(shown_), Mark::product);
  }
  ChaptersByFile finish() {
    for (auto& [name, all] : files_) {
      if (!all.empty() && all.front().begins > Duration{})
        all.insert(all.begin(), {Duration{}, "开始 / begin"});
    }
    std::erase_if(files_, [](const auto& one) { return one.second.empty(); });
    return std::move(files_);
  }

 private:
  void name_products(const Json& json) {
    open_.clear();  // of a run that broke off
    shown_.clear();
    const auto rows = json.find("products");
    if (rows == json.end() || !rows->is_array()) return;
    for (const auto& row : *rows) {
      if (row.is_object()) names_[text_in(row, "id")] = text_in(row, "name");
    }
  }
  std::string name_of(const std::string& product) const {
    const auto name = names_.find(product);
    return name == names_.end() ? product : name->second;
  }
  // The program's and the clean feed's, side by side.
  void take_file(SessionTime time, const Json& json) {
    const auto name = text_in(json, "name");
    if (json.contains("first_frame")) {
      open_[name] = time;
      auto& all = files_[name];
      if (!shown_.empty()) all.push_back({Duration{}, name_of(shown_)});  // on the table already
    } else {
      open_.erase(name);
    }
  }
  enum class Mark : std::uint8_t { by_hand = 1, product };
  void add(SessionTime time, const std::string& title, Mark mark) {
    const bool are_products = std::exchange(last_, mark) == Mark::product && mark == Mark::product;
    for (const auto& [name, began] : open_) {
      auto& all = files_[name];
      const auto at = std::max(time - began, Duration{});
      if (are_products && !all.empty() && at - all.back().begins < shortest) all.pop_back();
      if (all.size() < most_chapters) all.push_back({at, title});
    }
  }

  std::map<std::string, std::string> names_;  // of products
  std::map<std::string, SessionTime> open_;   // files being written, and since when
  std::string shown_;
  Mark last_ = Mark::by_hand;
  ChaptersByFile files_;
};

}  // namespace

Result<ChaptersByFile> chapters_of(session::Reader& ledger) {
  using enum session::EntryKind;
  constexpr std::array kinds{begin, resume, file, marker, scene};
  Chapters chapters;
  for (std::int64_t n = 0;;) {
    XB_TRY_ASSIGN(const auto entries, ledger.entries_after(n, kinds, entries_at_once));
    if (entries.empty()) return chapters.finish();
    n = entries.back().n;
    for (const auto& entry : entries) {
      const auto json = net::parse_json(entry.json, chapter_limits);
      if (json && json->is_object()) chapters.take(entry, *json);
    }
  }
}

}  // namespace xb::studio
