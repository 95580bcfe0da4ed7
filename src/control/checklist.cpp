// One line for each thing that a live needs.
// SPDX-License-Identifier: Apache-2.0
#include "control/checklist.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace xb::control {
namespace {

constexpr std::int64_t little_space_s = 2 * 3600;
constexpr std::int64_t no_space_s = 600;
constexpr double silence_dbfs = -60;

struct Line {
  std::string zh;
  std::string en;
};

OrderedJson line(std::string_view item, std::string_view tone, Line words,
                 OrderedJson fix = nullptr) {
  return {{"item", item},
          {"tone", tone},
          {"zh", std::move(words.zh)},
          {"en", std::move(words.en)},
          {"fix", std::move(fix)}};
}

// The sentence of the first problem of these components.
const OrderedJson* problem_of(const OrderedJson& state, std::string_view component) {
  for (const auto& one : state["problems"])
    if (one["component"] == component) return &one;
  return nullptr;
}

OrderedJson camera_line(const OrderedJson& state) {
  const auto& source = state["source"];
  const std::string about = source["about"];
  if (const auto* problem = problem_of(state, "capture.camera"))
    return line("camera", "bad", {(*problem)["zh"], (*problem)["en"]}, "devices");
  if (!source["has_picture"].get<bool>() && source.value("from", "").rfind("listen:", 0) == 0) {
    return line("camera", "bad",
                {"在等手机推流：手机连上来，画面自己会来",
                 "Waiting for a phone to push: the picture comes by itself once it does"},
                "devices");
  }
  if (!source["has_picture"].get<bool>()) {
    return line("camera", "bad",
                {"没有画面：插好摄像头的线，关掉别的视频程序，或者换一个摄像头",
                 "No picture: plug in the camera's cable, close other video programs or choose "
                 "another camera"},
                "devices");
  }
  if (source["signal"] == "frozen") {
    return line("camera", "warn",
                {"画面不动了：把摄像头的线拔下再插上",
                 "The picture stands still: pull out the camera's cable and plug it in again"},
                "devices");
  }
  constexpr std::string_view of_sample = "sample scene";
  const bool is_sample = about.ends_with(of_sample);
  return line(
      "camera", "ok",
      {"有画面：" + (is_sample ? "自带的乡村画面" : about), "There is a picture: " + about});
}

OrderedJson sound_line(const OrderedJson& state, const OrderedJson& setup) {
  const auto& source = state["source"];
  if (setup["sections"]["source"]["values"]["mic"] == "none") {
    return line("sound", "warn",
                {"方案里选了不要声音：要声音就选一个话筒",
                 "The Show asks for no sound: choose a microphone to have some"},
                "devices");
  }
  if (const auto* problem = problem_of(state, "capture.mic"))
    return line("sound", "bad", {(*problem)["zh"], (*problem)["en"]}, "devices");
  if (!source["has_sound"].get<bool>()) {
    return line("sound", "bad",
                {"没有声音：插好话筒，打开它的开关，或者换一个话筒",
                 "No sound: plug in the microphone, switch it on or choose another one"},
                "devices");
  }
  const auto& level = source["level_dbfs"];
  if (level.is_number() && level.get<double>() <= silence_dbfs) {
    return line("sound", "warn",
                {"现在没听到声音：对着话筒说一句话试试",
                 "Nothing is heard now: say something into the microphone"});
  }
  return line("sound", "ok", {"听得到声音", "Sound is heard"});
}

// What is pushed to is what the program began with.
bool waits_for_restart(const OrderedJson& state, const OrderedJson& setup) {
  if (!state.contains("outputs")) return false;
  std::vector<std::string> running;
  for (const auto& one : state["outputs"]) running.push_back(one["name"]);
  std::vector<std::string> wanted;
  for (const auto& one : setup["publish"]["list"]) wanted.push_back(one["name"]);
  return running != wanted;
}

OrderedJson platforms_line(const ChecklistFacts& facts) {
  const auto& state = facts.state;
  const auto& setup = facts.setup;
  if (waits_for_restart(state, setup)) {
    return line("platforms", "warn",
                {"推流平台改过了，要重开乡播才生效：到设置里按“重开乡播”",
                 "The platforms were changed, which counts after a restart: press Restart Xiangbo "
                 "under Set up"},
                "publish");
  }
  std::size_t pushes = 0;
  for (const auto& one : setup["publish"]["list"]) {
    if (!one["enabled"].get<bool>()) continue;
    ++pushes;
    const std::string name = one["name"];
    const std::string url = one["url"];
    if (one["has_key"].get<bool>() || url.rfind("srt:", 0) == 0) continue;
    return line("platforms", "bad",
                {"“" + name + "”没有直播码，推不出去", "\"" + name + "\" has no stream key"},
                "publish");
  }
  if (pushes == 0) {
    return line("platforms", "warn",
                {"没有要推的平台：开播后录像，平台上看不到",
                 "No platform to push to: it will be recorded, and seen on no platform"},
                "publish");
  }
  Line words{
      fmt::format("会推到 {} 个平台", pushes),
      fmt::format("Will be pushed to {}",
                  pushes == 1 ? std::string("1 platform") : fmt::format("{} platforms", pushes))};
  if (!facts.carried.last) {
    words.zh += "；网速要开播以后才知道";
    words.en += "; how fast the network is shows once it is live";
  }
  return line("platforms", "ok", std::move(words));
}

// "6.2", of kbit/s.
std::string megabits(std::int64_t kbps) {
  return fmt::format("{:.1f}", static_cast<double>(kbps) / 1000);
}

// Both figures, and no judgement of what was never tried. What is said of a line is what it did
// carry: it may carry more.
OrderedJson uplink_line(const studio::Carried& last, std::int64_t wanted) {
  const auto carried = megabits(last.kbps);
  const auto now = megabits(wanted);
  Line words{fmt::format("上一场（{}）网络稳稳送出 {} Mbit/s，这次一共要送 {} Mbit/s", last.day,
                         carried, now),
             fmt::format("Last time ({}) the network carried {} Mbit/s for half a minute; {} "
                         "Mbit/s is to be sent now",
                         last.day, carried, now)};
  if (wanted <= last.kbps + last.kbps / 10) return line("uplink", "ok", std::move(words));
  words.zh += "，还没送过这么多：开播后看一眼网络；不够时画质会自动降一点";
  words.en +=
      ", more than ever then: look at the network once live; where it is not enough the picture "
      "is lowered by itself";
  return line("uplink", "warn", std::move(words), "publish");
}

OrderedJson space_line(std::int64_t seconds) {
  const auto hours = seconds / 3600;
  const auto minutes = seconds % 3600 / 60;
  Line words{fmt::format("还能录 {} 小时 {} 分", hours, minutes),
             fmt::format("Room for {} h {} min", hours, minutes)};
  if (seconds >= little_space_s) return line("space", "ok", std::move(words));
  words.zh += "：删掉不要的文件，或者换个大的盘";
  words.en += ": delete what is not needed or use a larger disk";
  return line("space", seconds < no_space_s ? "bad" : "warn", std::move(words));
}

OrderedJson table_line(const OrderedJson& setup, const std::string& table, Line good, Line none) {
  const auto& draft = setup[table];
  if (!draft["unreadable"].is_null())
    return line(table, "bad", {draft["unreadable"]["zh"], draft["unreadable"]["en"]}, table);
  std::vector<const OrderedJson*> wrong;
  for (const auto& one : setup["problems"])
    if (one["file"] == table + ".csv") wrong.push_back(&one);
  if (wrong.empty()) {
    const auto count = draft["rows"].size();
    if (count == 0) return line(table, "warn", std::move(none), table);
    const auto fill = [&](const std::string& text) {
      return fmt::format(fmt::runtime(text), count);
    };
    return line(table, "ok", {fill(good.zh), fill(good.en)});
  }
  const auto& first = *wrong.front();
  const std::string id = first["id"];
  std::string name = id;
  for (const auto& row : draft["rows"]) {
    if (row["cells"]["id"] != id) continue;
    const std::string said = row["cells"][table == "products" ? "name" : "title"];
    if (!said.empty()) name = said;
  }
  Line words{"“" + name + "”：" + first["zh"].get<std::string>(),
             "\"" + name + "\": " + first["en"].get<std::string>()};
  if (const auto more = wrong.size() - 1; more > 0) {
    words.zh += fmt::format("；另外还有 {} 处", more);
    words.en += fmt::format("; and {} more", more);
  }
  return line(table, "bad", std::move(words), id.empty() ? table : table + ":" + id);
}

}  // namespace

OrderedJson checklist_of(const ChecklistFacts& facts) {
  OrderedJson items = OrderedJson::array();
  items.push_back(camera_line(facts.state));
  items.push_back(sound_line(facts.state, facts.setup));
  items.push_back(platforms_line(facts));
  if (facts.carried.last && facts.sent_kbps > 0)
    items.push_back(uplink_line(*facts.carried.last, facts.sent_kbps));
  if (facts.seconds_left) items.push_back(space_line(*facts.seconds_left));
  items.push_back(table_line(facts.setup, "products",
                             {"{} 个都有价格和单位", "{}, each with its price and unit"},
                             {"还没有商品；卖东西就先填上", "None yet; fill them in to sell"}));
  items.push_back(table_line(facts.setup, "captions", {"{} 条都有来源", "{}, each with its source"},
                             {"还没有字幕", "None yet"}));
  const auto& broken = facts.setup["show_problems"];
  if (!broken.empty()) {
    items.push_back(line("station", "bad",
                         {fmt::format("show.toml 第 {} 行：{}", broken[0]["line"].get<int>(),
                                      broken[0]["zh"].get<std::string>()),
                          fmt::format("show.toml, line {}: {}", broken[0]["line"].get<int>(),
                                      broken[0]["en"].get<std::string>())}));
  }
  return {{"items", std::move(items)}};
}

}  // namespace xb::control
