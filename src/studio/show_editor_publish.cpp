// Where it is pushed to: addresses into show.toml, keys into the secrets file and nowhere else.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "output/push_url.h"
#include "studio/schema_value.h"
#include "studio/show_editor.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_entries_asked = 32;
constexpr std::size_t tail_length = 4;
constexpr std::size_t least_for_a_tail = 16;  // of a shorter key four signs would tell too much

// What is asked for one entry.
struct Push {
  PublishShow show;
  std::string was;            // its former name
  std::optional<Secret> key;  // another one; empty: it is to be forgotten
};

FieldProblem at_entry(std::size_t index, std::string key, Sentence sentence) {
  FieldProblem out{.file = "show.toml",
                   .field = "publish." + std::move(key),
                   .zh = std::move(sentence.zh),
                   .en = std::move(sentence.en)};
  out.row = static_cast<int>(index) + 1;
  return out;
}

std::optional<Sentence> wrong_with_key(const std::string& url, const Secret& key) {
  const auto parsed = output::parse_push_url(url, key);
  if (parsed || parsed.error().code() != ErrorCode::output_refused) return std::nullopt;
  return Sentence{"直播码里有空格、汉字或太长：照平台给的重新复制一次",
                  "The stream key has blanks or other signs, or is too long: copy it again"};
}

Result<Push> read_push(const Json& asked, const std::vector<PublishShow>& former) {
  Push out;
  XB_TRY_ASSIGN(const auto was, net::optional_string(asked, "was"));
  out.was = was.value_or("");
  const auto before = std::find_if(former.begin(), former.end(),
                                   [&](const auto& one) { return one.name == out.was; });
  if (before != former.end()) out.show = *before;
  XB_TRY_ASSIGN(out.show.name, net::require_string(asked, "name"));
  XB_TRY_ASSIGN(const auto url, net::require_string(asked, "url"));
  XB_TRY_ASSIGN(const auto is_enabled, net::optional_bool(asked, "enabled"));
  XB_TRY_ASSIGN(const auto canvas, net::optional_string(asked, "canvas"));
  XB_TRY_ASSIGN(const auto key, net::optional_string(asked, "key"));
  XB_TRY_ASSIGN(const auto forgets, net::optional_bool(asked, "forget_key"));
  XB_TRY_ASSIGN(auto address, output::split_push_address(url));
  out.show.url = std::move(address.url);
  out.show.is_enabled = is_enabled.value_or(out.show.is_enabled);
  if (canvas) out.show.canvas = *canvas;
  if (!address.key.empty()) out.key = std::move(address.key);
  if (key && !key->empty()) out.key = Secret(*key);
  if (forgets.value_or(false)) out.key = Secret();
  return out;
}

// True when a key is another one now. A name that is new here does not come to a key somebody left
// under it, and one that was given up does not keep its own. Keys of names that are not asked about
// stay: another Show may use them.
bool put_keys(const std::vector<Push>& pushes, Secrets& secrets) {
  const auto former = secrets.publish;
  for (const auto& push : pushes) {
    if (push.was != push.show.name) secrets.publish.erase(push.show.name);
    if (!push.was.empty() && push.was != push.show.name) secrets.publish.erase(push.was);
  }
  for (const auto& push : pushes) {
    const auto kept = former.find(push.was);
    if (push.key && push.key->empty()) {
      secrets.publish.erase(push.show.name);
    } else if (push.key) {
      secrets.publish.insert_or_assign(push.show.name, *push.key);
    } else if (!push.was.empty() && push.was != push.show.name && kept != former.end()) {
      secrets.publish.insert_or_assign(push.show.name, kept->second);
    }
  }
  return former.size() != secrets.publish.size() ||
         !std::equal(former.begin(), former.end(), secrets.publish.begin(),
                     [](const auto& a, const auto& b) {
                       return a.first == b.first && a.second.reveal() == b.second.reveal();
                     });
}

}  // namespace

std::string publish_version(const Show& show) {
  Cells texts;
  for (const auto& one : show.publish) {
    texts.insert(texts.end(), {one.name, one.url, one.is_enabled ? "1" : "0", one.canvas});
  }
  return version_of(texts);
}

OrderedJson publish_json(const Show& show, const std::filesystem::path& file) {
  const auto loaded = load_secrets(file);
  OrderedJson list = OrderedJson::array();
  for (const auto& one : show.publish) {
    const auto* key = loaded.secrets ? loaded.secrets->key_of(one.name) : nullptr;
    const bool has_key = key != nullptr && !key->empty();
    const auto& text = has_key ? key->reveal() : std::string();
    list.push_back({{"name", one.name},
                    {"url", one.url},
                    {"enabled", one.is_enabled},
                    {"canvas", one.canvas},
                    {"has_key", has_key},
                    {"key_tail", text.size() >= least_for_a_tail
                                     ? OrderedJson(text.substr(text.size() - tail_length))
                                     : OrderedJson(nullptr)}});
  }
  OrderedJson problems = OrderedJson::array();
  for (const auto& problem : loaded.problems)
    problems.push_back({{"zh", problem.zh}, {"en", problem.en}});
  OrderedJson canvases = OrderedJson::array({video_canvas});
  for (const auto& one : show.canvases) canvases.push_back(one.name);
  return {{"version", publish_version(show)},
          {"list", std::move(list)},
          {"canvases", std::move(canvases)},
          {"secrets_problems", std::move(problems)}};
}

std::optional<std::string> ShowEditor::push_url(std::string_view name) const {
  auto show = read().show;
  const auto found = std::find_if(show.publish.begin(), show.publish.end(),
                                  [&](const auto& one) { return one.name == name; });
  if (found == show.publish.end()) return std::nullopt;
  return std::move(found->url);
}

Edited ShowEditor::save_publish(const Json& asked, std::string_view who) {
  const auto version = net::require_string(asked, "version");
  if (!version) return failure_of(version.error());
  const auto list = asked.find("list");
  if (list == asked.end() || !list->is_array() || list->size() > most_entries_asked)
    return failure_of(Error(ErrorCode::command_arguments, "list: 32 entries at the most"));
  const auto before = read();
  // first: what cannot be written must not change a key either
  if (!before.show_problems.empty()) return refused_for(before.show_problems);
  if (publish_version(before.show) != *version)
    return changed_by_another(publish_json(before.show, secrets_));
  auto loaded = load_secrets(secrets_);
  if (!loaded.secrets) {
    const auto& first = loaded.problems.front();
    return refusal_of(
        {{.file = "secrets", .field = "publish.key", .zh = first.zh, .en = first.en}});
  }
  auto after = before;
  after.show.publish.clear();
  std::vector<Push> pushes;
  std::vector<FieldProblem> wrong;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!(*list)[i].is_object()) return failure_of(Error(ErrorCode::command_arguments, "list"));
    auto push = read_push((*list)[i], before.show.publish);
    if (!push && push.error().code() == ErrorCode::output_unsupported) {
      wrong.push_back(at_entry(i, "url",
                               {"这个地址里有两个密钥（streamid 和 passphrase），只能有一个",
                                "This address has two secrets, streamid and passphrase: one is "
                                "all that can be kept"}));
      continue;
    }
    if (!push) return failure_of(push.error());
    if (push->key) {
      if (auto sentence = wrong_with_key(push->show.url, *push->key))
        wrong.push_back(at_entry(i, "key", std::move(*sentence)));
    }
    after.show.publish.push_back(push->show);
    pushes.push_back(std::move(*push));
  }
  if (!wrong.empty()) return refusal_of(wrong);
  if (auto now = new_problems(before, check(after)); !now.empty()) return refusal_of(now);
  // the key first: an entry without one cannot be pushed to
  const bool has_other_keys = put_keys(pushes, *loaded.secrets);
  if (has_other_keys) {
    if (const auto status = write_secrets(secrets_, *loaded.secrets); !status)
      return failure_of(status.error());
  }
  std::vector<std::string> restart;
  if (has_other_keys || before.show.publish != after.show.publish) restart.emplace_back("publish");
  auto body = done_body(restart);
  body["publish"] = publish_json(after.show, secrets_);
  return write_show(before, std::move(after), who, std::move(body));
}

}  // namespace xb::studio
