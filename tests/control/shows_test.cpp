// The doors to the Shows: who may come in, and what begins the program again.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "control/shows_api.h"
#include "studio/setup_desk.h"
#include "tests/control/paired_test_room.h"

namespace xb::control {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ShowsStudio : public test::ScriptedStudio {
 public:
  studio::SetupDesk* setup() override { return desk; }
  studio::SetupDesk* desk = nullptr;
};

class ShowsTest : public PairedTest {
 protected:
  ShowsTest() {
    fs::create_directories(folder / "shows" / "main");
    write("shows/main/show.toml", "[station]\nname = \"竹园村\"\n");
    served.desk = &desk_of_setup;
    served.set_state({{"state", "ready"}});
    open(served);
  }
  ~ShowsTest() override { room.reset(); }
  test::RawSocket::Answer send_zip(const std::string& name, const std::string& bytes,
                                   const std::string& type = "application/zip") const {
    return ask("POST /api/shows/zip?name=" + name + " HTTP/1.1\r\nHost: " + own_host() +
               "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(bytes.size()) +
               "\r\n\r\n" + bytes);
  }
  OrderedJson list() { return OrderedJson::parse(get("/api/shows").body)["shows"]; }

  studio::EditNotes notes;
  studio::SetupDesk desk_of_setup{
      studio::ShowEditor(fs::canonical(folder) / "shows" / "main", folder / "secrets.toml", notes),
      studio::ShowShelf({.shows = folder / "shows",
                         .open = folder / "shows" / "main",
                         .given = {},
                         .examples = XB_SOURCE_DIR "/assets/shows",
                         .secrets = folder / "secrets.toml"}),
      studio::Premises{}, health};
  ShowsStudio served;
};

TEST_F(ShowsTest, makes_and_chooses_and_begins_again_with_it) {
  EXPECT_EQ(list()[0]["is_open"], true);
  EXPECT_EQ(post_here("/api/shows", R"({"do":"make","show":"portrait","name":"竖的"})").status,
            200);
  EXPECT_EQ(post_here("/api/shows", R"({"do":"copy","show":"main","name":"第二"})").status, 200);
  EXPECT_EQ(list().size(), 3U);
  EXPECT_EQ(room->wish(), Wish::stay);
  EXPECT_EQ(post_here("/api/shows", R"({"do":"choose","show":"main"})").status, 200);
  EXPECT_EQ(room->wish(), Wish::stay) << "it is open already";
  EXPECT_EQ(post_here("/api/shows", R"({"do":"choose","show":"第二"})").status, 200);
  EXPECT_EQ(room->wish(), Wish::begin_chosen);
}

TEST_F(ShowsTest, never_while_a_session_is_on) {
  ASSERT_EQ(post_here("/api/shows", R"({"do":"copy","show":"main","name":"第二"})").status, 200);
  served.set_state({{"state", "live"}});
  for (const auto* body :
       {R"({"do":"choose","show":"第二"})", R"({"do":"rename","show":"main","name":"别的"})"}) {
    const auto answer = post_here("/api/shows", body);
    EXPECT_EQ(answer.status, 409) << body;
    EXPECT_EQ(code_in(answer), "program.on_air");
  }
  EXPECT_EQ(post_here("/api/shows", R"({"do":"rename","show":"第二","name":"另一个"})").status, 200)
      << "one that is not open is nobody's picture";
  EXPECT_EQ(room->wish(), Wish::stay);
  served.set_state({{"state", "ready"}});
  EXPECT_EQ(post_here("/api/shows", R"({"do":"rename","show":"main","name":"别的"})").status, 200);
  EXPECT_EQ(room->wish(), Wish::begin_chosen);
}

TEST_F(ShowsTest, refuses_what_makes_no_sense_and_changes_nothing) {
  for (const auto* body :
       {"", "[]", "{}", R"({"do":"burn","show":"main"})", R"({"do":"make"})",
        R"({"do":"make","show":"/etc","name":"x"})", R"({"do":"copy","show":"main","name":"a/b"})",
        R"({"do":"copy","show":"main","name":".."})", R"({"do":"copy","show":7,"name":"x"})"})
    EXPECT_EQ(post_here("/api/shows", body).status, 400) << body;
  EXPECT_EQ(post_here("/api/shows", R"({"do":"copy","show":"../main","name":"x"})").status, 404);
  EXPECT_EQ(post_here("/api/shows", R"({"do":"choose","show":"none"})").status, 404);
  EXPECT_EQ(post_here("/api/shows", R"({"do":"copy","show":"main","name":"main"})").status, 409);
  EXPECT_EQ(list().size(), 1U);
}

TEST_F(ShowsTest, gives_a_show_as_a_zip_and_takes_it_back) {
  const auto zip = get("/api/shows/zip?show=main");
  ASSERT_EQ(zip.status, 200);
  EXPECT_EQ(zip.body.substr(0, 2), "PK");
  EXPECT_THAT(zip.field("content-disposition"), HasSubstr("attachment"));
  const auto taken = send_zip("%E6%94%B6", zip.body);
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(list().size(), 2U);
  EXPECT_EQ(send_zip("b", "rubbish").status, 400);
  EXPECT_EQ(send_zip("b", zip.body, "text/plain").status, 415);
  EXPECT_EQ(get("/api/shows/zip?show=none").status, 404);
}

TEST_F(ShowsTest, keeps_the_walk) {
  EXPECT_THAT(get("/api/walk").body, HasSubstr("\"is_open\":false"));
  ASSERT_TRUE(studio::begin_walk(folder / "shows"));
  EXPECT_EQ(post_here("/api/walk", R"({"step":2,"is_left":true})").status, 200);
  EXPECT_THAT(get("/api/walk").body, HasSubstr("\"is_left\":true,\"step\":2"));
  for (const auto* body : {"[]", R"({"step":99})", R"({"step":"1"})", R"({"is_open":1})"})
    EXPECT_EQ(post_here("/api/walk", body).status, 400) << body;
  EXPECT_EQ(post_here("/api/walk", R"({"is_open":false})").status, 200);
  EXPECT_THAT(get("/api/walk").body, HasSubstr("\"is_open\":false"));
}

}  // namespace
}  // namespace xb::control
