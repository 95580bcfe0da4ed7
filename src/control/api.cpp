// Handlers: each checks who asks, asks the studio, answers JSON.
// SPDX-License-Identifier: Apache-2.0
#include "control/api.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "control/roles.h"
#include "net/json.h"
#include "studio/commands.h"

namespace xb::control {
namespace {

constexpr std::size_t longest_id = 64;  // bytes
constexpr std::uintmax_t largest_picture = 8U << 20U;
constexpr std::size_t signature_bytes = 16;
constexpr std::string_view pictures_below = "/api/pictures/";

int status_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::command_unknown:
    case ErrorCode::row_unknown:
    case ErrorCode::message_gone:
    case ErrorCode::review_unknown: return 404;
    case ErrorCode::command_arguments:
    case ErrorCode::json_invalid:
    case ErrorCode::review_note:
    case ErrorCode::text_not_utf8: return 400;
    case ErrorCode::pair_needed:
    case ErrorCode::pair_ended: return 401;
    case ErrorCode::denied:
    case ErrorCode::pair_wrong:
    case ErrorCode::pair_unproven:
    case ErrorCode::pair_repeated:
    case ErrorCode::pair_elsewhere: return 403;
    case ErrorCode::pair_expired:
    case ErrorCode::pair_used: return 410;
    case ErrorCode::pair_many:
    case ErrorCode::busy: return 429;
    case ErrorCode::internal: return 500;
    default: return 409;
  }
}

// A handler that is called only for those who may at least look.
net::Server::Handler for_viewers(std::function<net::Response(const net::Request&)> answering) {
  return
      [answering = std::move(answering)](const net::Request& request, const net::ResponderRef& to) {
        if (!may(role_of(request), "viewer"))
          return to->respond(refusal_of(Error(ErrorCode::denied)));
        to->respond(answering(request));
      };
}

bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type == "application/json";
}

// The least Role that may give this command. One that does not exist is refused by the studio, by
// name.
std::string_view least_role(std::string_view name) {
  for (const auto& row : studio::command_rows())
    if (row.name == name) return row.role;
  return "assistant";
}

struct CommandDesk {
  studio::Studio& studio;
  std::shared_ptr<RecentDeeds> recent;
  std::shared_ptr<net::ServerTally> tally;
};

void take_command(const CommandDesk& desk, const net::Request& request,
                  const net::ResponderRef& to) {
  if (auto refused = refused_type(request)) return to->respond(std::move(*refused));
  auto command = read_request(request.body);
  if (!command) return to->respond(refusal_of(command.error()));
  const auto role = role_of(request);
  if (!may(role, least_role(command->name))) {
    desk.tally->refuse("denied");
    return to->respond(refusal_of(Error(ErrorCode::denied, command->name)));
  }
  command->who = who_of(request);
  const auto by = request.person.value_or(net::Person{static_cast<int>(role), {}, 0});
  desk.studio.command(
      *command, [to, by, asked = *command, recent = desk.recent](const studio::Answer& answer) {
        if (answer.is_ok) recent->add(asked, by);
        to->respond(answer_of(answer));
      });
}

std::string commands_json() {
  OrderedJson out = OrderedJson::array();
  for (const auto& row : studio::command_rows())
    out.push_back({{"name", row.name},
                   {"args", row.args},
                   {"role", row.role},
                   {"help", std::string(row.help_zh) + " / " + std::string(row.help_en)}});
  return net::dump(out);
}

// By signature: the name of a file says nothing. Empty for anything else.
std::string_view picture_type(std::string_view bytes) {
  if (bytes.substr(0, 8) == "\x89PNG\r\n\x1a\n") return "image/png";
  if (bytes.substr(0, 3) == "\xff\xd8\xff") return "image/jpeg";
  if (bytes.substr(0, 4) == "RIFF" && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP")
    return "image/webp";
  return {};
}

// What must be known before it is sent; the rest is read as it leaves, so that a large picture on a
// slow disk does not keep the stop button waiting.
Result<net::Response> picture_at(const std::filesystem::path& path, const std::string& id) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) return Error(ErrorCode::file_missing, id);
  if (size > largest_picture) return Error(ErrorCode::file_too_large, id);
  std::string begin(signature_bytes, '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), signature_bytes);
  const auto type = picture_type(begin);
  if (type.empty()) return Error(ErrorCode::picture_invalid, id);
  net::Response out;
  out.content_type = type;
  out.file = path.string();
  out.headers = {{"Cache-Control", "max-age=60"}};
  return out;
}

net::Response product_picture(const studio::Studio& studio, const std::string& id) {
  const auto path = studio.product_picture(id);
  auto picture =
      path ? picture_at(*path, id) : Result<net::Response>(Error(ErrorCode::file_missing, id));
  if (picture) return std::move(*picture);
  auto refused = refusal_of(picture.error());
  refused.status = 404;
  return refused;
}

}  // namespace

net::Response refusal_of(const Error& error) {
  const OrderedJson body{
      {"ok", false}, {"code", error.name()}, {"zh", error.zh()}, {"en", error.en()}};
  return net::json_response(status_of(error), net::dump(body));
}

net::Response answer_of(const studio::Answer& answer) {
  if (!answer.is_ok) return refusal_of(answer.error.value_or(Error(ErrorCode::internal)));
  OrderedJson body{{"ok", true}};
  if (!answer.note_zh.empty()) {
    body["zh"] = answer.note_zh;
    body["en"] = answer.note_en;
  }
  return net::json_response(200, net::dump(body));
}

std::optional<net::Response> refused_type(const net::Request& request) {
  const bool is_page = request.method == "POST" && request.has_origin;
  if (!is_page || is_json(request.content_type)) return std::nullopt;
  auto refused = refusal_of(Error(ErrorCode::json_invalid, "Content-Type: application/json"));
  refused.status = 415;
  return refused;
}

Result<studio::Command> read_request(std::string_view body) {
  XB_TRY_ASSIGN(auto json, net::parse_json(body));
  if (!json.is_object()) return Error(ErrorCode::json_invalid, "expected an object");
  studio::Command out;
  auto id = net::require_string(json, "id");
  if (!id) return Error(ErrorCode::command_arguments, id.error().detail());
  if (id->empty() || id->size() > longest_id || clean_outside_text(*id) != *id)
    return Error(ErrorCode::command_arguments, "id: 1-64 bytes of plain text");
  auto name = net::require_string(json, "name");
  if (!name) return Error(ErrorCode::command_arguments, name.error().detail());
  out.id = std::move(*id);
  out.name = std::move(*name);
  // Of whatever type: the studio refuses what is no object, and remembers that it did.
  if (const auto args = json.find("args"); args != json.end() && !args->is_null())
    out.args = std::move(*args);
  return out;
}

void serve_api(net::Server& server, studio::Studio& studio, std::shared_ptr<RecentDeeds> recent) {
  server.get("/api/state", for_viewers([&studio](const net::Request&) {
               return net::json_response(200, net::dump(studio.state()));
             }));
  server.get("/api/stats", for_viewers([&studio](const net::Request&) {
               return net::json_response(200, net::dump(studio.stats()));
             }));
  server.get("/api/show", for_viewers([&studio](const net::Request&) {
               return net::json_response(200, net::dump(studio.show()));
             }));
  server.get("/api/curve", for_viewers([&studio](const net::Request&) {
               net::Response out;
               out.content_type = "application/json";
               out.body = studio.curve();
               return out;
             }));
  server.get("/api/commands", for_viewers([](const net::Request&) {
               return net::json_response(200, commands_json());
             }));
  server.get("/api/audience.svg", for_viewers([&studio](const net::Request&) {
               auto code = studio.audience_qr();
               if (!code) {
                 auto refused = refusal_of(Error(ErrorCode::file_missing, "audience.svg"));
                 refused.status = 404;
                 return refused;
               }
               net::Response out;
               out.content_type = "image/svg+xml";
               out.body = std::make_shared<const std::string>(std::move(*code));
               return out;
             }));
  // looked up when asked: the Show may have been read again
  server.get_below(std::string(pictures_below), for_viewers([&studio](const net::Request& request) {
                     return product_picture(studio, request.path.substr(pictures_below.size()));
                   }));
  const CommandDesk desk{studio, std::move(recent), server.tally()};
  server.post("/api/command", [desk](const net::Request& request, const net::ResponderRef& to) {
    take_command(desk, request, to);
  });
}

}  // namespace xb::control
