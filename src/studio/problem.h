// Problem: one mistake in a file the operator wrote, with its place and how to put it right.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace xb::studio {

// `line` and `column` count from 1. In a table they are the row and the column of the spreadsheet
// (the heading is row 1). 0 and 0: the file as a whole. The texts say what is wrong and how to put
// it right; they never hold a stream key, a token or an address.
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string zh;
  std::string en;
};

// Problems in the order of their places, one line each:
//   show.toml:4:9: video.width 必须是偶数：改成 … / video.width must be even: make it ...
std::string pretty(const std::vector<Problem>& problems);

}  // namespace xb::studio
