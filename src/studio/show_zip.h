// A Show as one .zip: what is given away, and what is taken in. The one door to libzip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xb::studio {

inline constexpr std::size_t most_zip_bytes = 64U << 20U;
inline constexpr std::uint64_t most_unzipped_bytes = 256U << 20U;
inline constexpr std::size_t most_zip_entries = 2000;

// The bytes of NAME/show.toml, NAME/products.csv, ...: of the kinds of files a Show is made of, and
// nothing else that lies in its folder. Camera, microphone and push addresses are this computer's
// and stay here; addresses of chat lose what is behind `?` and before `@`. No value of the secrets
// file is in it: a Show that has one in some file is refused. Blocking. Errors: show_invalid,
// show_zip_invalid, show_zip_too_large.
Result<std::string> zip_show(const std::filesystem::path& folder, const std::string& name,
                             const std::filesystem::path& secrets);

// Makes `folder`, which is not there yet, from such an archive or from one that somebody made by
// hand of a Show's folder. Looked at before anything is written: the number of entries, their sizes
// and how far they were packed, that they lie inside, are no links and have no password. Only the
// kinds of files of a Show are taken, under names as UTF-8, and pictures by their header. Camera,
// microphone and push addresses are not taken, chats of others are switched off: whoever made the
// archive does not say what this computer connects to. In the end the Show's own reader judges it.
// On an error `folder` may be there, in part. Blocking, some seconds at the most. Errors:
// show_zip_invalid (with the sentence why), show_zip_too_large, file_unwritable.
Status unzip_show(std::string_view bytes, const std::filesystem::path& folder);

}  // namespace xb::studio
