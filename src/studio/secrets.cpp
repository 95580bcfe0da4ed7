// Reads the secrets file after looking at whose it is.
// SPDX-License-Identifier: Apache-2.0
#include "studio/secrets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.h"
#include "studio/schema_value.h"
#include "studio/text_file.h"
#include "studio/toml_tree.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_bytes = 64U * 1024U;
constexpr std::size_t most_secret_bytes = 1024;

// Nothing when the file is there and may be read.
std::optional<Error> refusal(const std::filesystem::path& file, bool& is_missing) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) {
    is_missing = errno == ENOENT || errno == ENOTDIR;
    return is_missing ? std::nullopt
                      : std::optional(Error(ErrorCode::file_unreadable, file.string()));
  }
  const auto mode = facts.st_mode & 07777U;
  const bool is_ours = facts.st_uid == ::geteuid() || facts.st_uid == 0;
  if (mode != 0600U || !is_ours) return Error(ErrorCode::secrets_mode, file.string());
  return std::nullopt;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20U && c != 0x7F; });
}

// An empty Secret when it was reported.
Secret secret_of(const TomlEntry& entry, const Reporter& report) {
  const auto& value = entry.value;
  if (value.kind != TomlKind::text || value.text.empty() || value.text.size() > most_secret_bytes ||
      !is_printable(value.text)) {
    report.add(value.place,
               {"要写成一段带英文双引号的文字，里面没有空格和换行：照平台给的重新复制一次",
                "It must be one text in \"quotes\" without blanks: copy it again from the "
                "platform"});
    return {};
  }
  return Secret(value.text);
}

void read_chat(const TomlEntry& part, std::map<std::string, Secret, std::less<>>& out,
               const Reporter& report) {
  constexpr std::array known{"token", "api_key", "client_id", "code", "key_id", "key_secret"};
  for (const auto& entry : part.value.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      out.insert_or_assign(entry.key, secret_of(entry, report));
    } else {
      report.add(entry.place,
                 {"平台的口令只有 token、api_key、client_id、code、key_id、key_secret 这几种",
                  "A platform has token, api_key, client_id, code, key_id and key_secret only"});
    }
  }
}

void read_section(const TomlEntry& section, Secrets& secrets, const Reporter& report) {
  if (section.key != "publish" && section.key != "chat") {
    return report.add(section.place,
                      {"密钥文件里只有 [publish] 和 [chat] 两段：删掉，或改成其中一个",
                       "A secrets file has [publish] and [chat] only: take this away or correct "
                       "it"});
  }
  if (section.value.kind != TomlKind::table) {
    return report.add(section.place, {"这一段的开头要单独一行写成 [publish] 或 [chat]",
                                      "It must begin with a line of its own: [publish] or [chat]"});
  }
  for (const auto& entry : section.value.entries) {
    if (section.key == "publish") {
      secrets.publish.insert_or_assign(entry.key, secret_of(entry, report));
    } else if (entry.value.kind == TomlKind::table) {
      read_chat(entry, secrets.chat[entry.key], report);
    } else if (entry.key == "ingest") {
      secrets.ingest = secret_of(entry, report);
    } else {
      report.add(entry.place,
                 {"[chat] 里只能写 ingest = \"口令\"；平台的口令另写一段 [chat.\"名字\"]",
                  "[chat] knows only ingest = \"token\"; the tokens of a platform "
                  "have a part [chat.\"NAME\"] of their own"});
    }
  }
}

}  // namespace

const Secret* Secrets::key_of(std::string_view publish_name) const {
  const auto at = publish.find(publish_name);
  return at == publish.end() ? nullptr : &at->second;
}

LoadedSecrets load_secrets(const std::filesystem::path& file) {
  LoadedSecrets out;
  const auto name = file.string();
  const Reporter report{name, out.problems};
  const auto refuse = [&](const Error& error) {
    out.problems.push_back({name, 0, 0, error.zh(), error.en()});
    return out;
  };
  bool is_missing = false;
  if (const auto error = refusal(file, is_missing)) return refuse(*error);
  if (is_missing) {
    out.secrets.emplace();
    return out;
  }
  const auto bytes = read_file(file, most_bytes);
  if (!bytes) return refuse(bytes.error());
  const auto text = without_bom(*bytes);
  if (const auto bad = first_bad_byte(text)) {
    report.add(place_of(text, *bad), {"文字编码不是 UTF-8：用 UTF-8 重新保存",
                                      "The text is not UTF-8: save it again as UTF-8"});
    return out;
  }
  const auto toml = parse_toml(text);
  if (!toml.root) {
    report.add(toml.place,
               {"这一行写得不对：应当是 名字 = \"直播码\"，名字里有汉字时也要加英文双引号",
                "This line is not TOML: it should be NAME = \"key\"; a name with "
                "other than letters, digits, - and _ needs quotes too"});
    return out;
  }
  Secrets secrets;
  for (const auto& section : toml.root->entries) read_section(section, secrets, report);
  if (out.problems.empty()) out.secrets = std::move(secrets);
  return out;
}

}  // namespace xb::studio
