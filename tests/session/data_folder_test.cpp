// One process holds a data folder at a time.
// SPDX-License-Identifier: Apache-2.0
#include "session/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/support/temp_folder.h"

namespace xb::session {
namespace {

using testing::HasSubstr;

int mode_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777U) : -1;
}

TEST(DataFolder, is_for_its_owner_alone_whatever_the_umask_is) {
  const test::TempFolder temp;
  const auto before = ::umask(0);
  const auto data = DataFolder::open(temp / "data");
  ::umask(before);
  ASSERT_TRUE(data);
  EXPECT_EQ(mode_of(temp / "data"), 0700);
  EXPECT_EQ(mode_of(data->sessions()), 0700);
  EXPECT_EQ(mode_of(temp / "data" / "lock"), 0600);
}

TEST(DataFolder, path_is_absolute) {
  const test::TempFolder temp;
  const auto data = DataFolder::open(std::filesystem::relative(temp / "data"));
  ASSERT_TRUE(data);
  EXPECT_TRUE(data->path().is_absolute());
}

TEST(DataFolder, second_instance_is_refused_and_told_who_holds_it) {
  const test::TempFolder temp;
  const auto first = DataFolder::open(temp.path());
  ASSERT_TRUE(first);
  const auto second = DataFolder::open(temp.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::data_in_use);
  EXPECT_THAT(second.error().detail(), HasSubstr("pid " + std::to_string(::getpid())));
}

TEST(DataFolder, is_free_again_when_closed) {
  const test::TempFolder temp;
  { ASSERT_TRUE(DataFolder::open(temp.path())); }
  EXPECT_TRUE(DataFolder::open(temp.path()));
}

TEST(DataFolder, lock_of_a_killed_process_is_no_obstacle) {
  const test::TempFolder temp;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = DataFolder::open(temp.path());
    const char told = held ? 'y' : 'n';
    if (::write(ready[1], &told, 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char told = 0;
  ASSERT_EQ(::read(ready[0], &told, 1), 1);
  EXPECT_EQ(told, 'y');
  const auto refused = DataFolder::open(temp.path());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail(), HasSubstr("pid " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(DataFolder::open(temp.path()));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(DataFolder, a_hostile_lock_file_is_only_a_number_or_nothing) {
  const test::TempFolder temp;
  const auto first = DataFolder::open(temp.path());
  ASSERT_TRUE(first);
  std::ofstream(temp / "lock") << "\x1b[31mrm -rf";
  const auto second = DataFolder::open(temp.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().detail(), temp.path().string());
}

TEST(DataFolder, says_so_when_it_cannot_be_made) {
  const auto data = DataFolder::open("/proc/nowhere/data");
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code(), ErrorCode::file_unwritable);
}

}  // namespace
}  // namespace xb::session
