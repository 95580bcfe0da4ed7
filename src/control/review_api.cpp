// Paths to questions, questions to answers.
// SPDX-License-Identifier: Apache-2.0
#include "control/review_api.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/api.h"
#include "control/roles.h"
#include "net/json.h"
#include "review/evening_json.h"
#include "review/exports.h"
#include "review/library.h"
#include "review/scan.h"
#include "session/recording_name.h"

namespace xb::control {
namespace {

using review::Reading;
using Answering = std::function<Result<OrderedJson>(Reading&)>;
using Parts = std::vector<std::string>;

constexpr std::string_view review_prefix = "/api/review/";
constexpr std::size_t most_lines = 2000;
constexpr std::size_t usual_lines = 500;
constexpr std::size_t most_ids = 8;

Parts parts_of(std::string_view path) {
  Parts out;
  path.remove_prefix(std::min(path.size(), review_prefix.size()));
  while (true) {
    const auto slash = path.find('/');
    out.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return out;
    path.remove_prefix(slash + 1);
  }
}

std::int64_t number_in(const net::Request& request, const std::string& key,
                       std::int64_t otherwise) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) return otherwise;
  const auto& text = found->second;
  std::int64_t out = otherwise;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc{} ? std::clamp<std::int64_t>(out, 0, INT64_MAX) : otherwise;
}

std::string text_in(const net::Request& request, const std::string& key) {
  const auto found = request.query.find(key);
  return found == request.query.end() ? std::string() : found->second;
}

std::vector<std::string> list_in(const net::Request& request, const std::string& key) {
  std::vector<std::string> out;
  const auto text = text_in(request, key);
  std::string_view rest = text;
  while (!rest.empty() && out.size() < 2 * most_ids) {
    const auto comma = rest.find(',');
    if (comma != 0) out.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == rest.npos ? rest.size() : comma + 1);
  }
  return out;
}

net::Response unknown() {
  return refusal_of(Error(ErrorCode::review_unknown));
}

void answer(review::Archive& archive, const net::ResponderRef& to, Answering answering,
            int status = 200) {
  const bool is_taken = archive.post([to, answering = std::move(answering), status](Reading& room) {
    const auto said = answering(room);
    to->respond(said ? net::json_response(status, net::dump(*said)) : refusal_of(said.error()));
  });
  if (!is_taken) to->respond(refusal_of(Error(ErrorCode::busy, "64 requests wait")));
}

review::ChatQuery chat_query(const net::Request& request) {
  review::ChatQuery out;
  out.from = number_in(request, "from", 0);
  out.to = number_in(request, "to", INT64_MAX);
  out.limit = static_cast<std::size_t>(
      std::clamp<std::int64_t>(number_in(request, "limit", usual_lines), 1, most_lines));
  out.seq_after = number_in(request, "seq_after", 0);
  for (const auto& name : list_in(request, "kinds"))
    if (const auto kind = chat::kind_of(name)) out.kinds.push_back(*kind);
  return out;
}

// A recording or a clip of the Session, and nothing else that lies there.
net::Response media_of(const review::Archive& archive, const std::string& id,
                       const std::string& name) {
  if (!review::is_session_id(id)) return unknown();
  net::Response out;
  out.below = archive.library().string();
  if (session::is_recording_name(name))
    out.file = id + "/" + name;
  else if (review::is_session_id(name) && name.ends_with(".mp4"))
    out.file = id + "/clips/" + name;
  else
    return unknown();
  return out;
}

// A small picture: in the Session's own folder or in the cache.
void give_thumbnail(review::Archive& archive, const net::ResponderRef& to, const std::string& id,
                    const std::string& name) {
  const bool is_taken = archive.post([to, id, name](Reading& room) {
    const auto file = room.thumbnail(id, name);
    if (!file) return to->respond(refusal_of(file.error()));
    net::Response out;
    out.below = file->parent_path().string();
    out.file = file->filename().string();
    out.content_type = "image/jpeg";
    to->respond(std::move(out));
  });
  if (!is_taken) to->respond(refusal_of(Error(ErrorCode::busy, "64 requests wait")));
}

void give_export(review::Archive& archive, const net::ResponderRef& to,
                 std::function<Result<review::ExportFile>(Reading&)> making) {
  const bool is_taken = archive.post_export([to, making = std::move(making)](Reading& room) {
    auto made = making(room);
    if (!made) return to->respond(refusal_of(made.error()));
    net::Response out;
    out.content_type = made->content_type;
    out.headers = {{"Content-Disposition",
                    "attachment; filename*=UTF-8''" + review::percent_encoded(made->name)},
                   {"Cache-Control", "no-store"}};
    out.body = std::make_shared<const std::string>(std::move(made->bytes));
    to->respond(std::move(out));
  });
  if (!is_taken) to->respond(refusal_of(Error(ErrorCode::busy, "16 exports wait")));
}

review::ExportWishes export_wishes(const net::Request& request) {
  return {text_in(request, "names") == "1", text_in(request, "lang") == "en"};
}

// What is asked of one Session: /api/review/sessions/ID/...
void get_of_session(review::Archive& archive, const Parts& parts, const net::Request& request,
                    const net::ResponderRef& to) {
  const auto& id = parts[1];
  const std::string what = parts.size() > 2 ? parts[2] : "";
  if (parts.size() == 2)
    return answer(archive, to, [id](Reading& room) { return room.evening(id); });
  if (parts.size() == 4 && what == "media") return to->respond(media_of(archive, id, parts[3]));
  if (parts.size() == 4 && what == "thumbnails") return give_thumbnail(archive, to, id, parts[3]);
  if (parts.size() == 4 && what == "export")
    return give_export(archive, to,
                       [id, kind = parts[3], wishes = export_wishes(request)](Reading& room) {
                         return room.export_file(id, kind, wishes);
                       });
  if (parts.size() != 3) return to->respond(unknown());
  if (what == "chat")
    return answer(archive, to, [id, query = chat_query(request)](Reading& room) {
      return room.chat(id, query);
    });
  if (what == "before")
    return answer(archive, to, [id, t = number_in(request, "t", 0)](Reading& room) {
      return room.before(id, t);
    });
  if (what == "notes") return answer(archive, to, [id](Reading& room) { return room.notes(id); });
  if (what == "sound") return answer(archive, to, [id](Reading& room) { return room.sound(id); });
  if (what == "pictures")
    return answer(archive, to, [id](Reading& room) { return room.pictures(id); });
  if (what == "keeping")
    return answer(archive, to, [id](Reading& room) { return room.keeping(id); });
  if (what == "peaks") return answer(archive, to, [id](Reading& room) { return room.peaks(id); });
  to->respond(unknown());
}

void get(review::Archive& archive, const net::Request& request, const net::ResponderRef& to) {
  if (!may(role_of(request), "reviewer")) return to->respond(refusal_of(Error(ErrorCode::denied)));
  const auto parts = parts_of(request.path);
  const auto& what = parts[0];
  if (what == "sessions" && parts.size() == 1)
    return answer(archive, to, [](Reading& room) { return room.sessions(); });
  if (what == "sessions") return get_of_session(archive, parts, request, to);
  if (what == "compare" && parts.size() == 1)
    return answer(archive, to,
                  [ids = list_in(request, "ids")](Reading& room) { return room.compare(ids); });
  if (what == "search" && parts.size() == 1) {
    review::SearchQuery query;
    query.text = text_in(request, "q");
    query.session = text_in(request, "session");
    query.limit =
        static_cast<std::size_t>(std::clamp<std::int64_t>(number_in(request, "limit", 50), 1, 200));
    query.offset = static_cast<std::size_t>(
        std::clamp<std::int64_t>(number_in(request, "offset", 0), 0, 5000));
    return answer(archive, to,
                  [query = std::move(query)](Reading& room) { return room.search(query); });
  }
  if (what == "month" && parts.size() == 2)
    return give_export(archive, to,
                       [name = parts[1], wishes = export_wishes(request)](Reading& room) {
                         return room.month(name, wishes);
                       });
  if (what == "jobs" && parts.size() == 2)
    return answer(archive, to, [job = parts[1]](Reading& room) { return room.job(job); });
  to->respond(unknown());
}

using Posting = std::function<Result<OrderedJson>(Reading&, const Json&)>;

// Who may, and what is done; an empty `doing` for what there is not.
struct Deed {
  bool is_here_only = false;
  int status = 200;
  Posting doing;
};

Deed deed_of(const Parts& parts, const net::Request& request) {
  const auto& what = parts[0];
  if (what == "merge" && parts.size() == 1)
    return {true, 200, [](Reading& room, const Json& said) -> Result<OrderedJson> {
              XB_TRY_ASSIGN(const auto from, net::require_string(said, "from"));
              return room.merge(from);
            }};
  if (what == "import" && parts.size() == 1)
    return {true, 202, [](Reading& room, const Json& said) { return room.import(said); }};
  if (what == "jobs" && parts.size() == 2)
    return {false, 200, [job = parts[1]](Reading& room, const Json& said) -> Result<OrderedJson> {
              const auto is_wished = net::optional_bool(said, "cancel");
              if (!is_wished || !is_wished->value_or(false))
                return Error(ErrorCode::json_invalid, "cancel: true");
              return room.cancel(job);
            }};
  if (what != "sessions" || parts.size() < 3) return {};
  const auto& id = parts[1];
  const auto& part = parts[2];
  if (part == "notes" && parts.size() == 3)
    return {false, 200,
            [id](Reading& room, const Json& said) { return room.write_note(id, said); }};
  if (part == "notes" && parts.size() == 4)
    return {false, 200, [id, note = parts[3]](Reading& room, const Json& said) {
              return room.change_note(id, note, said);
            }};
  if (parts.size() != 3) return {};
  if (part == "copy")
    return {true, 202, [id](Reading& room, const Json& said) { return room.copy(id, said); }};
  if (part == "clips")
    return {false, 202, [id](Reading& room, const Json& said) { return room.clip(id, said); }};
  if (part == "delete")
    return {
        false, 200,
        [id, role = std::string(name_of(role_of(request))), who = who_of(request)](
            Reading& room, const Json& said) { return room.agree_to_delete(id, said, role, who); }};
  if (part == "sign")
    return {false, 200, [id](Reading& room, const Json& said) { return room.sign(id, said); }};
  return {};
}

void post(review::Archive& archive, const net::Request& request, const net::ResponderRef& to) {
  if (auto refused = refused_type(request)) return to->respond(std::move(*refused));
  const auto role = role_of(request);
  if (role != Role::operator_ && role != Role::reviewer)
    return to->respond(refusal_of(Error(ErrorCode::denied)));
  auto deed = deed_of(parts_of(request.path), request);
  if (!deed.doing) return to->respond(unknown());
  if (deed.is_here_only && !is_here(request))
    return to->respond(refusal_of(Error(ErrorCode::pair_elsewhere)));
  const auto json = net::parse_json(request.body);
  if (!json || !json->is_object())
    return to->respond(
        refusal_of(json ? Error(ErrorCode::json_invalid, "expected an object") : json.error()));
  answer(
      archive, to,
      [doing = std::move(deed.doing), said = *json](Reading& room) { return doing(room, said); },
      deed.status);
}

}  // namespace

void serve_review(net::Server& server, review::Archive& archive) {
  server.get_below(std::string(review_prefix),
                   [&archive](const net::Request& request, const net::ResponderRef& to) {
                     get(archive, request, to);
                   });
  server.post_below(std::string(review_prefix),
                    [&archive](const net::Request& request, const net::ResponderRef& to) {
                      post(archive, request, to);
                    });
}

}  // namespace xb::control
