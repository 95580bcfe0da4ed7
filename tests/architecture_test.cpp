// Reads every source and says, with file and line, where it leaves the house rules of
// docs/architecture.md section 2. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace xb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

constexpr std::size_t most_lines = 400;

struct Room {
  int level;
  std::set<std::string> may_include;
};

// The table of docs/architecture.md section 2.
const std::map<std::string, Room>& rooms() {
  static const std::map<std::string, Room> table{
      {"base", {0, {}}},
      {"media", {1, {"base"}}},
      {"net", {1, {"base"}}},
      {"capture", {2, {"base", "media"}}},
      {"overlay", {2, {"base", "media"}}},
      {"vision", {2, {"base", "media"}}},
      {"rules", {2, {"base"}}},
      {"chat", {2, {"base", "net"}}},
      {"output", {2, {"base", "media"}}},
      {"session", {2, {"base"}}},
      {"studio",
       {3,
        {"base", "media", "net", "capture", "overlay", "vision", "chat", "rules", "output",
         "session"}}},
      {"review", {3, {"base", "media", "net", "chat", "rules", "output", "session"}}},
      {"control", {4, {"base", "net", "capture", "session", "studio", "review"}}},
      {"app",
       {5,
        {"base", "media", "net", "capture", "overlay", "vision", "chat", "rules", "output",
         "session", "studio", "review", "control"}}},
  };
  return table;
}

struct Home {
  std::string prefix;  // of the header's path
  std::set<std::string> rooms;
};

// Third-party headers and where they live; the longest prefix decides.
const std::vector<Home>& homes() {
  static const std::set<std::string> everywhere = [] {
    std::set<std::string> all;
    for (const auto& [name, room] : rooms()) all.insert(name);
    return all;
  }();
  static const std::vector<Home> table{
      {"fmt/", everywhere},
      {"tl/expected.hpp", {"base"}},
      {"spdlog/", {"base"}},
      {"libavcodec/", {"media", "output"}},
      {"libavformat/", {"media", "output", "capture"}},
      {"libavutil/", {"media", "output"}},
      {"libavfilter/", {"media"}},
      {"libswscale/", {"media"}},
      {"libswresample/", {"media"}},
      {"libyuv", {"media"}},
      {"libavdevice/", {"capture"}},
      {"pulse/", {"capture", "output"}},
      {"SDL2/", {"output"}},
      {"hwy/", {"media", "overlay"}},
      {"glib.h", {"chat"}},
      {"libwebsockets", {"net"}},
      {"nlohmann/", {"net"}},
      {"opencv2/core.hpp", {"overlay", "vision"}},
      {"opencv2/imgproc.hpp", {"overlay", "vision"}},
      {"opencv2/objdetect.hpp", {"vision"}},
      {"opencv2/wechat_qrcode.hpp", {"vision"}},
      {"opencv2/", {"overlay"}},
      {"cairo", {"overlay"}},
      {"pango/", {"overlay"}},
      {"qrencode.h", {"overlay"}},
      {"png.h", {"overlay"}},
      {"jpeglib.h", {"overlay", "media"}},
      {"webp/", {"overlay"}},
      {"openssl/", {"output", "net"}},
      {"zlib.h", {"chat"}},
      {"brotli/", {"chat"}},
      {"srt/", {"output"}},
      {"sqlite3.h", {"session"}},
      {"toml++/", {"studio"}},
      {"iconv.h", {"studio"}},
      {"zip.h", {"studio"}},
      {"xlsxwriter.h", {"review"}},
      {"CLI/", {"app"}},
      {"systemd/sd-bus.h", {"app"}},
  };
  return table;
}

// Of the C library and the kernel: at home everywhere.
bool is_platform(const std::string& header) {
  static const std::regex pattern(
      R"((sys|netinet|arpa|linux|net)/[a-z0-9_]+\.h|(unistd|fcntl|poll|pthread|signal|spawn|stdlib|stdio|string|errno|dlfcn|netdb|ifaddrs|malloc|sched|time|termios|pwd|dirent)\.h)");
  return std::regex_match(header, pattern);
}

struct Source {
  std::string path;  // from the repository's root
  std::string room;
  std::string text;
};

void check_own(const Source& source, const std::string& header, const std::string& at,
               std::vector<std::string>& found) {
  const auto room = header.substr(0, header.find('/'));
  if (room == source.room) return;
  const auto other = rooms().find(room);
  if (other == rooms().end() || header.find('/') == std::string::npos) {
    // a header beside its source is found by its room, so that moving a file shows
    found.push_back(at + "\"" + header + "\" names no room");
    return;
  }
  const auto& self = rooms().at(source.room);
  if (other->second.level >= self.level) {
    found.push_back(at + source.room + " (level " + std::to_string(self.level) +
                    ") may not include " + room + " (level " + std::to_string(other->second.level) +
                    ")");
  } else if (!self.may_include.contains(room)) {
    found.push_back(at + source.room + " may not include " + room);
  }
}

void check_foreign(const Source& source, const std::string& header, const std::string& at,
                   std::vector<std::string>& found) {
  const bool is_standard = header.find_first_of("./") == std::string::npos;
  if (is_standard || is_platform(header)) return;
  for (const auto& home : homes()) {
    if (header.compare(0, home.prefix.size(), home.prefix) != 0) continue;
    if (!home.rooms.contains(source.room))
      found.push_back(at + "<" + header + "> is not at home in " + source.room);
    return;
  }
  found.push_back(at + "<" + header + "> has no home room yet");
}

void check_words(const Source& source, const std::string& code, const std::string& at,
                 std::vector<std::string>& found) {
  static const std::regex time(
      R"(\b(steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday|sleep_for|sleep_until|usleep|nanosleep)\b)");
  static const std::regex thread(
      R"(\b(std::thread\b(?!::id)|std::jthread\b|std::async\b|pthread_create\b)|\.detach\(\))");
  std::smatch match;
  const bool may_ask_time =
      source.path == "src/base/clock.cpp" || source.path == "src/base/log.cpp";
  if (!may_ask_time && std::regex_search(code, match, time))
    found.push_back(at + match.str() + ": time is asked of Clock alone");
  const bool may_make_threads = source.path.starts_with("src/base/worker.");
  if (!may_make_threads && std::regex_search(code, match, thread))
    found.push_back(at + match.str() + ": threads are Workers");
}

std::vector<std::string> findings(const Source& source) {
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<std::string> found;
  std::istringstream lines(source.text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto at = source.path + ":" + std::to_string(++number) + ": ";
    std::smatch match;
    if (std::regex_search(line, match, include)) {
      const auto check = match[1] == "<" ? check_foreign : check_own;
      check(source, match[2], at, found);
    }
    check_words(source, line.substr(0, line.find("//")), at, found);
  }
  if (number > most_lines)
    found.push_back(source.path + ":" + std::to_string(number) + ": more than " +
                    std::to_string(most_lines) + " lines");
  return found;
}

std::vector<Source> all_sources() {
  const fs::path root(XB_SOURCE_DIR);
  std::vector<Source> out;
  for (const auto& [name, room] : rooms()) {
    auto folder = root / name;
    if (!fs::is_directory(folder)) folder = root / "src" / name;
    if (!fs::is_directory(folder)) continue;
    for (const auto& file : fs::recursive_directory_iterator(folder)) {
      const auto extension = file.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      std::ifstream in(file.path());
      std::ostringstream text;
      text << in.rdbuf();
      out.push_back({fs::relative(file.path(), root).generic_string(), name, text.str()});
    }
  }
  return out;
}

Source planted(const std::string& path, const std::string& room, const std::string& text) {
  return {path, room, text};
}

TEST(Architecture, every_file_keeps_the_house_rules) {
  const auto sources = all_sources();
  ASSERT_GT(sources.size(), 20u);
  for (const auto& source : sources) {
    for (const auto& finding : findings(source)) ADD_FAILURE() << finding;
  }
}

TEST(Architecture, every_folder_below_src_is_a_room) {
  for (const auto& folder : fs::directory_iterator(fs::path(XB_SOURCE_DIR) / "src"))
    EXPECT_TRUE(rooms().contains(folder.path().filename().string())) << folder.path();
}

TEST(Architecture, a_planted_include_upward_is_found_with_file_and_line) {
  EXPECT_THAT(findings(planted("chat/a.cpp", "chat",
                               "#include <vector>\n"
                               "#include \"studio/studio.h\"\n")),
              ElementsAre("chat/a.cpp:2: chat (level 2) may not include studio (level 3)"));
  EXPECT_THAT(findings(planted("chat/a.cpp", "chat", "#include \"overlay/scene.h\"\n")),
              ElementsAre("chat/a.cpp:1: chat (level 2) may not include overlay (level 2)"));
}

TEST(Architecture, a_lower_room_that_is_not_on_the_list_is_found) {
  EXPECT_THAT(findings(planted("chat/a.cpp", "chat", "#include \"media/frame.h\"")),
              ElementsAre("chat/a.cpp:1: chat may not include media"));
  EXPECT_THAT(findings(planted("chat/a.cpp", "chat", "#include \"frame.h\"")),
              ElementsAre("chat/a.cpp:1: \"frame.h\" names no room"));
  EXPECT_THAT(findings(planted("chat/a.cpp", "chat", "#include \"net/json.h\"")), IsEmpty());
}

TEST(Architecture, a_foreign_header_away_from_home_is_found) {
  EXPECT_THAT(findings(planted("chat/a.h", "chat", "# include <sqlite3.h>")),
              ElementsAre("chat/a.h:1: <sqlite3.h> is not at home in chat"));
  EXPECT_THAT(findings(planted("chat/a.h", "chat", "#include <boost/any.hpp>")),
              ElementsAre("chat/a.h:1: <boost/any.hpp> has no home room yet"));
  EXPECT_THAT(findings(planted("chat/a.h", "chat", "#include <sys/socket.h>\n#include <map>")),
              IsEmpty());
}

TEST(Architecture, clocks_and_threads_of_ones_own_are_found) {
  EXPECT_THAT(findings(planted("chat/a.h", "chat",
                               "// steady_clock in a comment\n"
                               "auto t = std::chrono::steady_clock::now();\n"
                               "std::thread::id id;\n"
                               "std::thread t(f);\n"
                               "t.detach();\n")),
              ElementsAre(HasSubstr("a.h:2: steady_clock"), HasSubstr("a.h:4: std::thread"),
                          HasSubstr("a.h:5: .detach()")));
  EXPECT_THAT(findings(planted("src/base/clock.cpp", "base", "steady_clock")), IsEmpty());
}

TEST(Architecture, a_file_beyond_the_wall_is_found) {
  std::string text;
  for (std::size_t i = 0; i < most_lines; ++i) text += "\n";
  EXPECT_THAT(findings(planted("chat/a.h", "chat", text)), IsEmpty());
  EXPECT_THAT(findings(planted("chat/a.h", "chat", text + "\n")),
              ElementsAre("chat/a.h:401: more than 400 lines"));
}

}  // namespace
}  // namespace xb
