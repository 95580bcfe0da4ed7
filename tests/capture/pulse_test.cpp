// A real PulseAudio server of our own: its microphone is heard, and neither its standstill nor its
// end holds us up. SPDX-License-Identifier: Apache-2.0
#include "capture/pulse.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tests/support/media_files.h"

extern char** environ;

namespace xb::capture {
namespace {

using namespace std::chrono_literals;

class PulseTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v pulseaudio pactl >/dev/null") != 0)
      GTEST_SKIP() << "no pulseaudio here";
    // of this process alone: each test is one
    ::setenv("PULSE_SERVER", ("unix:" + socket_).c_str(), 1);
    for (const auto* name : {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "HOME"})
      ::setenv(name, (folder_ / "").c_str(), 1);
    const auto protocol = "module-native-protocol-unix auth-anonymous=1 socket=" + socket_;
    const char* arguments[] = {"pulseaudio",
                               "-n",
                               "--daemonize=no",
                               "--exit-idle-time=20",
                               "--use-pid-file=no",
                               "--disable-shm=yes",
                               "--log-target=null",
                               "-L",
                               protocol.c_str(),
                               "-L",
                               "module-null-sink sink_name=speakers rate=48000",
                               "-L",
                               "module-sine-source source_name=mic",
                               nullptr};
    ASSERT_EQ(::posix_spawnp(&server_, "pulseaudio", nullptr, nullptr,
                             const_cast<char**>(arguments), environ),
              0);
    EXPECT_TRUE(eventually([&] { return pactl("set-default-source mic"); }));
  }
  void TearDown() override {
    if (server_ < 0) return;
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
  }

  template <class Condition>
  bool eventually(const Condition& is_so) {
    for (const auto until = clock_.now() + 10s; clock_.now() < until;) {
      if (is_so()) return true;
      clock_.wait_until(clock_.now() + 5ms, {});
    }
    return false;
  }
  static bool pactl(const std::string& command) {
    return std::system(("pactl " + command + " >/dev/null 2>&1").c_str()) == 0;
  }

  support::Folder folder_;
  const std::string socket_ = folder_ / "native";
  SystemClock clock_;
  pid_t server_ = -1;
};

TEST_F(PulseTest, lists_the_usual_microphone_and_what_the_speakers_play) {
  const auto found = pulse_microphones(clock_, {});
  ASSERT_TRUE(found) << found.error().log_line();
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(find_device(*found, "")->path, "mic");
  EXPECT_TRUE(find_device(*found, "speakers.monitor")->is_monitor);
  EXPECT_FALSE(find_device(*found, "mic")->is_monitor);
}

TEST_F(PulseTest, gives_sound_timed_by_its_samples) {
  auto stream = PulseStream::open("mic", clock_, {});
  ASSERT_TRUE(stream) << stream.error().log_line();
  std::int64_t counted = 0;
  float peak = 0;
  EXPECT_TRUE(eventually([&] {
    const auto due = (*stream)->next();
    if (!due || due->what != Next::sound) return !due.has_value();
    EXPECT_EQ(due->time, time_of(SampleCount{counted}).time_since_epoch());
    for (const float value : (*stream)->sound()) peak = std::max(peak, std::abs(value));
    counted += static_cast<std::int64_t>((*stream)->sound().size() / 2);
    return counted > 48'000 / 4;
  }));
  EXPECT_GT(counted, 48'000 / 4);
  EXPECT_GT(peak, 0.1F) << "its tone is heard";
}

TEST_F(PulseTest, a_microphone_that_is_taken_away_is_missing_not_replaced) {
  auto stream = PulseStream::open("mic", clock_, {});
  ASSERT_TRUE(stream) << stream.error().log_line();
  ASSERT_TRUE(pactl("unload-module module-sine-source"));
  Result<Due> last = Due{};
  ASSERT_TRUE(eventually([&] {
    last = (*stream)->next();
    return !last;
  }));
  EXPECT_EQ(last.error().code(), ErrorCode::device_missing);
  EXPECT_EQ(PulseStream::open("mic", clock_, {}).error().code(), ErrorCode::device_missing);
  EXPECT_EQ(find_device(*pulse_microphones(clock_, {}), "").error().code(),
            ErrorCode::device_missing);
}

TEST_F(PulseTest, a_server_that_does_not_know_us_says_who_may) {
  const auto socket = folder_ / "strict";
  ASSERT_TRUE(pactl("load-module module-native-protocol-unix auth-group-enable=0 auth-cookie=" +
                    (folder_ / "cookie-of-another") + " socket=" + socket));
  ::setenv("PULSE_SERVER", ("unix:" + socket).c_str(), 1);
  const bool is_root = ::geteuid() == 0;
  if (!is_root) GTEST_SKIP() << "the same user is always let in";
  std::filesystem::permissions(folder_ / "", std::filesystem::perms::all);
  std::filesystem::permissions(socket, std::filesystem::perms::all);
  ASSERT_EQ(::setresuid(65534, 65534, 0), 0);  // what libpulse tells is the real one
  const auto found = pulse_microphones(clock_, {});
  ASSERT_EQ(::setresuid(0, 0, 0), 0);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), ErrorCode::sound_denied) << found.error().log_line();
}

TEST_F(PulseTest, a_source_waits_for_its_microphone_and_takes_no_other) {
  ASSERT_TRUE(
      pactl("load-module module-remap-source master=speakers.monitor source_name=second "
            "source_properties=device.description=Second"));
  ASSERT_TRUE(pactl("set-default-source second"));
  auto source =
      *make_source(*parse_microphone("pulse:"), SourceSetup{{}, {30, 1}, Wanted::sound, &clock_});
  ASSERT_TRUE(source->open({}));
  EXPECT_EQ(source->about(), "Second");
  source->close();
  ASSERT_TRUE(pactl("set-default-source mic"));
  ASSERT_TRUE(source->open({}));
  EXPECT_EQ(source->about(), "Second") << "whatever is the usual one by now";
  source->close();
  ASSERT_TRUE(pactl("unload-module $(pactl list short modules | sed -n 's/\t.*second.*//p')"));
  const auto opened = source->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::device_missing);
}

TEST_F(PulseTest, a_server_that_stands_still_holds_nobody_up) {
  auto stream = PulseStream::open("mic", clock_, {});
  ASSERT_TRUE(stream) << stream.error().log_line();
  ::kill(server_, SIGSTOP);
  // what is under way comes, and then nothing: at once, each time
  EXPECT_TRUE(eventually([&] {
    const auto due = (*stream)->next();
    return due && due->what == Next::nothing;
  }));
  EXPECT_EQ(pulse_microphones(clock_, {}).error().code(), ErrorCode::timed_out);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(PulseStream::open("mic", clock_, stopped.get_token()).error().code(),
            ErrorCode::cancelled);
  ::kill(server_, SIGCONT);
  EXPECT_TRUE(eventually([&] {
    const auto due = (*stream)->next();
    return due && due->what == Next::sound;
  }));
}

}  // namespace
}  // namespace xb::capture
