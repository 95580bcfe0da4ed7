// The first Show; starts a browser. SPDX-License-Identifier: Apache-2.0
#include "app/own_show.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <system_error>

#include "base/files.h"
#include "base/log.h"
#include "studio/show_shelf.h"

namespace xb::app {

namespace fs = std::filesystem;

Result<fs::path> own_show(const fs::path& data, const fs::path& assets) {
  const auto shows = data / "shows";
  if (auto chosen = studio::chosen_show(shows)) return std::move(*chosen);
  auto own = shows / "main";
  XB_TRY(make_folder(shows));
  const auto beside = shows / (".new-" + std::to_string(::getpid()));
  std::error_code code;
  fs::remove_all(beside, code);
  if (auto copied = studio::copy_example(assets / "shows" / "landscape", beside); !copied) {
    fs::remove_all(beside, code);
    return std::move(copied).error();
  }
  XB_TRY(studio::begin_walk(shows));
  fs::rename(beside, own, code);
  if (code) {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
    return Error(ErrorCode::file_unwritable, own.string() + ": " + code.message());
  }
  XB_TRY(sync_folder(shows));
  return own;
}

void open_page(const std::string& address) {
  // the shell leaves at once and the browser to itself; where there is none, that is said
  std::string script = R"({ xdg-open "$0" >/dev/null 2>&1 || printf '%s\n' "$1" >&2; } &)";
  std::string shell = "sh";
  std::string option = "-c";
  std::string url = address;
  std::string advice = "没有打开浏览器：请在浏览器里打开 " + address +
                       " / No browser was opened: open " + address + " in one";
  const std::array<char*, 6> args{shell.data(), option.data(), script.data(),
                                  url.data(),   advice.data(), nullptr};
  posix_spawnattr_t how;
  ::posix_spawnattr_init(&how);
  sigset_t none;
  ::sigemptyset(&none);  // those of this process are blocked
  ::posix_spawnattr_setsigmask(&how, &none);
  ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, "/bin/sh", nullptr, &how, args.data(), environ);
  ::posix_spawnattr_destroy(&how);
  if (failed != 0)
    return log_warn("app", "no browser: {}", std::generic_category().message(failed));
  ::waitpid(child, nullptr, 0);
}

}  // namespace xb::app
