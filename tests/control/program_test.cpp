// Leaving and beginning again, asked for over HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "control/program_api.h"
#include "tests/control/paired_test_room.h"

namespace xb::control {
namespace {

class ProgramTest : public PairedTest {
 protected:
  ProgramTest() {
    studio.set_state({{"state", "ready"}});
    open();
  }
};

TEST_F(ProgramTest, keeps_what_was_asked_for_at_the_computer) {
  EXPECT_EQ(room->wish(), Wish::stay);
  EXPECT_EQ(post_here("/api/program", R"({"do":"restart"})").status, 200);
  EXPECT_EQ(room->wish(), Wish::begin_again);
  studio.set_state({{"state", "ended"}});
  EXPECT_EQ(post_here("/api/program", R"({"do":"leave"})").status, 200);
  EXPECT_EQ(room->wish(), Wish::leave);
}

TEST_F(ProgramTest, does_neither_while_a_session_is_on) {
  for (const auto* state : {"live", "connecting", "reconnecting", "recording"}) {
    studio.set_state({{"state", state}});
    const auto answer = post_here("/api/program", R"({"do":"leave"})");
    EXPECT_EQ(answer.status, 409) << state;
    EXPECT_EQ(code_in(answer), "program.on_air");
  }
  EXPECT_EQ(room->wish(), Wish::stay);
}

TEST_F(ProgramTest, brings_the_window_back_while_on_air_too_where_one_was_closed) {
  studio.set_state({{"state", "live"}});
  const auto again = [&] { return post_here("/api/program", R"({"do":"show_window"})"); };
  EXPECT_EQ(again().status, 404) << "there is none";
  studio.has_closed_window = true;
  EXPECT_EQ(again().status, 200);
  EXPECT_FALSE(studio.has_closed_window);
  EXPECT_EQ(again().status, 404) << "it is there";
  auto phone = pair("operator");
  EXPECT_EQ(code_in(post_as(phone, "/api/program", R"({"do":"show_window"})")), "pair.elsewhere");
}

TEST_F(ProgramTest, refuses_phones_and_what_makes_no_sense) {
  auto phone = pair("operator");
  const auto answer = post_as(phone, "/api/program", R"({"do":"leave"})");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(code_in(answer), "pair.elsewhere");
  auto assistant = pair("assistant");
  EXPECT_EQ(code_in(post_as(assistant, "/api/program", R"({"do":"leave"})")), "control.denied");
  for (const auto* body : {"", "[]", "{}", R"({"do":1})", R"({"do":"burn"})", R"({"do":null})"})
    EXPECT_EQ(post_here("/api/program", body).status, 400) << body;
  EXPECT_EQ(room->wish(), Wish::stay);
}

}  // namespace
}  // namespace xb::control
