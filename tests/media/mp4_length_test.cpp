// How long an MP4 is, plain, in fragments, and broken off. SPDX-License-Identifier: Apache-2.0
#include "media/mp4_length.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temp_folder.h"

namespace xb::media {
namespace {

using namespace std::chrono_literals;

std::string be(std::uint64_t value, int width) {
  std::string out;
  for (int i = width - 1; i >= 0; --i)
    out += i < 8 ? static_cast<char>(value >> (8U * static_cast<unsigned>(i))) : '\0';
  return out;
}
std::string box(const std::string& kind, const std::string& content) {
  return be(content.size() + 8, 4) + kind + content;
}
std::string track(int id, const std::string& handler, int timescale, int duration) {
  const auto header = be(0, 4) + be(0, 8);  // version, flags, two times
  return box("trak", box("tkhd", header + be(static_cast<unsigned>(id), 4) + be(0, 60)) +
                         box("mdia", box("mdhd", header + be(static_cast<unsigned>(timescale), 4) +
                                                     be(static_cast<unsigned>(duration), 4)) +
                                         box("hdlr", be(0, 8) + handler + be(0, 12))));
}
// Sound comes first, so that the right track has to be found.
std::string index(int duration) {
  return box("ftyp", "isom") +
         box("moov", track(1, "soun", 48'000, duration * 3) + track(2, "vide", 90'000, duration) +
                         box("mvex", box("trex", be(0, 4) + be(2, 4) + be(1, 4) + be(3000, 4))));
}
// `pictures` of 3000 units each by trex, or 1500 by their own word.
std::string fragment(std::uint64_t begins, std::uint64_t pictures, bool says_length) {
  const auto sound = box("traf", box("tfhd", be(0, 4) + be(1, 4)) + box("tfdt", be(0, 8)) +
                                     box("trun", be(0x100, 4) + be(1, 4) + be(999'999'999, 4)));
  std::string run = be(says_length ? 0x301 : 0x201, 4) + be(pictures, 4) + be(77, 4);
  for (std::uint64_t i = 0; i < pictures; ++i) {
    if (says_length) run += be(1500, 4);
    run += be(10, 4);
  }
  const auto video =
      box("traf", box("tfhd", be(0, 4) + be(2, 4)) + box("tfdt", be(1U << 24U, 4) + be(begins, 8)) +
                      box("trun", run));
  return box("moof", sound + video);
}
std::string media(std::size_t bytes) {
  return box("mdat", std::string(bytes, 'x'));
}

class Mp4LengthTest : public testing::Test {
 protected:
  std::optional<Duration> length_of(const std::string& bytes) {
    const auto file = temp_.path() / "film.mp4";
    std::ofstream(file, std::ios::binary) << bytes;
    return mp4_length(file);
  }
  test::TempFolder temp_;
};

TEST_F(Mp4LengthTest, a_plain_one_says_it) {
  EXPECT_EQ(length_of(index(180'000) + media(100)), 2s);
}

// Four pictures of half a second and 100 bytes each, two in a chunk, index first.
std::string plain_index(bool is_wide, std::uint64_t first_chunk) {
  const auto header = be(0, 4) + be(0, 8);
  const int width = is_wide ? 8 : 4;
  const auto tables =
      box("stts", be(0, 4) + be(2, 4) + be(1, 4) + be(45'000, 4) + be(3, 4) + be(45'000, 4)) +
      box("stsz",
          be(0, 4) + be(0, 4) + be(4, 4) + be(100, 4) + be(100, 4) + be(100, 4) + be(100, 4)) +
      box("stsc", be(0, 4) + be(1, 4) + be(1, 4) + be(2, 4) + be(1, 4)) +
      box(is_wide ? "co64" : "stco",
          be(0, 4) + be(2, 4) + be(first_chunk, width) + be(first_chunk + 250, width));
  return box("ftyp", "isom") +
         box("moov",
             box("trak", box("tkhd", header + be(2, 4) + be(0, 60)) +
                             box("mdia", box("mdhd", header + be(90'000, 4) + be(180'000, 4)) +
                                             box("hdlr", be(0, 8) + "vide" + be(0, 12)) +
                                             box("minf", box("stbl", tables)))));
}

TEST_F(Mp4LengthTest, a_plain_one_that_was_cut_is_as_long_as_its_whole_pictures) {
  for (const bool is_wide : {false, true}) {
    const auto begins = plain_index(is_wide, 0).size() + 8;
    const auto whole = plain_index(is_wide, begins) + media(450);
    EXPECT_EQ(length_of(whole), 2s);
    EXPECT_EQ(length_of(whole.substr(0, whole.size() - 1)), 1500ms);
    EXPECT_EQ(length_of(whole.substr(0, begins + 349)), 1s) << "the third is not whole";
    EXPECT_EQ(length_of(whole.substr(0, begins + 200)), 1s);
    EXPECT_EQ(length_of(whole.substr(0, begins + 99)), 0s);
    EXPECT_EQ(length_of(whole.substr(0, begins - 8)), 0s) << "the index alone";
  }
}

TEST_F(Mp4LengthTest, one_in_fragments_is_as_long_as_its_pictures) {
  const auto whole = index(0) + fragment(6000, 30, false) + media(50) +
                     fragment(6000 + 90'000, 30, true) + media(50);
  EXPECT_EQ(length_of(whole), 1500ms);
}

TEST_F(Mp4LengthTest, one_that_begins_a_moment_before_its_zero_is_as_long_as_its_pictures) {
  const auto before = static_cast<std::uint64_t>(std::int64_t{-9});
  const auto whole =
      index(0) + fragment(before, 30, false) + media(50) + fragment(90'000 - 9, 30, false);
  EXPECT_EQ(length_of(whole + media(50)), 2s);
  EXPECT_EQ(length_of(whole), 1s) << "the second broke off";
  const auto far_before = static_cast<std::uint64_t>(std::int64_t{-900'000});
  EXPECT_EQ(length_of(index(0) + fragment(far_before, 30, false) + media(50)), 1s);
}

TEST_F(Mp4LengthTest, times_beyond_all_reason_are_not_counted) {
  const auto mad = std::uint64_t{1} << 63U;
  EXPECT_EQ(length_of(index(0) + fragment(mad, 30, false) + media(50)), 0s);
  EXPECT_EQ(length_of(index(0) + fragment(mad - 1, 30, false) + media(50)), 0s);
}

TEST_F(Mp4LengthTest, what_broke_off_is_not_counted) {
  const auto first = index(0) + fragment(0, 30, false) + media(50);
  const auto second = fragment(90'000, 30, false) + media(50);
  for (const auto cut : {std::size_t{3}, std::size_t{40}, second.size() - 1})
    EXPECT_EQ(length_of(first + second.substr(0, cut)), 1s) << cut;
  EXPECT_EQ(length_of(first + second), 2s);
  EXPECT_EQ(length_of(index(0)), 0s) << "it broke off before its first picture";
}

TEST_F(Mp4LengthTest, the_first_index_counts_and_nobody_waits_for_a_strange_file) {
  EXPECT_EQ(length_of(index(180'000) + index(900'000) + media(100)), 2s);
  const auto file = temp_.path() / "film.mp4";
  const auto begins = index(180'000) + fragment(0, 30, false) + media(50);
  std::ofstream out(file, std::ios::binary);
  out << begins;
  constexpr std::uint64_t bytes = 4U << 20U;
  for (std::uint64_t i = 0; i < 65; ++i) {  // of nothing, on the disk as well
    out.seekp(static_cast<std::streamoff>(begins.size() + i * bytes));
    out << be(bytes, 4) << "moof";
  }
  out.seekp(static_cast<std::streamoff>(begins.size() + 65 * bytes - 1));
  out << '\0';
  out.close();
  EXPECT_EQ(mp4_length(file), std::nullopt);
}

TEST_F(Mp4LengthTest, who_is_stopped_is_told_nothing) {
  const auto file = temp_.path() / "film.mp4";
  std::ofstream(file, std::ios::binary) << index(180'000) + media(100);
  std::stop_source stop;
  EXPECT_EQ(mp4_length(file, stop.get_token()), 2s);
  stop.request_stop();
  EXPECT_EQ(mp4_length(file, stop.get_token()), std::nullopt);
}

TEST_F(Mp4LengthTest, anything_else_is_nothing) {
  EXPECT_EQ(length_of(""), std::nullopt);
  EXPECT_EQ(length_of("no video at all"), std::nullopt);
  EXPECT_EQ(length_of(box("moov", track(1, "soun", 48'000, 48'000)) + media(9)), std::nullopt);
  EXPECT_EQ(length_of(be(0xFFFFFFFF, 4) + "moov"), std::nullopt);
  EXPECT_EQ(length_of(box("moov", track(2, "vide", 0, 90'000))), std::nullopt);
  EXPECT_EQ(mp4_length(temp_.path() / "nowhere.mp4"), std::nullopt);
  EXPECT_EQ(mp4_length(temp_.path()), std::nullopt);
}

}  // namespace
}  // namespace xb::media
