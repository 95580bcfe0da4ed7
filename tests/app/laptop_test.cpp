// SPDX-License-Identifier: Apache-2.0
#include "app/laptop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include "tests/support/temp_folder.h"

namespace xb::app {
namespace {

bool eventually(const std::function<bool()>& is_true) {
  for (int i = 0; i < 500; ++i) {
    if (is_true()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

Condition condition_of(const Health& health, const std::string& component) {
  for (const auto& one : health.all())
    if (one.component == component) return one.condition;
  return Condition::idle;
}

// A message bus of its own.
class PrivateBus {
 public:
  explicit PrivateBus(const std::filesystem::path& folder)
      : address_("unix:path=" + (folder / "bus").string()) {
    const std::string option = "--address=" + address_;
    std::array<char*, 6> args{const_cast<char*>("dbus-daemon"),  const_cast<char*>("--session"),
                              const_cast<char*>("--nofork"),     const_cast<char*>("--nopidfile"),
                              const_cast<char*>(option.c_str()), nullptr};
    EXPECT_EQ(::posix_spawnp(&pid_, "dbus-daemon", nullptr, nullptr, args.data(), environ), 0);
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder / "bus"); }));
  }
  ~PrivateBus() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  const std::string& address() const { return address_; }

 private:
  const std::string address_;
  pid_t pid_ = -1;
};

// login1's Inhibit. Whoever holds a lock holds the other end of a pipe.
class FakeLogin1 {
 public:
  explicit FakeLogin1(const std::string& address, bool allows_lid = true)
      : allows_lid_(allows_lid) {
    static const sd_bus_vtable table[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("Inhibit", "ssss", "h", inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END};
    EXPECT_GE(sd_bus_new(&bus_), 0);
    sd_bus_set_address(bus_, address.c_str());
    sd_bus_set_bus_client(bus_, 1);
    EXPECT_GE(sd_bus_start(bus_), 0);
    EXPECT_GE(sd_bus_add_object_vtable(bus_, nullptr, "/org/freedesktop/login1",
                                       "org.freedesktop.login1.Manager", table, this),
              0);
    EXPECT_GE(sd_bus_request_name(bus_, "org.freedesktop.login1", 0), 0);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        while (sd_bus_process(bus_, nullptr) > 0) {
        }
        sd_bus_wait(bus_, 20'000);
      }
    });
  }
  ~FakeLogin1() {
    thread_.request_stop();
    thread_.join();
    if (held_ >= 0) ::close(held_);
    sd_bus_close_unref(bus_);
  }
  bool is_locked() const {
    std::lock_guard lock(mutex_);
    pollfd look{held_, 0, 0};
    return held_ >= 0 && ::poll(&look, 1, 0) == 0;
  }
  std::string asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  static int inhibit(sd_bus_message* message, void* self, sd_bus_error* error) {
    auto& login = *static_cast<FakeLogin1*>(self);
    const char *what = nullptr, *who = nullptr, *why = nullptr, *mode = nullptr;
    sd_bus_message_read(message, "ssss", &what, &who, &why, &mode);
    std::lock_guard lock(login.mutex_);
    login.asked_ += std::string(what) + " " + mode + ";";
    if (!login.allows_lid_ && std::string(what).find("lid") != std::string::npos)
      return sd_bus_error_set_const(error, SD_BUS_ERROR_ACCESS_DENIED, "not the lid");
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    login.held_ = ends[0];
    const int sent = sd_bus_reply_method_return(message, "h", ends[1]);
    ::close(ends[1]);
    return sent;
  }
  const bool allows_lid_;
  sd_bus* bus_ = nullptr;
  mutable std::mutex mutex_;  // guards the two below
  int held_ = -1;
  std::string asked_;
  std::jthread thread_;
};

class LaptopTest : public ::testing::Test {
 protected:
  // A power supply as sysfs shows it.
  void write(const std::string& supply, const std::string& file, const std::string& text) {
    std::filesystem::create_directories(power() / supply);
    std::ofstream(power() / supply / file) << text << '\n';
  }
  std::filesystem::path power() const { return folder / "power"; }
  LaptopSettings settings(const std::string& bus) const {
    return {power(), bus, std::chrono::milliseconds(10)};
  }
  test::TempFolder folder;
  SystemClock clock;
  Health health;
};

// Takes connections and never says a word.
TEST_F(LaptopTest, a_bus_that_is_silent_holds_nobody_up) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  const auto path = (folder.path() / "silent").string();
  path.copy(at.sun_path, sizeof at.sun_path - 1);
  ASSERT_EQ(::bind(server, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(::listen(server, 4), 0);
  const auto taken = SleepLock::take("unix:path=" + path);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), ErrorCode::sleep_not_inhibited);
  ::close(server);
}

TEST_F(LaptopTest, stays_awake_while_on_air_and_no_longer) {
  const PrivateBus bus(folder.path());
  const FakeLogin1 login(bus.address());
  std::atomic<bool> is_on_air{false};
  const Laptop laptop([&] { return is_on_air.load(); }, settings(bus.address()), clock, health);
  EXPECT_FALSE(login.is_locked());
  is_on_air = true;
  EXPECT_TRUE(eventually([&] { return login.is_locked(); }));
  EXPECT_EQ(login.asked(), "sleep:idle:handle-lid-switch block;");
  EXPECT_TRUE(
      eventually([&] { return condition_of(health, "laptop.sleep") == Condition::running; }));
  is_on_air = false;
  EXPECT_TRUE(eventually([&] { return !login.is_locked(); }));
}

TEST_F(LaptopTest, goes_without_the_lid_where_that_is_not_allowed) {
  const PrivateBus bus(folder.path());
  const FakeLogin1 login(bus.address(), false);
  {
    const Laptop laptop([] { return true; }, settings(bus.address()), clock, health);
    EXPECT_TRUE(eventually([&] { return login.is_locked(); }));
    EXPECT_EQ(login.asked(), "sleep:idle:handle-lid-switch block;sleep:idle block;");
  }
  EXPECT_TRUE(eventually([&] { return !login.is_locked(); }));
}

TEST_F(LaptopTest, says_when_nobody_can_be_asked) {
  const PrivateBus bus(folder.path());  // without login1
  const Laptop laptop([] { return true; }, settings(bus.address()), clock, health);
  EXPECT_TRUE(
      eventually([&] { return condition_of(health, "laptop.sleep") == Condition::degraded; }));
}

TEST_F(LaptopTest, without_a_bus_there_is_nothing_to_say) {
  const auto taken = SleepLock::take("unix:path=" + (folder.path() / "none").string());
  ASSERT_TRUE(taken);
  EXPECT_FALSE(taken->has_value());
}

TEST_F(LaptopTest, warns_of_a_battery_that_is_nearly_empty) {
  write("AC", "type", "Mains");
  write("BAT0", "type", "Battery");
  write("BAT0", "status", "Discharging");
  write("BAT0", "capacity", "80");
  write("hidpp_battery_0", "type", "Battery");  // a mouse's
  write("hidpp_battery_0", "scope", "Device");
  write("hidpp_battery_0", "status", "Discharging");
  write("hidpp_battery_0", "capacity", "3");
  ASSERT_TRUE(emptying_battery(power()));
  EXPECT_EQ(emptying_battery(power())->percent, 80);
  write("BAT0", "energy_now", "20000000");
  write("BAT0", "power_now", "10000000");
  EXPECT_EQ(emptying_battery(power())->minutes, 120);
  const Laptop laptop([] { return false; }, settings("unix:path=/none"), clock, health);
  const auto is = [&](Condition condition) {
    return eventually([&] { return condition_of(health, "laptop.battery") == condition; });
  };
  write("BAT0", "capacity", "29");
  EXPECT_TRUE(is(Condition::degraded));
  write("BAT0", "status", "Charging");
  EXPECT_TRUE(is(Condition::running));
  write("BAT0", "status", "Discharging");
  write("BAT0", "capacity", "60");
  write("BAT0", "power_now", "60000000");  // 20 minutes
  EXPECT_TRUE(is(Condition::degraded));
}

TEST_F(LaptopTest, has_no_battery_where_there_is_none) {
  EXPECT_FALSE(emptying_battery(folder / "nothing"));
}

}  // namespace
}  // namespace xb::app
