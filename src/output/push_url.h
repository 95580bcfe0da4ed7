// The address of a platform and its key, joined here and nowhere else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

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

}  // namespace xb::output
