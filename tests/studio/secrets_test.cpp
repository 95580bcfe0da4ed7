// SPDX-License-Identifier: Apache-2.0
#include "studio/secrets.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

LoadedSecrets load(std::string_view text, int mode = 0600) {
  const TemporaryFolder folder;
  const auto file = folder.write("secrets.toml", text);
  fs::permissions(file, static_cast<fs::perms>(mode));
  return load_secrets(file);
}

TEST(SecretsFile, gives_keys_by_the_name_of_the_platform) {
  const auto loaded = load(
      "[publish]\nbili = \"live-key-1\"\n\"抖音\" = \"k?a=b&c\"\n[chat]\ningest = \"token-1\"\n");
  ASSERT_TRUE(loaded.secrets) << pretty(loaded.problems);
  EXPECT_EQ(loaded.secrets->key_of("bili")->reveal(), "live-key-1");
  EXPECT_EQ(loaded.secrets->key_of("抖音")->reveal(), "k?a=b&c");
  EXPECT_EQ(loaded.secrets->key_of("nobody"), nullptr);
  EXPECT_TRUE(loaded.secrets->ingest.equals("token-1"));
}

TEST(SecretsFile, gives_the_tokens_of_chat_platforms_by_the_name_of_the_entry) {
  const auto loaded = load(
      "[chat]\ningest = \"token-1\"\n[chat.\"B站\"]\nkey_id = \"id-1\"\nkey_secret = "
      "\"secret-1\"\ncode = \"code-1\"\n[chat.ingest2]\ntoken = \"token-2\"\n");
  ASSERT_TRUE(loaded.secrets) << pretty(loaded.problems);
  EXPECT_TRUE(loaded.secrets->ingest.equals("token-1"));
  ASSERT_EQ(loaded.secrets->chat.size(), 2U);
  EXPECT_TRUE(loaded.secrets->chat.at("B站").at("key_secret").equals("secret-1"));
  EXPECT_TRUE(loaded.secrets->chat.at("ingest2").at("token").equals("token-2"));
}

TEST(SecretsFile, missing_means_no_secrets) {
  const auto loaded = load_secrets("/nonexistent/secrets.toml");
  ASSERT_TRUE(loaded.secrets);
  EXPECT_TRUE(loaded.secrets->ingest.empty());
  EXPECT_TRUE(loaded.secrets->publish.empty());
}

TEST(SecretsFile, is_refused_unless_its_mode_is_0600) {
  for (const int mode : {0400, 0200, 0644, 0640, 0604, 0660, 0666, 0700, 0620}) {
    const auto loaded = load("[publish]\na = \"CANARY-KEY\"\n", mode);
    EXPECT_FALSE(loaded.secrets) << mode;
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_EQ(pretty(loaded.problems).find("CANARY"), std::string::npos);
  }
  EXPECT_TRUE(load("[publish]\na = \"some-key\"\n", 0600).secrets);
}

TEST(SecretsFile, never_repeats_what_stands_in_it) {
  for (const auto* text :
       {"[publish]\na = CANARY-KEY\n", "[publish]\na = \"CANARY-KEY\n", "[CANARY]\n",
        "CANARY-KEY = \"a\"\n", "[chat]\nCANARY = \"x\"\n", "[publish]\na = \"CANARY KEY\"\n",
        "[publish]\na = [\"CANARY\"]\n", "[publish]\nCANARY = \"a\"\nCANARY = \"b\"\n",
        "publish = \"CANARY\"\n", "[chat.CANARY]\nCANARY = \"x\"\n", "[chat.a]\ntoken = 7\n",
        "CANARY\xFF\n", "[publish]\na = \"\"\n", "[publish.CANARY]\nx = 1\n"}) {
    const auto loaded = load(text);
    EXPECT_FALSE(loaded.secrets) << text;
    ASSERT_FALSE(loaded.problems.empty()) << text;
    EXPECT_EQ(pretty(loaded.problems).find("CANARY"), std::string::npos) << pretty(loaded.problems);
  }
}

TEST(SecretsFile, names_the_line) {
  const auto loaded = load("[publish]\na = \"some-key\"\nb = 7\n");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems.front().line, 3);
  EXPECT_EQ(loaded.problems.front().column, 5);
}

TEST(SecretsFile, refuses_a_folder_and_a_huge_file) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_FALSE(load_secrets(folder.path()).secrets);
  EXPECT_FALSE(load(std::string(70'000, '#')).secrets);
}

}  // namespace
}  // namespace xb::studio
