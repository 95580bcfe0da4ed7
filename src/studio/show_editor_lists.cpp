// The lists of show.toml that are edited whole: chats with their tokens, and further Canvases.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "studio/schema_value.h"
#include "studio/show_editor.h"
#include "studio/show_values.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_list_entries = 32;
constexpr std::size_t longest_token = 1000;
constexpr std::string_view for_record = "record";
// What the secrets file knows of a platform (studio/secrets.cpp).
constexpr std::array<std::string_view, 6> token_kinds{"token", "api_key", "client_id",
                                                      "code",  "key_id",  "key_secret"};

Error wrong_list(std::string what) {
  return Error(ErrorCode::command_arguments, std::move(what));
}

// One list, whichever it is.
struct ListOf {
  std::string_view name;
  Show& show;
  std::size_t size() const { return name == "chat" ? show.chat.size() : show.canvases.size(); }
  Target at(std::size_t i) const {
    if (name == "chat") return {.show = &show, .chat = &show.chat[i]};
    return {.show = &show, .canvas = &show.canvases[i]};
  }
  void clear() const {
    if (name == "chat") {
      show.chat.clear();
    } else {
      show.canvases.clear();
    }
  }
  Target add() const {
    if (name == "chat") {
      show.chat.emplace_back();
    } else {
      show.canvases.emplace_back();
    }
    return at(size() - 1);
  }
  std::string& name_at(std::size_t i) const {
    return name == "chat" ? show.chat[i].name : show.canvases[i].name;
  }
};

std::string list_version(const ListOf& list) {
  Cells texts;
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (const auto& field : schema_fields())
      if (field.table == list.name) texts.push_back(toml_text(field, field.slot(list.at(i))));
    if (list.name == "canvas") {
      texts.push_back(list.show.record.canvas);
      for (const auto& push : list.show.publish) texts.push_back(push.canvas);
    }
  }
  return version_of(texts);
}

// Who gets the picture of a Canvas.
OrderedJson users_of(const Show& show, const std::string& canvas) {
  OrderedJson out = OrderedJson::array();
  if (show.record.canvas == canvas) out.push_back(for_record);
  for (const auto& push : show.publish)
    if (push.canvas == canvas) out.push_back("push:" + push.name);
  return out;
}

OrderedJson list_json(const ListOf& list, const LoadedSecrets& secrets) {
  OrderedJson entries = OrderedJson::array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    OrderedJson values = OrderedJson::object();
    for (const auto& field : schema_fields())
      if (field.table == list.name)
        values[std::string(field.key)] = value_json(field, field.slot(list.at(i)));
    OrderedJson entry{{"values", std::move(values)}};
    if (list.name == "canvas") {
      entry["for"] = users_of(list.show, list.name_at(i));
    } else {
      OrderedJson has = OrderedJson::array();
      if (secrets.secrets) {
        const auto at = secrets.secrets->chat.find(list.name_at(i));
        if (at != secrets.secrets->chat.end())
          for (const auto& [kind, token] : at->second) has.push_back(kind);
      }
      entry["has"] = std::move(has);
    }
    entries.push_back(std::move(entry));
  }
  return {{"version", list_version(list)}, {"entries", std::move(entries)}};
}

// The values of one entry; what is wrong with them goes to `wrong`.
Status read_values(const Json& asked, const ListOf& list, std::size_t index,
                   std::vector<FieldProblem>& wrong) {
  XB_TRY_ASSIGN(const auto* const values, net::require_object(asked, "values"));
  const auto target = list.at(index);
  ChatShow usual_chat;
  CanvasShow usual_canvas;
  const Target usual{.show = target.show, .chat = &usual_chat, .canvas = &usual_canvas};
  for (const auto& [key, value] : values->items()) {
    const auto* field = field_named(list.name, key);
    if (field == nullptr) return wrong_list("values: a name that is no key");
    const auto slot = field->slot(target);
    const bool is_none = value.is_null() || (value.is_string() && value.get<std::string>().empty());
    if (is_none) {
      set_to_usual(slot, field->slot(usual));
    } else if (auto sentence = store(*field, toml_of(value), slot)) {
      FieldProblem told{.file = "show.toml",
                        .field = path_of(*field),
                        .zh = std::move(sentence->zh),
                        .en = std::move(sentence->en)};
      told.row = static_cast<int>(index) + 1;
      wrong.push_back(std::move(told));
    }
  }
  return ok();
}

using Tokens = std::map<std::string, Secret, std::less<>>;

bool is_token(const std::string& text) {
  return text.size() <= longest_token && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20U && c != 0x7F;
         });
}

// What the entry keeps of its former tokens and is given anew.
Result<Tokens> tokens_of(const Json& asked, const std::string& was, const Secrets& secrets) {
  Tokens out;
  if (const auto at = secrets.chat.find(was); at != secrets.chat.end()) out = at->second;
  const auto given = asked.find("secrets");
  if (given == asked.end() || given->is_null()) return out;
  if (!given->is_object()) return wrong_list("secrets: an object");
  for (const auto& [kind, value] : given->items()) {
    if (std::find(token_kinds.begin(), token_kinds.end(), kind) == token_kinds.end())
      return wrong_list("secrets: token, api_key, client_id, code, key_id, key_secret");
    if (value.is_null()) {
      out.erase(kind);
      continue;
    }
    if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
        !is_token(value.get_ref<const std::string&>()))
      return wrong_list("secrets." + kind + ": no blanks, 1000 bytes at the most");
    out.insert_or_assign(kind, Secret(value.get<std::string>()));
  }
  return out;
}

// Those who had a Canvas that is gone get the main one; those asked for get this.
Status give_canvas(const Json& asked, const std::string& was, const std::string& name, Show& show) {
  const auto rename = [&](std::string& canvas) {
    if (!was.empty() && canvas == was) canvas = name;
  };
  rename(show.record.canvas);
  for (auto& push : show.publish) rename(push.canvas);
  const auto users = asked.find("for");
  if (users == asked.end()) return ok();
  if (!users->is_array()) return wrong_list("for: a list");
  const auto is_asked = [&](const std::string& user) {
    return std::any_of(users->begin(), users->end(),
                       [&](const auto& one) { return one.is_string() && one == user; });
  };
  const auto give = [&](const std::string& user, std::string& canvas) {
    if (is_asked(user)) {
      canvas = name;
    } else if (canvas == name) {
      canvas = std::string(video_canvas);
    }
  };
  give(std::string(for_record), show.record.canvas);
  for (auto& push : show.publish) give("push:" + push.name, push.canvas);
  return ok();
}

void return_to_main(Show& show) {
  const auto look = [&](std::string& canvas) {
    const bool is_there = std::any_of(show.canvases.begin(), show.canvases.end(),
                                      [&](const auto& one) { return one.name == canvas; });
    if (!is_there) canvas = std::string(video_canvas);
  };
  look(show.record.canvas);
  for (auto& push : show.publish) look(push.canvas);
}

}  // namespace

OrderedJson lists_json(const Show& show, const std::filesystem::path& file) {
  auto written = show;
  const auto secrets = load_secrets(file);
  return {{"chat", list_json({"chat", written}, secrets)},
          {"canvas", list_json({"canvas", written}, secrets)}};
}

Edited ShowEditor::save_list(const Json& asked, std::string_view who) {
  const auto name = net::require_string(asked, "list");
  const auto version = net::require_string(asked, "version");
  if (!name) return failure_of(name.error());
  if (!version) return failure_of(version.error());
  if (*name != "chat" && *name != "canvas") return failure_of(wrong_list("list: chat or canvas"));
  const auto entries = asked.find("entries");
  if (entries == asked.end() || !entries->is_array() || entries->size() > most_list_entries)
    return failure_of(wrong_list("entries: 32 at the most"));
  auto before = read();
  if (!before.show_problems.empty()) return refused_for(before.show_problems);
  if (list_version({*name, before.show}) != *version)
    return changed_by_another(lists_json(before.show, secrets_)[*name]);
  auto loaded = load_secrets(secrets_);
  if (!loaded.secrets) {
    const auto& first = loaded.problems.front();
    return refusal_of({{.file = "secrets", .zh = first.zh, .en = first.en}});
  }
  auto after = before;
  const ListOf list{*name, after.show};
  list.clear();
  std::vector<FieldProblem> wrong;
  auto chat_secrets = loaded.secrets->chat;
  for (const auto& one : before.show.chat)
    if (*name == "chat") chat_secrets.erase(one.name);
  for (const auto& entry : *entries) {
    if (!entry.is_object()) return failure_of(wrong_list("entries"));
    const auto was = net::optional_string(entry, "was");
    if (!was) return failure_of(was.error());
    list.add();
    const auto index = list.size() - 1;
    if (const auto read = read_values(entry, list, index, wrong); !read)
      return failure_of(read.error());
    auto& own = list.name_at(index);
    if (*name == "chat") {
      if (own.empty()) own = after.show.chat[index].platform;
      auto tokens = tokens_of(entry, was->value_or(""), *loaded.secrets);
      if (!tokens) return failure_of(tokens.error());
      if (!tokens->empty()) chat_secrets.insert_or_assign(own, std::move(*tokens));
    } else if (const auto given = give_canvas(entry, was->value_or(""), own, after.show); !given) {
      return failure_of(given.error());
    }
  }
  if (*name == "canvas") return_to_main(after.show);
  if (!wrong.empty()) return refusal_of(wrong);
  if (auto now = new_problems(before, check(after)); !now.empty()) return refusal_of(now);
  const bool has_other_tokens = secrets_text(*loaded.secrets) != [&] {
    auto other = *loaded.secrets;
    other.chat = chat_secrets;
    return secrets_text(other);
  }();
  if (has_other_tokens) {
    loaded.secrets->chat = std::move(chat_secrets);
    if (const auto status = write_secrets(secrets_, *loaded.secrets); !status)
      return failure_of(status.error());
  }
  std::vector<std::string> restart;
  if (has_other_tokens || list_version(list) != *version) restart.push_back(*name);
  auto body = done_body(restart);
  body["list"] = lists_json(after.show, secrets_)[*name];
  return write_show(before, std::move(after), who, std::move(body));
}

OrderedJson schema_json() {
  Show show;
  ChatShow chat;
  PublishShow publish;
  CanvasShow canvas;
  const Target blank{&show, &chat, &publish, &canvas};
  OrderedJson tables = OrderedJson::array();
  for (const auto& table : schema_tables()) {
    OrderedJson fields = OrderedJson::array();
    for (const auto& field : schema_fields()) {
      if (field.table != table.name) continue;
      const auto slot = field.slot(blank);
      fields.push_back({{"key", field.key},
                        {"kind", kind_of_field(field, slot)},
                        {"required", field.need == Need::required},
                        {"least", field.least},
                        {"most", field.most},
                        {"choices", choices_of(field)},
                        {"usual", value_json(field, slot)},
                        {"example", field.example},
                        {"at_once", field.effect == Effect::at_once},
                        {"zh", field.help_zh},
                        {"en", field.help_en}});
    }
    tables.push_back({{"name", table.name},
                      {"is_list", table.is_list},
                      {"zh", table.help_zh},
                      {"en", table.help_en},
                      {"fields", std::move(fields)}});
  }
  return {{"tables", std::move(tables)}};
}

}  // namespace xb::studio
