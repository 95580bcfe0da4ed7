// Gathers the lists of words. SPDX-License-Identifier: Apache-2.0
#include "studio/moderation.h"

#include <memory>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_list_bytes = std::size_t{256} << 10U;

void add_list(chat::WordList& words, const Result<std::string>& text, const std::string& file) {
  const auto added = text ? words.add_lines(*text, file) : Status(text.error());
  if (!added) log_warn("chat", "a list of words is left out: {}", added.error().log_line());
}

}  // namespace

chat::ModerationRules moderation_of(const ModerationShow& show,
                                    const std::filesystem::path& assets) {
  chat::WordList words;
  if (show.has_common) {
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(assets / "wordlists", code)) {
      if (entry.path().extension() == ".txt")
        add_list(words, read_file(entry.path(), most_list_bytes), entry.path().filename().string());
    }
    if (code) log_warn("chat", "no lists of words in {}: {}", assets.string(), code.message());
  }
  add_list(words, show.own_words, show.words);
  chat::ModerationRules rules;
  rules.per_user = show.per_user;
  rules.repeats = show.repeats;
  rules.per_second = show.per_second;
  if (words.size() > 0) rules.words = std::make_shared<const chat::WordList>(std::move(words));
  return rules;
}

}  // namespace xb::studio
