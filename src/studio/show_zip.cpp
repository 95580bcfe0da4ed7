// Read and searched for secrets before any of it is packed.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_zip.h"

#include <zip.h>

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "studio/schema.h"
#include "studio/secrets.h"
#include "studio/show_bundle.h"
#include "studio/show_write.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t least_secret = 6;  // shorter ones are found anywhere

std::string without_credentials(const std::string& url) {
  auto out = url.substr(0, url.find_first_of("?#"));
  const auto host = out.find("://");
  const auto at = out.find('@');
  if (host != std::string::npos && at != std::string::npos && at < out.find('/', host + 3))
    out.erase(host + 3, at - host - 2);
  return out;
}

std::vector<std::string> values_of(const Secrets& secrets) {
  std::vector<std::string> out;
  const auto add = [&](const Secret& one) {
    if (one.reveal().size() >= least_secret) out.push_back(one.reveal());
  };
  add(secrets.ingest);
  for (const auto& [name, key] : secrets.publish) add(key);
  for (const auto& [name, tokens] : secrets.chat)
    for (const auto& [kind, token] : tokens) add(token);
  return out;
}

Status refuse_secrets(const Bundle& bundle, const fs::path& secrets) {
  const auto loaded = load_secrets(secrets);
  if (!loaded.secrets) {  // what must not leave the house is not known
    const auto& first = loaded.problems.front();
    return refused_zip("密钥文件读不了，没法确认方案里没有直播码：" + first.zh,
                       "The secrets file cannot be read, so nobody can tell whether a key is in "
                       "the Show: " +
                           first.en);
  }
  for (const auto& value : values_of(*loaded.secrets)) {
    for (const auto& [path, bytes] : bundle) {
      if (bytes.find(value) == std::string::npos) continue;
      return refused_zip(path + " 里有直播码或口令：先把它从这个文件里删掉",
                         "A stream key or token stands in " + path + ": take it out first");
    }
  }
  return ok();
}

Result<Bundle> collect(const fs::path& folder, const fs::path& secrets) {
  Bundle out;
  std::error_code code;
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end;
       at.increment(code)) {
    const auto path = at->path().lexically_relative(folder).generic_string();
    const auto* kind = kind_of(path);
    std::error_code other;
    if (kind == nullptr || !fs::is_regular_file(at->symlink_status(other)) ||
        fs::equivalent(at->path(), secrets, other))
      continue;
    auto read = read_file(at->path(), kind->most_bytes);
    if (!read) continue;  // of no use to its own Show either, which its reader has said
    bytes += read->size();
    if (bytes > most_unzipped_bytes || out.size() >= most_zip_entries)
      return Error(ErrorCode::show_zip_too_large, folder.filename().string());
    out.insert_or_assign(path, std::move(*read));
  }
  if (code) return Error(ErrorCode::file_unreadable, folder.filename().string());
  return out;
}

Error zip_failed(zip_error_t& error) {
  std::string why = zip_error_strerror(&error);
  return Error(ErrorCode::internal, "libzip: " + why);
}

struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using ZipSource = std::unique_ptr<zip_source_t, SourceFree>;
struct ZipDiscard {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, ZipDiscard>;

Status add_entry(zip_t* zip, const std::string& path, const std::string& bytes, bool is_packed) {
  // `bytes` are read when the archive is closed
  auto* const source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
  if (source == nullptr) return zip_failed(*zip_get_error(zip));
  const auto index = zip_file_add(zip, path.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return zip_failed(*zip_get_error(zip));
  }
  zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                           is_packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                   0100644U << 16U);
  return ok();
}

Result<std::string> bytes_of(zip_source_t* source) {
  std::string out;
  if (zip_source_open(source) != 0) return zip_failed(*zip_source_error(source));
  zip_source_seek(source, 0, SEEK_END);
  const auto size = zip_source_tell(source);
  zip_source_seek(source, 0, SEEK_SET);
  if (size > 0) out.resize(static_cast<std::size_t>(size));
  const auto read = zip_source_read(source, out.data(), out.size());
  zip_source_close(source);
  if (read != size) return Error(ErrorCode::internal, "libzip: short");
  return out;
}

}  // namespace

Result<std::string> zip_show(const fs::path& folder, const std::string& name,
                             const fs::path& secrets) {
  const auto loaded = load_show(folder, PictureLook::header);
  if (!loaded.problems.empty())
    return Error(ErrorCode::show_invalid, loaded.problems.front().zh, loaded.problems.front().en);
  XB_TRY_ASSIGN(auto bundle, collect(folder, secrets));
  Show show;
  show.folder = folder;
  std::vector<Problem> problems;
  read_show_text(bundle["show.toml"], "show.toml", show, problems);
  strip_show(show);
  for (auto& one : show.chat) {
    one.url = without_credentials(one.url);
    one.api = without_credentials(one.api);
  }
  bundle["show.toml"] = show_text(show);
  XB_TRY(refuse_secrets(bundle, secrets));
  zip_error_t error;
  zip_error_init(&error);
  const ZipSource source(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (source == nullptr) return zip_failed(error);
  zip_source_keep(source.get());  // one for the archive, one for us to read it afterwards
  Zip zip(zip_open_from_source(source.get(), ZIP_TRUNCATE, &error));
  if (zip == nullptr) {
    zip_source_free(source.get());
    return zip_failed(error);
  }
  for (const auto& [path, bytes] : bundle)
    XB_TRY(add_entry(zip.get(), name + "/" + path, bytes, !kind_of(path)->is_picture));
  if (zip_close(zip.get()) != 0) return zip_failed(*zip_get_error(zip.get()));
  (void)zip.release();
  XB_TRY_ASSIGN(auto out, bytes_of(source.get()));
  if (out.size() > most_zip_bytes) return Error(ErrorCode::show_zip_too_large, name);
  return out;
}

}  // namespace xb::studio
