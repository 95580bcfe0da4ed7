// Questions and answers of the control port, and the pages.
// SPDX-License-Identifier: Apache-2.0
#include "control/api.h"

#include <gmock/gmock.h>

#include <sstream>

#include "control/roles.h"
#include "tests/control/control_test_room.h"

namespace xb::control {
namespace {

using testing::HasSubstr;

class Api : public ControlTest {};

TEST_F(Api, answers_state_stats_and_show) {
  open();
  EXPECT_EQ(get("/api/state").body, R"({"state":"ready"})");
  EXPECT_EQ(get("/api/stats").body, R"({"state":"ready","rss_bytes":null})");
  const auto show = get("/api/show");
  EXPECT_EQ(show.status, 200);
  EXPECT_THAT(show.body, HasSubstr("竹园村"));
  EXPECT_EQ(show.field("content-type"), "application/json; charset=utf-8");
}

TEST_F(Api, serves_the_page_and_the_ingest) {
  open();
  const auto page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("乡播"));
  EXPECT_EQ(get("/api/ingest").status, 200);
}

TEST_F(Api, has_no_code_for_phones_that_cannot_come) {
  open();
  EXPECT_EQ(get("/api/audience.svg").status, 404);
}

TEST_F(Api, shows_a_code_to_phones_that_can_come) {
  studio.qr = "<svg/>";
  open();
  const auto code = get("/api/audience.svg");
  EXPECT_EQ(code.status, 200);
  EXPECT_EQ(code.field("content-type"), "image/svg+xml");
  EXPECT_EQ(code.body, "<svg/>");
}

TEST_F(Api, answers_json_for_what_is_not_there) {
  open();
  for (const auto* path : {"/api/nothing", "/api/", "/api/pictures/nobody"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.field("content-type"), "application/json; charset=utf-8") << path;
  }
}

TEST_F(Api, serves_product_pictures_by_signature) {
  write("rice.gif", "\x89PNG\r\n\x1a\n and so on");
  studio.rice_picture = folder / "rice.gif";
  open();
  const auto picture = get("/api/pictures/rice");
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.field("content-type"), "image/png");
  EXPECT_EQ(get("/api/pictures/%E6%A9%99%E5%AD%90").status, 404) << "it has no picture";
}

TEST_F(Api, serves_large_pictures_whole_and_larger_ones_not_at_all) {
  std::string picture = "\x89PNG\r\n\x1a\n";
  while (picture.size() < 8U << 20U) picture += std::to_string(picture.size());
  picture.resize(8U << 20U);
  write("rice.png", picture);
  studio.rice_picture = folder / "rice.png";
  open();
  EXPECT_EQ(get("/api/pictures/rice").body, picture);
  write("rice.png", picture + '.');
  EXPECT_EQ(get("/api/pictures/rice").status, 404);
  std::filesystem::remove(folder / "rice.png");
  std::filesystem::create_directory(folder / "rice.png");
  EXPECT_EQ(get("/api/pictures/rice").status, 404);
}

TEST_F(Api, serves_no_file_that_is_no_picture) {
  write("rice.png", "<script>");
  studio.rice_picture = folder / "rice.png";
  open();
  EXPECT_EQ(get("/api/pictures/rice").status, 404);
}

TEST_F(Api, says_which_port_is_taken) {
  open();
  ControlRoom second(studio, web, clock, {"127.0.0.1", port}, folder / "pages");
  const auto status = second.listen();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code(), ErrorCode::port_taken);
}

TEST(Roles, rise_from_stranger_to_operator) {
  EXPECT_TRUE(may(Role::operator_, "assistant"));
  EXPECT_TRUE(may(Role::assistant, "assistant"));
  EXPECT_FALSE(may(Role::assistant, "operator"));
  EXPECT_FALSE(may(Role::stranger, "viewer"));
  EXPECT_FALSE(may(Role::operator_, "owner"));
  net::Request request;
  EXPECT_EQ(role_of(request), Role::stranger);
  request.is_peer_loopback = true;
  EXPECT_EQ(role_of(request), Role::operator_);
}

TEST(CommandPage, is_what_the_docs_say) {
  std::ifstream file(XB_SOURCE_DIR "/docs/control-api.md");
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), command_page());
}

}  // namespace
}  // namespace xb::control
