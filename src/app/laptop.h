// Laptop: keeps the computer awake while live, and looks at its battery.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/result.h"
#include "base/worker.h"

namespace xb::app {

// While it exists, login1 neither sleeps nor goes idle, nor minds the lid.
class SleepLock {
 public:
  // `bus` is an address of D-Bus; empty: the system's. Nothing without a bus: then there is no
  // login1, and nobody who would put the computer to sleep. Blocks 2 s at the most. Errors:
  // sleep_not_inhibited.
  static Result<std::optional<SleepLock>> take(const std::string& bus);
  SleepLock(SleepLock&& other) noexcept;
  SleepLock& operator=(SleepLock&& other) noexcept;
  ~SleepLock();

 private:
  explicit SleepLock(int fd) : fd_(fd) {}
  int fd_;  // login1 lets go when it is closed
};

struct Battery {
  int percent = 100;
  std::optional<int> minutes;  // until it is empty, where the kernel tells
};
// Of the batteries below `power_supply` (/sys/class/power_supply) that are being emptied the one
// that is soonest empty; nothing while there is none, or power comes from the wall.
std::optional<Battery> emptying_battery(const std::filesystem::path& power_supply);

struct LaptopSettings {
  std::filesystem::path power_supply = "/sys/class/power_supply";
  std::string bus = {};
  Duration look_every = std::chrono::seconds(1);
};

// Thread: owner's; `laptop` runs inside and asks `is_on_air` there. Keeps `laptop.sleep` and
// `laptop.battery` in Health: below 30 %, or half an hour, of a battery.
class Laptop {
 public:
  Laptop(std::function<bool()> is_on_air, LaptopSettings settings, Clock& clock, Health& health);
  ~Laptop();

 private:
  void run(const std::stop_token& stop);
  void look_at_sleep();
  void look_at_battery();

  const std::function<bool()> is_on_air_;
  const LaptopSettings settings_;
  Clock& clock_;
  Health& health_;
  std::optional<SleepLock> lock_;
  bool was_on_air_ = false;
  bool is_low_ = false;
  Worker worker_;
};

}  // namespace xb::app
