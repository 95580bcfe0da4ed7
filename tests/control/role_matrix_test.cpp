// Every role x every command, over real HTTP: what is allowed reaches the studio, what is not does
// not. SPDX-License-Identifier: Apache-2.0
#include <map>

#include "studio/commands.h"
#include "studio/setup_desk.h"
#include "tests/control/paired_test_room.h"

namespace xb::control {
namespace {

// Takes whatever it is given: whether that makes sense is the studio's own business.
class AskedStudio : public test::ScriptedStudio {
 public:
  void command(studio::Command command, Reply reply) override {
    {
      std::lock_guard lock(mutex_);
      asked_.push_back(std::move(command));
    }
    reply({.is_ok = true, .error = {}, .note_zh = {}, .note_en = {}});
  }
  studio::SetupDesk* setup() override { return desk; }
  studio::SetupDesk* desk = nullptr;
  std::size_t asked() const {
    std::lock_guard lock(mutex_);
    return asked_.size();
  }

 private:
  mutable std::mutex mutex_;  // guards asked_
  std::vector<studio::Command> asked_;
};

class RoleMatrix : public PairedTest {
 protected:
  RoleMatrix() {
    std::filesystem::create_directories(folder / "show");
    write("show/show.toml", "[station]\nname = \"竹园村\"\n");
    asked.desk = &setup_desk;
    archive.emplace(review::ArchiveSettings{folder / "sessions", {}}, clock, health);
    open(asked);
  }
  ~RoleMatrix() override { room.reset(); }
  studio::EditNotes notes;
  studio::SetupDesk setup_desk{studio::ShowEditor(std::filesystem::canonical(folder) / "show",
                                                  folder / "secrets.toml", notes),
                               studio::ShowShelf({.shows = folder / "shows",
                                                  .open = folder / "show",
                                                  .given = {},
                                                  .examples = {},
                                                  .secrets = folder / "secrets.toml"}),
                               studio::Premises{}, health};
  AskedStudio asked;
};

// reliability.md 2.1
const std::map<std::string, int> ranks{
    {"viewer", 1}, {"reviewer", 2}, {"assistant", 3}, {"operator", 4}};

TEST_F(RoleMatrix, lets_each_role_give_its_own_commands_and_no_others) {
  int number = 0;
  for (const auto& [role, rank] : ranks) {
    auto phone = pair(role, role);
    for (const auto& row : studio::command_rows()) {
      const auto before = asked.asked();
      const auto body = R"({"id":"m-)" + std::to_string(++number) + R"(","name":")" +
                        std::string(row.name) + R"("})";
      const auto answer = post_as(phone, "/api/command", body);
      const bool is_allowed = rank >= ranks.at(std::string(row.role));
      EXPECT_EQ(answer.status, is_allowed ? 200 : 403) << role << " " << row.name;
      EXPECT_EQ(asked.asked(), before + (is_allowed ? 1 : 0)) << role << " " << row.name;
      if (!is_allowed) {
        EXPECT_EQ(code_in(answer), "control.denied") << role << " " << row.name;
      }
    }
  }
  // a stranger, and the computer itself
  for (const auto& row : studio::command_rows()) {
    const auto before = asked.asked();
    const auto body = R"({"id":"m-)" + std::to_string(++number) + R"(","name":")" +
                      std::string(row.name) + R"("})";
    EXPECT_EQ(post_lan("/api/command", body, lan_origin()).status, 401) << row.name;
    EXPECT_EQ(asked.asked(), before) << row.name;
    EXPECT_EQ(post(body).status, 200) << row.name;
    EXPECT_EQ(asked.asked(), before + 1) << row.name;
  }
}

TEST_F(RoleMatrix, covers_what_is_no_command_as_well) {
  struct Row {
    const char* method;
    const char* path;
    const char* body;
    int least;
  };
  const std::array rows{Row{"GET", "/api/me", "", 1},
                        Row{"GET", "/api/state", "", 1},
                        Row{"GET", "/api/show", "", 1},
                        Row{"GET", "/api/stats", "", 1},
                        Row{"GET", "/metrics", "", 1},
                        Row{"GET", "/api/commands", "", 1},
                        Row{"GET", "/api/curve", "", 1},
                        Row{"GET", "/api/pictures/none", "", 1},
                        Row{"GET", "/api/audience.svg", "", 1},
                        Row{"GET", "/api/setup", "", 4},
                        Row{"GET", "/api/setup/schema", "", 4},
                        Row{"GET", "/api/shows", "", 4},
                        Row{"GET", "/api/walk", "", 4},
                        Row{"GET", "/api/devices", "", 4},
                        Row{"POST", "/api/setup/section", "{}", 4},
                        Row{"POST", "/api/setup/row", "{}", 4},
                        Row{"POST", "/api/setup/table", "{}", 4},
                        Row{"POST", "/api/setup/picture", "{}", 4},
                        Row{"POST", "/api/setup/knock", "{}", 4},
                        Row{"GET", "/api/review/sessions", "", 2},
                        Row{"GET", "/api/review/sessions/none", "", 2},
                        Row{"GET", "/api/review/sessions/none/export/chat.csv", "", 2},
                        Row{"GET", "/api/review/sessions/none/media/program-000.mp4", "", 2},
                        Row{"GET", "/api/review/search", "", 2},
                        Row{"GET", "/api/pair/devices", "", 4},
                        Row{"POST", "/api/pair/revoke", R"({"device":9999})", 4}};
  for (const auto& [role, rank] : ranks) {
    auto phone = pair(role, role);
    for (const auto& row : rows) {
      const auto answer = std::string(row.method) == "GET" ? get_lan(row.path, phone.cookie)
                                                           : post_as(phone, row.path, row.body);
      EXPECT_EQ(answer.status != 403, rank >= row.least) << role << " " << row.path;
    }
    EXPECT_EQ(post_as(phone, "/api/pair/offer", R"({"role":"viewer"})").status, 403) << role;
    // keys do not go over the air, and nobody leaves the program from afar
    for (const auto* path : {"/api/setup/publish", "/api/setup/list", "/api/program", "/api/shows",
                             "/api/shows/zip", "/api/walk"})
      EXPECT_EQ(post_as(phone, path, "{}").status, 403) << role << " " << path;
    EXPECT_EQ(get_lan("/api/shows/zip?show=main", phone.cookie).status, 403) << role;
    // notes, and the word it takes to delete, are for who reviews, not for who helps in the live
    const bool may_note = role == "reviewer" || role == "operator";
    for (const auto* path : {"/api/review/sessions/none/notes", "/api/review/sessions/none/sign",
                             "/api/review/sessions/none/delete"})
      EXPECT_EQ(post_as(phone, path, "{}").status, may_note ? 404 : 403) << role << path;
    // paths of this machine are named at it
    for (const auto* path :
         {"/api/review/merge", "/api/review/import", "/api/review/sessions/none/copy"})
      EXPECT_EQ(post_as(phone, path, R"({"from":"/","to":"/"})").status, 403) << role << path;
    // a cookie alone posts nothing
    for (const auto* path : {"/api/setup/row", "/api/command", "/api/program"})
      EXPECT_EQ(post_lan(path, "{}", lan_origin() + phone.cookie).status, 403) << role << path;
    if (rank < 4) {
      EXPECT_EQ(post_as(phone, "/api/pair/close", "{}").status, 403) << role;
    }
  }
  for (const auto& row : rows) {
    const auto answer = std::string(row.method) == "GET"
                            ? get_lan(row.path)
                            : post_lan(row.path, row.body, lan_origin());
    EXPECT_EQ(answer.status, 401) << "a stranger: " << row.path;
  }
  for (const auto* path : {"/api/updates", "/api/preview", "/api/watch"})
    EXPECT_EQ(ask_lan(lan_handshake(path, lan_origin())).status, 401) << path;
  EXPECT_EQ(get_lan("/api/ingest").status, 403);
  EXPECT_EQ(desk().at("devices").size(), ranks.size());
}

}  // namespace
}  // namespace xb::control
