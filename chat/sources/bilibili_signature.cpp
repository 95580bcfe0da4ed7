// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/bilibili_signature.h"

#include "net/digest.h"

namespace xb::chat {

std::vector<std::pair<std::string, std::string>> bilibili_signature(const BilibiliKeys& keys,
                                                                    std::string_view body,
                                                                    const std::string& nonce,
                                                                    std::int64_t unix_seconds) {
  // in the order of their names: so they are signed
  std::vector<std::pair<std::string, std::string>> headers{
      {"x-bili-accesskeyid", keys.id.reveal()},
      {"x-bili-content-md5", net::md5_hex(body)},
      {"x-bili-signature-method", "HMAC-SHA256"},
      {"x-bili-signature-nonce", nonce},
      {"x-bili-signature-version", "1.0"},
      {"x-bili-timestamp", std::to_string(unix_seconds)},
  };
  std::string text;
  for (const auto& [name, value] : headers) {
    text += (text.empty() ? "" : "\n") + name + ":" + value;
  }
  headers.emplace_back("Authorization", net::hmac_sha256_hex(keys.secret.reveal(), text));
  headers.emplace_back("Content-Type", "application/json");
  headers.emplace_back("Accept", "application/json");
  return headers;
}

}  // namespace xb::chat
