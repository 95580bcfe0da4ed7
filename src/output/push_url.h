// The address of a platform and its key, joined here and nowhere else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace xb::output {

// rtmp and rtmps: `url` is server and application, the key becomes the stream name (it may carry a
// query, as platforms hand it out). srt: see srt_options.h; no key is needed.
struct PushUrl {
  std::string scheme;  // "rtmp"
  std::string host;
  int port = 0;
  std::string app;    // rtmp: "live"
  std::string query;  // srt: options, "{key}" not yet replaced
  Secret key;
  std::string ca_file;
  std::string name;

  std::string server() const;  // "rtmp://host:port/app", safe to show
};

// Errors: output_unsupported (scheme, host, port or option), output_no_key, output_refused (a key
// that cannot be one).
Result<PushUrl> parse_push_url(const std::string& url, const Secret& key);

// What a platform hands out in one piece, taken apart.
struct PushAddress {
  std::string url;  // as a Show has it, without the key
  Secret key;       // empty: there was none in it
};

// rtmp://host/app/KEY, with or without a query; srt://host:port?streamid=KEY or ?passphrase=KEY.
// What ends with a slash or has no second part holds no key. Blanks around it are passed over. An
// address that is none comes back as it is, to be judged by the Show's rules. Error:
// output_unsupported: an SRT address with two secrets.
Result<PushAddress> split_push_address(std::string_view text);

}  // namespace xb::output
