// SPDX-License-Identifier: Apache-2.0
#include "output/web_video.h"

#include <gtest/gtest.h>

#include <fstream>

#include "live_support.h"

namespace xb::output {
namespace {

using testing::Encoded;
using testing::eventually;

class WebVideoTest : public ::testing::Test {
 protected:
  void begin() {
    video.begin(hub, OutputParts{program.video, program.audio, clock, health,
                                 [this] { ++key_frames_asked; }});
  }
  // The whole program at once: the queue holds 1.5 s, so with pauses.
  void play(std::size_t from = 0, std::size_t to = SIZE_MAX) {
    to = std::min(to, program.packets.size());
    for (auto i = from; i < to; ++i) {
      hub.push(program.packets[i]);
      if (i % 20 == 19) wait_a_little();
    }
  }
  void wait_a_little() {
    std::stop_source never;
    clock.wait_until(clock.now() + from_ms(20), never.get_token());
  }
  std::vector<WebPiece> take_all() {
    std::vector<WebPiece> out;
    while (auto piece = pieces.try_pop()) out.push_back(std::move(*piece));
    return out;
  }
  bool has_pieces(std::size_t count) {
    return eventually(clock, std::chrono::seconds(5),
                      [&] { return pieces.counters().depth >= count; });
  }

  SystemClock clock;
  Health health;
  Encoded program = testing::encode_program(testing::small_settings(), 5);
  Hub hub;
  Queue<WebPiece> pieces{"pieces", 256, Overflow::refuse};
  std::atomic<bool> has_room{true};
  std::atomic<int> key_frames_asked{0};
  WebVideo video;

  WebVideoTest() {
    video.connect([this](WebPiece&& piece) {
      return has_room && pieces.push(std::move(piece)) != Pushed::refused;
    });
  }

  // Somebody watches the whole of play().
  void play_to_the_end() {
    video.want();
    begin();
    ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] { return key_frames_asked > 0; }));
    play();
    hub.end();
    ASSERT_TRUE(has_pieces(40));
    video.end();
  }
};

TEST_F(WebVideoTest, what_comes_out_is_the_program_in_pieces_of_a_tenth_of_a_second) {
  ASSERT_NO_FATAL_FAILURE(play_to_the_end());
  const auto all = take_all();
  ASSERT_EQ(all[0].kind, WebPiece::Kind::begin);
  EXPECT_TRUE(all[0].mime.starts_with(R"(video/mp4; codecs="avc1.)")) << all[0].mime;
  const testing::Folder folder;
  const auto path = folder.path() / "web.mp4";
  std::ofstream file(path, std::ios::binary);
  std::int64_t end_us = 0;
  int keys = 0;
  for (const auto& piece : all) {
    file << *piece.bytes;
    if (piece.kind == WebPiece::Kind::begin) continue;
    EXPECT_LE(piece.end_us - piece.start_us, 150'000);
    EXPECT_GE(piece.end_us, end_us);
    end_us = piece.end_us;
    keys += piece.is_key ? 1 : 0;
  }
  file.close();
  EXPECT_TRUE(all[1].is_key);
  EXPECT_EQ(keys, 3);  // at 0, 2 and 4 s
  const auto judged = testing::judge(path);
  EXPECT_TRUE(judged.is_open);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_GE(judged.video_end, 4.5);
  EXPECT_LE(judged.largest_video_gap, 0.05);
  EXPECT_LE(judged.largest_audio_gap, 0.05);
}

TEST_F(WebVideoTest, a_viewer_can_start_at_every_key_piece) {
  ASSERT_NO_FATAL_FAILURE(play_to_the_end());
  auto all = take_all();
  std::size_t last_key = 0;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].is_key) last_key = i;
  const testing::Folder folder;
  const auto path = folder.path() / "late.mp4";
  {
    std::ofstream file(path, std::ios::binary);
    file << *all[0].bytes;
    for (auto i = last_key; i < all.size(); ++i) file << *all[i].bytes;
  }
  const auto judged = testing::judge(path);
  EXPECT_EQ(judged.decode_errors, 0);
  EXPECT_GE(judged.decoded_frames, 20);
}

TEST_F(WebVideoTest, nothing_is_made_while_nobody_watches) {
  begin();
  EXPECT_TRUE(video.is_on_air());
  play();
  EXPECT_EQ(pieces.counters().in, 0U);
  EXPECT_EQ(key_frames_asked, 0);
  video.end();
  EXPECT_FALSE(video.is_on_air());
}

TEST_F(WebVideoTest, who_comes_back_after_a_rest_gets_a_beginning_of_its_own) {
  begin();
  video.want();
  ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] { return key_frames_asked == 1; }));
  const auto half = program.packets.size() / 2;
  play(0, half);
  ASSERT_TRUE(has_pieces(10));
  video.rest();
  ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] {
    const auto before = pieces.counters().in;
    wait_a_little();
    return pieces.counters().in == before;
  }));
  // its worker looks at the wish five times a second
  std::stop_source never;
  clock.wait_until(clock.now() + from_ms(300), never.get_token());
  take_all();
  video.want();
  ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] { return key_frames_asked == 2; }));
  play(half);
  ASSERT_TRUE(has_pieces(2));
  video.end();
  const auto all = take_all();
  EXPECT_EQ(all[0].kind, WebPiece::Kind::begin);
  EXPECT_TRUE(all[1].is_key);
  EXPECT_EQ(all[1].start_us, 0);
}

TEST_F(WebVideoTest, where_there_is_no_room_it_goes_on_at_the_next_key_frame) {
  begin();
  video.want();
  ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] { return key_frames_asked > 0; }));
  const auto third = program.packets.size() / 3;
  play(0, third);
  ASSERT_TRUE(has_pieces(5));
  has_room = false;
  play(third, third + 20);
  wait_a_little();
  has_room = true;
  take_all();
  play(third + 20);
  hub.end();
  ASSERT_TRUE(has_pieces(5));
  video.end();
  const auto all = take_all();
  EXPECT_TRUE(all[0].is_key);
  EXPECT_EQ(all[0].start_us % 2'000'000, 0);
}

TEST_F(WebVideoTest, each_sink_has_a_wish_and_a_place_of_its_own) {
  Queue<WebPiece> others{"others", 256, Overflow::refuse};
  std::atomic<bool> is_full{true};
  const auto other = video.connect([&](WebPiece&& piece) {
    return !is_full && others.push(std::move(piece)) != Pushed::refused;
  });
  EXPECT_EQ(other, 1U);
  begin();
  video.want(other);
  ASSERT_TRUE(eventually(clock, std::chrono::seconds(5), [&] { return key_frames_asked == 1; }));
  play(0, program.packets.size() / 3);
  ASSERT_TRUE(has_pieces(5)) << "who wishes nothing gets what the other one made";
  is_full = false;
  play(program.packets.size() / 3);
  hub.end();
  ASSERT_TRUE(
      eventually(clock, std::chrono::seconds(5), [&] { return others.counters().depth >= 3; }));
  video.end();
  const auto first = others.try_pop();
  EXPECT_EQ(first->kind, WebPiece::Kind::begin) << "it had no room for the first one";
  EXPECT_TRUE(others.try_pop()->is_key);
  EXPECT_EQ(take_all()[0].kind, WebPiece::Kind::begin);
}

}  // namespace
}  // namespace xb::output
