// WebSocket clients of the relay bench, as cheap as can be. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace xb::bench {

[[noreturn]] void fail(const char* what);  // says errno
void allow_most_descriptors();

// Blocking, without delay of small messages; negative when it is refused.
int connect_to(int port);
// The handshake goes out; false when it cannot.
bool ask(int fd, int port, const std::string& path, const std::string& bearer = {});
// The answer's head is read, what follows it is left in the socket; false unless it is 101.
bool is_let_in(int fd);
// All three, or the end of the process.
int subscribe(int port, const std::string& path, const std::string& bearer = {});

// A client's frame, masked with zeros, which leaves the text as it is.
void append_frame(std::string& to, const std::string& text);

}  // namespace xb::bench
