// A walk along the text; nothing is checked but what is walked over.
// SPDX-License-Identifier: Apache-2.0
#include "review/glance.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace xb::review {
namespace {

class Walk {
 public:
  explicit Walk(std::string_view text) : here_(text.data()), end_(here_ + text.size()) {}

  bool is_over() const { return here_ == end_; }
  // The next sign that is no space; 0 at the end.
  char next() {
    while (here_ != end_ && (*here_ == ' ' || *here_ == '\t' || *here_ == '\n' || *here_ == '\r'))
      ++here_;
    return here_ == end_ ? '\0' : *here_;
  }
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++here_;
    return true;
  }

  struct Quoted {
    std::string_view text;  // as it stands there
    bool has_escapes = false;
  };
  std::optional<Quoted> quoted() {
    if (!take('"')) return std::nullopt;
    const char* const begin = here_;
    bool has_escapes = false;
    while (here_ != end_ && *here_ != '"') {
      if (*here_ == '\\') {
        has_escapes = true;
        if (++here_ == end_) return std::nullopt;
      }
      ++here_;
    }
    if (here_ == end_) return std::nullopt;
    const std::string_view text(begin, static_cast<std::size_t>(here_ - begin));
    ++here_;
    return Quoted{text, has_escapes};
  }

  // Over a value of any sort, up to the comma or bracket behind it.
  bool pass_over() {
    std::size_t depth = 0;
    while (here_ != end_) {
      const char c = *here_;
      if (c == '"') {
        if (!quoted()) return false;
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) return true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++here_;
    }
    return false;
  }

 private:
  const char* here_;
  const char* const end_;
};

}  // namespace

std::optional<EventGlance> event_at_a_glance(std::string_view json) {
  Walk walk(json);
  if (!walk.take('{')) return std::nullopt;
  EventGlance out;
  bool has_kind = false;
  do {
    const auto key = walk.quoted();
    if (!key || !walk.take(':')) return std::nullopt;
    if (walk.next() != '"') {
      if (!walk.pass_over()) return std::nullopt;
      continue;
    }
    const auto value = walk.quoted();
    if (!value) return std::nullopt;
    if (key->text == "kind") {
      const auto kind = chat::kind_of(value->text);
      if (!kind) return std::nullopt;
      out.kind = *kind;
      if (out.kind != chat::Kind::chat) return out;
      has_kind = true;
    } else if (key->text == "text") {
      out.text = value->has_escapes ? std::nullopt : std::optional(value->text);
    } else if (key->text == "hidden") {
      out.is_hidden = true;
    } else if (key->text == "role") {
      out.is_hosts = value->text == "host";
    }
  } while (walk.take(','));
  return has_kind ? std::optional(out) : std::nullopt;
}

std::int64_t repeated_frames(std::string_view json) {
  constexpr std::string_view key = R"("repeated":)";
  // brackets are fewer than letters
  auto at = json.rfind('[');
  while (at != json.npos && !json.substr(0, at).ends_with(key))
    at = at == 0 ? json.npos : json.rfind('[', at - 1);
  if (at == json.npos) return 0;
  std::int64_t frames = 0;
  const char* here = json.data() + at + 1;
  const char* const end = json.data() + json.size();
  std::array<std::int64_t, 2> pair{};
  while (here != end && *here == '[') {
    for (auto& one : pair) {
      const auto read = std::from_chars(here + 1, end, one);
      if (read.ec != std::errc{} || read.ptr == end) return frames;
      here = read.ptr;  // at ',' or ']'
    }
    constexpr std::int64_t most = std::int64_t{1} << 53U;
    for (auto& one : pair) one = std::clamp<std::int64_t>(one, 0, most);
    frames += std::clamp<std::int64_t>(pair[1] - pair[0], 0, 100'000);
    if (++here != end && *here == ',') ++here;
  }
  return frames;
}

}  // namespace xb::review
