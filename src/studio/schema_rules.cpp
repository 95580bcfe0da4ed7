// Rules for texts of show.toml: names, sources, addresses. Addresses are never repeated in a
// message: a key may stand in them. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "capture/source.h"
#include "output/push_url.h"
#include "studio/schema_value.h"

namespace xb::studio {
namespace {

struct Address {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
  std::string_view path;   // with its leading slash
  std::string_view query;  // without the question mark
  bool has_userinfo = false;
  bool is_well_formed = false;
};

Address parts_of(std::string_view url) {
  Address out;
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return out;
  out.scheme = url.substr(0, mark);
  url.remove_prefix(mark + 3);
  if (const auto at = url.find('#'); at != std::string_view::npos) return out;
  if (const auto at = url.find('?'); at != std::string_view::npos) {
    out.query = url.substr(at + 1);
    url = url.substr(0, at);
  }
  if (const auto at = url.find('/'); at != std::string_view::npos) {
    out.path = url.substr(at);
    url = url.substr(0, at);
  }
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    out.has_userinfo = true;
    url.remove_prefix(at + 1);
  }
  const auto bracket = url.rfind(']');
  const auto colon = url.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    out.port = url.substr(colon + 1);
    url = url.substr(0, colon);
    int port = 0;
    const auto [end, error] =
        std::from_chars(out.port.data(), out.port.data() + out.port.size(), port);
    if (error != std::errc() || end != out.port.data() + out.port.size() || port < 1 ||
        port > 65'535)
      return out;
  }
  out.host = url;
  const auto is_host = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  };
  out.is_well_formed = !out.host.empty() && std::all_of(out.host.begin(), out.host.end(), is_host);
  return out;
}

bool has_blank(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20U || c == 0x7F; });
}

// rtmp://host/app: what follows the application is the key. An application of two parts is told
// apart by a slash at its end.
bool path_holds_key(std::string_view path) {
  const auto parts = std::count(path.begin(), path.end(), '/');
  if (path.empty() || parts <= 1) return false;
  if (parts == 2) return path.back() != '/';
  return path.back() != '/' || parts > 3;
}

std::optional<Sentence> wrong_publish_url(std::string_view url) {
  const auto address = parts_of(url);
  if (address.scheme != "rtmp" && address.scheme != "rtmps" && address.scheme != "srt") {
    return Sentence{"推流地址的开头不对：要以 rtmp:// rtmps:// 或 srt:// 开头",
                    "The address begins wrongly: it must begin with rtmp://, rtmps:// or srt://"};
  }
  if (address.has_userinfo) {
    return Sentence{"推流地址里不能写用户名和密码：去掉 @ 和它前面的部分，口令写进密钥文件",
                    "No user name or password in the address: take away the @ and what stands "
                    "before it; put the key into the secrets file"};
  }
  if (!address.is_well_formed || has_blank(url)) {
    return Sentence{"推流地址写得不完整：照平台给的“服务器地址”重新复制一次",
                    "The address is not complete: copy the platform's server address again"};
  }
  const bool is_srt = address.scheme == "srt";
  if (is_srt && (address.port.empty() || address.path.size() > 1)) {
    return Sentence{"SRT 地址要写成 srt://主机:端口", "An SRT address is srt://HOST:PORT"};
  }
  if (is_srt) {
    const auto parsed = output::parse_push_url(std::string(url), Secret());
    if (parsed || parsed.error().code() == ErrorCode::output_no_key) return std::nullopt;
    return Sentence{
        "SRT 地址的选项不对：? 后面只能有 latency=微秒、pbkeylen、streamid 和 "
        "passphrase；直播码写进密钥文件的 [publish]，这里写 {key} 代替它",
        "The options of the SRT address are wrong: behind the ? may stand latency=MICROSECONDS, "
        "pbkeylen, streamid and passphrase; put the key under [publish] of the secrets file and "
        "{key} in its place"};
  }
  if (!address.query.empty() || url.back() == '?' || path_holds_key(address.path)) {
    return Sentence{
        "推流地址里好像带着直播码：这里只写服务器地址，直播码写进密钥文件的 "
        "[publish]；如果它真是地址的一部分，在末尾加一个 /",
        "The address seems to hold the stream key: write the server address only and "
        "the key under [publish] of the secrets file; if it is part of the address, "
        "end it with a /"};
  }
  if (address.path.size() < 2) {
    return Sentence{"推流地址缺后半段：写成 rtmp://主机/应用名，例如 rtmp://push.example.com/live",
                    "The address lacks its application: rtmp://HOST/APP, for example "
                    "rtmp://push.example.com/live"};
  }
  return std::nullopt;
}

std::optional<Sentence> wrong_source(std::string_view spec) {
  constexpr std::array<std::string_view, 9> known{"camera", "file", "listen", "rtmp",  "rtsp",
                                                  "srt",    "tcp",  "test",   "sample"};
  const auto colon = spec.find(':');
  const auto scheme = spec.substr(0, std::min(colon, spec.size()));
  if (colon == std::string_view::npos ||
      std::find(known.begin(), known.end(), scheme) == known.end()) {
    return Sentence{
        "不认识这种信号源：用 camera: file: listen: rtmp:// rtsp:// srt:// tcp:// test: 或 "
        "sample:",
        "Unknown kind of source: use camera:, file:, listen:, rtmp://, rtsp://, srt://, "
        "tcp://, test: or sample:"};
  }
  const bool is_network =
      scheme == "rtmp" || scheme == "rtsp" || scheme == "srt" || scheme == "tcp";
  if (is_network && (!parts_of(spec).is_well_formed || has_blank(spec))) {
    return Sentence{"信号源的网络地址写得不完整：写成 rtsp://主机:端口/路径",
                    "The network address of the source is not complete: write "
                    "rtsp://HOST:PORT/PATH"};
  }
  if (scheme == "listen" && !capture::parse_source(spec)) {
    return Sentence{"listen: 后面写 rtmp 或 srt，可以再加端口，例如 listen:rtmp:7182",
                    "After listen: comes rtmp or srt, with a port if one is wanted, for example "
                    "listen:rtmp:7182"};
  }
  if (scheme == "file" && colon + 1 == spec.size()) {
    return Sentence{"file: 后面要写文件名，例如 file:clip.mp4",
                    "A file name must follow file:, for example file:clip.mp4"};
  }
  return std::nullopt;
}

std::optional<Sentence> wrong_clock(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  const bool is_clock =
      text.empty() || (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) &&
                       digit(4) && text.substr(0, 2) <= "23" && text.substr(3) <= "59");
  if (is_clock) return std::nullopt;
  return Sentence{"时间要写成 \"19:30\" 这样", "Write the time as \"19:30\""};
}

}  // namespace

std::optional<Sentence> wrong_with(Rule rule, std::string_view text) {
  switch (rule) {
    case Rule::word:
      if (!text.empty() && (text.front() == ' ' || text.back() == ' ' ||
                            text.find_first_of("/\\\"'=,") != std::string_view::npos)) {
        return Sentence{"名字的两头不能有空格，里面不能有 / \\ 引号 = 逗号：换一个简单的名字",
                        "No blanks at the ends and no / \\ quotes = or comma: choose a plainer "
                        "name"};
      }
      return std::nullopt;
    case Rule::source_spec: return wrong_source(text);
    case Rule::publish_url: return wrong_publish_url(text);
    case Rule::chat_url: {
      if (text.empty()) return std::nullopt;
      const auto address = parts_of(text);
      const bool is_known = address.scheme == "ws" || address.scheme == "wss" ||
                            address.scheme == "http" || address.scheme == "https";
      if (is_known && address.is_well_formed && !address.has_userinfo && !has_blank(text))
        return std::nullopt;
      return Sentence{"弹幕地址要以 ws:// wss:// http:// 或 https:// 开头，不带用户名和密码",
                      "The chat address must begin with ws://, wss://, http:// or https:// and "
                      "hold no user name or password"};
    }
    case Rule::clock: return wrong_clock(text);
    case Rule::theme_name:
      if (std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
          }))
        return std::nullopt;
      return Sentence{"主题的名字只能用小写字母、数字和 -，例如 \"my-theme\"",
                      "The name of a theme holds small letters, digits and - only, such as "
                      "\"my-theme\""};
    case Rule::any:
    case Rule::even:
    case Rule::bitrate:
    case Rule::chat_platform: break;
  }
  return std::nullopt;
}

}  // namespace xb::studio
