// The window of the program, with SDL.
// SPDX-License-Identifier: Apache-2.0
#include <SDL2/SDL.h>
#include <SDL2/SDL_syswm.h>
#undef Status  // Xlib's word for a number

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "base/worker.h"
#include "output/onward.h"

namespace xb::output {
namespace {

constexpr Duration look_at_keys_every = from_ms(40);
constexpr Duration wait_again = from_ms(200);

struct Free {
  void operator()(SDL_Window* p) const { SDL_DestroyWindow(p); }
  void operator()(SDL_Renderer* p) const { SDL_DestroyRenderer(p); }
  void operator()(SDL_Texture* p) const { SDL_DestroyTexture(p); }
};
template <class T>
using Own = std::unique_ptr<T, Free>;

// Xlib ends the process when the desktop goes away, unless it is told otherwise.
void note_desktop_gone(Display* /*display*/, void* is_gone) {
  *static_cast<bool*>(is_gone) = true;
}
int stay(Display* /*display*/) {
  return 0;
}
int pass_over_x_error(Display* /*display*/, XErrorEvent* error) {
  log_warn("window", "X error {} of request {}", int{error->error_code}, int{error->request_code});
  return 0;
}

// The program's size, or less where the screen is smaller, with the right aspect.
std::pair<int, int> fitting(int width, int height, const SDL_Rect& screen) {
  const double scale = std::min(
      {1.0, static_cast<double>(screen.w) / width, static_cast<double>(screen.h) / height});
  return {std::max(2, static_cast<int>(width * scale)),
          std::max(2, static_cast<int>(height * scale))};
}

// One SDL, from its beginning to its end; both on the thread `window`.
class Screen {
 public:
  Screen() = default;
  ~Screen() {
    // what belongs to a desktop that is gone is left as it is: giving it back means asking there
    if (is_desktop_gone_) {
      static_cast<void>(texture_.release());
      static_cast<void>(renderer_.release());
      static_cast<void>(window_.release());
      return;
    }
    texture_.reset();
    renderer_.reset();
    window_.reset();
    if (is_begun_) SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  Status open(int width, int height) {
    SDL_SetMainReady();
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // stopping is the process's business
    SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,wayland");
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
    // Drawn by SDL itself: Mesa, loaded into this process, does not outlive its desktop.
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");  // captured by others
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
      return Error(ErrorCode::window_no_display, SDL_GetError());
    is_begun_ = true;
    SDL_Rect room{0, 0, width, height};
    SDL_GetDisplayUsableBounds(0, &room);
    const auto [wide, high] = fitting(width, height, room);
    window_.reset(SDL_CreateWindow("乡播 program", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                   wide, high, SDL_WINDOW_BORDERLESS));
    if (!window_) return Error(ErrorCode::window_failed, SDL_GetError());
    stay_when_the_desktop_goes();
    SDL_SetWindowHitTest(window_.get(), dragged, nullptr);
    SDL_ShowCursor(SDL_DISABLE);
    renderer_.reset(SDL_CreateRenderer(window_.get(), -1, 0));
    if (!renderer_) return Error(ErrorCode::window_failed, SDL_GetError());
    SDL_SetYUVConversionMode(SDL_YUV_CONVERSION_BT709);
    texture_.reset(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_IYUV,
                                     SDL_TEXTUREACCESS_STREAMING, width, height));
    if (!texture_ || SDL_RenderSetLogicalSize(renderer_.get(), width, height) != 0)
      return Error(ErrorCode::window_failed, SDL_GetError());
    return ok();
  }

  std::string about() const {
    int width = 0;
    int height = 0;
    SDL_GetWindowSize(window_.get(), &width, &height);
    SDL_RendererInfo info{};
    SDL_GetRendererInfo(renderer_.get(), &info);
    return std::to_string(width) + "x" + std::to_string(height) + " " + info.name;
  }

  // False: it was closed.
  bool obey_keys() {
    SDL_Event event;
    bool has_to_draw = false;
    while (!is_desktop_gone_ && SDL_PollEvent(&event) != 0) {
      if (event.type == SDL_QUIT) return false;
      if (event.type == SDL_WINDOWEVENT) {
        if (event.window.event == SDL_WINDOWEVENT_CLOSE) return false;
        has_to_draw = true;
      }
      if (event.type != SDL_KEYDOWN || event.key.repeat != 0) continue;
      const auto key = event.key.keysym.sym;
      if (key == SDLK_q) return false;
      if (key == SDLK_f) set_full(!is_full_);
      if (key == SDLK_ESCAPE) set_full(false);
    }
    if (has_to_draw) show();
    return true;
  }

  Status draw(const media::Picture& picture) {
    if (SDL_UpdateYUVTexture(texture_.get(), nullptr, picture.plane(0), picture.stride(0),
                             picture.plane(1), picture.stride(1), picture.plane(2),
                             picture.stride(2)) != 0)
      return Error(ErrorCode::window_failed, SDL_GetError());
    show();
    return ok();
  }

  bool is_desktop_gone() const { return is_desktop_gone_; }

 private:
  static SDL_HitTestResult dragged(SDL_Window*, const SDL_Point*, void*) {
    return SDL_HITTEST_DRAGGABLE;
  }

  void stay_when_the_desktop_goes() {
    SDL_SysWMinfo info{};
    SDL_VERSION(&info.version);
    if (SDL_GetWindowWMInfo(window_.get(), &info) == SDL_FALSE) return;
    if (info.subsystem != SDL_SYSWM_X11) return;
    XSetErrorHandler(pass_over_x_error);
    XSetIOErrorHandler(stay);
    XSetIOErrorExitHandler(info.info.x11.display, note_desktop_gone, &is_desktop_gone_);
  }

  void set_full(bool is_wanted) {
    const Uint32 flags = is_wanted ? Uint32{SDL_WINDOW_FULLSCREEN_DESKTOP} : 0U;
    if (SDL_SetWindowFullscreen(window_.get(), flags) == 0) is_full_ = is_wanted;
  }

  void show() {
    SDL_RenderClear(renderer_.get());
    SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, nullptr);
    SDL_RenderPresent(renderer_.get());
  }

  bool is_begun_ = false;
  bool is_full_ = false;
  bool is_desktop_gone_ = false;
  Own<SDL_Window> window_;
  Own<SDL_Renderer> renderer_;
  Own<SDL_Texture> texture_;
};

class ProgramWindow final : public Onward {
 public:
  ProgramWindow(int width, int height, Health& health) : Onward("window", "window", health) {
    worker_ = Worker("window", health, [this, width, height](std::stop_token stop) {
      lower_this_thread();
      while (!stop.stop_requested()) {
        run(width, height, stop);
        while (!stop.stop_requested() && !is_wanted_again_.exchange(false)) next(wait_again, stop);
      }
    });
  }

  // Not after its desktop ended: what belonged to that cannot be given back.
  bool show_again() override {
    if (stats().state != OutputState::ended) return false;
    is_wanted_again_.store(true);
    return true;
  }

 private:
  void run(int width, int height, const std::stop_token& stop) {
    Screen screen;
    if (auto opened = screen.open(width, height); !opened)
      return is_over(OutputState::refused, std::move(opened).error());
    is_live(screen.about());
    is_wanted_again_.store(false);  // asked for more than once, it is there
    while (!stop.stop_requested()) {
      if (!screen.obey_keys()) return is_over(OutputState::ended, std::nullopt);
      auto frame = next(look_at_keys_every, stop);
      if (frame) {
        if (auto drawn = screen.draw(*frame->picture); !drawn)
          return is_over(OutputState::refused, std::move(drawn).error());
        count_shown();
      }
      if (screen.is_desktop_gone())
        return is_over(OutputState::refused, Error(ErrorCode::window_failed, "desktop gone"));
    }
    is_over(OutputState::ended, std::nullopt);
  }

  std::atomic<bool> is_wanted_again_{false};
  Worker worker_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Onward> make_program_window(int width, int height, Health& health) {
  return std::make_unique<ProgramWindow>(width, height, health);
}

}  // namespace xb::output
