// What a phone would read in a picture of WIDTH x HEIGHT grey bytes on its input, as a line of text; exit 1 when it is nothing.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>

#include "media/frame.h"
#include "vision/qr_reader.h"

int main(int argc, char** argv) {
  using namespace xb;
  if (argc != 3) return 2;
  const int width = std::stoi(argv[1]);
  const int height = std::stoi(argv[2]);
  const std::string grey(std::istreambuf_iterator<char>(std::cin), {});
  media::Picture picture(width & ~1, height & ~1);
  picture.fill(235, 128, 128);
  if (grey.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) return 2;
  for (int y = 0; y < picture.height(); ++y) {
    const auto row = grey.begin() + static_cast<std::ptrdiff_t>(y) * width;
    std::copy_n(row, picture.width(), picture.plane(0) + y * picture.stride(0));
  }
  const auto text = vision::read_qr(picture, {0, 0, picture.width(), picture.height()});
  if (!text) return 1;
  std::cout << *text << '\n';
  return 0;
}
