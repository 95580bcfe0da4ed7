// The small subcommands, and what all share.
// SPDX-License-Identifier: Apache-2.0
#include "app/verbs.h"

#include <fmt/core.h>
#include <signal.h>

#include <cerrno>
#include <ctime>
#include <iostream>

#include "app/doctor.h"
#include "base/secret.h"
#include "capture/devices.h"
#include "overlay/glyphs.h"
#include "overlay/qr_room.h"
#include "overlay/safe_zone.h"
#include "studio/assets.h"
#include "studio/glyph_check.h"
#include "studio/schema.h"

namespace xb::app {
namespace {

// Without SIGHUP where it is ignored (nohup): Linux hands over a blocked signal all the same.
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction at_hangup {};
  if (::sigaction(SIGHUP, nullptr, &at_hangup) != 0 || at_hangup.sa_handler != SIG_IGN)
    sigaddset(&set, SIGHUP);
  return set;
}

void print(const char* title, const std::vector<capture::Device>& devices, const char* scheme) {
  std::cout << title << '\n';
  if (devices.empty()) std::cout << "  没有找到 / none found\n";
  for (const auto& device : devices) {
    std::cout << "  " << device.name << (device.is_default ? " （默认 / default）" : "")
              << (device.is_monitor ? " （喇叭里的声音 / what the speakers play）" : "") << "\n    "
              << scheme << device.path << '\n';
    if (device.refusal) {
      const Error error(*device.refusal);
      std::cout << "    " << error.zh() << " / " << error.en() << '\n';
    }
    for (const auto& mode : device.modes) {
      std::cout << "    " << mode.width << 'x' << mode.height << ' '
                << static_cast<double>(mode.rate.num) / mode.rate.den << " fps " << mode.format
                << '\n';
    }
  }
}

}  // namespace

void say(const Error& error) {
  std::cerr << redacted(error.zh()) << '\n' << redacted(error.en()) << '\n';
}

int fail(const Error& error, int exit_code) {
  say(error);
  return exit_code;
}

std::optional<studio::Show> load_or_say(const std::string& folder, studio::PictureLook look) {
  auto loaded = studio::load_show(folder, look);
  if (loaded.show) return std::move(loaded.show);
  std::cerr << studio::pretty(loaded.problems);
  return std::nullopt;
}

// Looked at before anything begins, since the ports answer only after the Session has begun.
Result<net::Address> settle(const std::string& text, bool is_asked_for) {
  XB_TRY_ASSIGN(auto address, net::parse_address(text));
  auto free = net::can_listen(address);
  if (free) return address;
  if (is_asked_for || free.error().code() != ErrorCode::port_taken) return std::move(free).error();
  address.port = 0;
  return address;
}

std::string moved_sentence(const std::string& asked, const std::string& listens_at) {
  const auto wanted = net::parse_address(asked);
  const auto got = net::parse_address(listens_at);
  if (!wanted || !got || wanted->port == 0 || wanted->port == got->port) return {};
  return fmt::format("{0} 已被占用，改用 {1}\nPort {0} is taken, {1} is used instead\n",
                     wanted->port, got->port);
}

void block_stop_signals() {
  const auto set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool wait_for_stop_signal(Duration timeout) {
  const auto set = stop_signals();
  const timespec moment{timeout.count() / ns_per_second, timeout.count() % ns_per_second};
  return ::sigtimedwait(&set, nullptr, &moment) > 0;
}

int run(const DevicesOptions&) {
  print("摄像头 / cameras", capture::list_cameras(), "camera:");
  SystemClock clock;
  print("话筒 / microphones", capture::list_microphones(clock), "");
  return exit_clean;
}

int run(const CheckOptions& options) {
  const auto show = load_or_say(options.show, studio::PictureLook::whole);
  if (!show) return exit_wrong_input;
  const auto assets = studio::assets_folder();
  if (!assets) {
    say(assets.error());
    return exit_failed;
  }
  std::vector<overlay::CanvasSize> sizes{{show->video.width, show->video.height}};
  for (const auto& canvas : show->canvases) sizes.push_back({canvas.width, canvas.height});
  for (const auto& size : sizes) {
    const auto zone = overlay::check_safe_zone(size, assets->string());
    if (zone) continue;
    say(zone.error());
    return exit_wrong_input;
  }
  auto glyphs = overlay::Glyphs::open(assets->string());
  if (!glyphs) {
    say(glyphs.error());
    return exit_wrong_input;
  }
  const auto missing = studio::missing_glyphs(
      show->folder, [&](std::string_view text) { return glyphs->missing(text); });
  std::cout << studio::pretty(missing);
  const auto room = overlay::qr_room({show->video.width, show->video.height}, assets->string());
  const auto findings = examine(*show, room.value_or(overlay::QrRoom{}));
  for (const auto& finding : findings) std::cout << finding << '\n';
  std::cout << "方案没有错 / the Show is sound: " << show->station.name << ", " << show->video.width
            << 'x' << show->video.height << ", " << show->tables->products.size()
            << " 件商品 / products, " << show->tables->captions.size() << " 条字幕 / captions\n";
  return exit_clean;
}

int run(const ExplainOptions& options) {
  if (options.is_markdown) {
    std::cout << studio::schema_page();
    return exit_clean;
  }
  const auto explained = studio::explain(options.key);
  if (explained.text) {
    std::cout << *explained.text;
    return exit_clean;
  }
  std::cerr << "没有这一项：" << options.key
            << (explained.suggestion.empty() ? "" : "，是不是 " + explained.suggestion + "？")
            << "\nNo such key: " << options.key
            << (explained.suggestion.empty() ? "" : ", did you mean " + explained.suggestion + "?")
            << '\n';
  return exit_wrong_input;
}

}  // namespace xb::app
