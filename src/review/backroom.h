// Backroom: work that may take long, done when nobody waits for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "net/json_fwd.h"
#include "review/pictures.h"
#include "review/search_index.h"
#include "review/shelf.h"
#include "review/sound.h"

namespace xb::review {

// Thread: `review-work`, at low priority; all calls from any.
class Backroom {
 public:
  // Where nothing is on air it begins to read at once, before anybody has opened the page.
  Backroom(Shelf& shelf, Clock& clock, Health& health, BesideLive beside);
  Backroom(const Backroom&) = delete;
  Backroom& operator=(const Backroom&) = delete;

  // There may be Sessions that were not read yet, or notes that are not in the index.
  void look_again();
  // The sound lane; begins the work when it is not there. Errors: as Shelf::evening.
  Result<OrderedJson> sound(const std::string& id);
  SearchIndex& index() { return index_; }
  // How many of these are in the index, or cannot be: nothing is to be waited for.
  std::size_t searched(const std::vector<std::string>& ids);
  Faults faults(const std::string& id);

  // Nothing of a Session that was deleted stays in memory, cache and index. One that is there
  // stays. Blocks.
  void forget(const std::string& id);

  // The picture lane, as sound(); not of what is being recorded.
  Result<OrderedJson> pictures(const std::string& id);
  // Where a small picture of the Session lies, in its own folder or in the cache; empty: nowhere.
  std::filesystem::path thumbnail(const std::string& id, const std::string& name) const;
  // All there are, as a copy takes them along.
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> thumbnails(
      const std::string& id) const;

 private:
  using Task = std::function<void(std::stop_token)>;
  struct SoundPlace {
    std::string key;
    MonoTime made{};
    double progress = 0;
    std::shared_ptr<const SoundLane> lane;
  };

  // Of what is still being recorded or copied, the newest is worth waiting for only now and then.
  static constexpr Duration looked_at_again_after = std::chrono::seconds(60);
  template <class Place>
  bool is_good(const Place& place, const std::string& key) const {
    return place.lane != nullptr &&
           (place.key == key || clock_.now() - place.made < looked_at_again_after);
  }
  // Work in progress keeps its place.
  template <class Places>
  static void make_room(Places& places, std::size_t most) {
    if (places.size() >= most)
      std::erase_if(places, [](const auto& one) { return one.second.lane != nullptr; });
  }
  void forget_now(const std::string& id);
  void read_ahead(const std::stop_token& stop);
  void read_what_is_new(std::stop_token stop);
  void index_one(const std::string& id, std::stop_token stop);
  void listen(const std::string& id, std::stop_token stop);
  // Null: not heard, not looked through yet.
  std::shared_ptr<const SoundLane> kept_sound(const std::string& id);
  std::shared_ptr<const PictureLane> kept_pictures(const std::string& id);
  struct PicturesPlace {
    std::string key;
    MonoTime made{};
    double progress = 0;
    std::shared_ptr<const PictureLane> lane;
  };
  void look_at(const std::string& id, std::stop_token stop);
  void cover_one(const std::string& id, std::stop_token stop);

  Shelf& shelf_;
  Clock& clock_;
  SearchIndex index_;
  std::atomic<bool> is_news_{false};
  std::mutex mutex_;  // guards sounds_, pictures_ and unsearchable_
  std::map<std::string, SoundPlace> sounds_;
  std::map<std::string, PicturesPlace> pictures_;
  std::set<std::string> unsearchable_;
  std::set<std::string> uncovered_;  // of which there is no cover to be had; the worker's alone
  bool has_swept_ = false;           // so is this
  Queue<Task> tasks_;
  Worker worker_;  // last
};

}  // namespace xb::review
