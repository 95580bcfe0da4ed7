// One HTTP request to somebody else's server, on a Loop. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/loop.h"

namespace xb::net {

struct FetchRequest {
  std::string method = "GET";  // or POST
  std::string url;             // http:// or https:// (certificates verified)
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};                         // of a POST, sent with its length
  Duration deadline = std::chrono::seconds(10);  // from the call to the last byte of the answer
  std::size_t most_bytes = 1 << 20;              // of the answer's body
};

struct FetchAnswer {
  int status = 0;  // whatever the server said, but never 3xx
  std::string body;
};

// Asks once and calls `done` once, on the loop thread. Never blocks; a name is looked up off the
// loop. Errors: address_invalid, timed_out, answer_too_large, net_failed, output_certificate (not
// to be trusted); a redirect is redirect_refused, because a server we were told to trust must not
// choose another. No Error holds the path or the query of the URL: they may carry a key.
//
// A body of stated length that breaks off is an Error. One in chunks is not (libwebsockets 4.1.6
// does not tell): whoever parses it finds out.
//
// Dropping the handle gives the request up: on the loop thread `done` is not called afterwards,
// from another thread it may just be running.
using FetchDone = std::function<void(Result<FetchAnswer>)>;
std::shared_ptr<void> fetch(Loop& loop, FetchRequest request, FetchDone done);

// The last word to a server: nobody hears the answer, and the end of the Loop waits for it, half a
// second at the most. Thread: the loop's.
void fetch_and_forget(Loop& loop, FetchRequest request);

}  // namespace xb::net
