// Shows given away and taken in: what an archive may hold, and what it may not.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "base/files.h"
#include "studio/assets.h"
#include "studio/show.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// An archive byte by byte, so that it can say what no packer would.
struct Member {
  std::string name;
  std::string bytes = "x";
  std::uint32_t mode = 0100644;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  std::uint32_t said_size = 0xFFFFFFFF;  // as it is
};

std::uint32_t crc_of(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

class Archive {
 public:
  Archive& add(const Member& one) {
    const auto at = bytes_.size();
    const auto packed = static_cast<std::uint32_t>(one.bytes.size());
    const auto size = one.said_size == 0xFFFFFFFF ? packed : one.said_size;
    const auto head = [&](std::string& out) {
      put16(out, 20), put16(out, one.flags), put16(out, one.method), put32(out, 0x5A210000);
      put32(out, crc_of(one.bytes)), put32(out, packed), put32(out, size);
      put16(out, static_cast<std::uint16_t>(one.name.size())), put16(out, 0);
    };
    bytes_ += "PK\x03\x04";
    head(bytes_);
    bytes_ += one.name + one.bytes;
    list_ += std::string("PK\x01\x02\x14\x03", 6);  // made on Unix
    head(list_);
    put16(list_, 0), put16(list_, 0), put16(list_, 0);
    put32(list_, one.mode << 16U), put32(list_, static_cast<std::uint32_t>(at));
    list_ += one.name;
    ++count_;
    return *this;
  }
  std::string bytes() const {
    auto out = bytes_ + list_ + "PK\x05\x06";
    put32(out, 0), put16(out, count_), put16(out, count_);
    put32(out, static_cast<std::uint32_t>(list_.size()));
    put32(out, static_cast<std::uint32_t>(bytes_.size())), put16(out, 0);
    return out;
  }

 private:
  static void put16(std::string& out, std::uint16_t n) {
    out += static_cast<char>(n & 0xFFU);
    out += static_cast<char>(n >> 8U);
  }
  static void put32(std::string& out, std::uint32_t n) {
    put16(out, static_cast<std::uint16_t>(n & 0xFFFFU));
    put16(out, static_cast<std::uint16_t>(n >> 16U));
  }
  std::string bytes_;
  std::string list_;
  std::uint16_t count_ = 0;
};

constexpr auto plain_show = "[station]\nname = \"望溪村\"\n";

class ShowZipTest : public testing::Test {
 protected:
  Status take_in(const std::string& bytes) {
    std::error_code code;
    fs::remove_all(into, code);
    return unzip_show(bytes, into);
  }
  std::string text_of(const std::string& name) const {
    return read_file(into / name, 1U << 20U).value_or("");
  }
  std::string why(const std::string& bytes) {
    const auto taken = take_in(bytes);
    return taken ? "" : std::string(taken.error().name()) + " " + taken.error().en();
  }
  TemporaryFolder folder;
  fs::path into = folder.path() / "taken";
};

TEST_F(ShowZipTest, a_show_comes_out_as_it_went_in) {
  const auto example = *assets_folder() / "shows" / "landscape";
  const auto zip = zip_show(example, "晚会", folder.path() / "none.toml");
  ASSERT_TRUE(zip) << zip.error().en();
  ASSERT_TRUE(take_in(*zip)) << why(*zip);
  const auto before = load_show(example);
  const auto after = load_show(into);
  ASSERT_TRUE(after.show);
  EXPECT_EQ(after.show->station, before.show->station);
  EXPECT_EQ(after.show->tables->products.size(), before.show->tables->products.size());
  EXPECT_EQ(after.show->tables->captions.size(), before.show->tables->captions.size());
  for (std::size_t i = 0; i < after.show->tables->products.size(); ++i)
    EXPECT_EQ(fs::path(after.show->tables->products[i].picture).filename(),
              fs::path(before.show->tables->products[i].picture).filename());
}

TEST_F(ShowZipTest, what_is_this_computers_own_stays_here) {
  folder.write("show/show.toml",
               "[station]\nname = \"望溪村\"\n[source]\nfrom = \"rtsp://user:pass@10.0.0.2/a\"\n"
               "[[publish]]\nname = \"抖音\"\nurl = \"rtmp://push.example.com/live\"\n"
               "[[chat]]\nplatform = \"generic\"\nurl = \"ws://127.0.0.1:9/?token=t-123456\"\n");
  folder.write("show/secrets.toml", "[publish]\n\"抖音\" = \"canary-1\"\n");
  ::chmod((folder.path() / "show/secrets.toml").c_str(), 0600);
  folder.write("show/show.toml.former", "former");
  folder.write("show/notes.doc", "private");
  const auto zip = zip_show(folder.path() / "show", "a", folder.path() / "show/secrets.toml");
  ASSERT_TRUE(zip) << zip.error().en();
  ASSERT_TRUE(take_in(*zip)) << why(*zip);
  for (const auto* name : {"secrets.toml", "show.toml.former", "notes.doc"})
    EXPECT_FALSE(fs::exists(into / name)) << name;
  EXPECT_THAT(*zip, Not(HasSubstr("secrets.toml")));
  const auto taken = load_show(into);
  ASSERT_TRUE(taken.show);
  EXPECT_EQ(taken.show->source.from, "camera:");
  EXPECT_TRUE(taken.show->publish.empty());
  ASSERT_EQ(taken.show->chat.size(), 1U);
  EXPECT_EQ(taken.show->chat[0].url, "ws://127.0.0.1:9/");
  EXPECT_FALSE(taken.show->chat[0].is_enabled) << "what others connect to is not ours to open";
}

TEST_F(ShowZipTest, nothing_is_given_away_while_the_keys_cannot_be_read) {
  folder.write("show/show.toml", plain_show);
  folder.write("secrets.toml", "[publish]\n\"抖音\" = \"canary-key-1\"\n");
  ::chmod((folder.path() / "secrets.toml").c_str(), 0644);
  const auto zip = zip_show(folder.path() / "show", "a", folder.path() / "secrets.toml");
  ASSERT_FALSE(zip);
  EXPECT_EQ(zip.error().code(), ErrorCode::show_zip_invalid);
}

TEST_F(ShowZipTest, a_show_with_a_key_in_some_file_is_not_given_away) {
  folder.write("show/show.toml", plain_show);
  folder.write("show/words.txt", "canary-key-1\n");
  folder.write("secrets.toml", "[publish]\n\"抖音\" = \"canary-key-1\"\n");
  ::chmod((folder.path() / "secrets.toml").c_str(), 0600);
  const auto zip = zip_show(folder.path() / "show", "a", folder.path() / "secrets.toml");
  ASSERT_FALSE(zip);
  EXPECT_EQ(zip.error().code(), ErrorCode::show_zip_invalid);
  EXPECT_THAT(zip.error().en(), HasSubstr("words.txt"));
  EXPECT_THAT(zip.error().en() + zip.error().zh(), Not(HasSubstr("canary-key-1")));
}

TEST_F(ShowZipTest, takes_folders_packed_by_hand_and_names_of_windows) {
  // "方案\show.toml" in GB18030, with the backslash of old packers, and what macOS adds
  Archive archive;
  archive.add({.name = "\xB7\xBD\xB0\xB8\\show.toml", .bytes = plain_show})
      .add({.name = "__MACOSX/._show.toml"})
      .add({.name = "\xB7\xBD\xB0\xB8\\products.csv",
            .bytes = "id,number,name,price,unit\nrice,1,大米,9.9,斤\n"})
      .add({.name = "\xB7\xBD\xB0\xB8\\pictures\\evil.png", .bytes = "no picture"})
      .add({.name = "\xB7\xBD\xB0\xB8\\run.sh", .bytes = "rm"});
  ASSERT_TRUE(take_in(archive.bytes())) << why(archive.bytes());
  EXPECT_THAT(text_of("show.toml"), HasSubstr("望溪村"));
  EXPECT_THAT(text_of("products.csv"), HasSubstr("大米"));
  EXPECT_FALSE(fs::exists(into / "run.sh"));
  EXPECT_FALSE(fs::exists(into / "pictures" / "evil.png"));
}

TEST_F(ShowZipTest, nothing_leads_out_of_its_folder) {
  const auto with = [&](Member member) {
    return Archive().add({.name = "show.toml", .bytes = plain_show}).add(member).bytes();
  };
  for (const auto* name : {"../up.txt", "a/../../up.txt", "/etc/up.txt", "C:\\up.txt", "..\\up.txt",
                           "pictures/..", "a\nb.txt", ""})
    EXPECT_THAT(why(with({.name = name})), HasSubstr("show.zip ")) << name;
  EXPECT_THAT(why(with({.name = "words.txt", .bytes = "/etc/passwd", .mode = 0120777})),
              HasSubstr("is a link"));
  EXPECT_FALSE(fs::exists(folder.path() / "up.txt"));
  EXPECT_FALSE(fs::exists(into)) << "nothing was begun";
}

TEST_F(ShowZipTest, no_bomb_is_unpacked) {
  const auto with = [&](Member member) {
    return Archive().add({.name = "show.toml", .bytes = plain_show}).add(member).bytes();
  };
  // says 200 MB and has 1 KB
  EXPECT_THAT(why(with({.name = "pictures/a.png",
                        .bytes = std::string(1000, 'x'),
                        .method = 8,
                        .said_size = 200'000'000})),
              HasSubstr("packed far more"));
  EXPECT_THAT(why(with({.name = "a.txt", .bytes = std::string(400'000, 'x')})),
              HasSubstr("show.zip_size"));
  EXPECT_THAT(why(with({.name = "a.txt", .method = 12})), HasSubstr("plain zip"));
  EXPECT_THAT(why(with({.name = "a.txt", .flags = 1})), Not(testing::IsEmpty())) << "a password";
  // more than it says, or less
  for (const std::uint32_t said : {1U, 100U})
    EXPECT_THAT(
        why(with({.name = "a.txt", .bytes = std::string(50, 'x'), .method = 8, .said_size = said})),
        HasSubstr("damaged"));
  Archive many;
  many.add({.name = "show.toml", .bytes = plain_show});
  for (int i = 0; i < 2100; ++i) many.add({.name = "d/" + std::to_string(i), .bytes = ""});
  EXPECT_THAT(why(many.bytes()), HasSubstr("show.zip_size"));
  EXPECT_THAT(why(std::string(most_zip_bytes + 1, 'x')), HasSubstr("show.zip_size"));
}

TEST_F(ShowZipTest, its_own_reader_judges_it_and_the_sentence_says_where) {
  EXPECT_THAT(why("not a zip at all"), HasSubstr("no zip archive"));
  EXPECT_THAT(why(""), HasSubstr("show.zip"));
  EXPECT_THAT(why(Archive().add({.name = "a.txt"}).bytes()), HasSubstr("no show.toml"));
  EXPECT_THAT(why(Archive().add({.name = "show.toml", .bytes = "[video]\nwidth = 3\n"}).bytes()),
              HasSubstr("show.toml:"));
  EXPECT_THAT(why(Archive()
                      .add({.name = "a/show.toml", .bytes = plain_show})
                      .add({.name = "a/products.csv",
                            .bytes = "id,number,name,price,unit\nrice,1,大米,-1,斤\n"})
                      .bytes()),
              HasSubstr("products.csv:2"));
  EXPECT_THAT(why(Archive()
                      .add({.name = "show.toml", .bytes = plain_show})
                      .add({.name = "SHOW.TOML", .bytes = plain_show})
                      .add({.name = "a.txt"})
                      .add({.name = "A.TXT"})
                      .bytes()),
              HasSubstr("twice"));
  // cut off anywhere, it is refused and never half taken
  const auto whole = Archive().add({.name = "show.toml", .bytes = plain_show}).bytes();
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(take_in(whole.substr(0, n))) << n;
}

}  // namespace
}  // namespace xb::studio
