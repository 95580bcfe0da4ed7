// A way whose width changes, and what is sent over it.
// SPDX-License-Identifier: Apache-2.0
#include "output/adaptive_bitrate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "output/way.h"

namespace xb::output {
namespace {

constexpr std::int64_t ceiling = 3000;
constexpr std::int64_t sound = 128;
constexpr Duration turn = from_ms(50);

// One Output, and another one over a free way where it is shared.
std::int64_t look_at(AdaptiveBitrate& bitrate, const std::optional<LinkLook>& way, bool is_shared,
                     MonoTime now) {
  const std::array all{OutputLook{way.has_value(), way}, OutputLook{true, std::nullopt}};
  return bitrate.look(std::span(all).first(is_shared ? 2 : 1), now);
}

// Sends picture and sound over a way of some kbit/s; what does not go waits.
class Road {
 public:
  explicit Road(AdaptiveBitrate& bitrate) : bitrate_(bitrate) {}

  void drive(std::int64_t seconds, std::int64_t width_kbps, bool is_shared = false) {
    for (const auto end = now_ + std::chrono::seconds(seconds); now_ < end;) {
      now_ += turn;
      const auto ms = to_ms(turn);
      waiting_bits_ += (bitrate_.kbps() + bitrate_.sound_kbps()) * ms;
      const auto taken = std::min(waiting_bits_, width_kbps * ms);
      waiting_bits_ -= taken;
      taken_bits_ += taken;
      taken_kbps_ += (taken / ms - taken_kbps_) / 4;
      const LinkLook look{waiting_bits_ / std::max<std::int64_t>(taken_kbps_, 60), taken_kbps_};
      look_at(bitrate_, look, is_shared, now_);
      if (bitrate_.kbps() < before_) ++lowered_;
      before_ = bitrate_.kbps();
    }
  }
  void lose(std::int64_t seconds) {
    for (const auto end = now_ + std::chrono::seconds(seconds); now_ < end;) {
      now_ += turn;
      look_at(bitrate_, std::nullopt, false, now_);
    }
  }
  std::int64_t waiting_bits() const { return waiting_bits_; }
  std::int64_t taken_bits() const { return taken_bits_; }
  int lowered() const { return lowered_; }

 private:
  AdaptiveBitrate& bitrate_;
  MonoTime now_ = MonoTime(std::chrono::hours(1));
  std::int64_t waiting_bits_ = 0;
  std::int64_t taken_bits_ = 0;
  std::int64_t taken_kbps_ = 0;
  std::int64_t before_ = ceiling;
  int lowered_ = 0;
};

TEST(AdaptiveBitrate, keeps_the_ceiling_where_the_way_is_wide) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(120, 20'000);
  EXPECT_EQ(bitrate.kbps(), ceiling);
  EXPECT_FALSE(bitrate.is_lowered());
}

TEST(AdaptiveBitrate, fits_a_narrow_way_within_two_seconds) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(20, 20'000);
  road.drive(2, 900);
  EXPECT_LE(bitrate.kbps() + sound, 900 * 90 / 100);
  EXPECT_TRUE(bitrate.is_lowered());
  road.drive(20, 900);
  EXPECT_LT(road.waiting_bits(), 900 * 500) << "what waited is gone";
  EXPECT_GE(bitrate.kbps() + sound, 900 / 2) << "and it is not much less than the way takes";
}

TEST(AdaptiveBitrate, is_back_at_nine_tenths_within_a_minute) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(10, 20'000);
  road.drive(60, 300);
  EXPECT_LE(bitrate.kbps() + bitrate.sound_kbps(), 300);
  road.drive(60, 20'000);
  EXPECT_GE(bitrate.kbps(), ceiling * 9 / 10);
}

// However narrow it was and for however long: what was tried in vain meanwhile is forgotten.
TEST(AdaptiveBitrate, is_back_within_three_quarters_of_a_minute_whatever_was_before) {
  for (const std::int64_t width : {100, 150, 200, 300, 600, 800, 1200}) {
    for (const std::int64_t seconds : {60, 120, 300}) {
      AdaptiveBitrate bitrate(ceiling, sound);
      Road road(bitrate);
      road.drive(10, 20'000);
      road.drive(seconds, width);
      road.drive(45, 20'000);
      EXPECT_GE(bitrate.kbps(), ceiling * 9 / 10) << width << " for " << seconds;
      EXPECT_EQ(bitrate.pace(), Pace::full);
      EXPECT_EQ(bitrate.sound_kbps(), sound);
    }
  }
}

TEST(AdaptiveBitrate, has_fewer_pictures_where_they_are_not_worth_their_bits) {
  for (const auto& [width, pace] : {std::pair(300, Pace::half), std::pair(190, Pace::quarter)}) {
    AdaptiveBitrate bitrate(ceiling, sound);
    Road road(bitrate);
    road.drive(20, 20'000);
    road.drive(3, width);
    EXPECT_EQ(bitrate.pace(), pace) << width;
    EXPECT_LE(bitrate.kbps() + bitrate.sound_kbps(), width);
  }
}

TEST(AdaptiveBitrate, keeps_the_sound_and_a_picture_that_stands) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(20, 20'000);
  road.drive(4, 100);
  EXPECT_EQ(bitrate.pace(), Pace::still);
  road.drive(60, 100);
  EXPECT_EQ(bitrate.sound_kbps(), 64);
  EXPECT_LE(bitrate.kbps() + bitrate.sound_kbps(), 120);
  EXPECT_LT(road.waiting_bits(), 100 * 5000) << "what waits gets less";
}

TEST(AdaptiveBitrate, never_has_less_than_the_sound_needs) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(60, 40);
  EXPECT_EQ(bitrate.pace(), Pace::still);
  EXPECT_EQ(bitrate.sound_kbps(), 64);
  EXPECT_GE(bitrate.kbps(), 16);
}

TEST(AdaptiveBitrate, begins_a_connection_with_little_where_the_way_was_so_narrow) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(30, 100);
  road.lose(10);
  EXPECT_EQ(bitrate.pace(), Pace::full);
  EXPECT_EQ(bitrate.kbps(), 150);
  road.lose(30);
  EXPECT_EQ(bitrate.kbps(), ceiling / 2) << "nobody comes, and there is a recording";
}

TEST(AdaptiveBitrate, gives_others_their_half_who_come_when_it_stands) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(30, 100);
  ASSERT_EQ(bitrate.pace(), Pace::still);
  MonoTime now(std::chrono::hours(2));
  for (int i = 0; i < 120; ++i, now += turn) look_at(bitrate, LinkLook{900, 90}, true, now);
  EXPECT_EQ(bitrate.pace(), Pace::full);
  EXPECT_EQ(bitrate.kbps(), ceiling / 2);
}

// A large picture of a still one needs a moment, and the way is free all the same.
TEST(AdaptiveBitrate, climbs_though_a_picture_passes_now_and_then) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(30, 100);
  MonoTime now(std::chrono::hours(2));
  for (int i = 0; i < 40 * 20; ++i, now += turn)
    look_at(bitrate, LinkLook{i % 40 < 2 ? 800 : 0, 90}, false, now);
  EXPECT_EQ(bitrate.pace(), Pace::full);
}

TEST(AdaptiveBitrate, is_not_lowered_again_while_what_waits_gets_less) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  const auto wait = [&](std::int64_t ms) {
    look_at(bitrate, LinkLook{ms, 800}, false, now);
    now += turn;
  };
  for (int i = 0; i < 6; ++i) wait(600 + 50 * i);
  const auto fitting = bitrate.kbps();
  EXPECT_EQ(fitting, 800 * 80 / 100 - sound);
  for (int i = 0; i < 60; ++i) wait(850 - 5 * i + (i % 2 == 0 ? 100 : 0));  // frames come and go
  EXPECT_EQ(bitrate.kbps(), fitting);
  for (int i = 0; i < 30; ++i) wait(700 + 20 * i);
  EXPECT_LT(bitrate.kbps(), fitting);
}

TEST(AdaptiveBitrate, is_lowered_once_more_where_the_rest_would_not_leave) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  const auto wait = [&](std::int64_t ms, std::int64_t taken_kbps) {
    look_at(bitrate, LinkLook{ms, taken_kbps}, false, now);
    now += turn;
  };
  for (int i = 0; i < 6; ++i) wait(600, 800);  // measured while it was still fast
  for (int i = 0; i < 20; ++i) wait(400, 600);
  EXPECT_EQ(bitrate.kbps(), 600 * 80 / 100 - sound);
  // a long way without a queue: it takes what is made, and that is no reason to make less and less
  for (int i = 0; i < 200; ++i) wait(400, bitrate.kbps() + sound);
  EXPECT_EQ(bitrate.kbps(), 600 * 80 / 100 - sound);
}

// One step up from what fits is too much. It is tried now and then, and most of the time there is
// all that fits, and every picture where that is enough for them.
TEST(AdaptiveBitrate, does_not_swing_over_a_narrow_way) {
  for (const std::int64_t width : {300, 450, 900}) {
    AdaptiveBitrate bitrate(ceiling, sound);
    Road road(bitrate);
    road.drive(10, 20'000);
    road.drive(30, width);
    const auto before = road.taken_bits();
    int at_full = 0;
    for (int second = 0; second < 300; ++second) {
      road.drive(1, width);
      at_full += bitrate.pace() == Pace::full ? 1 : 0;
    }
    EXPECT_GE(road.taken_bits() - before, width * 1000 * 300 * 94 / 100) << width;
    EXPECT_GE(at_full, 180) << width;
  }
}

TEST(AdaptiveBitrate, does_not_try_too_much_again_and_again) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(600, 1500);
  EXPECT_LE(road.lowered(), 60);
  EXPECT_GE(bitrate.kbps() + sound, 1500 / 2);
}

TEST(AdaptiveBitrate, a_slow_way_of_one_costs_the_others_half_at_the_most) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(30, 300, true);
  EXPECT_EQ(bitrate.kbps(), ceiling / 2);
}

TEST(AdaptiveBitrate, a_way_that_takes_nothing_is_not_a_slow_one) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  for (int i = 0; i < 100; ++i, now += turn) look_at(bitrate, LinkLook{5000 + i, 0}, false, now);
  EXPECT_EQ(bitrate.kbps(), ceiling);
}

// It takes less and less and then nothing; some seconds later it is no longer live.
TEST(AdaptiveBitrate, of_the_others_is_whole_again_when_one_turns_out_to_be_broken) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  const LinkLook free{0, 3000};
  const auto drive = [&](const OutputLook& first, int turns) {
    for (int i = 0; i < turns; ++i, now += turn)
      bitrate.look(std::array{first, OutputLook{true, free}}, now);
  };
  for (int i = 0; i < 12; ++i) drive({true, LinkLook{100 + 100 * i, 2400 - 200 * i}}, 1);
  EXPECT_TRUE(bitrate.is_lowered());
  EXPECT_TRUE(bitrate.is_in_doubt());
  drive({true, LinkLook{3000, 0}}, 50);
  EXPECT_TRUE(bitrate.is_in_doubt());
  drive({false, std::nullopt}, 1);
  EXPECT_FALSE(bitrate.is_in_doubt());
  EXPECT_EQ(bitrate.kbps(), ceiling);
  // one that is slow indeed
  for (int i = 0; i < 12; ++i) drive({true, LinkLook{100 + 100 * i, 2400 - 170 * i}}, 1);
  drive({true, LinkLook{1300, 400}}, 20);
  EXPECT_TRUE(bitrate.is_lowered());
  EXPECT_FALSE(bitrate.is_in_doubt());
  drive({false, std::nullopt}, 1);
  EXPECT_EQ(bitrate.kbps(), ceiling / 2);
}

TEST(AdaptiveBitrate, of_the_others_is_whole_again_when_the_one_in_doubt_is_gone) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  std::vector<OutputLook> all{{true, LinkLook{0, 3000}}, {}};
  for (int i = 0; i < 12; ++i, now += turn) {
    all[1] = {true, LinkLook{100 + 100 * i, 2400 - 200 * i}};
    bitrate.look(all, now);
  }
  ASSERT_TRUE(bitrate.is_in_doubt());
  all.pop_back();
  all.shrink_to_fit();
  bitrate.look(all, now);
  EXPECT_FALSE(bitrate.is_in_doubt());
  EXPECT_EQ(bitrate.kbps(), ceiling);
}

TEST(AdaptiveBitrate, while_nobody_is_live_it_comes_back_to_half) {
  AdaptiveBitrate bitrate(ceiling, sound);
  Road road(bitrate);
  road.drive(30, 300);
  road.lose(4);
  EXPECT_LE(bitrate.kbps(), 300);
  road.lose(2);
  EXPECT_EQ(bitrate.kbps(), ceiling / 2);
}

TEST(AdaptiveBitrate, one_late_look_is_no_slow_way) {
  AdaptiveBitrate bitrate(ceiling, sound);
  MonoTime now(std::chrono::hours(1));
  look_at(bitrate, LinkLook{900, 1000}, false, now);
  look_at(bitrate, LinkLook{950, 1000}, false, now + from_ms(200));
  look_at(bitrate, LinkLook{0, 1000}, false, now + from_ms(250));
  look_at(bitrate, LinkLook{900, 1000}, false, now + from_ms(300));
  EXPECT_EQ(bitrate.kbps(), ceiling);
}

TEST(Way, lets_a_fifth_of_a_second_be_on_its_way_and_what_the_distance_needs) {
  Way way;
  way.begin(3'000'000);
  EXPECT_EQ(way.most_in_flight(3'000'000), SIZE_MAX) << "nothing is known yet";
  const MonoTime now(std::chrono::hours(1));
  way.look(1000, from_ms(100), now);
  way.look(2000, from_ms(900), now + from_ms(10));  // the queue of the way itself
  EXPECT_EQ(way.most_in_flight(3'000'000), 3'000'000U * 400 / 8000);
  EXPECT_EQ(way.most_in_flight(100'000), 16U * 1024);
}

TEST(Way, tells_the_delay_at_the_rate_it_takes_now) {
  Way way;
  way.begin(3'000'000);
  MonoTime now(std::chrono::hours(1));
  std::uint64_t taken = 0;
  for (int i = 0; i < 20; ++i, now += from_ms(50)) way.look(taken += 2500, from_ms(20), now);
  const auto told = way.tell(50'000, now);
  ASSERT_TRUE(told);
  EXPECT_NEAR(static_cast<double>(told->taken_kbps), 400, 60);
  EXPECT_NEAR(static_cast<double>(told->delay_ms), 980, 150);
}

TEST(Way, that_loses_much_is_slow_and_takes_the_rest) {
  Way way;
  way.begin(3'000'000);
  MonoTime now(std::chrono::hours(1));
  std::uint64_t taken = 0;
  LinkLosses losses;
  const auto drive = [&](std::uint64_t lost) {
    for (int i = 0; i < 20; ++i, now += from_ms(50)) {
      losses.sent += 12'500;  // 2 Mbit/s
      losses.lost += lost;
      way.look(taken += 12'500, from_ms(20), now, losses);  // given up waiting for counts as taken
    }
    return *way.tell(3000, now);
  };
  const auto good = drive(100);
  EXPECT_TRUE(good.is_free());
  EXPECT_NEAR(static_cast<double>(good.taken_kbps), 2000, 300);
  const auto bad = drive(5'000);
  EXPECT_GT(bad.delay_ms, 500);
  EXPECT_NEAR(static_cast<double>(bad.taken_kbps), 1200, 150);
  EXPECT_NEAR(static_cast<double>(drive(12'500).taken_kbps), 1000, 150) << "counted twice";
  EXPECT_TRUE(drive(0).is_free());
}

TEST(Way, tells_nothing_where_the_network_throws_away) {
  Way way;
  way.begin(3'000'000);
  way.look(1000, std::nullopt, MonoTime(std::chrono::hours(1)));
  EXPECT_FALSE(way.tell(50'000, MonoTime(std::chrono::hours(1))));
}

}  // namespace
}  // namespace xb::output
