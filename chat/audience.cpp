// Checks, paces and answers. SPDX-License-Identifier: Apache-2.0
#include "chat/audience.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "chat/questions.h"
#include "chat/reading.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::string_view platform = "audience";
constexpr std::size_t most_bytes = 2048;
constexpr Duration window = std::chrono::seconds(2);  // of three messages
constexpr Duration mute = std::chrono::seconds(10);
constexpr Duration between_likes = std::chrono::milliseconds(500);
constexpr std::int64_t most_likes = 50;  // at once: what fingers do in a second or two
constexpr std::size_t most_paces = 8192;
constexpr Duration between_tells = std::chrono::seconds(1);
constexpr Duration between_counts = std::chrono::seconds(5);

// 16 to 64 letters, digits, '-' or '_': 96 random bits at the least, made up by the page.
bool is_person(std::string_view id) {
  return id.size() >= 16 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

std::string person_of(const net::Request& request) {
  const auto at = request.query.find("id");
  return at == request.query.end() ? std::string() : at->second;
}

std::shared_ptr<const std::string> text_of(const OrderedJson& json) {
  return std::make_shared<const std::string>(net::dump(json));
}

Error too_fast_error(std::int64_t seconds) {
  return Error(ErrorCode::busy, "说得太快了，" + std::to_string(seconds) + " 秒后再说",
               "too fast, write again in " + std::to_string(seconds) + " s");
}

Error closed_error() {
  return Error(ErrorCode::denied, "这一场没有开手机聊天", "chat from phones is not switched on");
}

}  // namespace

struct Audience::Said {
  enum class What : std::uint8_t { say = 1, ask, follow, like };
  What what = What::say;
  std::string text;
  std::string name;
  std::int64_t likes = 0;

  std::string_view name_of_what() const {
    switch (what) {
      case What::say: return "say";
      case What::ask: return "ask";
      case What::follow: return "follow";
      case What::like: return "like";
    }
    return "say";
  }
};

void Audience::open_as(std::string source) {
  auto order = std::make_shared<Order>(*order_.read());
  order->source = std::move(source);
  order_.publish(std::move(order));
}

void Audience::forget_follow(const std::string& person) {
  std::lock_guard lock(mutex_);
  forgotten_.push_back(person);
}

void Audience::follows_no_more(const std::string& person) {
  if (const auto at = paces_.find(person); at != paces_.end()) at->second.is_following = false;
}

void Audience::set_figures(const std::optional<CounterFigures>& figures) {
  const auto before = order_.read();
  if (before->figures == figures) return;
  order_.publish(std::make_shared<Order>(Order{before->source, figures}));
}

int Audience::admit(const net::Request& request) {
  // A page of somebody else may read the Feed, but not speak with its visitors' voices.
  if (request.has_origin && request.origin != "http://" + request.host) return 403;
  return is_person(person_of(request)) ? 0 : 400;
}

void Audience::opened(net::Peer& peer) {
  peers_[peer.id()] = &peer;
  counters_.peers = static_cast<int>(peers_.size());
  if (!told_) return tell_all(*order_.read());
  peer.send_text(told_);
}

void Audience::closed(net::Peer& peer) {
  peers_.erase(peer.id());
  counters_.peers = static_cast<int>(peers_.size());
}

// {"say":TEXT,"name":NAME}, {"ask":TEXT,"name":NAME}, {"follow":true,"name":NAME}, {"like":N}: one
// of them and nothing else. What asks for more than that is no mistake of ours.
Result<Audience::Said> Audience::read(std::string_view message) {
  using What = Said::What;
  net::JsonLimits limits;
  limits.bytes = most_bytes;
  limits.depth = 4;
  XB_TRY_ASSIGN(const auto json, net::parse_json(message, limits));
  if (!json.is_object()) return Error(ErrorCode::event_invalid, "expected an object");
  Said said;
  int wishes = 0;
  const auto text = [&](const Json& value, std::string_view key) -> Status {
    if (!value.is_string())
      return Error(ErrorCode::event_invalid, std::string(key) + ": expected a string");
    said.text = value.get<std::string>();
    return ok();
  };
  for (const auto& [key, value] : json.items()) {
    if (key == "name") {
      if (!value.is_string()) return Error(ErrorCode::event_invalid, "name: expected a string");
      said.name = value.get<std::string>();
      continue;
    }
    ++wishes;
    if (key == "say" || key == "ask") {
      said.what = key == "say" ? What::say : What::ask;
      XB_TRY(text(value, key));
    } else if (key == "follow") {
      said.what = What::follow;
      if (!value.is_boolean() || !value.get<bool>())
        return Error(ErrorCode::event_invalid, "follow: expected true");
    } else if (key == "like") {
      said.what = What::like;
      if (!value.is_number_integer() || value.get<std::int64_t>() < 1)
        return Error(ErrorCode::event_invalid, "like: expected a number from 1");
      said.likes = std::min(value.get<std::int64_t>(), most_likes);
    } else {
      return Error(ErrorCode::denied, clean_outside_text(key, {.graphemes = 24}));
    }
  }
  if (wishes != 1) return Error(ErrorCode::event_invalid, "expected one of say, ask, follow, like");
  const bool has_words = said.what == What::say || said.what == What::ask;
  if (has_words && clean_outside_text(said.text).find_first_not_of(' ') == std::string::npos)
    return Error(ErrorCode::event_invalid, "there are no words in it");
  return said;
}

void Audience::received(net::Peer& peer, std::string_view message, bool is_text) {
  const auto now = clock_.now();
  if (!is_text) return refuse(peer, Error(ErrorCode::event_invalid, "binary message"), "malformed");
  auto said = read(message);
  if (!said) {
    const bool is_denied = said.error().code() == ErrorCode::denied;
    return refuse(peer, said.error(), is_denied ? "denied" : "malformed");
  }
  if (!is_open()) return refuse(peer, closed_error(), "closed");
  const auto person = person_of(peer.request());
  auto& pace = pace_of(person, now);
  if (const auto wait = must_wait(pace, *said, now)) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
    return refuse(peer, too_fast_error(seconds), "too_fast", wait);
  }
  if (said->what == Said::What::follow && pace.is_following)
    return answer(peer.id(), "follow", ok());
  hand_on(peer, person, std::move(*said));
}

std::optional<Duration> Audience::must_wait(Pace& pace, const Said& said, MonoTime now) const {
  if (said.what == Said::What::follow) return std::nullopt;
  if (said.what == Said::What::like) {
    if (pace.liked != MonoTime{} && now - pace.liked < between_likes)
      return between_likes - (now - pace.liked);
    pace.liked = now;
    return std::nullopt;
  }
  if (now < pace.muted_until) return pace.muted_until - now;
  auto& oldest = pace.spoken[pace.next];
  if (oldest != MonoTime{} && now - oldest < window) {
    pace.muted_until = now + mute;
    return mute;
  }
  oldest = now;
  pace.next = (pace.next + 1) % pace.spoken.size();
  return std::nullopt;
}

Audience::Pace& Audience::pace_of(const std::string& person, MonoTime now) {
  if (paces_.size() >= most_paces && !paces_.contains(person)) {
    std::erase_if(paces_, [&](const auto& one) {
      const auto& pace = one.second;
      const auto last = *std::max_element(pace.spoken.begin(), pace.spoken.end());
      return now >= pace.muted_until && now - std::max(last, pace.liked) >= window;
    });
    // All of them are speaking: who made up so many ids is none of them.
    if (paces_.size() >= most_paces) paces_.clear();
  }
  return paces_[person];
}

void Audience::hand_on(net::Peer& peer, const std::string& person, Said said) {
  using What = Said::What;
  ChatEvent raw;
  raw.platform = platform;
  raw.user = User{person, said.name};
  switch (said.what) {
    case What::ask:
      // who asks wants it among the questions, however it is put
      if (!matter_of(said.text)) said.text += "？";
      [[fallthrough]];
    case What::say:
      raw.kind = Kind::chat;
      raw.text = said.text;
      break;
    case What::follow: raw.kind = Kind::follow; break;
    case What::like:
      raw.kind = Kind::like;
      raw.count = said.likes;
      break;
  }
  auto event = checked(raw);
  if (!event) return refuse(peer, event.error(), "malformed");
  ++counters_.received;
  // At once, so that a finger that does not rest makes one event; undone where it was not kept.
  if (said.what == What::follow) paces_[person].is_following = true;
  submit_(std::move(*event), order_.read()->source,
          [weak = weak_from_this(), from = peer.id(), person, what = said.what,
           word = said.name_of_what()](const Status& status) {
            const auto self = weak.lock();
            if (!self) return;
            if (what == What::follow && !status) self->follows_no_more(person);
            self->answer(from, word, status);
          });
}

void Audience::refuse(net::Peer& peer, const Error& error, std::string_view reason,
                      std::optional<Duration> wait) {
  ++counters_.refused[std::string(reason)];
  OrderedJson out{{"error", error.name()}, {"zh", error.zh()}, {"en", error.en()}};
  if (wait) out["wait_ms"] = std::chrono::ceil<std::chrono::milliseconds>(*wait).count();
  // Who sends and does not read is not worth a queue.
  if (!peer.send_text(text_of(out))) peer.close(net::CloseReason::policy, "does not read");
}

void Audience::answer(std::uint64_t peer, std::string_view what, const Status& status) {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return;
  if (status) {
    at->second->send_text(text_of({{"ok", what}}));
    return;
  }
  const auto& error = status.error();
  at->second->send_text(
      text_of({{"error", error.name()}, {"zh", error.zh()}, {"en", error.en()}, {"of", what}}));
}

void Audience::tell_all(const Order& order) {
  OrderedJson out{{"chat", !order.source.empty()}, {"on_air", order.figures.has_value()}};
  if (order.figures) {
    out["likes"] = order.figures->likes;
    out["viewers"] = order.figures->viewers;
  }
  auto text = text_of(out);
  if (told_ && *told_ == *text) return;
  told_ = std::move(text);
  for (const auto& [id, peer] : peers_) peer->send_text(told_);
}

void Audience::tick(MonoTime now) {
  told_counters_.publish(std::make_shared<const AudienceCounters>(counters_));
  std::vector<std::string> forgotten;
  {
    std::lock_guard lock(mutex_);
    forgotten.swap(forgotten_);
  }
  for (const auto& person : forgotten) follows_no_more(person);
  const auto order = order_.read();
  const bool is_on_air = order->figures.has_value();
  const bool is_other = std::exchange(was_on_air_, is_on_air) != is_on_air;
  const bool is_other_door =
      std::exchange(was_open_, !order->source.empty()) == order->source.empty();
  if (is_other || is_other_door || now >= next_tell_) {
    next_tell_ = now + between_tells;
    tell_all(*order);
  }
  if (is_other) counted_ = -1;
  if (order->source.empty() || !is_on_air || now < next_count_ || counters_.peers == counted_)
    return;
  next_count_ = now + between_counts;
  counted_ = counters_.peers;
  ChatEvent event;
  event.kind = Kind::viewers;
  event.platform = platform;
  event.total = counted_;
  submit_(std::move(event), order->source, {});
}

}  // namespace xb::chat
