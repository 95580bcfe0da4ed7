// Agreement on keys against the vectors of its standards.
// SPDX-License-Identifier: Apache-2.0
#include "net/key_exchange.h"

#include <gtest/gtest.h>

namespace xb::net {
namespace {

TEST(KeyExchange, agrees_with_rfc_7748_a_thousand_times_over) {
  std::string secret = "\x09" + std::string(31, '\0');
  std::string other = secret;
  for (int i = 0; i < 1000; ++i) {
    const auto shared = x25519_shared(secret, other).value();
    if (i == 0) {
      EXPECT_EQ(to_hex(shared), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
    other = std::exchange(secret, shared);
  }
  EXPECT_EQ(to_hex(secret), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(KeyExchange, takes_no_point_that_would_make_the_key_known) {
  EXPECT_FALSE(x25519_shared(std::string(32, 'k'), std::string(32, '\0')));
  EXPECT_FALSE(x25519_shared(std::string(32, 'k'), "\x01" + std::string(31, '\0')));
  EXPECT_FALSE(x25519_shared(std::string(32, 'k'), std::string(31, 'k')));
  EXPECT_TRUE(x25519_shared(std::string(32, 'k'), x25519_public(std::string(32, 'o'))));
}

TEST(KeyExchange, derives_keys_as_rfc_5869) {
  const auto key = from_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b").value();
  EXPECT_EQ(to_hex(hkdf_sha256(key, from_hex("000102030405060708090a0b0c").value(),
                               from_hex("f0f1f2f3f4f5f6f7f8f9").value(), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(key, "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// RFC 4231, 4.3
TEST(KeyExchange, signs_what_comes_in_pieces_as_if_it_came_whole) {
  const std::string text = "what do ya want for nothing?";
  const auto whole = hmac_sha256("Jefe", text);
  EXPECT_EQ(to_hex(whole), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  for (std::size_t i = 0; i <= text.size(); ++i)
    EXPECT_EQ(HmacSha256("Jefe").add(text.substr(0, i)).add(text.substr(i)).end(), whole);
}

TEST(KeyExchange, reads_hexadecimal_and_nothing_else) {
  EXPECT_EQ(from_hex(""), "");
  EXPECT_EQ(from_hex("00ff"), std::string("\0\xff", 2));
  for (const auto* bad : {"0", "0g", "FF", " 0", "0x00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(KeyExchange, tells_secrets_apart) {
  EXPECT_TRUE(are_same_secrets("abc", "abc"));
  EXPECT_FALSE(are_same_secrets("abc", "abd"));
  EXPECT_FALSE(are_same_secrets("abc", "ab"));
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

}  // namespace
}  // namespace xb::net
