// xiangbo: one process from camera to platform.
// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <iostream>
#include <variant>

#include "app/options.h"
#include "app/verbs.h"
#include "media/av.h"
#include "output/srt_log.h"

int main(int argc, char** argv) {
  using namespace xb::app;
  ::signal(SIGPIPE, SIG_IGN);
  auto parsed = parse_command_line(argc, argv);
  if (const auto* code = std::get_if<int>(&parsed)) return *code;
#ifdef __GLIBC__
  // Twenty threads with a heap of their own each keep what a flood of chat needed for a moment: 10
  // s of 5000 messages a second leave 25 MiB behind in two heaps, 31 in as many as there are
  // threads.
  ::mallopt(M_ARENA_MAX, 2);
  // What is large goes back when it is freed. Left alone, the limit grows with the first picture that
  // is freed, and each encoder opened anew leaves a hole of its size: 26 MiB after six of them, 12
  // so.
  ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
  // before any thread exists, so that all leave these signals to the one that waits for them
  block_stop_signals();
  xb::media::route_av_log();
  xb::output::route_srt_log();
  try {
    return std::visit([](const auto& options) { return run(options); }, std::get<Options>(parsed));
  } catch (const std::exception& thrown) {
    const xb::Error error(xb::ErrorCode::internal, thrown.what());
    std::cerr << error.zh() << '\n' << error.en() << '\n';
    return exit_failed;
  }
}
