// Reading of SRT options: what is not known is said, not passed over.
// SPDX-License-Identifier: Apache-2.0
#include "output/srt_options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace xb::output {
namespace {

constexpr std::string_view key_mark = "{key}";

Error unsupported(std::string_view name) {
  return Error(ErrorCode::output_unsupported, "srt: " + std::string(name));
}

std::optional<int> whole_number(std::string_view text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

Status take_option(std::string_view name, std::string value, SrtOptions& out) {
  if (name == "streamid") {
    out.stream_id = std::move(value);
  } else if (name == "passphrase") {
    out.passphrase = std::move(value);
  } else if (name == "pbkeylen") {
    const auto bytes = whole_number(value, 32);
    if (!bytes || *bytes % 8 != 0 || *bytes == 8) return unsupported(name);
    out.key_bytes = *bytes;
  } else if (name == "latency") {
    const auto us = whole_number(value, 60'000'000);
    if (!us) return unsupported(name);
    out.latency_ms = *us / 1000;
  } else if (!(name == "mode" && value == "caller") && !(name == "transtype" && value == "live")) {
    return unsupported("unknown option");  // its name may be a key in the wrong place
  }
  return ok();
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const auto* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Result<SrtOptions> srt_options(const PushUrl& url) {
  SrtOptions out;
  const auto& key = url.key.reveal();
  bool is_key_placed = false;
  for (std::string_view rest = url.query; !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = pair.substr(0, equals);
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (const auto at = value.find(key_mark); at != std::string::npos) {
      if (key.empty()) return Error(ErrorCode::output_no_key);
      value.replace(at, key_mark.size(), key);
      is_key_placed = true;
    } else if (name == "passphrase") {
      return unsupported("passphrase={key}");
    }
    XB_TRY(take_option(name, std::move(value), out));
  }
  if (!is_key_placed) {
    if (!out.stream_id.empty()) return unsupported("streamid={key}");
    out.stream_id = key;
  }
  // the library's own limits
  if (out.stream_id.size() > 512) return unsupported("streamid");
  if (!out.passphrase.empty() && (out.passphrase.size() < 10 || out.passphrase.size() > 79))
    return Error(ErrorCode::output_refused, "srt: a passphrase has 10 to 79 characters");
  return out;
}

}  // namespace xb::output
