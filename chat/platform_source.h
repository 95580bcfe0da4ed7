// PlatformSource: what all sources have in common: tries and waits, sockets, requests, the state.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/backoff.h"
#include "chat/reading.h"
#include "chat/source.h"
#include "net/client.h"
#include "net/fetch.h"

namespace xb::chat {

// A platform says what a try is (begin()), what it hears and when it is logged in; when something
// fails it calls lost() and gets a new try later. A wait is 1, 2, 4, 8, 15, 15 ... s, begun anew
// after a connection that was useful().
//
// What a platform's code throws ends its try; a message it throws at is lost alone, and counted.
//
// Thread: the loop's. Callbacks of a former try never arrive.
class PlatformSource : public ChatSource {
 public:
  PlatformSource(const SourceOptions& options, SourceContext context);
  ~PlatformSource() override;
  PlatformSource(const PlatformSource&) = delete;
  PlatformSource& operator=(const PlatformSource&) = delete;

  void tick(MonoTime now) final;
  SourceState state() const final;

 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  using Then = std::function<void(const net::FetchAnswer&)>;

  // For the platform to implement.
  virtual void begin() = 0;  // a new try
  virtual void opened() {}   // the socket of open_socket()
  virtual void received(std::string_view /*message*/, bool /*is_text*/) {}
  virtual void received_on_next(std::string_view /*message*/, bool /*is_text*/) {}
  virtual void closing(int /*code*/, std::string_view /*why*/) {}  // lost() may be called here
  virtual void on_time(MonoTime /*now*/) {}  // about four times a second while a try lasts

  // Messages of up to 1 MiB arrive: a platform's own limits are the parser's, which loses one
  // message and not the connection.
  void open_socket(std::string url, Headers headers = {});
  // A second socket beside the first, which it replaces with use_next_socket().
  void open_next_socket(std::string url);
  void use_next_socket();
  bool send_text(std::string text);
  bool send_binary(std::string bytes);

  // `then` gets any answer; when there is none at all the try is lost.
  void fetch(net::FetchRequest request, Then then);
  // The same for what may fail: that is told in the state, the try goes on.
  void ask(net::FetchRequest request, Then then);

  // The last word to a platform, for a destructor: nobody hears the answer.
  void say_goodbye(net::FetchRequest request) {
    net::fetch_and_forget(context_.loop, std::move(request));
  }

  // Hands the events on and counts what was not taken.
  void take(Reading reading);
  void take(const ChatEvent& event);
  void refuse(const Error& why);
  void ignore() { ++state_.ignored; }
  // Logged in: connected, and no deadline for getting there any more.
  void ready();
  // What was heard proves the connection worth having.
  void useful();
  // Something is wrong that needs the operator although the connection lives; shown until the next
  // try.
  void complain(Error why) { complaint_ = std::move(why); }
  // The try has failed; the next comes after the usual wait, or after `at_least` when that is
  // longer.
  void lost(Error why, Duration at_least = {});

  const SourceOptions& options() const { return options_; }
  MonoTime now() const { return context_.clock.now(); }
  WallTime wall() const { return context_.clock.wall(); }
  bool is_ready() const { return is_ready_; }
  MonoTime heard() const { return heard_; }  // when the last message came
  // How long nothing may be heard; a platform that sends nothing by itself says nothing here.
  void expect_within(std::optional<Duration> limit) { silence_limit_ = limit; }
  // How long getting ready may take, from now on.
  void must_be_ready_within(Duration limit) { ready_before_ = now() + limit; }

 private:
  struct Link;
  struct Pending {
    std::shared_ptr<void> handle;
    std::shared_ptr<bool> is_done;
  };
  void make_fetch(net::FetchRequest request, bool may_fail, Then then);
  void let_go();
  // What runs into an exception (no memory, say) costs this try, and one message alone.
  template <class Call>
  void attempt(Call&& call);
  void lose_message(const std::exception& thrown);
  std::pair<std::shared_ptr<Link>, std::shared_ptr<void>> connect(std::string url, Headers headers);

  const SourceOptions options_;
  SourceContext context_;
  Backoff backoff_;
  SourceState state_;
  std::shared_ptr<Link> link_;
  std::shared_ptr<void> connection_;
  std::shared_ptr<Link> next_link_;
  std::shared_ptr<void> next_connection_;
  std::vector<Pending> fetches_;
  std::optional<Error> complaint_;
  std::optional<Error> unanswered_;  // by the last ask()
  bool is_trying_ = false;
  bool is_over_ = false;  // let go of at the next tick: we may be inside a callback
  bool is_ready_ = false;
  MonoTime next_try_;
  MonoTime heard_;
  std::optional<MonoTime> last_event_;
  std::optional<Duration> silence_limit_;
  std::optional<MonoTime> ready_before_;
};

// What an entry must have and may have, for the check of a platform's options.
struct SourceNeeds {
  enum class Need : std::uint8_t { none = 1, optional, required };
  Need url = Need::optional;  // ws:// or wss://
  Need api = Need::optional;  // http:// or https://
  Need room = Need::required;
  Need map = Need::none;
};
// Error show_invalid with a sentence in both languages.
Status check_needs(const SourceOptions& options, const SourceNeeds& needs);

// `base` without a slash at its end, or `usual` when it is empty.
std::string base_of(const std::string& base, std::string_view usual);
// Percent-encodes what is not unreserved (RFC 3986).
std::string url_encoded(std::string_view text);
// http://a/b -> ws://a/b, https -> wss.
std::string websocket_of(const std::string& http_url);

}  // namespace xb::chat
