// The Show is read again when its files have settled, by the clock of the test.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_watch.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/health.h"
#include "base/pipe.h"
#include "studio/reload.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

const std::string head = "id,number,name,origin,price,unit\n";

class Watch : public testing::Test {
 protected:
  Watch() {
    folder_.write("show.toml", "[station]\nname = \"竹园村\"\n");
    folder_.write("products.csv", head + "orange,3,果冻橙,果园,29.9,5 斤装\n");
  }
  // The first reading, and what follows until nothing changes any more.
  void open() {
    watch_ = std::make_unique<ShowWatch>(
        [this] {
          ++readings_;
          return load_show(folder_.path());
        },
        [this](ReadShow& read) {
          if (!has_room_) return false;
          taken_.push(std::move(read));
          return true;
        },
        clock_, health_);
    clock_.await_waiting(1);
    looks(5);
    while (taken_.try_pop()) {
    }
  }
  void looks(int count) {
    for (; count > 0; --count) {
      clock_.advance(ShowWatch::look_every);
      clock_.await_waiting(1);
    }
  }
  std::string price_of(const ReadShow& read) const {
    return read.show ? read.show->tables->products.at(0).price : "none";
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  Health health_;
  Queue<ReadShow> taken_{"read", 64, Overflow::refuse};
  std::atomic<int> readings_{0};
  std::atomic<bool> has_room_{true};
  std::unique_ptr<ShowWatch> watch_;
};

TEST_F(Watch, reads_a_changed_file_at_the_second_look_that_sees_it) {
  open();
  const auto before = clock_.now();
  folder_.write("products.csv", head + "orange,3,果冻橙,果园,19.9,5 斤装\n");
  looks(1);
  EXPECT_FALSE(taken_.try_pop());
  looks(1);
  const auto read = taken_.try_pop();
  ASSERT_TRUE(read);
  EXPECT_EQ(price_of(*read), "19.9");
  EXPECT_EQ(read->changed, before);
}

TEST_F(Watch, reads_a_file_that_was_replaced_by_its_name) {
  open();
  const auto beside = folder_.write("new.csv", head + "orange,3,果冻橙,果园,9.9,5 斤装\n");
  std::filesystem::rename(beside, folder_.path() / "products.csv");
  looks(2);
  const auto read = taken_.try_pop();
  ASSERT_TRUE(read);
  EXPECT_EQ(price_of(*read), "9.9");
}

TEST_F(Watch, waits_while_a_file_is_still_being_written) {
  open();
  const int before = readings_;
  for (const auto* price : {"1", "12", "123"}) {
    folder_.write("products.csv", head + "orange,3,果冻橙,果园," + price + ",5 斤装\n");
    looks(1);
  }
  EXPECT_EQ(readings_, before);
  looks(1);
  EXPECT_EQ(price_of(*taken_.try_pop()), "123");
}

TEST_F(Watch, tells_what_is_wrong_only_when_it_has_stood_for_a_while) {
  open();
  folder_.write("products.csv", head + "orange,3,果冻橙,果园,,5 斤装\n");
  looks(4);
  EXPECT_FALSE(taken_.try_pop());
  looks(8);
  const auto read = taken_.try_pop();
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->show);
  ASSERT_EQ(read->problems.size(), 1U);
  EXPECT_EQ(read->problems[0].line, 2);
}

TEST_F(Watch, never_tells_of_the_first_half_of_a_file_that_is_whole_soon) {
  open();
  folder_.write("products.csv", head + "orange,3,果冻");
  looks(4);
  folder_.write("products.csv", head + "orange,3,果冻橙,果园,8.8,5 斤装\n");
  looks(12);
  EXPECT_EQ(price_of(*taken_.try_pop()), "8.8");
  EXPECT_FALSE(taken_.try_pop());
}

TEST_F(Watch, sees_a_table_appear_and_a_picture_that_was_missing) {
  open();
  folder_.write("captions.csv", "id,title,text,source\nwell,一口井,文,来源\n");
  looks(2);
  EXPECT_EQ(taken_.try_pop()->show->tables->captions.size(), 1U);
  looks(4);
  while (taken_.try_pop()) {
  }
  folder_.write("products.csv",
                "id,number,name,price,unit,picture\norange,3,果冻橙,19.9,斤,a.png\n");
  looks(14);
  EXPECT_FALSE(taken_.try_pop()->show);
  const int before = readings_;
  folder_.write("pictures/a.png", "not a picture yet");
  looks(3);
  EXPECT_GT(readings_, before);
}

TEST_F(Watch, reads_nothing_again_while_nothing_changes) {
  open();
  const int before = readings_;
  looks(20);
  EXPECT_EQ(readings_, before);
  EXPECT_FALSE(taken_.try_pop());
}

TEST_F(Watch, offers_again_what_could_not_be_taken) {
  open();
  has_room_ = false;
  folder_.write("products.csv", head + "orange,3,果冻橙,果园,19.9,5 斤装\n");
  looks(3);
  EXPECT_FALSE(taken_.try_pop());
  has_room_ = true;
  looks(1);
  EXPECT_EQ(price_of(*taken_.try_pop()), "19.9");
}

TEST_F(Watch, a_folder_that_was_away_is_read_when_it_is_back) {
  open();
  const auto away = folder_.path().string() + ".away";
  std::filesystem::rename(folder_.path(), away);
  looks(20);
  auto gone = taken_.try_pop();
  ASSERT_TRUE(gone);
  EXPECT_FALSE(gone->show);
  std::filesystem::rename(away, folder_.path());
  looks(20);
  folder_.write("products.csv", head + "orange,3,果冻橙,果园,21.5,5 斤装\n");
  looks(20);
  std::string last;
  while (auto read = taken_.try_pop()) last = price_of(*read);
  EXPECT_EQ(last, "21.5");
}

TEST_F(Watch, a_table_that_is_gone_is_told_apart_from_one_that_never_was) {
  const auto before = load_show(folder_.path());
  ASSERT_TRUE(before.show);
  EXPECT_EQ(before.show->absent, std::vector<std::string>{"captions.csv"});
  std::filesystem::remove(folder_.path() / "products.csv");
  const auto after = load_show(folder_.path());
  ASSERT_TRUE(after.show);
  const auto gone = tables_gone(*before.show, *after.show);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_NE(gone[0].file.find("products.csv"), std::string::npos);
  EXPECT_TRUE(tables_gone(*after.show, *after.show).empty());
}

}  // namespace
}  // namespace xb::studio
