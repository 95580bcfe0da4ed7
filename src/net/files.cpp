// Walks the path a name at a time with O_NOFOLLOW: no "..", no link, no race can lead out of the
// folder, on any kernel. SPDX-License-Identifier: Apache-2.0
#include "net/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace xb::net {
namespace {

constexpr std::size_t most_names = 16;

// The regular file at `below`; not open when there is none to serve.
Descriptor open_below(const std::string& folder, std::string_view below) {
  Descriptor here(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t names = 0; here.is_open() && names < most_names; ++names) {
    const auto slash = below.find('/');
    const std::string name(below.substr(0, slash));
    if (name.empty() || name.front() == '.' || name.find('\0') != std::string::npos) return {};
    const bool is_last = slash == std::string_view::npos;
    // O_NONBLOCK: opening a pipe that lies there must not wait.
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (is_last ? O_NONBLOCK : O_DIRECTORY);
    Descriptor next(::openat(here.get(), name.c_str(), flags));
    if (is_last) return next;
    here = std::move(next);
    below.remove_prefix(slash + 1);
  }
  return {};
}

struct Part {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
};
enum class RangeVerdict : std::uint8_t { whole = 1, part, unsatisfiable };

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return out;
}

// One range only; several, or what is no range at all, is answered with the whole file.
RangeVerdict read_range(std::string_view text, std::uint64_t size, Part& part) {
  if (text.substr(0, 6) != "bytes=") return RangeVerdict::whole;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return RangeVerdict::whole;
  const auto from = text.substr(0, dash);
  const auto to = text.substr(dash + 1);
  if (from.empty()) {
    const auto last = number(to);
    if (!last) return RangeVerdict::whole;
    if (*last == 0 || size == 0) return RangeVerdict::unsatisfiable;
    part.bytes = *last < size ? *last : size;
    part.first = size - part.bytes;
    return RangeVerdict::part;
  }
  const auto first = number(from);
  const auto last = to.empty() ? std::optional<std::uint64_t>(size) : number(to);
  if (!first || !last || *last < *first) return RangeVerdict::whole;
  if (*first >= size) return RangeVerdict::unsatisfiable;
  part.first = *first;
  part.bytes = (*last < size ? *last + 1 : size) - *first;
  return RangeVerdict::part;
}

bool has_etag(std::string_view list, std::string_view etag) {
  if (list == "*") return true;
  const auto at = list.find(etag);  // quoted and hexadecimal: it cannot be part of another one
  return at != std::string_view::npos;
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> types{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".vtt", "text/vtt; charset=utf-8"},
      {".mp4", "video/mp4"},
      {".wav", "audio/wav"},
  }};
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const auto ending = lower(name.substr(dot));
    for (const auto& [known, type] : types)
      if (ending == known) return type;
  }
  return "application/octet-stream";
}

WholeFile open_whole(const std::string& path) {
  WholeFile out{Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), 0};
  struct stat facts {};
  if (!out.file.is_open() || fstat(out.file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return {};
  out.bytes = static_cast<std::uint64_t>(facts.st_size);
  return out;
}

FileAnswer answer_file(const std::string& folder, std::string_view below, const Head& head) {
  FileAnswer out;
  std::string name(below);
  if (name.empty() || name.back() == '/') name += "index.html";
  Descriptor file = open_below(folder, name);
  struct stat facts {};
  if (!file.is_open() || fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return out;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  const auto etag =
      fmt::format("\"{:x}-{:x}{:09x}\"", size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
  out.response.content_type = content_type_of(name);
  out.response.headers = {
      {"ETag", etag}, {"Cache-Control", "no-cache"}, {"Accept-Ranges", "bytes"}};
  if (const auto known = head.find("if-none-match"); known && has_etag(*known, etag)) {
    out.status = 304;
    return out;
  }
  Part part{0, size};
  const auto range = head.find("range");
  const auto if_range = head.find("if-range");
  const auto verdict = range && (!if_range || *if_range == etag) ? read_range(*range, size, part)
                                                                 : RangeVerdict::whole;
  if (verdict == RangeVerdict::unsatisfiable) {
    out.status = 416;
    out.response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return out;
  }
  out.status = verdict == RangeVerdict::part ? 206 : 200;
  if (verdict == RangeVerdict::part)
    out.response.headers.emplace_back(
        "Content-Range",
        fmt::format("bytes {}-{}/{}", part.first, part.first + part.bytes - 1, size));
  out.file = std::move(file);
  out.offset = part.first;
  out.bytes = part.bytes;
  return out;
}

}  // namespace xb::net
