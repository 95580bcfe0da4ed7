// Two Canvases, one evening: whatever is commanded, a frame number shows the same cards on both.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

#include "capture/sync.h"
#include "output/encoder_threads.h"
#include "output/preview.h"
#include "overlay/artist.h"
#include "overlay/compositor.h"
#include "overlay/painter.h"
#include "studio/director.h"
#include "studio/program.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;

constexpr Rate rate{30, 1};
constexpr int commands = 1000;
constexpr std::array sizes{overlay::CanvasSize{640, 360}, overlay::CanvasSize{360, 640}};
using Painted = std::shared_ptr<const overlay::Bitmaps>;

std::shared_ptr<const overlay::Tables> tables() {
  auto out = std::make_shared<overlay::Tables>();
  for (int i = 1; i <= 8; ++i) {
    overlay::Product product;
    product.id = "p" + std::to_string(i);
    product.number = i;
    product.name = "第 " + std::to_string(i) + " 号山货";
    product.price = std::to_string(9 + i) + ".9";
    product.unit = "5 斤装";
    out->products.push_back(product);
  }
  for (int i = 1; i <= 4; ++i) {
    overlay::Caption caption;
    caption.id = "c" + std::to_string(i);
    caption.title = "老井 " + std::to_string(i);
    caption.text = "村里人都从这口井打水。";
    caption.source = "口述（示例）";
    caption.kind = i % 2 == 0 ? overlay::CaptionKind::plain : overlay::CaptionKind::heritage;
    out->captions.push_back(caption);
  }
  return out;
}

// All that an Artist gave, by the number of the look: the sets a picture may show.
class Album {
 public:
  void add(Painted painted) {
    std::lock_guard lock(mutex_);
    looks_.push_back(std::move(painted));
  }
  std::vector<Painted> from(std::size_t look) const {
    std::lock_guard lock(mutex_);
    return {looks_.begin() + static_cast<std::ptrdiff_t>(std::min(look, looks_.size())),
            looks_.end()};
  }

 private:
  mutable std::mutex mutex_;  // guards looks_
  std::vector<Painted> looks_;
};

class RememberingArtist final : public overlay::Artist {
 public:
  RememberingArtist(std::unique_ptr<overlay::Artist> inner, Album& album)
      : inner_(std::move(inner)), album_(album) {}
  Painted paint(const overlay::Scene& scene, const overlay::LiveValues& values,
                SessionTime now) override {
    auto painted = inner_->paint(scene, values, now);
    album_.add(painted);
    return painted;
  }
  overlay::PlacedLayer landscape() override { return inner_->landscape(); }
  overlay::CardPlaces card_places() const override { return inner_->card_places(); }
  SessionTime next_change() const override { return inner_->next_change(); }
  std::uint64_t repaints() const override { return inner_->repaints(); }

 private:
  std::unique_ptr<overlay::Artist> inner_;
  Album& album_;
};

bool is_same(const media::Picture& a, const media::Picture& b) {
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? a.width() : a.width() / 2;
    const int height = plane == 0 ? a.height() : a.height() / 2;
    for (int y = 0; y < height; ++y) {
      const auto row = static_cast<std::ptrdiff_t>(y) * a.stride(plane);
      if (std::memcmp(a.plane(plane) + row, b.plane(plane) + row,
                      static_cast<std::size_t>(width)) != 0)
        return false;
    }
  }
  return true;
}

// What is told as on air of the cards. At its second place a card stands where a wide Canvas has
// its captions and a tall one has not (design of the slots): then captions are not compared.
std::vector<std::pair<overlay::LayerName, std::string>> cards_of(const overlay::Bitmaps& shown) {
  const bool is_aside = shown.scene.product && shown.scene.card_place == overlay::CardPlace::second;
  using enum overlay::LayerName;
  std::vector<std::pair<overlay::LayerName, std::string>> out;
  for (const auto* layer : overlay::on_air(shown)) {
    const auto name = layer->layer;
    if (name != product_card && name != caption && name != countdown && name != slate) continue;
    if (name == caption && is_aside) continue;
    const std::pair card(name, layer->id);
    if (std::find(out.begin(), out.end(), card) == out.end()) out.push_back(card);
  }
  return out;
}

// One Canvas: who paints it, what it lies on, where its frames go.
struct Side {
  explicit Side(overlay::CanvasSize its_size)
      : size(its_size),
        pictures("test", 2, [&] { return media::Picture(size.width, size.height); }),
        ground(pictures.take()),
        drawn(pictures.take()) {
    ground->fill(90, 120, 140);
  }
  std::unique_ptr<overlay::Artist> artist() {
    auto made = overlay::Artist::make(size, "red", XB_SOURCE_DIR "/assets");
    XB_CHECK(made.has_value());
    return std::make_unique<RememberingArtist>(std::move(*made), album);
  }
  // Whether this set gives this picture, to the last bit.
  bool is_of(const overlay::Bitmaps& set, const media::Frame& frame) {
    drawn->copy_from(*ground);
    overlay::compose(*drawn, set, frame.time);
    return is_same(*drawn, *frame.picture);
  }
  const overlay::CanvasSize size;
  media::PicturePool pictures;
  media::Ref<media::Picture> ground;
  media::Ref<media::Picture> drawn;
  Album album;
  output::FrameQueue frames{"video", output::frame_queue_size, Overflow::refuse};
};

// Floor, paint and program as in live, each on its own thread; the test is the floor and the clock.
class TwoCanvases : public testing::Test {
 protected:
  TwoCanvases() {
    auto first = std::make_shared<overlay::LiveValues>();
    first->station.name = "望溪村";
    first->tables = shown_tables;
    values.publish(first);
    std::vector<std::unique_ptr<overlay::Artist>> artists;
    artists.push_back(wide.artist());
    artists.push_back(tall.artist());
    painter.emplace(
        std::move(artists), values, scene, bitmaps, [this] { return now(); }, health);
    bitmaps.wait_change(0, 60s, {});
    program.emplace(ProgramPipes{sync,
                                 bitmaps,
                                 {{wide.frames, 0, Dress::layers}, {tall.frames, 1, Dress::layers}},
                                 to_audio,
                                 previewed,
                                 preview,
                                 looked_at,
                                 nullptr,
                                 aired},
                    std::vector<media::Ref<const media::Picture>>{wide.ground, tall.ground}, rate,
                    start, clock, health);
    clock.await_waiting(1);
    program->start_feeding();
  }

  SessionTime now() const { return SessionTime(clock.now() - start); }

  void command_something() {
    const auto product = "p" + std::to_string(random() % 8 + 1);
    const auto caption = "c" + std::to_string(random() % 4 + 1);
    const std::array<Deed, 12> deeds{ShowProduct{product},
                                     ShowProduct{product},
                                     HideProduct{},
                                     EmphasizeProduct{},
                                     StartCountdown{product},
                                     ShowCaption{caption},
                                     ShowCaption{caption, Hold::until_hidden},
                                     HideCaption{},
                                     ShowSlate{overlay::SlateKind::away},
                                     HideSlate{},
                                     HideSlate{},
                                     ShowProduct{product}};
    static_cast<void>(director.apply(deeds[random() % deeds.size()], now()));
    director.place_card(random() % 2 == 0 ? overlay::CardPlace::first : overlay::CardPlace::second,
                        now());
  }

  void publish_scene() {
    director.tick(now());
    if (scene.read()->version == director.scene().version) return;
    scene.publish(std::make_shared<const overlay::Scene>(director.scene()));
  }

  void count_follower() {
    auto next = std::make_shared<overlay::LiveValues>(*values.read());
    ++next->counter.total;
    values.publish(next);
  }

  void await_painter() {
    for (auto seen = bitmaps.version();
         bitmaps.read()->canvases.front()->scene.version != director.scene().version;)
      seen = bitmaps.wait_change(seen, 60s, {});
  }

  // Lets time pass; what the ticks of it gave is compared.
  void tick(int ticks) {
    clock.advance(time_of(FrameNumber{ticks}, rate).time_since_epoch());
    clock.await_waiting(1);
    while (auto frame = wide.frames.try_pop()) {
      auto other = tall.frames.try_pop();
      ASSERT_TRUE(other) << "frame " << frame->number.value << " is missing on the second Canvas";
      compare(std::move(*frame), std::move(*other));
      if (HasFatalFailure()) return;
    }
    ASSERT_FALSE(tall.frames.try_pop());
    while (aired.try_pop()) {
    }
    while (to_audio.try_pop()) {
    }
  }

  void compare(media::Frame frame, media::Frame other) {
    ASSERT_EQ(frame.number, other.number);
    const bool is_repeated = frame.picture == last.picture;
    ASSERT_EQ(is_repeated, other.picture == last_other.picture)
        << "one Canvas repeats frame " << frame.number.value << " and the other does not";
    last = frame;
    last_other = other;
    if (is_repeated) {
      ++repeated;
      return;
    }
    // never an older look than that of the frame before
    const auto looks = wide.album.from(look);
    const auto other_looks = tall.album.from(look);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < std::min(looks.size(), other_looks.size()) && !found; ++i) {
      const bool is_tried =
          i > 0 && looks[i] == looks[i - 1] && other_looks[i] == other_looks[i - 1];
      if (!is_tried && wide.is_of(*looks[i], frame) && tall.is_of(*other_looks[i], other))
        found = i;
    }
    ASSERT_TRUE(found) << "frame " << frame.number.value << " shows no look that both share";
    const auto& shown = *looks[*found];
    const auto& other_shown = *other_looks[*found];
    EXPECT_EQ(shown.scene, other_shown.scene);
    EXPECT_EQ(shown.counter_total, other_shown.counter_total);
    EXPECT_EQ(cards_of(shown), cards_of(other_shown)) << "frame " << frame.number.value;
    if (versions.empty() || versions.back() != shown.scene.version)
      versions.push_back(shown.scene.version);
    with_card += cards_of(shown).empty() ? 0 : 1;
    look += *found;
    ++compared;
  }

  Side wide{sizes[0]};
  Side tall{sizes[1]};
  ManualClock clock{MonoTime(1h)};
  const MonoTime start = clock.now();
  Health health;
  std::mt19937 random{20'260'501};
  std::shared_ptr<const overlay::Tables> shown_tables = tables();
  Director director{shown_tables};
  capture::Sync sync{rate, nullptr, nullptr};
  Snapshot<overlay::LiveValues> values{"values"};
  Snapshot<overlay::Scene> scene{"scene"};
  Snapshot<overlay::BitmapSet> bitmaps{"bitmaps"};
  output::BlockQueue to_audio{"audio", output::block_queue_size, Overflow::refuse};
  Mailbox<media::Frame> previewed{"preview"};
  output::Preview preview{previewed, clock, health};
  Mailbox<media::Frame> looked_at{"faces"};
  Queue<Aired> aired{"aired", 64, Overflow::refuse};
  std::optional<overlay::Painter> painter;
  std::optional<Program> program;

  media::Frame last, last_other;
  std::size_t look = 0;  // of the albums, the one shown last
  int compared = 0;
  int repeated = 0;
  int with_card = 0;
  std::vector<std::uint64_t> versions;  // of the Scenes seen
};

TEST_F(TwoCanvases, show_the_same_cards_in_every_frame_of_a_thousand_random_commands) {
  for (int i = 0; i < commands; ++i) {
    command_something();
    publish_scene();
    if (i % 5 == 0) count_follower();
    if (random() % 2 == 0) await_painter();  // else it is somewhere in between
    tick(random() % 10 == 0 ? 3 : 1);        // now and then a late one
    if (HasFatalFailure()) return;
    // now and then what moves has time to move
    for (auto left = random() % 4 == 0 ? random() % 12 : 0; left > 0; --left) {
      tick(1);
      if (HasFatalFailure()) return;
    }
  }
  RecordProperty("frames", compared + repeated);
  EXPECT_GE(compared, commands);
  EXPECT_GT(repeated, 50) << "late ticks are part of it";
  EXPECT_GT(with_card, commands / 2);
  EXPECT_GT(versions.size(), 400U) << "most Scenes were seen";
  EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
  const auto counters = program->counters();
  EXPECT_EQ(counters.skipped_by_strand[0] + counters.skipped_by_strand[1] + counters.starved, 0U);
}

}  // namespace
}  // namespace xb::studio
