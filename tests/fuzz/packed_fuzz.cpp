// Unpacking, protobuf, base64 and markup: never more than the limit, never beyond the end.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/inflate.h"
#include "chat/markup.h"
#include "chat/protobuf.h"
#include "net/digest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::size_t most = 100'000;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  for (const auto& out : {xb::chat::inflate(input, most), xb::chat::unbrotli(input, most)})
    XB_CHECK(!out || out->size() <= most);
  xb::chat::ProtobufReader reader(input);
  std::size_t fields = 0;
  while (const auto field = reader.next()) {
    XB_CHECK(++fields <= size && field->bytes.size() <= size);
    XB_CHECK(field->bytes.empty() ||
             (field->bytes.data() >= input.data() && field->bytes.end() <= input.end()));
  }
  if (const auto plain = xb::net::from_base64(input)) XB_CHECK(plain->size() <= size / 4 * 3);
  // an entity of six bytes becomes at most four, and a tag at most its alternative text
  XB_CHECK(xb::chat::text_of_html(input).size() <= size + 4);
  return 0;
}
