// Asks kernels_portable and kernels_native in turn. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "benches.h"

namespace xb::bench {
namespace {

double answer_of(const std::string& program) {
  double ms = 0;
  FILE* out = popen(program.c_str(), "r");
  if (out == nullptr || std::fscanf(out, "%lf", &ms) != 1 || pclose(out) != 0) {
    std::fprintf(stderr, "failed: %s\n", program.c_str());
    std::exit(1);
  }
  return ms;
}

}  // namespace

Bench native_bench(const Settings& settings) {
  Bench bench("kernels");
  for (const char* what : {"blend", "planes", "camera"}) {
    const auto row = [&](const std::string& kind) {
      return bench.row(std::string(what) + ", " + kind,
                       [=] { return answer_of(settings.here + "/kernels_" + kind + " " + what); });
    };
    const auto portable = row("portable");
    const auto native = row("native");
    bench.at_most(std::string(what) + ", portable build / -march=native", portable, native, 1.05);
  }
  return bench;
}

}  // namespace xb::bench
