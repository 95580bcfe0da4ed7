// A control port over a scripted Studio, to look at the page without camera and encoder:
//   try_control PAGES PICTURES CASE.json [PORT]
// PICTURES: a folder of JPEGs shown in turn, and product pictures by id. Commands change the state
// as the studio would. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/worker.h"
#include "control/control_room.h"
#include "net/json.h"
#include "tests/support/scripted_studio.h"

namespace xb {
namespace {

namespace fs = std::filesystem;

std::string text_of_file(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

// A Studio whose layers and state follow the commands.
class StageStudio : public test::ScriptedStudio {
 public:
  StageStudio(fs::path pictures_folder, OrderedJson state, OrderedJson show)
      : folder_(std::move(pictures_folder)), state_(std::move(state)), show_(std::move(show)) {
    recent =
        R"([{"seq":1,"kind":"chat","user":{"name":"老家在仁寿"},"text":"橙子甜不甜？"},)"
        R"({"seq":2,"kind":"chat","user":{"name":"竹林小院"},"text":"甜！我上个月买了两箱 🍊"},)"
        R"({"seq":3,"kind":"follow","user":{"name":"春燕"}},)"
        R"({"seq":4,"kind":"chat","user":{"name":"<img src=x onerror=alert(1)>"},"text":"<b>不是标签</b>"},)"
        R"({"seq":5,"kind":"gift","user":{"name":"阿布的店"},"text":"小心心","count":3},)"
        R"({"seq":6,"kind":"chat","text":"五斤大概有多少个呀？一句很长很长的话要能换行，不能把右边撑出去，也不能被切掉"}])";
  }
  void command(studio::Command command, Reply reply) override {
    studio::Answer answer;
    auto deed = studio::read_command(command.name, command.args);
    if (deed) {
      std::lock_guard lock(mutex_);
      answer = perform(command);
    } else {
      answer.error = std::move(deed).error();
    }
    reply(answer);
  }
  OrderedJson state() const override {
    std::lock_guard lock(mutex_);
    return state_;
  }
  OrderedJson stats() const override {
    return {{"frames", {{"program", 1}, {"missed", 0}, {"skipped", 0}}}};
  }
  OrderedJson show() const override { return show_; }
  std::optional<fs::path> product_picture(std::string_view id) const override {
    return folder_ / (std::string(id) + ".png");
  }
  void turn(int count) {
    std::lock_guard lock(mutex_);
    auto& level = state_["source"]["level_dbfs"];
    if (level.is_number()) level = -20.0 + count % 9;
    if (count % 10 == 0 && state_["session"]["seconds"].is_number())
      state_["session"]["seconds"] = state_["session"]["seconds"].get<int>() + 1;
  }

 private:
  void set_layer(const char* layer, const OrderedJson& id) {
    OrderedJson kept = OrderedJson::array();
    for (const auto& one : state_["layers"])
      if (one["layer"] != layer) kept.push_back(one);
    if (!id.is_null()) kept.push_back({{"layer", layer}, {"id", id}});
    state_["layers"] = kept;
  }
  studio::Answer perform(const studio::Command& command) {
    studio::Answer answer;
    answer.is_ok = true;
    const auto id = [&](const char* key) { return OrderedJson(command.args.value(key, "")); };
    if (command.name == "product.show") {
      set_layer("product_card", id("product"));
      const auto before = state_["layers"].size();
      set_layer("caption", nullptr);
      if (state_["layers"].size() != before) {
        answer.note_zh = "已收起红色字幕：它和商品不能同屏";
        answer.note_en =
            "The heritage caption was taken off: it never shares a frame with a product";
      }
    }
    if (command.name == "product.hide") {
      set_layer("product_card", nullptr);
      set_layer("countdown", nullptr);
    }
    if (command.name == "countdown.start") set_layer("countdown", id("product"));
    if (command.name == "chat.pin")
      set_layer("pinned", std::to_string(command.args.value("seq", 0)));
    if (command.name == "chat.unpin") set_layer("pinned", nullptr);
    if (command.name == "caption.show") set_layer("caption", id("caption"));
    if (command.name == "caption.hide") set_layer("caption", nullptr);
    if (command.name == "slate.show") set_layer("slate", id("slate"));
    if (command.name == "slate.hide") set_layer("slate", nullptr);
    if (command.name == "live.start") {
      state_["state"] = "live";
      state_["session"]["seconds"] = 0;
      for (auto& one : state_["outputs"]) one["state"] = "live";
      state_["recorder"]["state"] = "live";
    }
    if (command.name == "live.end") {
      state_["state"] = "ended";
      state_["session"]["seconds"] = nullptr;
      for (auto& one : state_["outputs"]) one["state"] = "ended";
    }
    return answer;
  }

  const fs::path folder_;
  mutable std::mutex mutex_;  // guards state_
  OrderedJson state_;
  const OrderedJson show_;
};

int run(int count, char** words) {
  if (count < 4) return 2;
  const fs::path pictures(words[2]);
  const fs::path state_file(words[3]);
  StageStudio studio(pictures, OrderedJson::parse(text_of_file(state_file)),
                     OrderedJson::parse(text_of_file(state_file.parent_path() / "show.json")));
  std::vector<std::string> jpegs;
  for (const auto& file : fs::directory_iterator(pictures))
    if (file.path().extension() == ".jpg") jpegs.push_back(text_of_file(file.path()));
  int turns = 0;
  Health health;
  SystemClock clock;
  net::Loop web("web", health, clock);
  control::ControlRoom room(studio, web, clock, {"127.0.0.1", count > 4 ? std::stoi(words[4]) : 0},
                            words[1]);
  if (const auto status = room.listen(); !status) {
    std::cerr << status.error().en() << '\n';
    return 1;
  }
  std::cout << "control http://" << room.address() << '/' << std::endl;
  web.every(std::chrono::milliseconds(100), [&] {
    ++turns;
    studio.turn(turns);
    if (!jpegs.empty()) studio.pictures.tell(jpegs[static_cast<std::size_t>(turns) % jpegs.size()]);
  });
  std::cin.get();
  return 0;
}

}  // namespace
}  // namespace xb

int main(int count, char** words) {
  return xb::run(count, words);
}
