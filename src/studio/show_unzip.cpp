// Every entry is named, sized and judged before a byte of it is unpacked.
// SPDX-License-Identifier: Apache-2.0
#include <zip.h>

#include <algorithm>
#include <memory>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "overlay/picture.h"
#include "studio/schema.h"
#include "studio/show_bundle.h"
#include "studio/show_write.h"
#include "studio/show_zip.h"
#include "studio/text_file.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

// A deflated file is 1032 times its size at the most; tables of a village are 10 times as large.
constexpr std::uint64_t most_ratio = 200;
constexpr std::uint64_t little_unzipped = 1U << 20U;  // of which the ratio says nothing
constexpr std::size_t longest_path = 255;             // bytes
constexpr std::uint32_t file_kind_mask = 0170000;     // of the mode of a Unix file
constexpr std::uint32_t link_kind = 0120000;

struct ArchiveClose {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Archive = std::unique_ptr<zip_t, ArchiveClose>;

struct Entry {
  zip_uint64_t index = 0;
  std::uint64_t size = 0;
  std::string path;  // within the Show
};

// UTF-8 with slashes, as Windows in China and in all of the world, macOS and Linux write them.
Result<std::string> path_of_entry(const char* raw) {
  std::string path(raw);
  if (first_bad_byte(path)) path = from_gb18030(path).value_or("");
  std::replace(path.begin(), path.end(), '\\', '/');
  const fs::path named(path);
  const bool climbs = std::find(named.begin(), named.end(), fs::path("..")) != named.end();
  const bool is_odd = std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == ':' || c == 0x7F;
  });
  if (path.empty() || path.size() > longest_path || path.front() == '/' || climbs || is_odd)
    return refused_zip("里面有放到别处去的文件名", "A name in it leads out of its folder");
  return named.lexically_normal().generic_string();
}

Error damaged_zip() {
  return refused_zip("压缩包坏了：重新拷贝一次", "The archive is damaged: copy it again");
}

Status judge_entry(zip_t* zip, const zip_stat_t& stat, const std::string& path) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(zip, stat.index, 0, &system, &attributes) != 0)
    return damaged_zip();
  if (((attributes >> 16U) & file_kind_mask) == link_kind)
    return refused_zip("“" + path + "”只是一个链接", path + " is a link");
  if (stat.encryption_method != ZIP_EM_NONE)
    return refused_zip("压缩包有密码", "The archive has a password");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    return refused_zip("压缩的方法不认识，用 zip 的普通压缩",
                       "It is packed in a way that is not taken: use plain zip");
  if (stat.size > little_unzipped && stat.size / most_ratio > stat.comp_size)
    return refused_zip("“" + path + "”压得太狠，不像是真的",
                       path + " is packed far more than a real file can be");
  return ok();
}

constexpr zip_uint64_t all_known = ZIP_STAT_NAME | ZIP_STAT_INDEX | ZIP_STAT_SIZE |
                                   ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD |
                                   ZIP_STAT_ENCRYPTION_METHOD;

Result<std::vector<Entry>> entries_of_zip(zip_t* zip) {
  const auto count = zip_get_num_entries(zip, 0);
  if (count > static_cast<zip_int64_t>(most_zip_entries))
    return Error(ErrorCode::show_zip_too_large, std::to_string(count));
  std::vector<Entry> out;
  std::uint64_t bytes = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &stat) != 0 ||
        (stat.valid & all_known) != all_known)
      return damaged_zip();
    XB_TRY_ASSIGN(auto path, path_of_entry(stat.name));
    XB_TRY(judge_entry(zip, stat, path));
    bytes += stat.size;
    if (bytes > most_unzipped_bytes) return Error(ErrorCode::show_zip_too_large, path);
    if (path.back() != '/') out.push_back({index, stat.size, std::move(path)});
  }
  return out;
}

// The folder in the archive that is the Show: where the topmost show.toml is.
Result<std::string> root_of(const std::vector<Entry>& entries) {
  const Entry* best = nullptr;
  const auto depth = [](const Entry& one) {
    return std::count(one.path.begin(), one.path.end(), '/');
  };
  for (const auto& one : entries) {
    const bool is_show = fs::path(one.path).filename() == "show.toml";
    if (is_show && (best == nullptr || depth(one) < depth(*best))) best = &one;
  }
  if (best == nullptr) return refused_zip("里面没有 show.toml", "There is no show.toml in it");
  return best->path.substr(0, best->path.size() - std::string_view("show.toml").size());
}

Result<std::string> unpack(zip_t* zip, const Entry& entry) {
  const auto damaged = refused_zip("“" + entry.path + "”坏了：重新拷贝一次压缩包",
                                   entry.path + " is damaged: copy the archive again");
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zip, entry.index, 0),
                                                               zip_fclose);
  if (file == nullptr) return damaged;
  std::string out(static_cast<std::size_t>(entry.size) + 1, '\0');  // one more shows a lie
  std::size_t have = 0;
  while (have < out.size()) {
    const auto read = zip_fread(file.get(), out.data() + have, out.size() - have);
    if (read < 0) return damaged;
    if (read == 0) break;
    have += static_cast<std::size_t>(read);
  }
  if (have != entry.size) return damaged;
  out.resize(have);
  return out;
}

Result<Bundle> unpack_all(zip_t* zip) {
  XB_TRY_ASSIGN(const auto entries, entries_of_zip(zip));
  XB_TRY_ASSIGN(const auto root, root_of(entries));
  Bundle out;
  std::set<std::string> seen;
  for (const auto& entry : entries) {
    if (entry.path.compare(0, root.size(), root) != 0) continue;
    const auto within = entry.path.substr(root.size());
    const auto* kind = kind_of(within);
    if (kind == nullptr) continue;
    if (entry.size > kind->most_bytes) return Error(ErrorCode::show_zip_too_large, within);
    if (!seen.insert(in_lower_case(within)).second)
      return refused_zip("“" + within + "”有两份", within + " is in it twice");
    XB_TRY_ASSIGN(auto bytes, unpack(zip, entry));
    if (kind->is_picture && !overlay::check_picture(bytes)) continue;
    out.insert_or_assign(within, std::move(bytes));
  }
  return out;
}

Error refused_for_problem(const Problem& problem, const fs::path& folder) {
  auto place = fs::path(problem.file).lexically_relative(folder).string();
  if (problem.line > 0) place += ":" + std::to_string(problem.line);
  return refused_zip(place + " " + problem.zh, place + " " + problem.en);
}

// show.toml as it is kept here.
Result<std::string> own_show_text(const std::string& text, const fs::path& folder) {
  Show show;
  show.folder = folder;
  std::vector<Problem> problems;
  if (first_bad_byte(without_bom(text)))
    return refused_zip("show.toml 的编码不是 UTF-8", "show.toml is not UTF-8");
  read_show_text(text, (folder / "show.toml").string(), show, problems);
  if (!problems.empty()) return refused_for_problem(problems.front(), folder);
  strip_show(show);
  for (auto& one : show.chat)
    one.is_enabled =
        one.is_enabled && (one.platform == ingest_platform || one.platform == "audience");
  return show_text(show);
}

// More than that many lists of entries are not even begun to be read: libzip keeps all of them.
bool has_many_entries(std::string_view bytes) {
  constexpr std::string_view sign = "PK\x01\x02";
  std::size_t count = 0;
  for (auto at = bytes.find(sign); at != bytes.npos; at = bytes.find(sign, at + sign.size()))
    if (++count > most_zip_entries) return true;
  return false;
}

}  // namespace

Result<Bundle> bundle_in_zip(std::string_view bytes) {
  if (bytes.size() > most_zip_bytes || has_many_entries(bytes))
    return Error(ErrorCode::show_zip_too_large);
  zip_error_t error;
  zip_error_init(&error);
  auto* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return Error(ErrorCode::internal, "libzip");
  const Archive zip(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (zip == nullptr) {
    zip_source_free(source);
    zip_error_fini(&error);
    return refused_zip("不是 zip 压缩包，或者坏了", "It is no zip archive, or a damaged one");
  }
  return unpack_all(zip.get());
}

Status unzip_show(std::string_view bytes, const fs::path& folder) {
  XB_TRY_ASSIGN(auto bundle, bundle_in_zip(bytes));
  XB_TRY_ASSIGN(auto text, own_show_text(bundle["show.toml"], folder));
  bundle["show.toml"] = std::move(text);
  XB_TRY(make_folder(folder));
  for (const auto& [path, file] : bundle) {
    if (const auto within = (folder / path).parent_path(); within != folder)
      XB_TRY(make_folder(within));
    XB_TRY(write_file_atomically(folder / path, file));
  }
  const auto loaded = load_show(folder, PictureLook::header);
  if (!loaded.problems.empty()) return refused_for_problem(loaded.problems.front(), folder);
  return sync_folder(folder);
}

}  // namespace xb::studio
