// Where a phone pushes its picture to: protocol, port, secret, and the address that says all three.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "capture/source.h"

namespace xb::capture {

enum class ListenProtocol : std::uint8_t { rtmp = 1, srt };

struct ListenPlace {
  ListenProtocol protocol = ListenProtocol::rtmp;
  int port = 0;  // 0: a free one
};
// Of `listen:rtmp`, `listen:srt`, each with `:PORT` if one is wanted. Error: source_unsupported.
Result<ListenPlace> listen_place(const SourceSpec& spec);

// Twelve characters that are easy to type; without it nobody puts a picture on air.
Secret new_listen_secret();
// What one may be, read from a file: letters and digits, fit for a path and for SRT.
bool is_listen_secret(std::string_view text);

struct ListenAddress {
  std::string whole;   // with the secret: for the QR code
  std::string server;  // without
};
ListenAddress listen_address(ListenProtocol protocol, const std::string& host, int port,
                             const Secret& secret);

}  // namespace xb::capture
