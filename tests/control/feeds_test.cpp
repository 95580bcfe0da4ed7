// What comes without asking: snapshot, state when it changed, chat, pictures.
// SPDX-License-Identifier: Apache-2.0
#include <future>

#include "net/json.h"
#include "tests/control/control_test_room.h"

namespace xb::control {
namespace {

class Updates : public ControlTest {
 protected:
  Updates() { open(); }
};

TEST_F(Updates, begin_with_a_snapshot_of_state_and_chat) {
  auto page = open_ws("/api/updates");
  EXPECT_EQ(next_message(page),
            R"({"state":{"state":"ready"},"chat":[{"seq":1,"kind":"chat","text":"早"}]})");
}

TEST_F(Updates, begin_with_the_state_alone_when_the_last_lines_do_not_fit) {
  studio.recent = "[\"" + std::string(300'000, 'x') + "\"]";
  auto page = open_ws("/api/updates");
  EXPECT_EQ(next_message(page), R"({"state":{"state":"ready"},"chat":[]})");
}

TEST_F(Updates, bring_the_state_when_it_changed_and_not_otherwise) {
  auto page = open_ws("/api/updates");
  next_message(page);
  studio.set_state({{"state", "live"}});
  EXPECT_EQ(next_message(page), R"({"state":{"state":"live"}})");
  ASSERT_TRUE(studio.wait_for_state_reads(3));
  studio.chat.tell("[]");
  EXPECT_EQ(next_message(page), R"({"chat":[]})");
}

TEST_F(Updates, bring_chat_to_everybody_as_it_comes) {
  auto first = open_ws("/api/updates");
  auto second = open_ws("/api/updates");
  for (auto* page : {&first, &second}) next_message(*page);
  ASSERT_TRUE(studio.chat.wait_for(1));
  EXPECT_EQ(studio.chat.tell(R"([{"seq":2}])"), 1U);
  for (auto* page : {&first, &second}) {
    auto message = next_message(*page);
    if (message.find("\"state\"") != std::string::npos) message = next_message(*page);
    EXPECT_EQ(message, R"({"chat":[{"seq":2}]})");
  }
}

TEST_F(Updates, bring_a_flood_in_few_messages_and_lose_none_of_it) {
  auto page = open_ws("/api/updates");
  next_message(page);
  ASSERT_TRUE(studio.chat.wait_for(1));
  constexpr int count = 250;
  for (int i = 0; i < count; ++i) studio.chat.tell("[" + std::to_string(i) + "]");
  int messages = 0;
  int next = 0;
  for (; next < count; ++messages) {
    const auto said = Json::parse(next_message(page));
    for (const auto& item : said.value("chat", Json::array())) EXPECT_EQ(item, next++);
  }
  EXPECT_LT(messages, count / 2);
}

TEST_F(Updates, give_a_sign_of_life_when_there_is_nothing_to_say) {
  auto page = open_ws("/api/updates");
  next_message(page);
  for (int i = 0; i < 2; ++i) {
    auto frame = page.read_frame();
    while (frame.opcode == 9) frame = page.read_frame();
    EXPECT_EQ(frame.payload, "{}");
  }
}

TEST_F(Updates, ask_the_studio_for_nothing_while_nobody_is_there) {
  {
    auto page = open_ws("/api/updates");
    next_message(page);
    ASSERT_TRUE(studio.chat.wait_for(1));
  }
  EXPECT_TRUE(studio.chat.wait_for(0));
}

TEST_F(Updates, close_on_whoever_talks) {
  auto page = open_ws("/api/updates");
  page.send(test::text_frame("hello"));
  for (;;) {
    const auto frame = page.read_frame();
    ASSERT_NE(frame.opcode, -1);
    if (frame.opcode != 8) continue;
    EXPECT_EQ(frame.close_code(), 1008);
    break;
  }
}

TEST_F(Updates, are_refused_to_a_foreign_page) {
  test::RawSocket socket(port);
  socket.send(test::handshake(port, "/api/updates", "Origin: http://example.com\r\n"));
  EXPECT_EQ(socket.read_answer().status, 403);
}

TEST_F(Updates, leave_the_studio_alone_after_the_room_is_closed) {
  auto page = open_ws("/api/updates");
  next_message(page);
  room.reset();
  EXPECT_TRUE(studio.chat.wait_for(0));
  const int reads = studio.state_reads();
  const auto done = std::make_shared<std::promise<void>>();
  web.every(std::chrono::milliseconds(20), [done, turns = 0]() mutable {
    if (++turns == 10) done->set_value();
  });
  ASSERT_EQ(done->get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_EQ(studio.state_reads(), reads);
}

class PreviewPictures : public ControlTest {
 protected:
  PreviewPictures() { open(); }
};

TEST_F(PreviewPictures, are_made_only_while_somebody_looks) {
  EXPECT_EQ(studio.pictures.tell("nobody"), 0U);
  {
    auto page = open_ws("/api/preview");
    ASSERT_TRUE(studio.pictures.wait_for(1));
    studio.pictures.tell("picture one");
    EXPECT_EQ(next_message(page), "picture one");
  }
  EXPECT_TRUE(studio.pictures.wait_for(0));
}

TEST_F(PreviewPictures, share_one_watch_among_all_who_look) {
  auto first = open_ws("/api/preview");
  auto second = open_ws("/api/preview");
  ASSERT_TRUE(studio.pictures.wait_for(1));
  studio.pictures.tell("one");
  // whoever came in after the turn that took it gets the next one
  EXPECT_EQ(next_message(first), "one");
  studio.pictures.tell("two");
  auto seen = next_message(second);
  if (seen == "one") seen = next_message(second);
  EXPECT_EQ(seen, "two");
}

TEST_F(PreviewPictures, pass_over_a_client_that_has_not_taken_the_last_one) {
  test::RawSocket slow("127.0.0.1", port, 4096);
  slow.send(test::handshake(port, "/api/preview"));
  ASSERT_EQ(slow.read_answer(false).status, 101);
  auto quick = open_ws("/api/preview");
  ASSERT_TRUE(studio.pictures.wait_for(1));
  constexpr int pictures = 30;
  for (int i = 0; i < pictures; ++i) {
    std::string picture(200'000, 'x');
    picture.replace(0, 3, std::to_string(100 + i));
    studio.pictures.tell(std::move(picture));
    ASSERT_EQ(next_message(quick).substr(0, 3), std::to_string(100 + i));
  }
  studio.pictures.tell("last");
  ASSERT_EQ(next_message(quick), "last");
  int got = 0;
  std::string newest;
  for (;;) {
    const auto frame = slow.read_frame(std::chrono::milliseconds(300));
    if (frame.opcode == 2) {
      ++got;
      newest = frame.payload;
      continue;
    }
    if (frame.opcode == -1 && newest == "after") break;
    ASSERT_EQ(frame.opcode, -1);
    studio.pictures.tell("after");
  }
  EXPECT_LT(got, pictures / 2) << "old pictures were kept for it";
}

TEST_F(PreviewPictures, can_be_had_one_at_a_time) {
  test::RawSocket socket(port);
  socket.send("GET /api/preview.jpg HTTP/1.1\r\nHost: " + own_host() + "\r\n\r\n");
  ASSERT_TRUE(studio.pictures.wait_for(1));
  studio.pictures.tell("picture");
  const auto answer = socket.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("content-type"), "image/jpeg");
  EXPECT_EQ(answer.body, "picture");
  EXPECT_TRUE(studio.pictures.wait_for(0));
}

TEST_F(PreviewPictures, are_given_up_after_a_second_without_one) {
  const auto answer = get("/api/preview.jpg");
  EXPECT_EQ(answer.status, 429);
  EXPECT_TRUE(studio.pictures.wait_for(0));
}

}  // namespace
}  // namespace xb::control
