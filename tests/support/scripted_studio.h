// A Studio that is told what to say: real table of commands, real threads, no picture and no sound.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "net/server.h"
#include "studio/commands.h"
#include "studio/studio.h"

namespace xb::test {

// Watchers whose handle ends them, as the studio's do.
class Watchers {
 public:
  using Text = studio::Studio::JsonText;
  std::shared_ptr<void> add(std::function<void(Text)> callback) {
    std::lock_guard lock(mutex_);
    const auto id = ++last_;
    callbacks_.emplace(id, std::move(callback));
    changed_.notify_all();
    return {this, [this, id](void*) {
              std::lock_guard forget(mutex_);
              callbacks_.erase(id);
              changed_.notify_all();
            }};
  }
  // Calls them all on the calling thread; how many there were.
  std::size_t tell(std::string text) {
    const auto shared = std::make_shared<const std::string>(std::move(text));
    std::lock_guard lock(mutex_);
    for (const auto& [id, callback] : callbacks_) callback(shared);
    return callbacks_.size();
  }
  // True when there are `count` of them within five seconds.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5),
                             [&] { return callbacks_.size() == count; });
  }

 private:
  std::mutex mutex_;  // guards callbacks_ and last_; a callback must not drop its own handle
  std::condition_variable changed_;
  std::map<int, std::function<void(Text)>> callbacks_;
  int last_ = 0;
};

// Thread: any.
class ScriptedStudio : public studio::Studio {
 public:
  std::atomic<bool> has_closed_window{false};
  bool show_window() override { return has_closed_window.exchange(false); }

  // What the next new commands are answered with; also counts those that had an effect.
  void answer_with(studio::Answer answer) {
    std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  void set_state(OrderedJson state) {
    std::lock_guard lock(mutex_);
    state_ = std::move(state);
  }
  std::vector<studio::Command> effects() const {
    std::lock_guard lock(mutex_);
    return effects_;
  }
  int state_reads() const {
    std::lock_guard lock(mutex_);
    return state_reads_;
  }

  // True when the state was read `more` times from now on, within five seconds.
  bool wait_for_state_reads(int more) const {
    std::unique_lock lock(mutex_);
    const auto enough = state_reads_ + more;
    return state_read_.wait_for(lock, std::chrono::seconds(5),
                                [&] { return state_reads_ >= enough; });
  }

  void command(studio::Command command, Reply reply) override {
    studio::Answer answer;
    {
      std::lock_guard lock(mutex_);
      auto deed = studio::read_command(command.name, command.args);
      const auto before = answered_.find(command.id);
      if (before != answered_.end()) {
        answer = before->second;
      } else if (!deed) {
        answer.error = std::move(deed).error();
      } else {
        answer = answer_;
        effects_.push_back(command);
      }
      answered_.emplace(command.id, answer);
    }
    reply(answer);
  }
  OrderedJson state() const override {
    std::lock_guard lock(mutex_);
    ++state_reads_;
    state_read_.notify_all();
    return state_;
  }
  OrderedJson stats() const override { return {{"state", "ready"}, {"rss_bytes", nullptr}}; }
  OrderedJson show() const override {
    return {{"station", {{"name", "竹园村"}, {"county", "云岭县"}, {"township", "青禾镇"}}},
            {"products",
             {{{"id", "rice"}, {"picture", "/api/pictures/rice"}},
              {{"id", "橙子"}, {"picture", nullptr}}}},
            {"captions", OrderedJson::array()},
            {"video", {{"width", 1280}, {"height", 720}}}};
  }
  std::optional<std::filesystem::path> product_picture(std::string_view id) const override {
    if (id == "rice" && !rice_picture.empty()) return rice_picture;
    return std::nullopt;
  }
  std::shared_ptr<void> watch_preview(std::function<void(JsonText)> callback) override {
    return pictures.add(std::move(callback));
  }
  std::shared_ptr<void> watch_chat(std::function<void(JsonText)> callback) override {
    return chat.add(std::move(callback));
  }
  JsonText recent_chat() const override { return std::make_shared<const std::string>(recent); }
  void serve_ingest(net::Server& control, net::Loop& /*web*/) override {
    control.get("/api/ingest", [](const net::Request&, const net::ResponderRef& to) {
      to->respond(net::json_response(200, "{}"));
    });
  }
  // Lets in whom it should, and says nothing.
  struct SilentWatch final : net::WebSocketRoute {
    explicit SilentWatch(std::function<int(const net::Request&)> who) : admits(std::move(who)) {}
    int admit(const net::Request& request) override { return admits(request); }
    void opened(net::Peer& /*peer*/) override {}
    void received(net::Peer& /*peer*/, std::string_view /*message*/, bool /*is_text*/) override {}
    void closed(net::Peer& /*peer*/) override {}
    std::function<int(const net::Request&)> admits;
  };
  Watch serve_watch(net::Loop& /*web*/, std::function<int(const net::Request&)> admit) override {
    return {std::make_shared<SilentWatch>(std::move(admit)), std::make_shared<int>(0)};
  }
  JsonText curve() const override {
    return std::make_shared<const std::string>(R"({"step_s":10,"points":[]})");
  }
  std::string audience_address() const override { return "127.0.0.1:7181"; }
  std::optional<std::string> audience_qr() const override { return qr; }
  std::optional<std::string> qr_picture(const std::string& link) const override {
    return "<svg><!--" + link + "--></svg>";
  }
  std::optional<std::string> qr;

  // Set before anything is served.
  std::filesystem::path rice_picture;
  std::string recent = R"([{"seq":1,"kind":"chat","text":"早"}])";
  Watchers pictures;
  Watchers chat;

 private:
  mutable std::mutex mutex_;  // guards all below
  studio::Answer answer_{.is_ok = true, .error = {}, .note_zh = {}, .note_en = {}};
  OrderedJson state_{{"state", "ready"}};
  std::vector<studio::Command> effects_;
  std::map<std::string, studio::Answer> answered_;
  mutable int state_reads_ = 0;
  mutable std::condition_variable state_read_;
};

}  // namespace xb::test
