// One line of text in a small file.
// SPDX-License-Identifier: Apache-2.0
#include "studio/listen_key.h"

#include "base/files.h"
#include "base/log.h"
#include "capture/listen.h"

namespace xb::studio {

Secret listen_key(const std::filesystem::path& data) {
  constexpr std::size_t most_bytes = 200;
  constexpr int owner_only = 0600;
  if (data.empty()) return capture::new_listen_secret();
  const auto file = data / "listen.key";
  if (auto text = read_file(file, most_bytes)) {
    while (!text->empty() && text->back() == '\n') text->pop_back();
    if (capture::is_listen_secret(*text)) return Secret(std::move(*text));
  }
  auto made = capture::new_listen_secret();
  auto kept = make_folder(data);
  if (kept) kept = write_file_atomically(file, made.reveal() + "\n", owner_only);
  if (!kept) log_warn("capture.listen", "{}", kept.error().log_line());
  return made;
}

}  // namespace xb::studio
