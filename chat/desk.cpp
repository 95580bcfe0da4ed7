// The Desk's door: everything is handed to the chat loop. SPDX-License-Identifier: Apache-2.0
#include "chat/desk.h"

#include <future>
#include <utility>

#include "chat/desk_core.h"
#include "chat/feed_door.h"
#include "chat/ingest.h"

namespace xb::chat {
namespace {

class Watcher final : public FeedSink {
 public:
  explicit Watcher(std::function<void(const JsonText&)> callback)
      : callback_(std::move(callback)) {}
  void flushed(const JsonText& items) override { callback_(items); }

 private:
  std::function<void(const JsonText&)> callback_;
};

// Of phones, which may say three things in two seconds each.
constexpr std::size_t most_answers = 4096;
constexpr Duration between_looks = std::chrono::milliseconds(250);

Status taken(bool is_taken) {
  if (is_taken) return ok();
  return Error(ErrorCode::busy, "chat");
}

}  // namespace

Desk::Desk(net::Loop& loop, Clock& clock, Health& health, DeskOptions options,
           DeskListener& listener)
    : core_(std::make_shared<Core>(loop, clock, health, listener, options)) {
  core_->start(std::move(options.start));
}

Desk::~Desk() {
  std::promise<void> stopped;
  auto is_stopped = stopped.get_future();
  const auto stop = [core = core_] { core->stop(); };
  if (core_->loop.is_here()) {
    stop();
    return;
  }
  // A Loop that refuses the task drops the promise with it, which ends the wait as well.
  core_->loop.post([stop, promise = std::make_shared<std::promise<void>>(std::move(stopped))] {
    stop();
    promise->set_value();
  });
  is_stopped.wait();
}

void Desk::accept(ChatEvent event, std::string source, MonoTime received, Reply reply) {
  Arrival arrival{std::move(event), std::move(source), received, std::move(reply)};
  if (core_->loop.is_here()) return core_->take(std::move(arrival));
  core_->hand_over(std::move(arrival));
}

Status Desk::set_on_air(std::shared_ptr<Journal> journal, Restored state) {
  return taken(core_->push([journal = std::move(journal), state = std::move(state)](Core& core) {
    core.go_on_air(journal, state);
  }));
}

Status Desk::set_off(std::function<void(std::uint64_t next)> done) {
  return taken(core_->push([done = std::move(done)](Core& core) { core.go_off(done); }));
}

Status Desk::mute(Muted muted) {
  return taken(core_->push([muted = std::move(muted)](Core& core) { core.mute(muted); }));
}

Status Desk::answered(std::uint64_t sequence) {
  return taken(core_->push([sequence](Core& core) { core.questions.answer(sequence); }));
}

void Desk::serve_feed(net::Server& audience, const std::vector<net::Loop*>& halls) {
  using Answers = net::LoopQueue<AudienceAnswer>;
  auto& first = *halls.front();
  core_->answers =
      std::make_shared<Answers>(first, Answers::Options{"chat to hall", most_answers, 256},
                                [](AudienceAnswer&& one) { one.to(one.status); });
  first.every(between_looks, [weak = std::weak_ptr(core_->audience), answers = core_->answers,
                              &clock = core_->clock] {
    answers->nudge();
    if (const auto door = weak.lock()) door->tick(clock.now());
  });
  for (auto* hall : halls) {
    auto door = FeedDoor::open(*hall, core_->clock, core_->relay->log(), core_->feed);
    if (hall == &first)
      audience.websocket("/api/feed", std::move(door));
    else
      audience.websocket("/api/feed", std::move(door), *hall);
  }
  audience.websocket("/api/audience", core_->audience);
}

void Desk::serve_ingest(net::Server& control, net::Loop& web, Secret token, Mappings mappings) {
  auto accept = [weak = std::weak_ptr(core_)](ChatEvent event, MonoTime received, Reply reply) {
    const auto core = weak.lock();
    if (!core) return reply(Error(ErrorCode::not_on_air));
    core->hand_over({std::move(event), std::string(ingest_source), received, std::move(reply)});
  };
  auto ingest = std::make_shared<Ingest>(web, core_->clock, std::move(token), std::move(accept),
                                         std::move(mappings));
  ingest->start();
  core_->push([counters = ingest->counters()](Core& core) { core.ingest = counters; });
  control.websocket("/api/ingest", std::move(ingest));
}

Status Desk::add_source(SourceOptions options) {
  XB_TRY(check_source(options));
  return taken(
      core_->push([options = std::move(options)](Core& core) { core.add_source(options); }));
}

std::shared_ptr<void> Desk::watch(std::function<void(const JsonText& items)> callback) {
  auto watcher = std::make_shared<Watcher>(std::move(callback));
  const std::weak_ptr<FeedSink> weak = watcher;
  if (!core_->push([weak](Core& core) { core.relay->add(weak); })) core_->join(weak);
  return watcher;
}

JsonText Desk::recent() const {
  return core_->relay->recent();
}

DeskStats Desk::stats() const {
  return *core_->stats.read();
}

CounterFigures Desk::figures() const {
  return *core_->figures.read();
}

Origins Desk::origins() const {
  return *core_->origins.read();
}

}  // namespace xb::chat
