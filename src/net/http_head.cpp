// Request line, fields, target.
// SPDX-License-Identifier: Apache-2.0
#include "net/http_head.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace xb::net {
namespace {

constexpr std::size_t most_fields = 100;
constexpr std::size_t most_query_pairs = 64;

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Decodes once; what is still escaped after that stays so ("%252e" is "%2e", a plain name).
std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    out.push_back(c);
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

// Splits at the next CR LF; nothing when a line ends otherwise.
std::optional<std::string_view> next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
  const auto line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return line;
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
  bool is_http10 = false;
};
std::variant<RequestLine, Refusal> parse_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto second = line.rfind(' ');
  if (first == std::string_view::npos || first == second) return Refusal{400, "headers"};
  RequestLine out{line.substr(0, first), line.substr(first + 1, second - first - 1)};
  const auto version = line.substr(second + 1);
  if (!is_token(out.method) || out.target.find(' ') != std::string_view::npos)
    return Refusal{400, "headers"};
  if (version == "HTTP/1.0")
    out.is_http10 = true;
  else if (version != "HTTP/1.1")
    return Refusal{version.substr(0, 5) == "HTTP/" ? 505 : 400, "headers"};
  return out;
}

std::optional<Refusal> read_field(std::string_view line, Head& head) {
  if (head.fields.size() == most_fields) return Refusal{431, "headers"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return Refusal{400, "headers"};
  const auto value = trimmed(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](char c) { return c != '\t' && is_control(c); }))
    return Refusal{400, "headers"};
  head.fields.emplace_back(lower(line.substr(0, colon)), std::string(value));
  return std::nullopt;
}

// A field that may come once and came twice; those of our own making may all come once.
std::string_view find_twice(const std::vector<std::pair<std::string, std::string>>& fields) {
  constexpr std::array once{"host",
                            "content-length",
                            "origin",
                            "cookie",
                            "authorization",
                            "content-type",
                            "sec-websocket-key",
                            "sec-websocket-version"};
  for (auto one = fields.begin(); one != fields.end(); ++one) {
    const std::string_view name = one->first;
    if (name.substr(0, 2) != "x-" && std::find(once.begin(), once.end(), name) == once.end())
      continue;
    if (std::any_of(std::next(one), fields.end(),
                    [&](const auto& other) { return other.first == name; }))
      return name;
  }
  return {};
}

std::optional<Refusal> read_body_length(Head& head) {
  const auto length = head.find("content-length");
  if (head.find("transfer-encoding")) return length ? Refusal{400, "body"} : Refusal{411, "body"};
  if (!length) return std::nullopt;
  const bool is_number =
      !length->empty() && length->size() <= 18 &&
      std::all_of(length->begin(), length->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return Refusal{400, "body"};
  for (const char c : *length)
    head.body_bytes = head.body_bytes * 10 + static_cast<unsigned>(c - '0');
  return std::nullopt;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (lower(trimmed(list.substr(0, comma))) == token) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

std::map<std::string, std::string> parse_cookies(std::string_view field) {
  std::map<std::string, std::string> out;
  std::vector<std::string> seen;
  while (!field.empty()) {
    const auto end = field.find(';');
    const auto pair = trimmed(field.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && is_token(pair.substr(0, equals))) {
      std::string name(pair.substr(0, equals));
      if (std::find(seen.begin(), seen.end(), name) == seen.end()) {
        out[name] = std::string(pair.substr(equals + 1));
        seen.push_back(std::move(name));
      } else {
        out.erase(name);
      }
    }
    if (end == std::string_view::npos) break;
    field.remove_prefix(end + 1);
  }
  return out;
}

std::optional<std::string_view> Head::find(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return std::nullopt;
}
std::string Head::field(std::string_view name) const {
  return std::string(find(name).value_or(std::string_view{}));
}

bool may_become_head(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() && i < 32; ++i) {
    if (bytes[i] == ' ') return i > 0;
    if (!is_token_char(bytes[i])) return false;
  }
  return bytes.size() < 32;  // no method is that long
}

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  if (target.find_first_of("#\\") != std::string_view::npos) return std::nullopt;
  const auto question = target.find('?');
  auto path = decoded(target.substr(0, question), false);
  if (!path || path->find("..") != std::string::npos || path->find('\\') != std::string::npos)
    return std::nullopt;
  Target out{std::move(*path), {}};
  if (question == std::string_view::npos) return out;
  std::string_view rest = target.substr(question + 1);
  for (std::size_t pairs = 0; !rest.empty(); ++pairs) {
    if (pairs == most_query_pairs) return std::nullopt;
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    const auto equals = pair.find('=');
    auto key = decoded(pair.substr(0, equals), true);
    auto value = decoded(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!key || !value) return std::nullopt;
    if (!pair.empty()) out.query[std::move(*key)] = std::move(*value);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return out;
}

std::variant<Head, Refusal> parse_head(std::string_view text) {
  const auto first = next_line(text);
  if (!first) return Refusal{400, "headers"};
  const auto request_line = parse_request_line(*first);
  if (const auto* refusal = std::get_if<Refusal>(&request_line)) return *refusal;
  const auto& line = std::get<RequestLine>(request_line);

  Head head;
  head.method = std::string(line.method);
  for (;;) {
    const auto field = next_line(text);
    if (!field) return Refusal{400, "headers"};
    if (field->empty()) break;
    if (const auto refusal = read_field(*field, head)) return *refusal;
  }
  if (const auto twice = find_twice(head.fields); !twice.empty())
    return Refusal{400, twice == "content-length" ? "body" : "headers"};
  if (!head.find("host")) return Refusal{400, "host"};
  if (const auto refusal = read_body_length(head)) return *refusal;

  auto target = parse_target(line.target);
  if (!target) return Refusal{400, "path"};
  head.target = std::string(line.target);
  head.path = std::move(target->path);
  head.query = std::move(target->query);
  const auto connection = head.field("connection");
  head.is_kept_alive =
      line.is_http10 ? has_token(connection, "keep-alive") : !has_token(connection, "close");
  head.expects_continue = !line.is_http10 && lower(head.field("expect")) == "100-continue";
  // An upgrade belongs to HTTP/1.1; without the field the request is plain.
  if (line.is_http10)
    std::erase_if(head.fields, [](const auto& field) { return field.first == "upgrade"; });
  return head;
}

}  // namespace xb::net
