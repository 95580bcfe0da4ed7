// Digests that foreign servers ask for. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xb::net {

// Lower-case hexadecimal.
std::string md5_hex(std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Nothing when it is not padded base64 (RFC 4648, no line ends).
std::optional<std::string> from_base64(std::string_view text);

// `bytes` random bytes from the system, as lower-case hexadecimal.
std::string random_hex(std::size_t bytes);

}  // namespace xb::net
