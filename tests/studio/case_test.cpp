// Every folder of tests/cases/show is a Show; errors.txt is what load_show must say about it (an
// empty file: nothing). SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "studio/show.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> cases() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(XB_SOURCE_DIR "/tests/cases/show")) {
    if (entry.is_directory()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string text_of(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

class ShowCase : public testing::TestWithParam<fs::path> {};

TEST_P(ShowCase, says_exactly_what_is_wrong_and_how_to_put_it_right) {
  auto said = pretty(load_show(GetParam(), PictureLook::whole).problems);
  const auto prefix = GetParam().string() + "/";
  for (auto at = said.find(prefix); at != std::string::npos; at = said.find(prefix, at))
    said.erase(at, prefix.size());
  EXPECT_EQ(said, text_of(GetParam() / "errors.txt"));
  EXPECT_EQ(said.find("CANARY"), std::string::npos) << "a secret came out again";
}

INSTANTIATE_TEST_SUITE_P(cases, ShowCase, testing::ValuesIn(cases()), [](const auto& named) {
  auto name = named.param.filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace xb::studio
