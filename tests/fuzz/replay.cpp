// The main of a fuzz target without libFuzzer: all files of the folders named, then variations of
// them, the same in every run. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

constexpr int variations = 100'000;
constexpr std::size_t longest = 65'536;

// Not std::uniform_int_distribution: what that makes of the same numbers is up to the library.
class Dice {
 public:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }
  char byte() { return static_cast<char>(engine_() & 0xFFU); }

 private:
  std::mt19937 engine_{20'260'214};
};

void give(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void vary(std::string& text, const std::vector<std::string>& seeds, Dice& dice) {
  const auto at = dice.below(text.size() + 1);
  const auto some = std::min(dice.below(32), text.size() - at);
  switch (dice.below(7)) {
    case 0: text.insert(at, 1, dice.byte()); break;
    case 1: text.erase(at, some); break;
    case 2: text.insert(at, text.substr(at, some)); break;
    case 3:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << dice.below(8)));
      break;
    case 4:
      if (at < text.size()) text[at] = dice.byte();
      break;
    case 5: text.resize(at); break;
    default: {
      const auto& other = seeds[dice.below(seeds.size())];
      text.insert(at, other.substr(dice.below(other.size() + 1), dice.below(64)));
    }
  }
  if (text.size() > longest) text.resize(longest);
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(arguments[i]))
      if (file.is_regular_file()) files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds{""};
  for (const auto& file : files) {
    std::ifstream from(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>());
  }
  for (const auto& seed : seeds) give(seed);
  Dice dice;
  for (int i = 0; i < variations; ++i) {
    auto text = seeds[dice.below(seeds.size())];
    for (auto left = dice.below(8) + 1; left > 0; --left) vary(text, seeds, dice);
    give(text);
  }
  std::printf("%zu seeds, %d variations\n", seeds.size() - 1, variations);
  return seeds.size() > 1 ? 0 : 1;
}
