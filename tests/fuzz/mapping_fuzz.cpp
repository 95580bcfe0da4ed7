// Mapping files and the messages they read: the input is a file and, behind a zero byte, a message.
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/mapping.h"
#include "tests/fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  static const auto relay = xb::chat::Mapping::parse(
      R"({"platform":"local","parse_again":["/Data"],"split_lines":true,"ignore_case":true,)"
      R"("fields":{"type":"/Type","id":"/Data/MsgId","user.id":"/Data/User/Id","text":)"
      R"({"at":"/Data/Content","html":true},"count":"/Data/Count","time_s":"/Data/Time"},)"
      R"("kinds":{"1":"chat","2":"like","4":"follow","*":{"kind":"followers","total":"/Data/Total"}}})");
  XB_CHECK(relay);
  xb::fuzz::judge((*relay)->read(input));
  const auto cut = input.find('\0');
  if (cut == std::string_view::npos) return 0;
  if (const auto own = xb::chat::Mapping::parse(input.substr(0, cut)))
    xb::fuzz::judge((*own)->read(input.substr(cut + 1)));
  return 0;
}
