// Parsing of push addresses; the key is only carried along.
// SPDX-License-Identifier: Apache-2.0
#include "output/push_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "output/srt_options.h"

namespace xb::output {
namespace {

struct Scheme {
  std::string_view name;
  int port;  // 0: must be given
};
constexpr std::array schemes{Scheme{"rtmp", 1935}, Scheme{"rtmps", 443}, Scheme{"srt", 0}};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

Error unsupported(const std::string& why) {
  return Error(ErrorCode::output_unsupported, why);
}

// "host:port", "[v6]:port" or "host" into `out`.
Status parse_host(std::string_view text, PushUrl& out, int default_port) {
  if (text.find('@') != std::string_view::npos)
    return unsupported("user and password are not taken in the address");
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return unsupported("host");
    out.host = text.substr(1, close - 1);
    if (close + 1 < text.size() && text[close + 1] == ':') port = text.substr(close + 2);
  } else {
    const auto colon = text.rfind(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
  }
  out.port = default_port;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc{} || end != port.data() + port.size()) return unsupported("port");
  }
  if (out.host.empty()) return unsupported("host");
  if (out.port < 1 || out.port > 65535) return unsupported("port");
  return ok();
}

}  // namespace

std::string PushUrl::server() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  auto out = scheme + "://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  return app.empty() ? out : out + "/" + app;
}

Result<PushUrl> parse_push_url(const std::string& url, const Secret& key) {
  PushUrl out;
  if (url.size() > 2000 || !is_plain(url)) return unsupported("address");
  const auto mark = url.find("://");
  if (mark == std::string::npos) return unsupported("address");
  out.scheme = url.substr(0, mark);
  const auto* scheme = std::find_if(schemes.begin(), schemes.end(),
                                    [&](const auto& s) { return s.name == out.scheme; });
  if (scheme == schemes.end()) return unsupported(out.scheme);
  const std::string_view rest = std::string_view(url).substr(mark + 3);
  const auto end_of_host = std::min(rest.find_first_of("/?"), rest.size());
  XB_TRY(parse_host(rest.substr(0, end_of_host), out, scheme->port));
  const auto question = rest.find('?');
  out.query = question == std::string_view::npos ? "" : rest.substr(question + 1);
  std::string_view path =
      rest.substr(end_of_host, question == std::string_view::npos ? std::string_view::npos
                                                                  : question - end_of_host);
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  out.app = path;
  out.key = key;
  if (!is_plain(key.reveal()) || key.reveal().size() > 1000)
    return Error(ErrorCode::output_refused);
  if (out.scheme == "srt") {
    if (!out.app.empty()) return unsupported("srt://host:port");
    XB_TRY(srt_options(out));
    return out;
  }
  if (out.app.empty()) return unsupported("rtmp://host/application");
  if (!out.query.empty()) return unsupported("? belongs to the key");
  if (key.empty()) return Error(ErrorCode::output_no_key);
  return out;
}

namespace {

std::string_view trimmed_address(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

PushAddress split_rtmp(std::string_view text) {
  const auto path_at = text.find('/', text.find("://") + 3);
  if (path_at == std::string_view::npos) return {std::string(text), {}};
  const auto question = text.find('?', path_at);
  const auto path =
      text.substr(path_at, question == std::string_view::npos ? question : question - path_at);
  std::string query(question == std::string_view::npos ? "" : text.substr(question));
  const auto last = path.rfind('/');
  // "/app", "/app/": no stream name in the path
  const bool has_name = last > 0 && last + 1 < path.size();
  auto app = path.substr(0, has_name ? last : path.size());
  const bool is_deep = app.find('/', 1) != std::string_view::npos;
  std::string url(text.substr(0, path_at));
  url += app;
  // an application of two parts is told apart from a key by a slash at its end
  if (has_name && is_deep) url += '/';
  if (has_name) query.insert(0, path.substr(last + 1));
  return {std::move(url), query.empty() ? Secret() : Secret(std::move(query))};
}

Result<PushAddress> split_srt(std::string_view text) {
  const auto question = std::min(text.find('?'), text.size());
  std::string rest;
  Secret key;
  for (auto query = text.substr(std::min(question + 1, text.size())); !query.empty();) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = pair.substr(0, equals);
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    const bool is_secret = (name == "streamid" || name == "passphrase") && !value.empty() &&
                           value.find("{key}") == std::string_view::npos;
    if (is_secret && !key.empty()) return unsupported("streamid and passphrase");
    if (is_secret) key = Secret(percent_decoded(value));
    rest +=
        (rest.empty() ? "?" : "&") + (is_secret ? std::string(name) + "={key}" : std::string(pair));
  }
  return PushAddress{std::string(text.substr(0, question)) + rest, std::move(key)};
}

}  // namespace

Result<PushAddress> split_push_address(std::string_view text) {
  text = trimmed_address(text);
  if (text.size() > 3000 || !is_plain(text)) return PushAddress{std::string(text), {}};
  if (text.rfind("rtmp://", 0) == 0 || text.rfind("rtmps://", 0) == 0) return split_rtmp(text);
  if (text.rfind("srt://", 0) == 0) return split_srt(text);
  return PushAddress{std::string(text), {}};
}

}  // namespace xb::output
