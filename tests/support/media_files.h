// A temporary folder, and small real media files made by the machine's ffmpeg at test time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace xb::support {

class Folder {
 public:
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "xiangbo-test-XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Runs ffmpeg with these arguments; the last is the output. Fails the test when it fails.
inline std::string ffmpeg(const std::string& arguments, const std::string& output) {
  const auto line = "ffmpeg -nostdin -v error -y " + arguments + " '" + output + "'";
  EXPECT_EQ(std::system(line.c_str()), 0) << line;
  return output;
}

// Dark gray with a white flash and a 1 kHz beep of 80 ms at each full second.
inline std::string flash_and_beep(double seconds, const std::string& size = "320x180",
                                  const std::string& rate = "30") {
  const auto s = std::to_string(seconds);
  return "-f lavfi -i \"color=c=0x202020:s=" + size + ":r=" + rate + ":d=" + s +
         ",drawbox=c=white:t=fill:enable='lt(mod(t+0.0001\\,1)\\,0.08)'\" -f lavfi -i "
         "\"aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.08)':s=48000:d=" +
         s + "\" ";
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace xb::support
