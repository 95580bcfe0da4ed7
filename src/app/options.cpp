// CLI11 wiring: subcommands, options, their help in both languages.
// SPDX-License-Identifier: Apache-2.0
#include "app/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/error.h"

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

}  // namespace

std::variant<Options, int> parse_command_line(int argc, char** argv) {
  CLI::App app("乡播 Xiangbo：村里的直播伴侣 / the livestream companion for villages");
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
    const Error error(ErrorCode::usage, wrong.what());
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
