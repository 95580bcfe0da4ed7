// SPDX-License-Identifier: Apache-2.0
#include "load_usage.h"

#include <dirent.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

namespace xb::bench {

Usage usage_of(const std::vector<int>& pids) {
  Usage out;
  for (const int pid : pids) {
    const auto folder = "/proc/" + std::to_string(pid);
    if (DIR* tasks = opendir((folder + "/task").c_str())) {
      while (const auto* one = readdir(tasks)) {
        if (one->d_name[0] == '.') continue;
        std::uint64_t ran_ns = 0;
        std::ifstream(folder + "/task/" + one->d_name + "/schedstat") >> ran_ns;
        out.cpu_s += static_cast<double>(ran_ns) / 1e9;
      }
      closedir(tasks);
    }
    std::ifstream status(folder + "/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    status >> all >> resident;
    out.rss_mb += static_cast<double>(resident) * 4096 / 1048576;
  }
  return out;
}

double unsent_mb(int port) {
  std::ifstream table("/proc/net/tcp");
  table.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  std::uint64_t sum = 0;
  std::string place;
  std::string local;
  std::string remote;
  std::string state;
  std::string queues;  // "TTTTTTTT:RRRRRRRR", hexadecimal
  while (table >> place >> local >> remote >> state >> queues) {
    table.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    const auto colon = local.find(':');
    if (std::strtol(local.c_str() + colon + 1, nullptr, 16) != port) continue;
    sum += std::strtoull(queues.substr(0, queues.find(':')).c_str(), nullptr, 16);
  }
  return static_cast<double>(sum) / 1048576;
}

}  // namespace xb::bench
