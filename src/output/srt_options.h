// The options of an SRT address, with the key in its place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "output/push_url.h"

namespace xb::output {

// `stream_id` and `passphrase` may hold the key: they go to the socket and nowhere else.
struct SrtOptions {
  std::string stream_id;
  std::string passphrase;
  int key_bytes = 0;  // of the encryption: 16, 24, 32, or 0 for the library's choice
  int latency_ms = 120;
};

// Reads `url.query`: latency (microseconds, as OBS and FFmpeg write it), streamid, passphrase,
// pbkeylen, mode=caller, transtype=live; values are percent-decoded, and "{key}" in one of them is
// replaced by the key as it is. Without "{key}" the key is the streamid, and the address has none:
// the Show holds no secrets. Errors: output_unsupported (naming what is wrong, never a value),
// output_no_key, output_refused (a passphrase that cannot be one).
Result<SrtOptions> srt_options(const PushUrl& url);

// "%20" as a blank.
std::string percent_decoded(std::string_view text);

}  // namespace xb::output
