// Handlers: who asks is checked on the loop, all else on `setup`.
// SPDX-License-Identifier: Apache-2.0
#include "control/setup_api.h"

#include <algorithm>
#include <string>
#include <utility>

#include "capture/devices.h"
#include "control/api.h"
#include "control/checklist.h"
#include "control/roles.h"
#include "net/json.h"
#include "studio/doorbell.h"
#include "studio/setup_desk.h"

namespace xb::control {
namespace {

using studio::Edited;
using studio::SetupDesk;
using studio::ShowEditor;

constexpr std::size_t most_row_bytes = 65'536;
constexpr std::size_t most_body_bytes = 4U << 20U;  // a table of 2 MiB, as JSON
constexpr std::size_t most_knock_bytes = 1024;
constexpr std::size_t most_upload_bytes = (8U << 20U) + 1;  // one more than a picture may have

using Edit = Edited (ShowEditor::*)(const Json&, std::string_view);

net::Response response_of(const Edited& edited) {
  switch (edited.how) {
    case Edited::How::done: break;
    case Edited::How::refused: return net::json_response(400, net::dump(edited.body));
    case Edited::How::changed: return net::json_response(409, net::dump(edited.body));
    case Edited::How::failed: return refusal_of(edited.error.value_or(Error(ErrorCode::internal)));
  }
  return net::json_response(200, net::dump(edited.body));
}

// Of what a foreign page could send without asking first, nothing is taken.
bool is_of_type(const net::Request& request, std::string_view wanted) {
  const std::string_view type = request.content_type;
  return type.substr(0, wanted.size()) == wanted;
}

void post_job(SetupDesk& desk, const net::ResponderRef& to, SetupDesk::Job job) {
  if (!desk.post(std::move(job)))
    to->respond(refusal_of(Error(ErrorCode::busy, "32 changes wait")));
}

// What has stream keys in it must not go over the air, where anybody can read it.
enum class Place : std::uint8_t { anywhere = 1, at_the_computer };

void serve_edit(net::Server& server, SetupDesk& desk, const std::string& path, Edit edit,
                std::size_t most_bytes, Place place = Place::anywhere) {
  server.post(
      path,
      [&desk, edit, most_bytes, place](const net::Request& request, const net::ResponderRef& to) {
        if (!may(role_of(request), "operator"))
          return to->respond(refusal_of(Error(ErrorCode::denied)));
        if (place == Place::at_the_computer && !is_here(request))
          return to->respond(refusal_of(Error(ErrorCode::pair_elsewhere)));
        if (!is_of_type(request, "application/json")) {
          auto refused =
              refusal_of(Error(ErrorCode::json_invalid, "Content-Type: application/json"));
          refused.status = 415;
          return to->respond(std::move(refused));
        }
        post_job(
            desk, to,
            [to, edit, most_bytes, body = request.body, who = who_of(request)](ShowEditor& editor) {
              const auto json = net::parse_json(body, {.bytes = most_bytes, .depth = 8});
              if (!json) return to->respond(refusal_of(json.error()));
              if (!json->is_object())
                return to->respond(
                    refusal_of(Error(ErrorCode::json_invalid, "expected an object")));
              to->respond(response_of((editor.*edit)(*json, who)));
            });
      },
      most_bytes);
}

OrderedJson sentence_of(const Error& error) {
  return {{"code", error.name()}, {"zh", error.zh()}, {"en", error.en()}};
}

// "camera:NAME" where the name tells it from the others, else by its path.
std::string spec_of(const std::vector<capture::Device>& all, const capture::Device& one,
                    std::string_view scheme) {
  const auto same = std::count_if(all.begin(), all.end(),
                                  [&](const auto& other) { return other.name == one.name; });
  return std::string(scheme) + (same == 1 && !one.name.empty() ? one.name : one.path);
}

OrderedJson devices_json(const std::vector<capture::Device>& devices, std::string_view scheme) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : devices) {
    OrderedJson modes = OrderedJson::array();
    for (const auto& mode : one.modes) {
      modes.push_back({{"format", mode.format},
                       {"width", mode.width},
                       {"height", mode.height},
                       {"rate", static_cast<double>(mode.rate.num) / mode.rate.den}});
    }
    out.push_back({{"name", one.name},
                   {"spec", spec_of(devices, one, scheme)},
                   {"is_default", one.is_default},
                   {"is_monitor", one.is_monitor},
                   {"error", one.refusal ? sentence_of(Error(*one.refusal)) : OrderedJson(nullptr)},
                   {"modes", std::move(modes)}});
  }
  return out;
}

void serve_devices(net::Server& server, SetupDesk& desk) {
  server.get("/api/devices", [&desk](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "operator"))
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    post_job(desk, to, [to](ShowEditor&) {
      SystemClock clock;
      const OrderedJson body{{"cameras", devices_json(capture::list_cameras(), "camera:")},
                             {"microphones", devices_json(capture::list_microphones(clock), "")}};
      to->respond(net::json_response(200, net::dump(body)));
    });
  });
}

// For all who may look: it says what is missing, and changes nothing.
void serve_checklist(net::Server& server, studio::Studio& studio, SetupDesk& desk) {
  server.get("/api/checklist", [&studio, &desk](const net::Request& request,
                                                const net::ResponderRef& to) {
    if (!may(role_of(request), "viewer")) return to->respond(refusal_of(Error(ErrorCode::denied)));
    const bool is_taken = desk.post_look([to, state = studio.state(), &desk](ShowEditor& editor) {
      const auto setup = editor.all();
      const auto& premises = desk.premises();
      const auto list = checklist_of({state, setup, premises.seconds_left(),
                                      studio::read_uplink(premises.uplink), premises.sent_kbps});
      to->respond(net::json_response(200, net::dump(list)));
    });
    if (!is_taken) to->respond(refusal_of(Error(ErrorCode::busy, "16 looks wait")));
  });
}

OrderedJson json_of(const studio::Doorbell::Answer& answer) {
  return {{"ok", true},
          {"knows_application", answer.knows_application},
          {"took_ms", to_ms(answer.took)}};
}

// Of an entry of the Show alone: nobody can have this computer knock anywhere else.
void serve_knock(net::Server& server, SetupDesk& desk, studio::Doorbell& doorbell) {
  server.post(
      "/api/setup/knock",
      [&](const net::Request& request, const net::ResponderRef& to) {
        if (!may(role_of(request), "operator"))
          return to->respond(refusal_of(Error(ErrorCode::denied)));
        if (!is_of_type(request, "application/json"))
          return to->respond(
              refusal_of(Error(ErrorCode::json_invalid, "Content-Type: application/json")));
        const auto json = net::parse_json(request.body, {.bytes = most_knock_bytes, .depth = 2});
        if (!json) return to->respond(refusal_of(json.error()));
        if (!json->is_object() || !json->contains("name") || !(*json)["name"].is_string())
          return to->respond(refusal_of(Error(ErrorCode::json_invalid, R"({"name":"..."})")));
        const auto look = [to, &doorbell,
                           name = (*json)["name"].get<std::string>()](ShowEditor& editor) {
          const auto url = editor.push_url(name);
          if (!url) return to->respond(refusal_of(Error(ErrorCode::row_unknown, name)));
          const bool rings = doorbell.ring(*url, [to](const auto& answer) {
            to->respond(answer ? net::json_response(200, net::dump(json_of(*answer)))
                               : refusal_of(answer.error()));
          });
          if (!rings) to->respond(refusal_of(Error(ErrorCode::busy, "8 addresses wait")));
        };
        if (!desk.post_look(look)) to->respond(refusal_of(Error(ErrorCode::busy, "16 looks wait")));
      },
      most_knock_bytes);
}

void serve_picture(net::Server& server, SetupDesk& desk) {
  server.post(
      "/api/setup/picture",
      [&desk](const net::Request& request, const net::ResponderRef& to) {
        if (!may(role_of(request), "operator"))
          return to->respond(refusal_of(Error(ErrorCode::denied)));
        if (!is_of_type(request, "image/")) {
          auto refused = refusal_of(Error(ErrorCode::picture_invalid, "Content-Type: image/png"));
          refused.status = 415;
          return to->respond(std::move(refused));
        }
        post_job(desk, to, [to, body = request.body](ShowEditor& editor) {
          to->respond(response_of(editor.save_picture(body)));
        });
      },
      most_upload_bytes);
}

}  // namespace

void serve_setup(net::Server& server, studio::Studio& studio) {
  auto* const desk = studio.setup();
  if (desk == nullptr) return;
  server.get("/api/setup", [desk](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "operator"))
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    post_job(*desk, to, [to](ShowEditor& editor) {
      to->respond(net::json_response(200, net::dump(editor.all())));
    });
  });
  server.get("/api/setup/schema", [](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "operator"))
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    to->respond(net::json_response(200, net::dump(studio::schema_json())));
  });
  serve_edit(server, *desk, "/api/setup/section", &ShowEditor::save_section, most_row_bytes);
  serve_edit(server, *desk, "/api/setup/publish", &ShowEditor::save_publish, most_body_bytes,
             Place::at_the_computer);
  serve_edit(server, *desk, "/api/setup/list", &ShowEditor::save_list, most_row_bytes,
             Place::at_the_computer);
  serve_edit(server, *desk, "/api/setup/row", &ShowEditor::save_row, most_row_bytes);
  serve_edit(server, *desk, "/api/setup/table", &ShowEditor::save_table, most_body_bytes);
  serve_picture(server, *desk);
  if (auto* const doorbell = studio.doorbell()) serve_knock(server, *desk, *doorbell);
  serve_devices(server, *desk);
  serve_checklist(server, studio, *desk);
}

}  // namespace xb::control
