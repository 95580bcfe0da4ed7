// Status line, security headers, refusals.
// SPDX-License-Identifier: Apache-2.0
#include "net/answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "net/json.h"

namespace xb::net {
namespace {

// Scripts, styles and fonts from us alone. Pictures and sound may be made in the page (preview).
// WebSockets here alone; they are named since not every browser takes them for 'self'.
constexpr std::string_view policy =
    "Content-Security-Policy: default-src 'self'; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'";
constexpr std::string_view fields_of_all =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";

std::string_view phrase_of(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 32> phrases{{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {302, "Found"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {423, "Locked"},
      {426, "Upgrade Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  }};
  for (const auto& [code, phrase] : phrases)
    if (code == status) return phrase;
  return "Other";
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

std::string http_date(WallTime now) {
  const auto seconds = static_cast<std::time_t>(now.time_since_epoch().count() / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                     months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string answer_head(int status, const Response& response, std::uint64_t body_bytes, After after,
                        std::string_view sockets, WallTime now) {
  auto out =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", status, phrase_of(status), http_date(now));
  out += policy;
  if (!sockets.empty()) out += fmt::format(" {}", sockets);
  out += "\r\n";
  out += fields_of_all;
  bool has_cache_rule = false;
  for (const auto& [name, value] : response.headers) {
    if (!is_clean(name) || !is_clean(value)) continue;
    out += fmt::format("{}: {}\r\n", name, value);
    has_cache_rule = has_cache_rule || lower(name) == "cache-control";
  }
  if (!has_cache_rule) out += "Cache-Control: no-store\r\n";
  if (status != 204 && status != 304) {
    if (is_clean(response.content_type))
      out += fmt::format("Content-Type: {}\r\n", response.content_type);
    out += fmt::format("Content-Length: {}\r\n", body_bytes);
  }
  out += after == After::close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  return out;
}

Response json_response(int status, std::string body) {
  Response out;
  out.status = status;
  out.body = std::make_shared<const std::string>(std::move(body));
  return out;
}

Response refusal_response(const Refusal& refusal) {
  const auto& text = text_of(refusal.code);
  OrderedJson body;
  body["ok"] = false;
  body["code"] = text.name;
  body["reason"] = refusal.reason;
  body["zh"] = fmt::format("{}（{}）", text.zh, refusal.status);
  body["en"] = fmt::format("{} ({} {})", text.en, refusal.status, phrase_of(refusal.status));
  if (refusal.code != ErrorCode::http_refused) {  // there is more to say than how to get in
    const Error error(refusal.code);
    body["zh"] = error.zh();
    body["en"] = error.en();
  }
  return json_response(refusal.status, dump(body));
}

Response no_such_page() {
  static const auto page = std::make_shared<const std::string>(
      R"(<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>乡播 Xiangbo</title>
<p>没有这个网页，网址可能打错了。<a href="/">到乡播的首页</a></p>
<p lang="en">There is no such page; the address may be mistyped. <a href="/">To the first page of Xiangbo</a></p>
</html>
)");
  Response out;
  out.status = 404;
  out.content_type = "text/html; charset=utf-8";
  out.body = page;
  return out;
}

}  // namespace xb::net
