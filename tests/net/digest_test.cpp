// Digests against the vectors of their standards and of the platforms' own.
// SPDX-License-Identifier: Apache-2.0
#include "net/digest.h"

#include <gtest/gtest.h>

namespace xb::net {
namespace {

TEST(Digest, agrees_with_the_published_vectors) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");  // RFC 1321
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),  // RFC 4231
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, reads_base64_and_refuses_what_is_none) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9v"), "foo");
  EXPECT_EQ(from_base64("AP8="), std::string("\0\xff", 2));
  for (const std::string bad :
       {"Z", "Zg", "Zg=", "Z===", "====", "Zm9v\n", "Zm 9", "Zg==Zg==", "Zm9-"})
    EXPECT_FALSE(from_base64(bad)) << bad;
}

TEST(Digest, random_words_differ) {
  EXPECT_EQ(random_hex(16).size(), 32U);
  EXPECT_NE(random_hex(16), random_hex(16));
}

}  // namespace
}  // namespace xb::net
