// Which names are recordings, and finding them. SPDX-License-Identifier: Apache-2.0
#include "session/recording_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "session/session.h"
#include "tests/support/temp_folder.h"

namespace xb::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

TEST(RecordingName, a_number_has_three_to_six_digits) {
  EXPECT_EQ(recording_number("program-007.mp4", "program"), 7);
  EXPECT_EQ(recording_number("program-999999.mp4", "program"), 999'999);
  for (const auto* const other :
       {"program-07.mp4", "program-1000000.mp4", "program-2147483647.mp4", "program--07.mp4",
        "program-0x7.mp4", "clean-007.mp4", "program-007.mkv"})
    EXPECT_EQ(recording_number(other, "program"), std::nullopt) << other;
}

TEST(RecordingName, files_are_found_by_number_and_nothing_else_counts) {
  const test::TempFolder temp;
  EXPECT_FALSE(has_recording(temp.path(), program_recording));
  fs::create_directories(temp.path() / "program-000.mp4");
  fs::create_symlink("/dev/null", temp.path() / "program-001.mp4");
  std::ofstream(temp.path() / "program-2147483647.mp4") << "x";
  std::ofstream(temp.path() / "clean-003.mp4") << "x";
  EXPECT_FALSE(has_recording(temp.path(), program_recording));
  EXPECT_THAT(recordings_in(temp.path(), program_recording), IsEmpty());
  for (const auto* const name : {"program-1000.mp4", "program-002.mp4", "program-012.mp4"})
    std::ofstream(temp.path() / name) << "x";
  EXPECT_TRUE(has_recording(temp.path(), program_recording));
  EXPECT_THAT(recordings_in(temp.path(), program_recording),
              ElementsAre("program-002.mp4", "program-012.mp4", "program-1000.mp4"));
  EXPECT_FALSE(has_recording(temp.path() / "nowhere", program_recording));
}

TEST(RecordingName, of_very_many_those_with_the_lowest_numbers_stay) {
  const test::TempFolder temp;
  for (int i = 5099; i >= 0; --i) std::ofstream(temp.path() / recording_name("program", i));
  const auto found = recordings_in(temp.path(), program_recording);
  ASSERT_EQ(found.size(), 5000U);
  EXPECT_EQ(found.front(), "program-000.mp4");
  EXPECT_EQ(found.back(), "program-4999.mp4");
}

}  // namespace
}  // namespace xb::session
