// Small files are read bounded and written whole.
// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_folder.h"
#include "tests/support/watch_fsync.h"

namespace xb {
namespace {

int mode_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777U) : -1;
}

class WithUmask {
 public:
  explicit WithUmask(mode_t mask) : before_(::umask(mask)) {}
  ~WithUmask() { ::umask(before_); }
  WithUmask(const WithUmask&) = delete;
  WithUmask& operator=(const WithUmask&) = delete;

 private:
  mode_t before_;
};

TEST(WriteFile, mode_is_as_asked_whatever_the_umask_is) {
  const test::TempFolder temp;
  for (const mode_t mask : {0000U, 0077U, 0777U}) {
    const WithUmask with(mask);
    ASSERT_TRUE(write_file_atomically(temp / "secret", "a", 0600));
    EXPECT_EQ(mode_of(temp / "secret"), 0600);
    ASSERT_TRUE(write_file_atomically(temp / "page", "a"));
    EXPECT_EQ(mode_of(temp / "page"), 0644);
  }
}

TEST(WriteFile, replaces_the_former_one_and_leaves_nothing_beside) {
  const test::TempFolder temp;
  ASSERT_TRUE(write_file_atomically(temp / "f", std::string(100'000, 'x')));
  ASSERT_TRUE(write_file_atomically(temp / "f", "short"));
  EXPECT_EQ(*read_file(temp / "f", 100), "short");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(temp.path()))
    ++files;
  EXPECT_EQ(files, 1u);
}

TEST(WriteFile, says_where_it_cannot) {
  const test::TempFolder temp;
  const auto written = write_file_atomically(temp / "missing" / "f", "a");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), ErrorCode::file_unwritable);
  EXPECT_NE(written.error().detail().find("missing"), std::string::npos);
  std::filesystem::create_directory(temp / "folder");
  EXPECT_FALSE(write_file_atomically(temp / "folder", "a"));
}

TEST(ReadFile, reads_up_to_the_limit_and_not_beyond) {
  const test::TempFolder temp;
  ASSERT_TRUE(write_file_atomically(temp / "f", "12345"));
  EXPECT_EQ(*read_file(temp / "f", 5), "12345");
  EXPECT_EQ(read_file(temp / "f", 4).error().code(), ErrorCode::file_too_large);
  ASSERT_TRUE(write_file_atomically(temp / "empty", ""));
  EXPECT_EQ(*read_file(temp / "empty", 0), "");
}

TEST(ReadFile, refuses_what_is_no_file) {
  const test::TempFolder temp;
  EXPECT_EQ(read_file(temp / "none", 5).error().code(), ErrorCode::file_missing);
  EXPECT_EQ(read_file(temp.path(), 5).error().code(), ErrorCode::file_unreadable);
  EXPECT_EQ(read_file("/dev/zero", 5).error().code(), ErrorCode::file_unreadable);
  ASSERT_EQ(::mkfifo((temp / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_file(temp / "fifo", 5).error().code(), ErrorCode::file_unreadable);
}

TEST(MakeFolder, gives_the_folder_its_mode_and_takes_one_that_is_there) {
  const test::TempFolder temp;
  const WithUmask with(0);
  ASSERT_TRUE(make_folder(temp / "a" / "b"));
  ASSERT_TRUE(make_folder(temp / "a" / "b"));
  EXPECT_EQ(mode_of(temp / "a" / "b"), 0700);
  ASSERT_TRUE(write_file_atomically(temp / "f", ""));
  EXPECT_EQ(make_folder(temp / "f").error().code(), ErrorCode::file_unwritable);
}

TEST(MakeFolder, leaves_the_rights_of_one_that_was_there) {
  const test::TempFolder temp;
  std::filesystem::create_directory(temp / "shared");
  ASSERT_EQ(::chmod((temp / "shared").c_str(), 0755), 0);
  ASSERT_TRUE(make_folder(temp / "shared"));
  EXPECT_EQ(mode_of(temp / "shared"), 0755);
}

TEST(MakeFolder, every_new_name_is_on_the_disk_when_it_returns) {
  const test::TempFolder temp;
  const test::WatchFsync watch;
  ASSERT_TRUE(make_folder((temp / "a" / "b" / "c").string() + "/"));
  for (const auto& folder : {temp.path(), temp / "a", temp / "a" / "b"})
    EXPECT_TRUE(watch.has_synced(folder)) << folder;
  const test::WatchFsync again;
  ASSERT_TRUE(make_folder(temp / "a" / "b" / "c"));
  EXPECT_FALSE(again.has_synced(temp / "a" / "b")) << "nothing was made";
}

}  // namespace
}  // namespace xb
