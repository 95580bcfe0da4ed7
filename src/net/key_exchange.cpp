// By OpenSSL's libcrypto. SPDX-License-Identifier: Apache-2.0
#include "net/key_exchange.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "base/result.h"

namespace xb::net {
namespace {

constexpr std::size_t curve_bytes = 32;
constexpr std::size_t hash_bytes = 32;

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* room_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Key own_key(std::string_view secret) {
  XB_CHECK(secret.size() == curve_bytes);
  Key out(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes_of(secret), secret.size()),
          &EVP_PKEY_free);
  XB_CHECK(out != nullptr);
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  XB_CHECK(RAND_bytes(room_of(out), static_cast<int>(count)) == 1);
  return out;
}

std::string x25519_public(std::string_view secret) {
  std::string out(curve_bytes, '\0');
  std::size_t size = out.size();
  XB_CHECK(EVP_PKEY_get_raw_public_key(own_key(secret).get(), room_of(out), &size) == 1);
  return out;
}

std::optional<std::string> x25519_shared(std::string_view secret, std::string_view other) {
  if (other.size() != curve_bytes) return std::nullopt;
  const auto own = own_key(secret);
  const Key theirs(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes_of(other), other.size()),
      &EVP_PKEY_free);
  const KeyContext context(EVP_PKEY_CTX_new(own.get(), nullptr), &EVP_PKEY_CTX_free);
  XB_CHECK(theirs != nullptr && context != nullptr);
  XB_CHECK(EVP_PKEY_derive_init(context.get()) == 1 &&
           EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1);
  std::string out(curve_bytes, '\0');
  std::size_t size = out.size();
  // it fails when all bytes would be zero, which is what a point of small order leads to
  if (EVP_PKEY_derive(context.get(), room_of(out), &size) != 1) return std::nullopt;
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(hash_bytes, '\0');
  unsigned size = 0;
  XB_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes),
                bytes.size(), room_of(out), &size) != nullptr);
  return out;
}

HmacSha256::HmacSha256(std::string_view key) : context_(nullptr, &EVP_MAC_CTX_free) {
  const std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                         &EVP_MAC_free);
  XB_CHECK(mac != nullptr);
  context_.reset(EVP_MAC_CTX_new(mac.get()));
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> wanted{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  XB_CHECK(context_ != nullptr &&
           EVP_MAC_init(context_.get(), bytes_of(key), key.size(), wanted.data()) == 1);
}

HmacSha256& HmacSha256::add(std::string_view bytes) {
  XB_CHECK(EVP_MAC_update(context_.get(), bytes_of(bytes), bytes.size()) == 1);
  return *this;
}

std::string HmacSha256::end() {
  std::string out(hash_bytes, '\0');
  std::size_t size = 0;
  XB_CHECK(EVP_MAC_final(context_.get(), room_of(out), &size, out.size()) == 1);
  return out;
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info,
                        std::size_t count) {
  XB_CHECK(count <= 255 * hash_bytes);
  const auto inner = hmac_sha256(salt, key);
  std::string out;
  std::string block;
  for (unsigned char number = 1; out.size() < count; ++number) {
    block = hmac_sha256(inner, block + std::string(info) + static_cast<char>(number));
    out += block;
  }
  out.resize(count);
  return out;
}

bool are_same_secrets(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_of(text[i]);
    const int low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

}  // namespace xb::net
