// login1 through sd-bus, the battery through sysfs.
// SPDX-License-Identifier: Apache-2.0
#include "app/laptop.h"

#include <fcntl.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace xb::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* sleep_component = "laptop.sleep";
constexpr const char* battery_component = "laptop.battery";
constexpr std::uint64_t bus_deadline_us = 2'000'000;
constexpr int handshake_turns = 40;  // a quiet bus is waited for as long as the deadline
constexpr int low_percent = 30;
constexpr int low_minutes = 30;
constexpr int fine_percent = 35;  // it is not said and taken back at each per cent

struct BusClose {
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, BusClose>;

Error refused(int code) {
  return Error(ErrorCode::sleep_not_inhibited, std::generic_category().message(-code));
}

// A call would wait without an end for a bus that takes the connection and then says nothing.
Status shake_hands(sd_bus& bus) {
  for (int turn = 0; turn < handshake_turns; ++turn) {
    if (const int ready = sd_bus_is_ready(&bus); ready != 0)
      return ready > 0 ? ok() : Status(refused(ready));
    int code = sd_bus_process(&bus, nullptr);
    if (code == 0) code = sd_bus_wait(&bus, bus_deadline_us / handshake_turns);
    if (code < 0 && code != -EINTR) return refused(code);
  }
  return refused(-ETIMEDOUT);
}

// Null: there is none.
Result<Bus> open_bus(const std::string& address) {
  sd_bus* bus = nullptr;
  int code = 0;
  if (address.empty()) {
    code = sd_bus_open_system(&bus);
  } else {
    code = sd_bus_new(&bus);
    if (code >= 0) code = sd_bus_set_address(bus, address.c_str());
    if (code >= 0) code = sd_bus_set_bus_client(bus, 1);
    if (code >= 0) code = sd_bus_start(bus);
  }
  Bus out(bus);
  if (code == -ENOENT || code == -ECONNREFUSED || code == -ENOMEDIUM) return Bus();
  if (code < 0) return refused(code);
  sd_bus_set_method_call_timeout(bus, bus_deadline_us);
  XB_TRY(shake_hands(*bus));
  return out;
}

Result<int> inhibit(sd_bus& bus, const char* what) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  sd_bus_message* reply = nullptr;
  const int code = sd_bus_call_method(&bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                                      "org.freedesktop.login1.Manager", "Inhibit", &error, &reply,
                                      "ssss", what, "Xiangbo 乡播", "正在直播 / live", "block");
  const std::string said = error.message != nullptr ? error.message : "";
  sd_bus_error_free(&error);
  const std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)> kept(
      reply, &sd_bus_message_unref);
  if (code < 0) return said.empty() ? refused(code) : Error(ErrorCode::sleep_not_inhibited, said);
  int fd = -1;
  const int read = sd_bus_message_read(reply, "h", &fd);  // the message's
  if (read < 0) return refused(read);
  const int own = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return own < 0 ? Result<int>(refused(-errno)) : own;
}

// The first line of a file of sysfs; empty where there is none.
std::string line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::optional<long> number_of(const fs::path& file) {
  std::ifstream in(file);
  long value = 0;
  if (!(in >> value)) return std::nullopt;
  return value;
}

// Energy in uWh by power in uW, or charge by current.
std::optional<int> minutes_of(const fs::path& battery) {
  for (const auto& [what, rate] :
       {std::pair{"energy_now", "power_now"}, std::pair{"charge_now", "current_now"}}) {
    const auto left = number_of(battery / what);
    const auto gone = number_of(battery / rate);
    if (left && gone && *gone > 0) return static_cast<int>(std::min(*left * 60 / *gone, 6000L));
  }
  return std::nullopt;
}

}  // namespace

SleepLock::SleepLock(SleepLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
}
SleepLock& SleepLock::operator=(SleepLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
SleepLock::~SleepLock() {
  if (fd_ >= 0) ::close(fd_);
}

Result<std::optional<SleepLock>> SleepLock::take(const std::string& bus) {
  XB_TRY_ASSIGN(const auto opened, open_bus(bus));
  if (!opened) return std::optional<SleepLock>();
  auto fd = inhibit(*opened, "sleep:idle:handle-lid-switch");
  // the lid needs a right of its own that not every desktop gives
  if (!fd) fd = inhibit(*opened, "sleep:idle");
  if (!fd) return std::move(fd).error();
  return std::optional(SleepLock(*fd));
}

std::optional<Battery> emptying_battery(const fs::path& power_supply) {
  std::optional<Battery> out;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(power_supply, code)) {
    const auto& one = entry.path();
    const bool is_of_a_mouse = line_of(one / "scope") == "Device";
    if (line_of(one / "type") != "Battery" || is_of_a_mouse ||
        line_of(one / "status") != "Discharging")
      continue;
    const auto percent = number_of(one / "capacity");
    if (!percent) continue;
    const Battery found{static_cast<int>(std::clamp(*percent, 0L, 100L)), minutes_of(one)};
    if (!out || found.percent < out->percent) out = found;
  }
  return out;
}

Laptop::Laptop(std::function<bool()> is_on_air, LaptopSettings settings, Clock& clock,
               Health& health)
    : is_on_air_(std::move(is_on_air)),
      settings_(std::move(settings)),
      clock_(clock),
      health_(health) {
  worker_ = Worker("laptop", health, [this](const std::stop_token& stop) { run(stop); });
}

Laptop::~Laptop() {
  worker_.request_stop();
  worker_.join();
}

void Laptop::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look_at_sleep();
    look_at_battery();
    clock_.wait_until(clock_.now() + settings_.look_every, stop);
  }
  lock_.reset();
}

// Asked for once each time it goes on air.
void Laptop::look_at_sleep() {
  const bool is_on_air = is_on_air_();
  if (std::exchange(was_on_air_, is_on_air) == is_on_air) return;
  lock_.reset();
  if (!is_on_air) return health_.set(sleep_component, Condition::stopped);
  auto taken = SleepLock::take(settings_.bus);
  if (!taken) return health_.set(sleep_component, Condition::degraded, std::move(taken).error());
  if (!*taken) return log_info(sleep_component, "no D-Bus here: nothing to keep awake");
  lock_ = std::move(*taken);
  health_.set(sleep_component, Condition::running);
}

void Laptop::look_at_battery() {
  const auto battery = emptying_battery(settings_.power_supply);
  const bool is_empty_soon = battery && battery->minutes && *battery->minutes < low_minutes;
  const int limit = is_low_ ? fine_percent : low_percent;
  const bool is_low = battery && (battery->percent < limit || is_empty_soon);
  if (std::exchange(is_low_, is_low) == is_low) return;
  if (!is_low) return health_.set(battery_component, Condition::running);
  health_.set(battery_component, Condition::degraded,
              Error(ErrorCode::battery_low, std::to_string(battery->percent) + " %"));
}

}  // namespace xb::app
