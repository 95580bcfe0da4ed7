// The paint thread: what wakes it, what it publishes, who frees former sets.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/painter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/health.h"

namespace xb::overlay {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SessionTime never = SessionTime::max();
constexpr Duration patience = seconds(20);  // only a failing test waits so long

// What a ScriptedArtist saw and did; outlives it.
struct Easel {
  std::atomic<int> paints = 0;
  std::atomic<SessionTime> next_change = never;
  std::mutex mutex;  // guards freed_on
  std::vector<std::thread::id> freed_on;
};

// Paints sets without layers, told apart by scene and counter; a real set, a real deleter.
class ScriptedArtist final : public Artist {
 public:
  explicit ScriptedArtist(Easel& easel) : easel_(easel) {}
  std::shared_ptr<const Bitmaps> paint(const Scene& scene, const LiveValues& values,
                                       SessionTime now) override {
    ++easel_.paints;
    if (values.counter.total < 0) throw std::runtime_error("no such counter");
    const bool is_due = now >= easel_.next_change.load();
    if (is_due) easel_.next_change = never;
    if (last_ && last_->scene == scene && last_->counter_total == values.counter.total && !is_due)
      return last_;
    auto set = std::make_unique<Bitmaps>();
    set->scene = scene;
    set->counter_total = values.counter.total;
    set->counter_stamp = values.counter.stamp;
    last_ = std::shared_ptr<const Bitmaps>(set.release(), [&easel = easel_](const Bitmaps* gone) {
      const std::unique_ptr<const Bitmaps> owned(gone);
      std::lock_guard lock(easel.mutex);
      easel.freed_on.push_back(std::this_thread::get_id());
    });
    return last_;
  }
  PlacedLayer landscape() override { return {}; }
  CardPlaces card_places() const override { return {}; }
  SessionTime next_change() const override { return easel_.next_change.load(); }
  std::uint64_t repaints() const override { return static_cast<std::uint64_t>(easel_.paints); }

 private:
  Easel& easel_;
  std::shared_ptr<const Bitmaps> last_;
};

std::shared_ptr<const LiveValues> counting(std::int64_t total) {
  auto values = std::make_shared<LiveValues>();
  values->counter.total = total;
  return values;
}

std::shared_ptr<const Scene> scene_version(std::uint64_t version) {
  auto scene = std::make_shared<Scene>();
  scene->version = version;
  return scene;
}

class PainterTest : public testing::Test {
 protected:
  std::unique_ptr<Painter> start() {
    std::vector<std::unique_ptr<Artist>> artists;
    artists.push_back(std::make_unique<ScriptedArtist>(easel));
    artists.push_back(std::make_unique<ScriptedArtist>(tall_easel));
    return std::make_unique<Painter>(
        std::move(artists), values, scene, bitmaps, [this] { return now.load(); }, health);
  }
  // What the first Canvas shows.
  std::shared_ptr<const Bitmaps> shown() { return bitmaps.read()->canvases.front(); }
  // Waits for the publication after `seen`, by the Snapshot's own condition.
  std::uint64_t next(std::uint64_t seen) { return bitmaps.wait_change(seen, patience, {}); }

  Easel easel, tall_easel;  // of two Canvases
  Snapshot<LiveValues> values{"values"};
  Snapshot<Scene> scene{"scene"};
  Snapshot<BitmapSet> bitmaps{"bitmaps"};
  std::atomic<SessionTime> now = SessionTime{};
  Health health;
};

TEST_F(PainterTest, publishes_the_first_set_at_once) {
  values.publish(counting(128));
  const auto painter = start();
  ASSERT_EQ(next(0), 1U);
  EXPECT_EQ(shown()->counter_total, 128);
}

TEST_F(PainterTest, tells_of_every_look_before_its_set_is_published) {
  Queue<Painted> looks{"looks", 4096, Overflow::refuse};
  std::vector<std::unique_ptr<Artist>> artists;
  artists.push_back(std::make_unique<ScriptedArtist>(easel));
  const Painter painter(
      std::move(artists), values, scene, bitmaps, [this] { return now.load(); }, health, &looks);
  auto seen = next(0);
  for (std::int64_t total = 1; total <= 50; ++total) values.publish(counting(total));
  while (shown()->counter_total != 50) seen = next(seen);
  const auto last = bitmaps.read();
  std::uint64_t number = 0;
  bool was_told = false;
  while (const auto look = looks.try_pop()) {
    EXPECT_EQ(look->number, ++number);
    ASSERT_TRUE(look->scene && look->values);
    was_told = was_told || look->set == last;
    if (look->set) {
      EXPECT_EQ(look->set->canvases.front()->counter_total, look->values->counter.total);
    }
  }
  EXPECT_TRUE(was_told);
}

TEST_F(PainterTest, publishes_a_new_set_when_values_change) {
  const auto painter = start();
  auto seen = next(0);
  values.publish(counting(129));
  ASSERT_NE(next(seen), seen);
  EXPECT_EQ(shown()->counter_total, 129);
}

TEST_F(PainterTest, publishes_a_new_set_when_the_scene_changes) {
  const auto painter = start();
  auto seen = next(0);
  scene.publish(scene_version(5));
  ASSERT_NE(next(seen), seen);
  EXPECT_EQ(shown()->scene.version, 5U);
}

TEST_F(PainterTest, never_loses_a_change_published_while_it_paints) {
  const auto painter = start();
  for (std::int64_t total = 1; total <= 2000; ++total) values.publish(counting(total));
  auto seen = bitmaps.version();
  while (shown()->counter_total != 2000) {
    const auto version = next(seen);
    ASSERT_NE(version, seen) << "the last change never came";
    seen = version;
  }
}

TEST_F(PainterTest, publishes_nothing_when_the_artist_has_nothing_new) {
  const auto painter = start();
  auto seen = next(0);
  values.publish(counting(0));  // woken, same picture
  values.publish(counting(7));
  ASSERT_EQ(next(seen), seen + 1);
  EXPECT_EQ(shown()->counter_total, 7);
}

TEST_F(PainterTest, wakes_by_itself_when_time_changes_the_picture) {
  easel.next_change = SessionTime(milliseconds(5));
  const auto painter = start();
  const auto seen = next(0);
  now = SessionTime(milliseconds(5));
  EXPECT_EQ(next(seen), seen + 1);
}

TEST_F(PainterTest, publishes_one_moment_for_all_canvases) {
  const auto painter = start();
  auto seen = next(0);
  for (std::int64_t total = 1; total <= 50; ++total) {
    scene.publish(scene_version(static_cast<std::uint64_t>(total)));
    values.publish(counting(total));
    seen = next(seen);
    const auto set = bitmaps.read();
    ASSERT_EQ(set->canvases.size(), 2U);
    EXPECT_EQ(set->canvases[0]->scene.version, set->canvases[1]->scene.version);
    EXPECT_EQ(set->canvases[0]->counter_total, set->canvases[1]->counter_total);
  }
}

TEST_F(PainterTest, paints_again_when_time_changes_any_canvas) {
  tall_easel.next_change = SessionTime(milliseconds(20));
  const auto painter = start();
  auto seen = next(0);
  const auto before = bitmaps.read();
  now = SessionTime(milliseconds(20));
  next(seen);
  const auto after = bitmaps.read();
  EXPECT_EQ(before->canvases[0], after->canvases[0]) << "nothing changed there";
  EXPECT_NE(before->canvases[1], after->canvases[1]);
}

TEST_F(PainterTest, frees_former_sets_on_the_paint_thread_only) {
  const auto painter = start();
  auto seen = next(0);
  auto held = bitmaps.read();  // as the program thread does for a tick
  for (std::int64_t total = 1; total <= 50; ++total) {
    values.publish(counting(total));
    seen = next(seen);
    now = now.load() + milliseconds(100);
    held = bitmaps.read();  // drops the former one here
  }
  held.reset();
  std::lock_guard lock(easel.mutex);
  EXPECT_GE(easel.freed_on.size(), 30U);  // all but those of the last second
  for (const auto id : easel.freed_on) EXPECT_NE(id, std::this_thread::get_id());
}

TEST_F(PainterTest, keeps_a_set_that_somebody_holds_longer_than_a_second) {
  auto painter = start();
  auto seen = next(0);
  auto held = bitmaps.read();
  const std::weak_ptr<const BitmapSet> watched = held;
  now = SessionTime(seconds(1));
  values.publish(counting(1));
  seen = next(seen);
  now = SessionTime(seconds(30));
  values.publish(counting(2));
  seen = next(seen);
  held.reset();
  EXPECT_FALSE(watched.expired());  // dropped here, not freed here
  now = SessionTime(seconds(60));
  values.publish(counting(3));
  seen = next(seen);
  values.publish(counting(4));
  next(seen);
  EXPECT_TRUE(watched.expired());
}

TEST_F(PainterTest, hands_every_change_on_and_tells_how_soon) {
  const auto painter = start();
  auto seen = next(0);
  std::vector<Duration> taken;
  for (std::int64_t total = 1; total <= 101; ++total) {
    const auto before = std::chrono::steady_clock::now();
    values.publish(counting(total));
    seen = next(seen);
    taken.push_back(std::chrono::steady_clock::now() - before);
  }
  std::nth_element(taken.begin(), taken.begin() + 50, taken.end());
  RecordProperty("median_us", std::to_string(taken[50] / std::chrono::microseconds(1)));
  EXPECT_EQ(shown()->counter_total, 101);
}

TEST_F(PainterTest, tells_health_when_the_artist_breaks) {
  std::atomic<bool> is_told = false;
  Bell bell;
  health.listen([&](const ComponentHealth& component) {
    if (component.component != "paint" || component.condition == Condition::running) return;
    is_told = true;
    bell.ring();
  });
  const auto painter = start();
  next(0);
  values.publish(counting(-1));
  bell.wait(0, patience, {});
  EXPECT_TRUE(is_told);
}

TEST_F(PainterTest, stops_while_it_waits_for_ever) {
  auto painter = start();
  next(0);
  painter.reset();
  values.publish(counting(3));  // rings a Bell nobody listens to any more
  EXPECT_EQ(shown()->counter_total, 0);
}

}  // namespace
}  // namespace xb::overlay
