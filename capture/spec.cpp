// Reading source and microphone specs; what was meant by a wrong one.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "capture/listen.h"
#include "capture/registry.h"

namespace xb::capture {
namespace {

constexpr std::size_t most_bytes = 4096;

const SourceKind* kind_of(std::string_view scheme) {
  for (const auto& kind : source_kinds()) {
    if (kind.scheme == scheme) return &kind;
  }
  return nullptr;
}

bool is_scheme(std::string_view word) {
  return word.size() >= 2 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
         });
}

Error unknown(std::string_view text, std::string_view word) {
  std::vector<std::string_view> known;
  for (const auto& kind : source_kinds()) known.push_back(kind.scheme);
  std::string detail(text.substr(0, 100));
  const auto meant = closest(word, known);
  if (!meant.empty()) {
    const auto* kind = kind_of(meant);
    detail.append(" → ").append(meant).append(kind->form == SpecForm::address ? "://" : ":");
    detail.append(" ?");
  }
  return Error(ErrorCode::source_unsupported, std::move(detail));
}

// "?loop=0" is ours when it is the end of the text; any other question mark belongs to the name.
void take_loop(SourceSpec& spec) {
  for (const auto& [ending, loops] :
       {std::pair{std::string_view("?loop=0"), false}, {std::string_view("?loop=1"), true}}) {
    const std::string_view rest(spec.rest);
    if (rest.size() > ending.size() && rest.substr(rest.size() - ending.size()) == ending) {
      spec.loops = loops;
      spec.rest.resize(rest.size() - ending.size());
      return;
    }
  }
}

Status check_text(std::string_view text) {
  if (text.empty() || text.size() > most_bytes || text.find('\0') != std::string_view::npos)
    return Error(ErrorCode::source_unsupported, text.empty() ? "\"\"" : "too long");
  return ok();
}

Result<SourceSpec> with_scheme(std::string_view text, const SourceKind& kind,
                               std::string_view rest) {
  SourceSpec out;
  out.text = text;
  out.scheme = kind.scheme;
  if (kind.form == SpecForm::address) {
    if (rest.substr(0, 2) != "//" || rest.size() < 3)
      return Error(ErrorCode::source_unsupported,
                   std::string(kind.scheme) + ": → " + std::string(kind.scheme) + "://HOST");
    out.rest = text;
  } else {
    out.rest = rest;
  }
  if (kind.scheme == "file") {
    take_loop(out);
    if (out.rest.empty()) return Error(ErrorCode::source_unsupported, "file: → file:PATH");
  }
  if (kind.scheme == "listen") XB_TRY(listen_place(out));
  return out;
}

}  // namespace

std::string SourceSpec::shown() const {
  if (is_none) return "none";
  const auto* kind = kind_of(scheme);
  if (kind == nullptr || kind->form == SpecForm::path) return scheme + ":" + rest;
  // scheme://user:password@host:port/app/KEY?query: only the machine is no secret
  const auto begin = scheme.size() + 3;
  if (rest.size() <= begin) return scheme + "://";
  auto host = std::string_view(rest).substr(begin);
  host = host.substr(0, host.find_first_of("?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host = host.substr(at + 1);
  const auto slash = host.find('/');
  return scheme + "://" + std::string(host.substr(0, slash)) +
         (slash == std::string_view::npos ? "" : "/…");
}

Result<SourceSpec> parse_source(std::string_view text) {
  XB_TRY(check_text(text));
  const auto colon = text.find(':');
  const auto word = text.substr(0, colon);
  if (colon == std::string_view::npos) return unknown(text, word);
  const auto* kind = kind_of(word);
  if (kind == nullptr || kind->is_microphone) return unknown(word, word);
  return with_scheme(text, *kind, text.substr(colon + 1));
}

Result<SourceSpec> parse_microphone(std::string_view text) {
  XB_TRY(check_text(text));
  if (text == "none") {
    SourceSpec out;
    out.text = text;
    out.is_none = true;
    return out;
  }
  const auto colon = text.find(':');
  const auto word = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    if (const auto* kind = kind_of(word)) {
      // a phone's sound comes with its picture
      if (kind->scheme == "camera" || kind->scheme == "listen") return unknown(word, word);
      return with_scheme(text, *kind, text.substr(colon + 1));
    }
    // "hw:1,0" and "alsa_input.usb:mono" are device names; "rtmpx://" is a slip
    if (text.substr(colon, 3) == "://" || (is_scheme(word) && !closest(word, {"file"}).empty()))
      return unknown(word, word);
  }
  SourceSpec out;
  out.text = text;
  out.scheme = "mic";
  out.rest = text;
  return out;
}

Result<std::unique_ptr<Source>> make_source(const SourceSpec& spec, const SourceSetup& setup) {
  const auto* kind = kind_of(spec.scheme);
  if (kind == nullptr || spec.is_none) return unknown(spec.scheme, spec.scheme);
  return kind->make(spec, setup);
}

}  // namespace xb::capture
