// What Linux is asked about a video device; a test puts one of its own in this place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace xb::output {

// Errors are negative: -ENODEV.
class DeviceCalls {
 public:
  virtual ~DeviceCalls() = default;
  // The nodes of video devices, in the order of their numbers.
  virtual std::vector<std::string> nodes() = 0;
  virtual int open(const std::string& path) = 0;  // for writing; never blocks
  virtual int control(int fd, unsigned long request, void* argument) = 0;
  virtual std::int64_t write(int fd, std::span<const std::uint8_t> bytes) = 0;
  virtual void close(int fd) = 0;
};

DeviceCalls& system_device_calls();

}  // namespace xb::output
