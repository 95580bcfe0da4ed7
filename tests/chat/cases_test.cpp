// Runs every folder of tests/cases/chat: wire.jsonl in, events.jsonl and figures.json out.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "chat/counter.h"
#include "chat/inbox.h"
#include "chat/numbered.h"

namespace xb::chat {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

void run(const std::filesystem::path& folder) {
  const auto expected = Json::parse(lines_of(folder / "figures.json").at(0));
  auto state = begin_session({}, expected.at("baseline"), "2026-02-14");
  Inbox inbox;
  std::vector<std::string> out;
  for (const auto& line : lines_of(folder / "wire.jsonl")) {
    const auto event = parse_event(line);
    if (!event || inbox.look_up(*event)->seen != Seen::fresh) continue;
    inbox.remember(*event, out.size() + 1, Seen::committed);
    fold(state, *event);
    out.push_back(make_numbered(out.size() + 1, *event, "case", MonoTime{})->json);
  }
  EXPECT_EQ(out, lines_of(folder / "events.jsonl"));
  const auto figures = figures_of(state);
  EXPECT_EQ(figures.total, expected.at("total"));
  EXPECT_EQ(figures.gained, expected.at("gained"));
  EXPECT_EQ(figures.viewers, expected.at("viewers"));
  EXPECT_EQ(figures.likes, expected.at("likes"));
}

TEST(ChatCases, every_folder_gives_what_it_says) {
  const std::filesystem::path root = std::filesystem::path(XB_SOURCE_DIR) / "tests/cases/chat";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    SCOPED_TRACE(entry.path().filename().string());
    run(entry.path());
    ++count;
  }
  EXPECT_GE(count, 4);
}

}  // namespace
}  // namespace xb::chat
