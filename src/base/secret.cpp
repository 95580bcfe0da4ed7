// The registry of living secrets and the one redactor.
// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <utility>
#include <vector>

namespace xb {
namespace {

struct Known {
  std::mutex mutex;  // guards values
  std::vector<std::string> values;
};

// The redactor must know secrets wherever text is logged, also from a library's callback without a
// context pointer: the one deliberate piece of process-wide state.
Known& known() {
  static Known instance;
  return instance;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

constexpr std::string_view dots = "••••";

// Keys stand in the last path part and the query of these.
bool carries_keys(std::string_view scheme) {
  std::string lower;
  for (const char c : scheme)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  static constexpr std::array<std::string_view, 9> known{
      "rtmp", "rtmps", "rtmpt", "rtmpe", "rtmpte", "rtmpts", "srt", "rtsp", "rtsps"};
  return std::find(known.begin(), known.end(), lower) != known.end();
}

// Where a URL that begins before `begin` ends in running text.
std::size_t url_end(std::string_view text, std::size_t begin) {
  // libav appends ": reason" to a URL, our own sentences a full-width bracket or stop
  static constexpr std::array<std::string_view, 6> stops{": ", "）", "，", "；", "。", "："};
  auto end = std::min(text.find_first_of(" \t\r\n\"'<>", begin), text.size());
  for (const auto stop : stops) end = std::min(end, text.find(stop, begin));
  return end;
}

// user:password@host/app/KEY?query -> ••••@host/app/••••?••••
std::string masked_media_url(std::string_view rest) {
  const auto last_at = rest.rfind('@');
  const auto path = rest.find_first_of("/?#");
  // an @ behind a slash: a password with a slash or a key with an @, and we cannot tell which
  if (last_at != std::string_view::npos && path != std::string_view::npos && last_at > path)
    return std::string(dots);
  std::string out;
  if (last_at != std::string_view::npos) {
    out.append(dots).append("@");
    rest.remove_prefix(last_at + 1);
  }
  const auto query = std::min(rest.find_first_of("?#"), rest.size());
  auto part_end = query;
  while (part_end > 0 && rest[part_end - 1] == '/') --part_end;
  const auto slash = part_end > 0 ? rest.rfind('/', part_end - 1) : std::string_view::npos;
  if (slash == std::string_view::npos) {
    out.append(rest.substr(0, query));
  } else {
    out.append(rest.substr(0, slash + 1)).append(dots);
  }
  if (query < rest.size()) out.append("?").append(dots);
  return out;
}

// http://user:password@host/ -> http://••••@host/
std::string masked_userinfo(std::string_view rest) {
  const auto path = std::min(rest.find_first_of("/?#"), rest.size());
  const auto at = rest.substr(0, path).rfind('@');
  if (at == std::string_view::npos) return std::string(rest);
  return std::string(dots).append(rest.substr(at));
}

void mask_urls(std::string& text) {
  constexpr std::string_view mark = "://";
  for (auto at = text.find(mark); at != std::string::npos;) {
    auto scheme = at;
    while (scheme > 0 && std::isalnum(static_cast<unsigned char>(text[scheme - 1])) != 0) --scheme;
    const auto begin = at + mark.size();
    const auto end = url_end(text, begin);
    const auto rest = std::string_view(text).substr(begin, end - begin);
    const auto masked = carries_keys(std::string_view(text).substr(scheme, at - scheme))
                            ? masked_media_url(rest)
                            : masked_userinfo(rest);
    text.replace(begin, end - begin, masked);
    at = text.find(mark, begin + masked.size());
  }
}

// A key of a platform is often a query (?streamname=...&key=...), and a server may repeat one value
// of it alone. Shorter values are ordinary words ("rtmp").
std::vector<std::string> forms_of(const std::string& secret) {
  std::vector<std::string> forms{secret, url_encoded(secret)};
  for (std::string_view rest = secret; !rest.empty();) {
    auto part = rest.substr(0, rest.find_first_of("?&"));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    part.remove_prefix(std::min(part.size(), part.find('=') + 1));  // all of it where there is none
    if (part.size() >= 6) forms.emplace_back(part);
  }
  return forms;
}

}  // namespace

Secret::Secret(std::string value) : value_(std::move(value)) {
  if (value_.size() < 4) return;
  auto& registry = known();
  std::lock_guard lock(registry.mutex);
  for (const auto& form : forms_of(value_)) {
    if (std::find(registry.values.begin(), registry.values.end(), form) == registry.values.end())
      registry.values.push_back(form);
  }
  // longest first, so that a secret containing another is hidden whole
  std::sort(registry.values.begin(), registry.values.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

bool Secret::equals(std::string_view offered) const {
  if (offered.size() != value_.size() || value_.empty()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < value_.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(value_[i]) ^
                                        static_cast<unsigned char>(offered[i]));
  }
  return difference == 0;
}

std::string redacted(std::string_view text) {
  std::string out(text);
  {
    auto& registry = known();
    std::lock_guard lock(registry.mutex);
    for (const auto& secret : registry.values) replace_all(out, secret, dots);
  }
  mask_urls(out);
  return out;
}

}  // namespace xb
