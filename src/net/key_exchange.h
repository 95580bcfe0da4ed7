// What two sides need to agree on a key over a wire that others read, and to prove that they have
// it. Bytes are kept in strings. Pure but for random_bytes(). SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;

namespace xb::net {

// From the system's own source.
std::string random_bytes(std::size_t count);

// RFC 7748. `secret` is any 32 bytes.
std::string x25519_public(std::string_view secret);
// Nothing when `other` is not 32 bytes, or a point with which the outcome would not depend on
// `secret`.
std::optional<std::string> x25519_shared(std::string_view secret, std::string_view other);

std::string hmac_sha256(std::string_view key, std::string_view bytes);
// The same of bytes that come piece by piece: add() them, then end() once.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  HmacSha256& add(std::string_view bytes);
  std::string end();

 private:
  std::unique_ptr<evp_mac_ctx_st, void (*)(evp_mac_ctx_st*)> context_;
};
// RFC 5869, extract and expand; at most 8160 bytes.
std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info,
                        std::size_t count);

// Takes the same time wherever they differ.
bool are_same_secrets(std::string_view one, std::string_view other);

std::string to_hex(std::string_view bytes);
// Nothing when it is not lower-case hexadecimal of whole bytes.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace xb::net
