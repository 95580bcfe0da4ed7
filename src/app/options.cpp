// CLI11 wiring: subcommands, options, their help in both languages.
// SPDX-License-Identifier: Apache-2.0
#include "app/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/text.h"

namespace xb::app {
namespace {

std::string home(const char* variable, const char* below_home, const char* last) {
  if (const char* set = std::getenv(variable); set != nullptr && *set == '/') {
    return std::string(set) + "/xiangbo" + last;
  }
  const char* folder = std::getenv("HOME");
  return std::string(folder != nullptr ? folder : ".") + below_home + "/xiangbo" + last;
}

void add_live(CLI::App& app, LiveOptions& live) {
  auto* sub = app.add_subcommand("live", "直播：摄像头、图层、弹幕、录像、推流 / go live");
  sub->add_option("SHOW", live.show,
                  "直播方案文件夹；不写就用自己的那一套 / folder of the Show; without it your own");
  sub->add_option(
      "--source", live.source,
      "信号源 / camera:[NAME] file:PATH listen:rtmp listen:srt rtmp:// rtsp:// srt:// tcp:// "
      "test: sample:");
  sub->add_option("--mic", live.mic, "话筒 / microphone: NAME, file:PATH or none");
  sub->add_option("--publish", live.publish,
                  "只推这一路，可重复 / only this output, repeatable (default: all enabled)")
      ->allow_extra_args(false);
  sub->add_flag("!--no-record", live.is_recording, "不录像 / keep no recording");
  sub->add_option("--data", live.data, "数据文件夹 / data folder")->capture_default_str();
  sub->add_option("--secrets", live.secrets, "密钥文件 / secrets file")->capture_default_str();
  sub->add_option("--control", live.control, "控制台地址 / control room HOST:PORT")
      ->capture_default_str();
  sub->add_option("--audience", live.audience, "观众端地址 / audience HOST:PORT")
      ->capture_default_str();
  sub->add_flag("--on-air", live.is_on_air_at_once, "马上开播 / begin the Session at once");
  sub->add_flag("--open", live.opens_page, "打开控制台的网页 / open the page in a browser");
  sub->add_option("--duration", live.duration_s, "开播多少秒后结束 / seconds after it began")
      ->check(CLI::Range(0.1, 864000.0));
  sub->add_option("--stats", live.stats, "每秒写一行状态 / one line of stats a second");
  sub->add_flag("--tls", live.is_encrypted,
                "手机协助用加密连接 / paired phones by https, with a certificate of our own");
  sub->add_flag("--window", live.has_window,
                "播出画面的窗口，给别的软件抓（F 全屏，Q 关） / a clean window of the program");
  sub->add_option(
      "--virtual-camera", live.virtual_camera,
      "播出画面当摄像头用 / the program as a camera: /dev/videoN or auto (v4l2loopback)");
  sub->add_option("--ca-file", live.ca_file,
                  "另外信任的证书 / a further certificate authority for rtmps (PEM)");
}

void add_render(CLI::App& app, RenderOptions& render) {
  auto* sub = app.add_subcommand(
      "render", "离线合成一个文件，或把一个场次重新合成 / compose offline, or a Session again");
  sub->add_option("SHOW", render.show,
                  "直播方案文件夹，或场次文件夹 / folder of the Show, or of a Session")
      ->required();
  sub->add_option("--input", render.input,
                  "输入文件；场次默认用它的干净画面 / input file; of a Session its clean feed");
  sub->add_option("--events", render.events, "事件 / ChatEvents and commands, one JSON a line");
  sub->add_option("--output", render.output,
                  "输出 .mp4，或 null: / output file, or null: to compose only")
      ->required();
  sub->add_option("--show", render.corrected_show,
                  "场次改用这个方案的商品、字幕、村名、主题 / a Session with this Show's tables, "
                  "station and theme");
  sub->add_option("--theme", render.theme,
                  "场次只换主题 / a Session in another theme: red harvest plain NAME");
  sub->add_option("--crf", render.crf, "画质，越小越好，默认 20 / quality, smaller is better")
      ->check(CLI::Range(1, 40));
}

void add_review(CLI::App& app, ReviewOptions& review) {
  auto* sub = app.add_subcommand("review", "复盘：看以前的场次 / look at Sessions that are over");
  sub->add_option("LIBRARY", review.library,
                  "场次所在的文件夹，或一个场次 / folder of Sessions, or one of them")
      ->capture_default_str();
  sub->add_option("--control", review.control, "网页地址 / page at HOST:PORT")
      ->capture_default_str();
  sub->add_flag("--open", review.opens_page, "打开网页 / open the page in a browser");
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(verb->get_name());
  return names;
}

// A word that is no verb or option, with the nearest one that is.
Error unknown_word(const CLI::App& app, const std::string& given) {
  const auto chosen = app.get_subcommands();
  const auto word = given.substr(0, given.find('='));
  const bool is_option = word.starts_with('-');
  if (!is_option && !chosen.empty())
    return Error(ErrorCode::usage, "多写了 " + word, "one word too many: " + word);
  auto known = is_option ? option_names(chosen.empty() ? app : *chosen.front()) : verbs_of(app);
  if (is_option && chosen.empty()) {
    // written before its verb, whichever that is to be
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
      for (auto& name : option_names(*verb)) known.push_back(std::move(name));
    }
  }
  const auto near = closest(word, {known.begin(), known.end()});
  if (near.empty()) return Error(ErrorCode::usage, "不认识 " + word, "unknown: " + word);
  if (near == word)
    return Error(ErrorCode::usage, word + " 要写在 live 这样的词后面",
                 word + " goes after a word such as live");
  return Error(ErrorCode::usage, fmt::format("不认识 {}，是不是 {}？", word, near),
               fmt::format("unknown: {}, did you mean {}?", word, near));
}

// "864000.000000" as people write it.
std::string short_number(std::string number) {
  if (number.find('.') == number.npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

// "NAME: Value GIVEN not in range LEAST to MOST", as CLI11 says it.
Error out_of_range(const std::string& said) {
  constexpr std::string_view value = ": Value ", range = " not in range ", to = " to ";
  const auto at_value = said.find(value);
  const auto at_range = said.rfind(range);
  const auto at_to = said.rfind(to);
  if (at_value == said.npos || at_range == said.npos || at_to == said.npos || at_to < at_range ||
      at_range < at_value + value.size())
    return Error(ErrorCode::usage, said);
  const auto name = said.substr(0, at_value);
  const auto given = said.substr(at_value + value.size(), at_range - at_value - value.size());
  const auto least =
      short_number(said.substr(at_range + range.size(), at_to - at_range - range.size()));
  const auto most = short_number(said.substr(at_to + to.size()));
  return Error(ErrorCode::usage,
               fmt::format("{} 要写 {} 到 {} 之间的数，写的是 {}", name, least, most, given),
               fmt::format("{} takes a number from {} to {}, not {}", name, least, most, given));
}

// What is wrong with the command line, in both languages; CLI11 has English only.
Error in_words(const CLI::App& app, const CLI::ParseError& wrong) {
  const std::string said = wrong.what();
  const auto unknown = app.remaining(true);
  const bool is_required = dynamic_cast<const CLI::RequiredError*>(&wrong) != nullptr;
  if (dynamic_cast<const CLI::ExtrasError*>(&wrong) != nullptr ||
      (is_required && app.get_subcommands().empty())) {
    if (!unknown.empty()) return unknown_word(app, unknown.front());
    std::string verbs;
    for (const auto& verb : verbs_of(app)) verbs += " " + verb;
    return Error(ErrorCode::usage, "没写要做什么：" + verbs.substr(1), "say what to do:" + verbs);
  }
  if (is_required) {
    const auto name = said.substr(0, said.find(" is required"));
    return Error(ErrorCode::usage, "还要写 " + name, said);
  }
  constexpr std::string_view flag_with_value = " was given a disallowed flag override";
  if (said.ends_with(flag_with_value)) {
    const auto flag = "--" + said.substr(0, said.size() - flag_with_value.size());
    return Error(ErrorCode::usage, flag + " 后面不写值", flag + " takes no value");
  }
  const auto name = said.substr(0, said.find(": "));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&wrong) != nullptr && said.ends_with(" missing"))
    return Error(ErrorCode::usage, name + " 后面没有写值", name + " needs a value");
  if (dynamic_cast<const CLI::ValidationError*>(&wrong) != nullptr) return out_of_range(said);
  return Error(ErrorCode::usage, said);
}

}  // namespace

std::variant<Options, int> parse_command_line(int argc, char** argv) {
  CLI::App app("乡播 Xiangbo：村里的直播伴侣 / the livestream companion for villages");
  app.option_defaults()->disable_flag_override();
  app.set_version_flag("--version", "xiangbo " XB_VERSION);
  app.require_subcommand(1);
  LiveOptions live;
  live.data = home("XDG_DATA_HOME", "/.local/share", "");
  live.secrets = home("XDG_CONFIG_HOME", "/.config", "/secrets.toml");
  live.cache = home("XDG_CACHE_HOME", "/.cache", "/review");
  ReviewOptions review;
  review.library = live.data + "/sessions";
  review.cache = live.cache;
  RenderOptions render;
  CheckOptions check;
  ExplainOptions explain;
  add_live(app, live);
  add_render(app, render);
  add_review(app, review);
  app.add_subcommand("devices", "列出摄像头和话筒 / list cameras and microphones");
  app.add_subcommand("check", "检查直播方案 / check a Show")
      ->add_option("SHOW", check.show, "直播方案文件夹 / folder of the Show")
      ->required();
  auto* explaining = app.add_subcommand("explain", "解释方案里的一项 / explain a key of the Show");
  explaining->add_option("KEY", explain.key, "例如 / for example: video.rate");
  explaining->add_flag("--markdown", explain.is_markdown, "输出 docs/show.md / print docs/show.md");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& asked) {
    return app.exit(asked);
  } catch (const CLI::CallForAllHelp& asked) {
    return app.exit(asked);
  } catch (const CLI::CallForVersion& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& wrong) {
    const auto error = in_words(app, wrong);
    std::cerr << error.zh() << '\n' << error.en() << '\n';
    return exit_wrong_input;
  }
  const auto* chosen = app.get_subcommands().front();
  const auto& name = chosen->get_name();
  if (name == "live") {
    live.is_control_given = chosen->count("--control") > 0;
    live.is_audience_given = chosen->count("--audience") > 0;
    live.is_secrets_given = chosen->count("--secrets") > 0;
    live.is_data_given = chosen->count("--data") > 0;
    return Options(live);
  }
  if (name == "review") {
    review.is_control_given = chosen->count("--control") > 0;
    return Options(review);
  }
  if (name == "render") return Options(render);
  if (name == "devices") return Options(DevicesOptions{});
  if (name == "check") return Options(check);
  return Options(explain);
}

}  // namespace xb::app
