// SPDX-License-Identifier: Apache-2.0
#include "chat/public_form.h"

#include <algorithm>

#include "net/digest.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t most_remembered = 4096;
constexpr std::size_t id_letters = 16;  // 64 bits: enough to tell a village apart

bool is_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Where the person's id stands in an event's id by itself, as "follow-PERSON-TIME" has it.
std::size_t place_of(std::string_view person, std::string_view id, std::size_t from = 0) {
  for (auto at = id.find(person, from); at != id.npos; at = id.find(person, at + 1)) {
    const auto end = at + person.size();
    if ((at == 0 || !is_letter(id[at - 1])) && (end == id.size() || !is_letter(id[end]))) return at;
  }
  return id.npos;
}

bool names(const ChatEvent& event, std::string_view person) {
  const auto has = [&](const std::string& id) { return place_of(person, id) != id.npos; };
  return has(event.id) || std::any_of(event.ids.begin(), event.ids.end(), has);
}

std::string rewritten(const Numbered& event, const std::string& hidden) {
  auto said = event.event;
  const auto person = said.user->id;
  const auto hide = [&](std::string& id) {
    for (auto at = place_of(person, id); at != id.npos;
         at = place_of(person, id, at + hidden.size()))
      id.replace(at, person.size(), hidden);
  };
  said.user->id = hidden;
  hide(said.id);
  std::for_each(said.ids.begin(), said.ids.end(), hide);
  OrderedJson out = OrderedJson::object();
  out["seq"] = event.sequence;
  out.update(to_json(said));
  if (const auto role = role_name(event.sender); !role.empty()) out["role"] = role;
  return net::dump(out);
}

}  // namespace

PublicForm::PublicForm() {
  renew();
}

void PublicForm::renew() {
  key_ = net::random_hex(key_bytes);
  hidden_.clear();
}

// People speak more than once, and an HMAC is a third of what the relay does for an event.
const std::string& PublicForm::hidden(const std::string& platform, const std::string& id) {
  auto person = platform + '\n' + id;
  const auto known = hidden_.find(person);
  if (known != hidden_.end()) return known->second;
  if (hidden_.size() >= most_remembered) hidden_.clear();
  auto made = net::hmac_sha256_hex(key_, person).substr(0, id_letters);
  return hidden_.emplace(std::move(person), std::move(made)).first->second;
}

std::string PublicForm::of(const Numbered& event) {
  if (!event.event.user || event.event.user->id.empty()) return event.json;
  const auto& id = event.event.user->id;
  const auto& shown = hidden(event.event.platform, id);
  if (names(event.event, id)) return rewritten(event, shown);
  // Quotes inside texts are escaped, so that these can stand in one place only.
  const std::string before = R"("user":{"id":)";
  const auto at = event.json.find(before);
  const auto quoted = net::dump(OrderedJson(id));
  if (at == event.json.npos || event.json.compare(at + before.size(), quoted.size(), quoted) != 0)
    return rewritten(event, shown);
  auto out = event.json;
  out.replace(at + before.size(), quoted.size(), '"' + shown + '"');
  return out;
}

}  // namespace xb::chat
