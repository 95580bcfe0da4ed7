// Files below a folder, for this room only: opened without ever leaving it, answered whole, in part
// or as unchanged. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/address.h"
#include "net/http_head.h"

namespace xb::net {

struct FileAnswer {
  int status = 404;
  Response response;  // without the body
  Descriptor file;    // open when bytes of it follow
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// `below` is a decoded path relative to `folder`. 404 for what is not there, hidden (a name that
// starts with a dot), no regular file, or behind a symbolic link.
FileAnswer answer_file(const std::string& folder, std::string_view below, const Head& head);

// The whole file at `path`; not open when it is no regular file.
struct WholeFile {
  Descriptor file;
  std::uint64_t bytes = 0;
};
WholeFile open_whole(const std::string& path);

std::string_view content_type_of(std::string_view name);

}  // namespace xb::net
