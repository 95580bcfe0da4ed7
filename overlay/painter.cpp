// Waits for a change of values, Scene or time, paints, publishes, and sweeps up old sets.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/painter.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

namespace xb::overlay {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kept_for = seconds(1);
// An Artist that names a moment already gone must not make the thread spin; a frame lasts longer.
constexpr Duration shortest_wait = milliseconds(2);
constexpr Duration longest_wait = std::chrono::hours(1);

// Sets that were on air. Only this thread frees them: not while anybody else holds one, however
// long, and not within a second.
class Retired {
 public:
  void add(std::shared_ptr<const BitmapSet> set, SessionTime now) {
    sets_.push_back({std::move(set), now});
  }
  void sweep(SessionTime now) {
    std::erase_if(sets_, [now](const Former& former) {
      return former.set.use_count() == 1 && now - former.since >= kept_for;
    });
  }
  bool is_empty() const { return sets_.empty(); }

 private:
  struct Former {
    std::shared_ptr<const BitmapSet> set;
    SessionTime since;
  };
  std::deque<Former> sets_;
};

Duration wait_before(SessionTime change, SessionTime now, bool has_retired) {
  // Compared before subtracted: "never" is the end of time.
  Duration wait = change <= now                  ? Duration{}
                  : change - longest_wait >= now ? longest_wait
                                                 : change - now;
  if (has_retired) wait = std::min(wait, kept_for);
  return std::max(wait, shortest_wait);
}

using Artists = std::vector<std::unique_ptr<Artist>>;

// The same look on all Canvases. False when one has nothing to show.
bool paint_all(const Artists& artists, const Scene& scene, const LiveValues& values,
               SessionTime now, std::vector<std::shared_ptr<const Bitmaps>>& drawn) {
  drawn.clear();
  bool is_whole = true;
  for (const auto& artist : artists) {
    drawn.push_back(artist->paint(scene, values, now));
    is_whole &= drawn.back() != nullptr;
  }
  return is_whole;
}

SessionTime next_change(const Artists& artists) {
  auto next = SessionTime::max();
  for (const auto& artist : artists) next = std::min(next, artist->next_change());
  return next;
}

}  // namespace

Painter::Painter(std::vector<std::unique_ptr<Artist>> artists, Snapshot<LiveValues>& values,
                 Snapshot<Scene>& scene, Snapshot<BitmapSet>& bitmaps,
                 std::function<SessionTime()> session_now, Health& health,
                 Queue<Painted>* painted) {
  auto bell = std::make_shared<Bell>();
  values.ring_at_publish(bell);
  scene.ring_at_publish(bell);
  // std::function wants its body copyable.
  auto shared_artists = std::make_shared<const Artists>(std::move(artists));
  auto body = [bell, shared_artists, &values, &scene, &bitmaps, painted,
               session_now = std::move(session_now)](std::stop_token stop) {
    const Artists& painting = *shared_artists;
    std::vector<std::shared_ptr<const Bitmaps>> drawn;
    std::uint64_t number = 0;
    std::shared_ptr<const BitmapSet> on_air;
    Retired retired;
    while (!stop.stop_requested()) {
      const auto seen = bell->rings();  // before the look: what changes after it rings again
      const auto now = session_now();
      Painted look{++number, now, scene.read(), values.read(), {}};
      const bool is_whole = paint_all(painting, *look.scene, *look.values, now, drawn);
      if (is_whole && (!on_air || drawn != on_air->canvases))
        look.set = std::make_shared<const BitmapSet>(BitmapSet{drawn});
      auto set = look.set;
      if (painted != nullptr) painted->push(std::move(look));
      if (set) {
        bitmaps.publish(set);
        if (on_air) retired.add(std::move(on_air), now);
        on_air = std::move(set);
      }
      retired.sweep(now);
      const auto after = session_now();
      bell->wait(seen, wait_before(next_change(painting), after, !retired.is_empty()), stop);
    }
  };
  worker_ = Worker("paint", health, std::move(body));
}

}  // namespace xb::overlay
