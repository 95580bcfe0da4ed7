// Which packets are copied, and when they are due.
// SPDX-License-Identifier: Apache-2.0
#include "output/stream_copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "media/av.h"

extern "C" {
#include <libavcodec/packet.h>
}

namespace xb::output {
namespace {

constexpr std::int64_t tick = 3000;  // of 1/90000 s, at 30 frames a second
using Parameters = std::shared_ptr<const media::AVCodecParametersHolder>;

// A source whose pictures are given and shown by their ids, which count from 1.
class Film {
 public:
  explicit Film(FrameNumber first = {}) : first_(first) { copy.begin(first); }

  enum class As : std::uint8_t { key = 1, other, key_after_loss, after_loss };
  std::uint64_t add(std::int64_t time_ms, As as = As::other) {
    media::CodedPicture picture;
    picture.id = ++last_;
    picture.opening = opening;
    picture.time = from_ms(time_ms);
    picture.is_key = as == As::key || as == As::key_after_loss;
    picture.is_after_loss = as == As::key_after_loss || as == As::after_loss;
    auto packet = media::make_av_packet();
    EXPECT_EQ(av_new_packet(packet.get(), 8), 0);
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&last_), 8, packet->data);
    picture.data = std::shared_ptr<const AVPacket>(std::move(packet));
    picture.codec = parameters;
    copy.add(std::move(picture));
    return last_;
  }
  bool show(std::int64_t frame, std::uint64_t id) {
    media::Frame shown{{}, {}, FrameNumber{first_.value + frame}};
    shown.coded = id;
    return copy.show(shown, sink);
  }
  void finish() { copy.finish(sink); }

  static std::uint64_t id_of(const media::Packet& packet) {
    std::uint64_t id = 0;
    std::copy_n(packet.data->data, 8, reinterpret_cast<std::uint8_t*>(&id));
    return id;
  }
  std::vector<std::uint64_t> ids() const {
    std::vector<std::uint64_t> out;
    for (const auto& packet : packets) out.push_back(id_of(*packet));
    return out;
  }
  void expect_well_timed() const {
    for (std::size_t i = 0; i < packets.size(); ++i) {
      EXPECT_LE(packets[i]->dts, packets[i]->pts) << i;
      EXPECT_GT(packets[i]->duration, 0) << i;
      if (i > 0) {
        EXPECT_GT(packets[i]->dts, packets[i - 1]->dts) << i;
      }
    }
  }

  StreamCopy copy{Rate{30, 1}};
  std::uint64_t opening = 1;
  Parameters parameters = std::make_shared<media::AVCodecParametersHolder>();
  std::vector<media::PacketRef> packets;
  const PacketSink sink = [this](media::PacketRef packet) { packets.push_back(std::move(packet)); };

 private:
  const FrameNumber first_;
  std::uint64_t last_ = 0;
};
using As = Film::As;

// A copy under way: a key picture, shown as frame 0, and pictures after it shown one a frame.
std::int64_t play(Film& film, std::int64_t frame, int pictures) {
  for (int i = 0; i < pictures; ++i, ++frame)
    EXPECT_TRUE(film.show(frame, film.add(1000 + frame * 33, i == 0 ? As::key : As::other)));
  return frame;
}

TEST(StreamCopy, gives_each_picture_the_time_of_the_frame_that_first_showed_it) {
  Film film(FrameNumber{500});
  const auto a = film.add(0, As::key);
  const auto b = film.add(40);
  const auto c = film.add(80);
  EXPECT_TRUE(film.show(0, a));
  EXPECT_TRUE(film.show(1, b));
  EXPECT_TRUE(film.show(2, b));
  EXPECT_TRUE(film.show(3, c));
  EXPECT_EQ(film.packets.size(), 2U) << "of the last one it is not known for how long it is shown";
  film.finish();
  ASSERT_EQ(film.ids(), (std::vector{a, b, c}));
  constexpr std::array<std::int64_t, 3> times{0, 1, 3};
  constexpr std::array<std::int64_t, 3> lengths{1, 2, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(film.packets[i]->pts, times[i] * tick);
    EXPECT_EQ(film.packets[i]->duration, lengths[i] * tick);
    EXPECT_EQ(film.packets[i]->is_key, i == 0);
    EXPECT_EQ(film.packets[i]->codec, film.parameters);
  }
  film.expect_well_timed();
  EXPECT_EQ(film.copy.copied(), 3U);
}

TEST(StreamCopy, keeps_the_order_of_decoding) {
  Film film;
  const auto i0 = film.add(0, As::key);
  const auto p4 = film.add(132);
  const auto b2 = film.add(66);
  const auto b1 = film.add(33);
  const auto b3 = film.add(99);
  const auto p5 = film.add(165);
  std::int64_t frame = 0;
  for (const auto id : {i0, b1, b2, b3, p4, p5}) EXPECT_TRUE(film.show(frame++, id));
  film.finish();
  EXPECT_EQ(film.ids(), (std::vector{i0, p4, b2, b1, b3, p5}));
  film.expect_well_timed();
  EXPECT_EQ(film.packets[1]->pts, 4 * tick);
  EXPECT_EQ(film.packets[3]->pts, tick);
  EXPECT_EQ(film.packets.front()->dts, 0);
}

TEST(StreamCopy, keeps_what_no_frame_showed_just_before_what_was_shown_in_its_place) {
  Film film;
  const auto a = film.add(0, As::key);
  film.add(16);
  film.add(33);
  const auto d = film.add(50);
  EXPECT_TRUE(film.show(0, a));
  EXPECT_TRUE(film.show(1, a));
  EXPECT_TRUE(film.show(2, d));
  film.finish();
  ASSERT_EQ(film.packets.size(), 4U);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_GE(film.packets[i]->pts, 2 * tick - tick / 4);
    EXPECT_LT(film.packets[i]->pts, 2 * tick);
  }
  EXPECT_LT(film.packets[1]->pts, film.packets[2]->pts);
  film.expect_well_timed();
}

// Frames that were skipped are not told, but what they showed is there.
TEST(StreamCopy, gives_skipped_frames_the_pictures_they_may_have_shown) {
  Film film;
  const auto a = film.add(0, As::key);
  film.add(33);
  film.add(66);
  const auto d = film.add(100);
  EXPECT_TRUE(film.show(0, a));
  EXPECT_TRUE(film.show(3, d));
  film.finish();
  ASSERT_EQ(film.packets.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(film.packets[i]->pts, static_cast<std::int64_t>(i) * tick);
  film.expect_well_timed();
}

TEST(StreamCopy, begins_at_a_key_picture_and_with_it) {
  Film film;
  const auto lost = film.add(0, As::after_loss);
  EXPECT_FALSE(film.show(0, 0));
  EXPECT_EQ(film.copy.feeding(), Feeding::no_packets);
  EXPECT_FALSE(film.show(1, lost));
  EXPECT_EQ(film.copy.feeding(), Feeding::awaits_key);
  const auto before = film.add(33);
  const auto key = film.add(66, As::key);
  const auto after = film.add(99);
  EXPECT_FALSE(film.show(2, before));
  EXPECT_TRUE(film.show(3, key));
  EXPECT_EQ(film.copy.feeding(), Feeding::copied);
  EXPECT_TRUE(film.show(4, after));
  film.finish();
  EXPECT_EQ(film.ids(), (std::vector{key, after}));
  EXPECT_EQ(film.packets[0]->pts, 3 * tick);
}

// Of 60 pictures a second a program of 30 may pass over every key picture.
TEST(StreamCopy, begins_with_a_key_picture_that_no_frame_showed) {
  Film film;
  const auto former = film.add(0, As::key);
  const auto key = film.add(16, As::key);
  const auto shown = film.add(33);
  const auto next = film.add(66);
  EXPECT_TRUE(film.show(7, shown));
  EXPECT_TRUE(film.show(8, next));
  film.finish();
  EXPECT_EQ(film.ids(), (std::vector{key, shown, next})) << "and without " << former;
  EXPECT_EQ(film.packets[1]->pts, 7 * tick);
  EXPECT_GT(film.packets[0]->dts, 7 * tick - 90) << "a moment before, so that it ends no frame";
  film.expect_well_timed();
}

TEST(StreamCopy, does_not_go_back_to_a_key_picture_long_shown) {
  Film film;
  auto frame = play(film, 0, 5);
  EXPECT_FALSE(film.show(frame, 0));
  frame += 10 * 30 - 30;
  EXPECT_FALSE(film.show(frame, film.add(20'000, As::key))) << "it rests";
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(film.show(++frame, film.add(20'033 + i * 33)));
  EXPECT_EQ(film.copy.feeding(), Feeding::awaits_key);
}

// Everything that ends a copy: the frame is left to the encoder, what was shown is out with its
// whole duration, and a new copy begins after a rest only.
class StreamCopyEnd : public testing::Test {
 protected:
  void expect_end(Feeding why, std::int64_t frame, std::uint64_t id) {
    EXPECT_FALSE(film.show(frame, id));
    EXPECT_EQ(film.copy.feeding(), why);
    ASSERT_FALSE(film.packets.empty());
    const auto& last = *film.packets.back();
    EXPECT_EQ(last.pts + last.duration, frame * tick);
    film.expect_well_timed();
    const auto rested = frame + 10 * 30;
    EXPECT_FALSE(film.show(rested - 1, film.add(100'000, As::key_after_loss)));
    EXPECT_EQ(film.copy.feeding(), why);
    EXPECT_TRUE(film.show(rested, film.add(100'033, As::key)));
  }
  Film film;
};

TEST_F(StreamCopyEnd, comes_with_the_holding_picture) {
  const auto frame = play(film, 0, 20);
  expect_end(Feeding::no_packets, frame, 0);
}

TEST_F(StreamCopyEnd, comes_after_a_second_of_one_picture) {
  const auto frame = play(film, 0, 20);
  for (std::int64_t more = 0; more < 29; ++more) EXPECT_TRUE(film.show(frame + more, 20));
  expect_end(Feeding::stands_still, frame + 29, 20);
}

TEST_F(StreamCopyEnd, comes_where_packets_are_missing) {
  const auto frame = play(film, 0, 20);
  const auto after = film.add(5000, As::after_loss);
  expect_end(Feeding::broke_off, frame, after);
}

TEST_F(StreamCopyEnd, comes_with_other_parameters) {
  const auto frame = play(film, 0, 20);
  film.parameters = std::make_shared<media::AVCodecParametersHolder>();
  expect_end(Feeding::changed, frame, film.add(5000, As::key));
}

TEST_F(StreamCopyEnd, comes_where_a_key_picture_is_asked_for_and_there_is_none) {
  const auto frame = play(film, 0, 20);
  film.copy.ask_for_key();
  EXPECT_TRUE(film.show(frame, film.add(5000, As::key))) << "this one is";
  film.copy.ask_for_key();
  EXPECT_TRUE(film.show(frame + 1, 21)) << "repeated";
  expect_end(Feeding::awaits_key, frame + 2, film.add(5033));
}

TEST_F(StreamCopyEnd, keeps_what_the_last_picture_shown_needs) {
  const auto key = film.add(0, As::key);
  const auto ahead = film.add(99);
  const auto shown = film.add(33);
  const auto unneeded = film.add(66);
  EXPECT_TRUE(film.show(0, key));
  EXPECT_TRUE(film.show(1, shown));
  EXPECT_FALSE(film.show(2, 0));
  EXPECT_EQ(film.ids(), (std::vector{key, ahead, shown})) << "and not " << unneeded;
  EXPECT_GT(film.packets[1]->pts, 2 * tick - tick / 4 - 1);
  EXPECT_LT(film.packets[1]->pts, 2 * tick);
  film.expect_well_timed();
}

TEST(StreamCopy, goes_on_at_once_where_parameters_change_seldom) {
  Film film;
  const auto frame = play(film, 0, 301);
  const auto former = film.parameters;
  film.parameters = std::make_shared<media::AVCodecParametersHolder>();
  EXPECT_TRUE(film.show(frame, film.add(60'000, As::key)));
  film.finish();
  EXPECT_EQ(film.packets.front()->codec, former);
  EXPECT_EQ(film.packets.back()->codec, film.parameters);
  EXPECT_TRUE(film.packets.back()->is_key);
  film.expect_well_timed();
}

TEST(StreamCopy, rests_longer_each_time_it_did_not_last) {
  Film film;
  std::int64_t frame = 0;
  for (const std::int64_t rest : {10, 20, 40}) {
    frame = play(film, frame, 5);
    EXPECT_FALSE(film.show(frame, 0));
    EXPECT_FALSE(film.show(frame + rest * 30 - 1, film.add(1000 + frame * 40, As::key)));
    frame += rest * 30;
  }
  frame = play(film, frame, 61 * 30);
  EXPECT_FALSE(film.show(frame, 0));
  EXPECT_TRUE(film.show(frame + 300, film.add(1000 + frame * 40, As::key)))
      << "one that lasted begins anew";
}

TEST(StreamCopy, goes_on_over_the_seam_of_a_looped_film) {
  Film film;
  auto frame = play(film, 0, 10);
  film.opening = 2;  // its times begin again
  for (int i = 0; i < 5; ++i, ++frame)
    EXPECT_TRUE(film.show(frame, film.add(i * 33, i == 0 ? As::key : As::other)));
  film.finish();
  EXPECT_EQ(film.packets.size(), 15U);
  film.expect_well_timed();
}

TEST(StreamCopy, holds_no_more_than_some_seconds) {
  Film film;
  film.add(0, As::key);
  for (int i = 1; i < 2000; ++i) {
    film.add(i * 33);
    film.show(i, 0);
  }
  EXPECT_FALSE(film.show(2000, film.add(66'066)));
  EXPECT_TRUE(film.show(2001, film.add(66'100, As::key))) << "and lives on";
}

// Whatever is shown, repeated, passed over and lost: who plays the packets sees in each frame of a
// copy what the program showed, and nothing is there that cannot be decoded.
TEST(StreamCopy, shows_what_the_program_showed) {
  std::mt19937 random(20261128);
  const auto roll = [&](int of) { return std::uniform_int_distribution(0, of - 1)(random); };
  for (int round = 0; round < 200; ++round) {
    Film film;
    std::set<std::uint64_t> keys;
    std::vector<std::pair<std::int64_t, std::uint64_t>> in_order;  // time, id
    std::int64_t time = 0;
    const auto group = [&](As first) {
      const int length = 1 + roll(12);
      const auto key = film.add(time, first);
      keys.insert(key);
      in_order.emplace_back(time, key);
      for (int i = 0; i < length; ++i) {
        const int behind = roll(3);  // pictures decoded after it and shown before
        in_order.emplace_back(time + 33 * (behind + 1), film.add(time + 33 * (behind + 1)));
        for (int b = 0; b < behind; ++b)
          in_order.emplace_back(time + 33 * (b + 1), film.add(time + 33 * (b + 1)));
        time += 33 * (behind + 1);
      }
      time += 33;
    };
    std::map<std::int64_t, std::uint64_t> shown;  // by frame, of those in a copy
    std::int64_t frame = 0;
    std::size_t next = 0;
    for (int g = 0; g < 6; ++g) {
      group(roll(5) == 0 ? As::key_after_loss : As::key);
      std::sort(in_order.begin(), in_order.end());
      while (next < in_order.size()) {
        const auto id = in_order[next].second;
        next += static_cast<std::size_t>(roll(8) == 0 ? 1 + roll(3) : 1);
        for (int times = roll(5) == 0 ? 1 + roll(4) : 1; times > 0; --times, ++frame)
          if (film.show(frame, id)) shown[frame] = id;
        if (roll(60) == 0) film.show(frame++, 0);
        if (roll(60) == 0) frame += 300;
      }
    }
    film.finish();
    film.expect_well_timed();
    // split at jumps of the ids: each piece begins with a key and has all ids from there on
    std::uint64_t before = 0;
    for (const auto& packet : film.packets) {
      const auto id = Film::id_of(*packet);
      if (id != before + 1) {
        EXPECT_TRUE(keys.contains(id)) << id << " after " << before;
      }
      before = id;
    }
    for (const auto& [at, id] : shown) {
      const media::Packet* newest = nullptr;
      for (const auto& packet : film.packets) {
        if (packet->pts <= at * tick + tick / 2 && (newest == nullptr || packet->pts > newest->pts))
          newest = packet.get();
      }
      ASSERT_NE(newest, nullptr);
      ASSERT_EQ(Film::id_of(*newest), id) << "frame " << at << " of round " << round;
    }
  }
}

}  // namespace
}  // namespace xb::output
