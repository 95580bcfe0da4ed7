// A Session composed again is what was seen, to the byte; and what is missing or hostile is told.
// SPDX-License-Identifier: Apache-2.0
#include "studio/replay.h"

#include "tests/studio/replay_fixture.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;
using overlay::CaptionKind;

Show usual() {
  return show_of({product("orange", "29.9", 12), product("tea", "45", 30)},
                 {caption("well", CaptionKind::heritage), caption("kitchen", CaptionKind::plain)},
                 {"今晚八点开园", "下单请留电话，山路远，快递三天到"});
}

// Everything that can happen, at random moments; two looks in a tick, late ticks, quiet seconds.
void live(Evening& evening, unsigned seed, int ticks) {
  std::mt19937 dice(seed);
  const auto roll = [&](int of) { return static_cast<int>(dice() % static_cast<unsigned>(of)); };
  for (int i = 0; i < ticks; ++i) {
    switch (roll(20)) {
      case 0: evening.command(ShowProduct{roll(2) == 0 ? "orange" : "tea"}); break;
      case 1: evening.command(HideProduct{}); break;
      case 2:
        evening.command(ShowCaption{roll(2) == 0 ? "well" : "kitchen", Hold::by_length});
        break;
      case 3: evening.command(StartCountdown{"tea"}); break;
      case 4: evening.command(EmphasizeProduct{}); break;
      case 5: evening.say("第 " + std::to_string(i) + " 句"); break;
      case 6: evening.follow("春燕"); break;
      case 7: evening.follow("", 3); break;
      case 8:
        if (roll(6) == 0) evening.command(ShowSlate{overlay::SlateKind::away});
        break;
      case 9: evening.command(HideSlate{}); break;
      case 10: evening.values().badges.clock = "15:" + std::to_string(10 + roll(50)); break;
      case 11: evening.values().is_quiet = roll(5) == 0; break;
      case 12: evening.values().badges.is_recording_only = true; break;
      default: break;
    }
    if (roll(3) != 0) evening.look();
    if (roll(4) == 0) {
      evening.say("同一帧里的第二句");
      evening.look(1ms);
    }
    if (roll(12) == 0) evening.repeat();
    evening.tick();
  }
}

TEST(Replay, makes_every_frame_of_a_lively_evening_again_to_the_byte) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    Evening evening(usual());
    live(evening, seed, 60);
    evening.begin();
    evening.values().badges.recording_since = evening.now();
    live(evening, seed + 100, 400);
    evening.end();
    Again again(evening.entries());
    EXPECT_EQ(differing(evening, again), 0) << "seed " << seed;
    EXPECT_FALSE(again.replay().faults().any()) << again.replay().faults().first.value_or("");
  }
}

TEST(Replay, needs_the_looks_that_no_frame_showed) {
  Evening evening(usual());
  evening.run(5);
  evening.begin();
  evening.run(10);
  evening.command(ShowProduct{"orange"});
  evening.look();
  evening.run(40);
  // between two ticks the card goes, and comes again: only the look between knows that it left
  evening.command(HideProduct{});
  evening.look();
  evening.command(ShowProduct{"tea"});
  evening.look(1ms);
  evening.run(30);
  evening.end();
  Again whole(evening.entries());
  EXPECT_EQ(differing(evening, whole), 0);

  auto cut = evening.entries();
  int dropped = 0;
  for (auto& entry : cut) {
    auto json = *net::parse_json(entry.json, {.bytes = 1 << 20, .depth = 40});
    if (!json.contains("paints") || json["paints"].size() < 2 || dropped > 0) continue;
    // one look out of two: their changes in one step
    auto& paints = json["paints"];
    if (paints[0].size() < 2 || paints[1].size() < 2) continue;
    for (const auto& step : paints[1][1]) paints[0][1].push_back(step);
    paints[1][1] = paints[0][1];
    paints.erase(0);
    json["first"] = json["first"].get<int>() + 1;
    entry.json = net::dump(json);
    ++dropped;
  }
  ASSERT_EQ(dropped, 1) << "the two looks lie in one Entry";
  Again without(cut);
  EXPECT_GT(differing(evening, without), 0) << "or the test shows nothing";
}

TEST(Replay, knows_what_an_artist_remembers_from_before_the_session) {
  // the stock of long ago, and notices that changed ten minutes before
  Evening evening(show_of({product("orange", "29.9", 100)}, {}, {"旧通知，马上就换"}));
  evening.run(30);
  auto later =
      show_of({product("orange", "29.9", 12)}, {},
              {"一条很长的新通知，长得一行放不下，所以要从右往左慢慢走过去，走完了再来一遍",
               "第二条也很长，也要慢慢走过去，让后面的人看清楚为止"});
  evening.reload(later);
  for (int minute = 0; minute < 10; ++minute) {
    for (int i = 0; i < 60; ++i) {
      for (int late = 0; late < 29; ++late) evening.repeat();
      evening.tick();
      evening.values().badges.clock = "15:" + std::to_string(10 + i % 50);
      evening.look();
    }
  }
  evening.begin();
  evening.command(ShowProduct{"orange"});
  evening.look();
  evening.run(120);
  evening.end();
  Again again(evening.entries());
  EXPECT_EQ(differing(evening, again), 0);
  EXPECT_LT(evening.entries().size(), 200U) << "not all of the ten minutes";
}

TEST(Replay, shows_what_a_reload_brought_from_its_frame_on) {
  Evening evening(usual());
  evening.begin();
  evening.command(ShowProduct{"orange"});
  evening.look();
  evening.run(40);
  auto next = show_of({product("orange", "9.9", 3)});
  next.attire = std::make_shared<const overlay::Attire>(
      *overlay::load_attire(assets_folder()->string(), "plain"));
  evening.reload(next);
  evening.run(40);
  evening.end();
  Again again(evening.entries());
  EXPECT_EQ(differing(evening, again), 0);
}

TEST(Replay, a_resumed_session_is_one_replay_for_each_run) {
  std::vector<session::StoredEntry> all;
  for (const unsigned seed : {7U, 8U}) {
    Evening evening(usual());
    live(evening, seed, 20);
    evening.begin();
    live(evening, seed + 1, 90);
    evening.write();
    Again again(evening.entries());
    EXPECT_EQ(differing(evening, again), 0);
  }
}

TEST(Replay, goes_on_by_time_alone_where_a_crash_cut_it) {
  Evening evening(usual());
  evening.begin();
  evening.values().badges.is_recording_only = true;
  evening.values().badges.recording_since = evening.now();
  evening.command(ShowProduct{"orange"});
  evening.look();
  evening.run(60);
  evening.write();
  const auto known = evening.entries();
  evening.run(150);  // the timer counts on
  Again again(known);
  EXPECT_EQ(differing(evening, again), 0);
}

TEST(Replay, tells_of_a_lost_span_and_is_right_again_after_it) {
  Evening evening(usual());
  evening.begin();
  live(evening, 11, 60);
  evening.write();
  const auto from = evening.entries().size();
  live(evening, 12, 60);
  evening.write();
  evening.lose_entries(from);
  evening.look();
  evening.tick();
  evening.write();
  const auto again_from = evening.now();
  live(evening, 13, 20);
  for (int i = 0; i < 25 * 30; ++i) evening.tick();  // what moved then is over
  const auto right_from = frame_at(evening.now(), film_rate).value;
  EXPECT_GT(evening.now(), again_from);
  live(evening, 14, 60);
  evening.end();
  Again again(evening.entries());
  EXPECT_EQ(differing(evening, again, right_from + 1), 0);
}

TEST(Replay, an_entry_that_is_wrong_is_told_and_harms_no_other) {
  for (const std::string wrong :
       {"no json", "[]", "{\"paints\":7}", "{\"first\":1,\"paints\":[[1e300]]}",
        "{\"aired\":[[1]]}", "{\"aired\":[[1,99999],[2,5]]}", "{\"first\":-3,\"paints\":[[5]]}",
        "{\"first\":1,\"whole\":7,\"paints\":[[5]]}", "{\"repeated\":[[\"a\",2]]}"}) {
    Evening evening(usual());
    evening.begin();
    live(evening, 21, 30);
    evening.write();
    auto cut = evening.entries();
    session::StoredEntry entry;
    entry.n = 77;
    entry.kind = session::EntryKind::paint;
    entry.json = wrong;
    cut.push_back(entry);
    Again again(cut);
    EXPECT_EQ(differing(evening, again), 0) << wrong;
    EXPECT_TRUE(again.replay().faults().any()) << wrong;
  }
}

TEST(Replay, a_patch_cannot_ask_for_all_memory) {
  Evening evening(usual());
  evening.begin();
  evening.run(4);
  evening.write();
  auto cut = evening.entries();
  session::StoredEntry entry;
  entry.kind = session::EntryKind::paint;
  std::string steps;
  for (int i = 0; i < 64; ++i) {
    steps += std::string(i > 0 ? "," : "") + R"({"op":"copy","from":"/chat","path":"/chat/c)" +
             std::to_string(i) + "\"}";
  }
  entry.json = R"({"first":900,"paints":[[5,[)" + steps + R"(]]],"aired":[[900,90]]})";
  cut.push_back(entry);
  Again again(cut);
  static_cast<void>(again.picture(FrameNumber{95}));
  EXPECT_TRUE(again.replay().faults().any());
}

TEST(Replay, a_corrected_show_brings_its_price_whatever_was_changed_on_air) {
  Evening evening(usual());
  evening.begin();
  evening.command(ShowProduct{"orange"});
  evening.look();
  evening.run(20);
  evening.reload(show_of({product("orange", "39.9", 5)}));
  evening.run(20);
  evening.end();
  Corrections corrections;
  corrections.show = show_of({product("orange", "19.9", 12)});
  Again again(evening.entries(), corrections);
  EXPECT_GT(differing(evening, again), 0);
  ASSERT_TRUE(again.last());
  EXPECT_EQ(again.last()->values->tables->products.front().price, "19.9");
}

TEST(Replay, another_theme_keeps_prices_and_the_mark) {
  auto show = usual();
  auto marked = *show.attire;
  marked.mark.side = 64;
  marked.mark.cover.assign(64 * 64, 128);
  show.attire = std::make_shared<const overlay::Attire>(marked);
  Evening evening(show);
  evening.begin();
  evening.look();
  evening.run(6);
  evening.end();
  Corrections corrections;
  corrections.attire = std::make_shared<const overlay::Attire>(
      *overlay::load_attire(assets_folder()->string(), "harvest"));
  Again again(evening.entries(), corrections);
  EXPECT_GT(differing(evening, again), 0);
  ASSERT_TRUE(again.last());
  EXPECT_EQ(again.last()->values->attire->name, "harvest");
  EXPECT_EQ(again.last()->values->attire->mark, marked.mark);
  EXPECT_EQ(again.last()->values->tables->products.front().price, "29.9");
}

TEST(Replay, a_caption_that_the_corrected_show_calls_heritage_leaves_the_goods_alone) {
  Evening evening(usual());
  evening.begin();
  evening.command(ShowProduct{"orange"});
  evening.command(ShowCaption{"kitchen", Hold::until_hidden});
  evening.look();
  evening.run(10);
  evening.end();
  Corrections corrections;
  corrections.show =
      show_of({product("orange", "29.9", 12)}, {caption("kitchen", CaptionKind::heritage)});
  Again again(evening.entries(), corrections);
  static_cast<void>(differing(evening, again));
  ASSERT_TRUE(again.last());
  EXPECT_FALSE(again.last()->scene.caption);
  EXPECT_TRUE(again.last()->scene.product);
  EXPECT_EQ(again.replay().faults().rows_left_off, std::vector<std::string>{"kitchen"});
}

}  // namespace
}  // namespace xb::studio
