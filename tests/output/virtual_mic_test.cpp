// The program's sound as a microphone of a real PulseAudio server of our own.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>

#include "output/virtual_camera.h"
#include "tests/support/media_files.h"

extern char** environ;

namespace xb::output {
namespace {

class VirtualMicTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v pulseaudio pactl parec >/dev/null") != 0)
      GTEST_SKIP() << "no pulseaudio here";
    ::setenv("PULSE_SERVER", ("unix:" + socket_).c_str(), 1);
    for (const auto* name : {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "HOME"})
      ::setenv(name, (folder_ / "").c_str(), 1);
  }
  void TearDown() override { kill_server(); }
  void start_server() {
    const auto protocol = "module-native-protocol-unix auth-anonymous=1 socket=" + socket_;
    const char* arguments[] = {"pulseaudio",        "-n",
                               "--daemonize=no",    "--exit-idle-time=60",
                               "--use-pid-file=no", "--disable-shm=yes",
                               "--log-target=null", "-L",
                               protocol.c_str(),    nullptr};
    ASSERT_EQ(::posix_spawnp(&server_, "pulseaudio", nullptr, nullptr,
                             const_cast<char**>(arguments), environ),
              0);
  }
  void kill_server() {
    if (server_ < 0) return;
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  static bool has_mic() {
    return std::system("pactl list short sources 2>/dev/null | grep -q xiangbo_mic") == 0;
  }
  template <class Condition>
  bool eventually(const Condition& is_so) {
    for (const auto until = clock_.now() + std::chrono::seconds(10); clock_.now() < until;) {
      if (is_so()) return true;
      clock_.wait_until(clock_.now() + from_ms(10), {});
    }
    return false;
  }
  // A tone of 440 Hz for that long, in real time.
  void speak(Duration length) {
    const auto begin = clock_.now();
    const auto first = spoken_;
    for (; clock_.now() < begin + length; ++spoken_) {
      auto block = pool_.take();
      if (!block) continue;
      for (int i = 0; i < media::Samples::count; ++i) {
        const auto at = static_cast<double>(spoken_ * media::Samples::count + i) / sample_rate;
        const auto value = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * 440 * at));
        block->values[static_cast<std::size_t>(i) * 2] = value;
        block->values[static_cast<std::size_t>(i) * 2 + 1] = value;
      }
      heard_.push(media::Ref<const media::Samples>(std::move(block)));
      clock_.wait_until(begin + Duration((spoken_ - first + 1) * media::Samples::count *
                                         ns_per_second / sample_rate),
                        {});
    }
  }

  support::Folder folder_;
  SystemClock clock_;
  Health health_;
  const std::string socket_ = folder_ / "native";
  pid_t server_ = -1;
  std::int64_t spoken_ = 0;
  media::SamplesPool pool_{"test", 20, [] { return media::Samples(); }};
  media::MusicQueue heard_{"test", 16, Overflow::drop_oldest};
};

TEST_F(VirtualMicTest, others_hear_the_program_and_nothing_is_left_behind) {
  auto mic = make_virtual_mic(heard_, clock_, health_);
  ASSERT_TRUE(eventually([&] { return mic->stats().error.has_value(); })) << "no server yet";
  EXPECT_EQ(mic->stats().error->code(), ErrorCode::vcam_sound);
  start_server();
  ASSERT_TRUE(eventually([&] { return mic->stats().state == OutputState::live; }));
  EXPECT_TRUE(has_mic());
  speak(std::chrono::milliseconds(2600));
  const auto before = mic->stats();
  const auto file = folder_ / "heard.raw";
  ASSERT_EQ(std::system(("timeout 1.5 parec -d xiangbo_mic --raw --format=float32le --rate=48000 "
                         "--channels=1 --latency-msec=20 > " +
                         file + " &")
                            .c_str()),
            0);
  speak(std::chrono::milliseconds(1600));
  EXPECT_GT(mic->stats().shown, before.shown + 60);
  EXPECT_LE(mic->stats().dropped, 2U);
  std::ifstream in(file, std::ios::binary);
  std::vector<float> sound(48000 * 2);
  in.read(reinterpret_cast<char*>(sound.data()),
          static_cast<std::streamsize>(sound.size() * sizeof(float)));
  sound.resize(static_cast<std::size_t>(in.gcount()) / sizeof(float));
  ASSERT_GT(sound.size(), 20'000U);
  int crossings = 0;
  int quiet = 0;
  const auto from = sound.size() - 19'200;  // the last 0.4 s
  for (std::size_t i = from + 1; i < sound.size(); ++i) {
    if (sound[i - 1] < 0 && sound[i] >= 0) ++crossings;
    if (std::abs(sound[i]) < 1e-4F) ++quiet;
  }
  EXPECT_NEAR(crossings, 176, 4) << "440 Hz for 0.4 s";
  EXPECT_LT(quiet, 200) << "unbroken";
  // the server goes and comes back
  kill_server();
  ASSERT_TRUE(eventually([&] { return mic->stats().state == OutputState::reconnecting; }));
  start_server();
  ASSERT_TRUE(eventually([&] { return mic->stats().state == OutputState::live; }));
  mic.reset();
  EXPECT_FALSE(has_mic());
}

}  // namespace
}  // namespace xb::output
