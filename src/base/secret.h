// Secret: a stream key, token or cookie. Prints as dots; every log line is searched for all living
// Secrets. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace xb {

class Secret {
 public:
  Secret() = default;
  // Registers the value, its URL-encoded form and the values of its query with the redactor for the
  // life of the process. Below 4 characters nothing is: it would blot out ordinary words, and no
  // platform gives such a key.
  explicit Secret(std::string value);
  // The one way to the text; call it only where the secret is used (the muxer's URL, the token
  // comparison).
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  // Takes the same time whatever `offered` is (of equal length).
  bool equals(std::string_view offered) const;

 private:
  std::string value_;
};

// `text` with every known secret replaced by dots, the userinfo of every URL masked, and of
// rtmp, srt and rtsp URLs the last path part and the query, too. Where it is not clear what is a
// password, all behind the scheme is masked. Thread: any.
std::string redacted(std::string_view text);

}  // namespace xb
