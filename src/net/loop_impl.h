// Inside of Loop, for the files of this room only: the context, its mail and the sockets it
// watches. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/worker.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/timers.h"

struct lws;
struct lws_context;
struct lws_vhost;

namespace xb::net {

class ClientConnection;
class FetchExchange;

// A socket of ours on the loop. Only readable() is called for what has come; writing and ending are
// done in turn(), after the reads of a loop turn. Thread: the loop's.
class Watched : public std::enable_shared_from_this<Watched> {
 public:
  Watched() = default;
  virtual ~Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  virtual void readable() = 0;
  virtual void turn() = 0;
  // The descriptor is gone; the object goes with the last shared_ptr to it.
  virtual void lost() = 0;

 private:
  friend struct Loop::Impl;
  int fd_ = -1;
  bool is_reading_ = true;
  bool is_writing_ = false;  // waits until it takes bytes again
  bool has_turn_ = false;
};

// Tasks on their way to the loop. Outlives the Loop in the hands of Responders and client handles:
// after the Loop is gone a posted task is dropped, harmlessly.
class Mail {
 public:
  explicit Mail(std::size_t capacity) : capacity_(capacity) {}
  bool post(Loop::Task task);
  // Not refused by a full queue: for answers and ends, which are bounded by the connections there
  // are. False when the loop has ended.
  bool post_always(Loop::Task task);
  bool is_here() const { return thread_.load() == std::this_thread::get_id(); }
  std::uint64_t refused() const;

 private:
  friend struct Loop::Impl;
  bool put(Loop::Task&& task, bool may_refuse);

  const std::size_t capacity_;
  std::atomic<std::thread::id> thread_{};
  mutable std::mutex mutex_;  // guards everything below; waking under it keeps the context alive
  std::deque<Loop::Task> tasks_;
  lws_context* context_ = nullptr;
  std::uint64_t refused_ = 0;
};

struct Loop::Impl {
  Impl(std::string loop_name, Health& loop_health, Clock& loop_clock);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Takes `fd` over whatever happens; false when it could not be watched (it is closed then).
  bool watch(int fd, const std::shared_ptr<Watched>& watched);
  // Closes its descriptor and calls lost(). Not from within readable().
  void unwatch(Watched& watched);
  // Gives its descriptor back, open; lost() is not called. Only from turn().
  int release(Watched& watched);
  void want_read(Watched& watched, bool is_wanted);
  // turn() will be called when the socket takes bytes again. Only from turn().
  void want_write(Watched& watched);
  // turn() will be called after the reads of this loop turn, or of one soon after it: 64 turns are
  // taken, then what has come meanwhile is read.
  void soon(Watched& watched);
  Resolver& names();
  // The one for TLS reads the certificates of the system (some 3 MB), so it is made when first
  // needed.
  lws_vhost* client_vhost(bool is_tls);

  void run(std::stop_token stop);
  void end();
  void take_mail();
  void turns();
  bool open_ready();
  void take_ready();
  void update(Watched& each) const;  // tells the kernel what it waits for
  lws_vhost* make_vhost(const char* vhost_name, std::uint64_t tls_options);

  struct TurnTimer;
  std::string name;
  Health& health;
  Clock& clock;
  std::shared_ptr<Mail> mail;
  lws_context* context = nullptr;
  lws_vhost* vhost = nullptr;
  lws_vhost* tls_vhost = nullptr;
  // The library polls all it knows at each turn, which took a fifth of the time with a thousand
  // listeners, so it knows one descriptor of ours: that of this set.
  int ready = -1;
  std::unordered_map<Watched*, std::shared_ptr<Watched>> watched;
  std::deque<std::shared_ptr<Watched>> with_turn;
  Timers timers;
  std::unique_ptr<TurnTimer> turn_timer;
  std::vector<char> scratch;  // one read buffer for all: see connection.cpp
  std::unordered_map<ClientConnection*, std::shared_ptr<ClientConnection>> clients;
  std::unordered_map<FetchExchange*, std::shared_ptr<FetchExchange>> fetches;
  std::atomic<std::uint64_t> last_client{0};
  std::unique_ptr<Resolver> resolver;  // made when first needed
  Worker worker;                       // last: joins before anything it uses goes
};

inline constexpr char own_protocol[] = "xb-sockets";
inline constexpr char client_protocol[] = "xb-client";
inline constexpr char fetch_protocol[] = "xb-fetch";

}  // namespace xb::net
