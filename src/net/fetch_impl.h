// Inside of fetch(), for the files of this room only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libwebsockets.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/client_impl.h"
#include "net/fetch.h"

namespace xb::net {

// One request and its answer. Libwebsockets does TLS, the head and the chunks; the limits hold
// here. Thread: the loop's.
class FetchExchange final : public std::enable_shared_from_this<FetchExchange> {
 public:
  FetchExchange(Loop::Impl& loop, ClientUrl url, FetchRequest request, FetchDone done);
  ~FetchExchange();
  FetchExchange(const FetchExchange&) = delete;
  FetchExchange& operator=(const FetchExchange&) = delete;

  void begin();  // the deadline runs
  void outlive() { is_last_word_ = true; }
  bool is_last_word() const { return is_last_word_; }
  void connect_to(const std::string& numeric);
  void drop();                            // nobody listens any more
  void distrust(const std::string& why);  // the other side's certificate: it will fail
  void finish(Result<FetchAnswer> how);
  int on(lws* wsi, lws_callback_reasons reason, void* in, std::size_t length);

 private:
  // First: the library hands back its address.
  struct Alarm {
    lws_sorted_usec_list_t entry{};
    FetchExchange* exchange = nullptr;
  };
  static void ring(lws_sorted_usec_list_t* entry);
  int append_head(lws* wsi, unsigned char** at, std::size_t room);
  int take_head(lws* wsi);
  int read(lws* wsi);
  int take(std::string_view piece);
  int write_body(lws* wsi);

  Loop::Impl& loop_;
  const ClientUrl url_;
  const FetchRequest request_;
  FetchDone done_;
  Alarm alarm_;
  lws* wsi_ = nullptr;
  FetchAnswer answer_;
  std::optional<Error> distrusted_;
  bool is_last_word_ = false;
  bool has_head_ = false;
  bool ends_with_socket_ = false;  // neither a length nor chunks say where the body ends
};

int fetch_callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t length);
// Gives up all that is under way but last words, which get their half second. At the loop's end.
void drop_fetches(Loop::Impl& loop);

}  // namespace xb::net
