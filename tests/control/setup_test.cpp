// The setup page's door: who may come in, and what it answers.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "control/checklist.h"
#include "control/setup_api.h"
#include "control_test_room.h"
#include "net/json.h"
#include "studio/doorbell.h"
#include "studio/setup_desk.h"

namespace xb::control {
namespace {

using testing::HasSubstr;

class SetStudio : public test::ScriptedStudio {
 public:
  studio::SetupDesk* setup() override { return desk; }
  studio::SetupDesk* desk = nullptr;
  studio::Doorbell* doorbell() override { return bell; }
  studio::Doorbell* bell = nullptr;
};

class SetupTest : public ControlTest {
 protected:
  SetupTest() {
    std::filesystem::create_directories(folder / "show");
    write("show/show.toml", "[station]\nname = \"竹园村\"\n");
    write("show/products.csv",
          "id,number,name,price,unit\norange,5,脐橙,29.9,斤\ntea,6,绿茶,,两\n");
    served.desk = &desk;
    served.bell = &doorbell;
    served.set_state({{"problems", OrderedJson::array()},
                      {"source",
                       {{"has_picture", true},
                        {"signal", "fresh"},
                        {"about", "test: 1280x720@30"},
                        {"has_sound", true},
                        {"level_dbfs", -14.0}}}});
    open(served);
  }
  // Before what it serves.
  ~SetupTest() override { room.reset(); }

  test::RawSocket::Answer send(const std::string& path, const std::string& body,
                               const std::string& more = "Content-Type: application/json\r\n") {
    return ask("POST " + path + " HTTP/1.1\r\nHost: " + own_host() + "\r\n" + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static OrderedJson body_of(const test::RawSocket::Answer& answer) {
    return OrderedJson::parse(answer.body);
  }

  studio::EditNotes notes;
  studio::SetupDesk desk{studio::ShowEditor(std::filesystem::canonical(folder) / "show",
                                            folder / "secrets.toml", notes),
                         studio::ShowShelf({.shows = folder / "shows",
                                            .open = folder / "show",
                                            .given = std::filesystem::canonical(folder) / "show",
                                            .examples = XB_SOURCE_DIR "/assets/shows",
                                            .secrets = folder / "secrets.toml"}),
                         studio::Premises{}, health};
  studio::Doorbell doorbell{"", clock, health};
  SetStudio served;
};

TEST_F(SetupTest, tries_an_address_of_the_show_and_no_other) {
  write("show/show.toml",
        "[station]\nname = \"竹园村\"\n[[publish]]\nname = \"县里\"\n"
        "url = \"rtmp://127.0.0.1:1/live\"\n[[publish]]\nname = \"省里\"\n"
        "url = \"srt://127.0.0.1:1\"\n");
  const auto away = send("/api/setup/knock", R"({"name":"县里"})");
  EXPECT_EQ(away.status, 409) << away.body;
  EXPECT_EQ(body_of(away)["code"], "output.unreachable");
  EXPECT_THAT(away.body, HasSubstr("连不上平台"));
  const auto named = send("/api/setup/knock", R"({"name":"省里"})");
  EXPECT_EQ(named.status, 200) << named.body;
  EXPECT_EQ(body_of(named)["knows_application"], false);
  EXPECT_EQ(body_of(send("/api/setup/knock", R"({"name":"rtmp://127.0.0.1:22/x"})"))["code"],
            "show.row_unknown");
  EXPECT_EQ(body_of(send("/api/setup/knock", R"({"url":"rtmp://127.0.0.1:22/x"})"))["code"],
            body_of(send("/api/setup/knock", "[]"))["code"]);
}

TEST_F(SetupTest, who_only_looks_leaves_room_for_changes) {
  std::promise<void> go;
  auto gone = go.get_future().share();
  std::promise<void> begun;
  ASSERT_TRUE(desk.post([gone, &begun](studio::ShowEditor&) {
    begun.set_value();
    gone.wait();
  }));
  begun.get_future().wait();  // it takes no place any more
  int looks = 0;
  while (desk.post_look([](studio::ShowEditor&) {}) && looks < 100) ++looks;
  EXPECT_EQ(get("/api/checklist").status, 429);
  EXPECT_LE(looks, 16);
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(desk.post([](studio::ShowEditor&) {}));
  go.set_value();
  while (!desk.post_look([](studio::ShowEditor&) {})) std::this_thread::yield();
  EXPECT_EQ(get("/api/checklist").status, 200);
}

TEST_F(SetupTest, gives_the_show_and_takes_a_row) {
  const auto all = body_of(get("/api/setup"));
  EXPECT_EQ(all["sections"]["station"]["values"]["name"], "竹园村");
  const auto& row = all["products"]["rows"][0];
  const OrderedJson asked{{"table", "products"},
                          {"row", {{"id", "orange"}, {"version", row["version"]}}},
                          {"cells", {{"price", "19.9"}}}};
  const auto answer = send("/api/setup/row", asked.dump());
  EXPECT_EQ(answer.status, 200) << answer.body;
  const auto again = send("/api/setup/row", asked.dump());
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(body_of(again)["present"]["row"]["cells"]["price"], "19.9");
}

TEST_F(SetupTest, names_the_field_that_is_wrong) {
  const OrderedJson asked{
      {"table", "products"},
      {"cells", {{"id", "rice"}, {"number", "5"}, {"name", "米"}, {"price", "1"}, {"unit", "斤"}}}};
  const auto answer = send("/api/setup/row", asked.dump());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(body_of(answer)["problems"][0]["field"], "number");
}

TEST_F(SetupTest, takes_nothing_from_a_foreign_page_or_of_another_kind) {
  EXPECT_EQ(send("/api/setup/row", "{}", "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(send("/api/setup/picture", "x", "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(send("/api/setup/row", "{}",
                 "Origin: http://example.org\r\nContent-Type: application/json\r\n")
                .status,
            403);
  for (const auto* body : {"", "[]", "{", "{\"table\":7}", "{\"table\":\"products\",\"row\":7}",
                           "{\"table\":\"products\",\"cells\":[]}", "{\"table\":\"goods\"}"})
    EXPECT_EQ(send("/api/setup/row", body).status, 400) << body;
  EXPECT_EQ(send("/api/setup/table", "{\"table\":\"products\",\"version\":\"\",\"rows\":7}").status,
            400);
}

TEST_F(SetupTest, lists_devices_by_name) {
  const auto devices = body_of(get("/api/devices"));
  EXPECT_TRUE(devices["cameras"].is_array());
  EXPECT_TRUE(devices["microphones"].is_array());
}

TEST_F(SetupTest, the_checklist_leads_to_the_row_that_is_not_complete) {
  const auto items = body_of(get("/api/checklist"))["items"];
  const auto find = [&](std::string_view name) {
    for (const auto& one : items)
      if (one["item"] == name) return one;
    return OrderedJson();
  };
  EXPECT_EQ(find("camera")["tone"], "ok");
  EXPECT_EQ(find("sound")["tone"], "ok");
  EXPECT_EQ(find("platforms")["tone"], "warn");
  EXPECT_TRUE(find("space").is_null()) << "nothing is recorded";
  EXPECT_TRUE(find("light").is_null()) << "nobody measures it";
  EXPECT_EQ(find("products")["tone"], "bad");
  EXPECT_EQ(find("products")["fix"], "products:tea");
  EXPECT_THAT(find("products")["zh"].get<std::string>(), HasSubstr("绿茶"));
  EXPECT_EQ(find("captions")["tone"], "warn");
}

TEST(Checklist, says_what_to_do_when_there_is_no_picture_no_sound_no_key_and_no_room) {
  const auto state = OrderedJson::parse(R"({"problems":[],"source":{"has_picture":false,
    "signal":"lost","about":"","has_sound":false,"level_dbfs":null}})");
  const auto setup = OrderedJson::parse(R"({"sections":{"source":{"values":{"mic":""}}},
    "publish":{"list":[{"name":"抖音","url":"rtmp://h/a","enabled":true,"has_key":false}]},
    "products":{"unreadable":null,"rows":[{"cells":{"id":"a","name":"b"}}]},
    "captions":{"unreadable":null,"rows":[]},"show_problems":[],"problems":[]})");
  const auto items = checklist_of({state, setup, 300})["items"];
  ASSERT_EQ(items.size(), 6U);
  for (const auto& one : items) {
    const auto item = one["item"].get<std::string>();
    EXPECT_EQ(one["tone"], item == "products" ? "ok" : item == "captions" ? "warn" : "bad") << item;
    EXPECT_FALSE(one["zh"].get<std::string>().empty());
  }
  EXPECT_EQ(items[2]["fix"], "publish");
}

TEST(Checklist, holds_what_is_to_be_sent_against_what_the_line_carried) {
  const auto state = OrderedJson::parse(R"({"problems":[],"source":{"has_picture":true,
    "signal":"fresh","about":"","has_sound":true,"level_dbfs":-20}})");
  const auto setup = OrderedJson::parse(R"({"sections":{"source":{"values":{"mic":""}}},
    "publish":{"list":[{"name":"抖音","url":"rtmp://h/a","enabled":true,"has_key":true}]},
    "products":{"unreadable":null,"rows":[]},
    "captions":{"unreadable":null,"rows":[]},"show_problems":[],"problems":[]})");
  const auto lines = [&](std::optional<studio::Carried> last, std::int64_t wanted) {
    OrderedJson out;
    const auto list = checklist_of({state, setup, std::nullopt, {std::move(last), {}}, wanted});
    for (const auto& one : list["items"]) out[one["item"].get<std::string>()] = one;
    return out;
  };
  const auto unknown = lines(std::nullopt, 2700);
  EXPECT_FALSE(unknown.contains("uplink")) << "no figure is made up";
  EXPECT_THAT(unknown["platforms"]["zh"].get<std::string>(), HasSubstr("网速要开播以后才知道"));
  const studio::Carried last{6200, "2026-11-29"};
  const auto fine = lines(last, 5300);
  EXPECT_EQ(fine["uplink"]["tone"], "ok");
  EXPECT_EQ(fine["uplink"]["zh"],
            "上一场（2026-11-29）网络稳稳送出 6.2 Mbit/s，这次一共要送 5.3 Mbit/s");
  const auto more = lines(last, 7700);
  EXPECT_EQ(more["uplink"]["tone"], "warn");
  EXPECT_EQ(more["uplink"]["fix"], "publish");
  EXPECT_FALSE(lines(last, 0).contains("uplink")) << "nothing is pushed";
}

}  // namespace
}  // namespace xb::control
