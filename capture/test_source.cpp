// test: colour bars, timecode, a tone, and flash and beep together at each full second.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <vector>

#include "capture/source.h"

namespace xb::capture {
namespace {

constexpr Duration flash = std::chrono::milliseconds(80);
constexpr int block = 1024;

struct Colour {
  std::uint8_t y, u, v;
};
// 75 % bars in BT.709 limited: white, yellow, cyan, green, magenta, red, blue, black
constexpr std::array<Colour, 8> bars{{{180, 128, 128},
                                      {168, 44, 136},
                                      {145, 147, 44},
                                      {133, 63, 52},
                                      {63, 193, 204},
                                      {51, 109, 212},
                                      {28, 212, 120},
                                      {16, 128, 128}}};
// Segments a to g of a digit, bit 0 is a (top), clockwise, bit 6 the middle.
constexpr std::array<unsigned, 10> segments{0x3F, 0x06, 0x5B, 0x4F, 0x66,
                                            0x6D, 0x7D, 0x07, 0x7F, 0x6F};

void box(media::Picture& into, int x, int y, int width, int height, Colour colour) {
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    const std::uint8_t value = plane == 0 ? colour.y : (plane == 1 ? colour.u : colour.v);
    const int left = std::max(x, 0) >> shift;
    const int right = std::min(x + width, into.width()) >> shift;
    const int bottom = std::min(y + height, into.height()) >> shift;
    for (int row = std::max(y, 0) >> shift; row < bottom; ++row) {
      auto* line = into.plane(plane) + static_cast<std::ptrdiff_t>(row) * into.stride(plane);
      std::fill(line + left, line + std::max(left, right), value);
    }
  }
}

void digit(media::Picture& into, int value, int x, int y, int unit) {
  constexpr Colour white{235, 128, 128};
  const auto lit = segments[static_cast<std::size_t>(value)];
  const auto on = [&](unsigned bit) { return (lit >> bit & 1U) != 0; };
  if (on(0)) box(into, x, y, 4 * unit, unit, white);
  if (on(1)) box(into, x + 3 * unit, y, unit, 4 * unit, white);
  if (on(2)) box(into, x + 3 * unit, y + 3 * unit, unit, 4 * unit, white);
  if (on(3)) box(into, x, y + 6 * unit, 4 * unit, unit, white);
  if (on(4)) box(into, x, y + 3 * unit, unit, 4 * unit, white);
  if (on(5)) box(into, x, y, unit, 4 * unit, white);
  if (on(6)) box(into, x, y + 3 * unit, 4 * unit, unit, white);
}

class TestSource final : public Source {
 public:
  explicit TestSource(const SourceSetup& setup)
      : rate_(setup.rate), wanted_(setup.wanted), sound_(block * 2) {}

  Status open(std::stop_token) override {
    frame_ = {-1};
    first_ = {-block};
    return ok();
  }

  Result<Due> next(std::stop_token) override {
    const auto picture = time_of(FrameNumber{frame_.value + 1}, rate_);
    const auto sound = time_of(SampleCount{first_.value + block});
    const bool is_picture =
        wanted_ == Wanted::picture || (wanted_ != Wanted::sound && picture <= sound);
    if (is_picture) {
      ++frame_.value;
      return Due{Next::picture, picture.time_since_epoch()};
    }
    first_.value += block;
    play();
    return Due{Next::sound, sound.time_since_epoch()};
  }

  Status read_picture(media::Picture& into, std::size_t) override {
    const auto time = time_of(frame_, rate_).time_since_epoch();
    if (time % std::chrono::seconds(1) < flash) {
      into.fill(235, 128, 128);
    } else {
      draw_bars(into);
    }
    draw_timecode(into);
    return ok();
  }

  std::span<const float> sound() const override { return sound_; }
  void close() override {}
  Pace pace() const override { return Pace::paced; }
  bool has_sound() const override { return wanted_ != Wanted::picture; }
  std::string about() const override { return "test picture"; }

 private:
  static void draw_bars(media::Picture& into) {
    const int width = into.width();
    for (int i = 0; i < 8; ++i) {
      const int left = width * i / 8 & ~1;
      const int right = width * (i + 1) / 8 & ~1;
      box(into, left, 0, (i == 7 ? width : right) - left, into.height(),
          bars[static_cast<std::size_t>(i)]);
    }
  }

  // HH MM SS FF on a dark ground in the middle, and a block that runs below it once a second.
  void draw_timecode(media::Picture& into) const {
    const auto per_second = (rate_.num + rate_.den - 1) / rate_.den;
    const auto second = time_of(frame_, rate_).time_since_epoch() / std::chrono::seconds(1);
    const auto in_second = frame_.value - (second * rate_.num + rate_.den - 1) / rate_.den;
    const std::array<std::int64_t, 4> fields{second / 3600 % 100, second / 60 % 60, second % 60,
                                             in_second};
    const int unit = std::max(2, into.width() / 120 & ~1);
    const int width = unit * 48;
    const int left = (into.width() - width) / 2 & ~1;
    const int top = into.height() / 2 & ~1;
    box(into, left - 2 * unit, top - 2 * unit, width + 4 * unit, 14 * unit, {24, 128, 128});
    for (int i = 0; i < 4; ++i) {
      const auto value = static_cast<int>(fields[static_cast<std::size_t>(i)] % 100);
      const int x = left + i * 13 * unit;
      digit(into, value / 10, x, top, unit);
      digit(into, value % 10, x + 5 * unit, top, unit);
    }
    const auto way = static_cast<int>((width - 2 * unit) * in_second / per_second) & ~1;
    box(into, left + way, top + 8 * unit, 2 * unit, 2 * unit, {235, 128, 128});
  }

  // A quiet 220 Hz all the time, so that silence is seen on the meter; 1 kHz in the flash.
  void play() {
    constexpr double turn = 6.283185307179586;
    constexpr std::int64_t beep = sample_rate * 80 / 1000;
    for (std::int64_t i = 0; i < block; ++i) {
      const auto in_second = (first_.value + i) % sample_rate;
      const auto t = static_cast<double>(in_second) / sample_rate;
      double value = 0.02 * std::sin(turn * 220 * t);
      if (in_second < beep) value += 0.5 * std::sin(turn * 1000 * t);
      sound_[static_cast<std::size_t>(i) * 2] = static_cast<float>(value);
      sound_[static_cast<std::size_t>(i) * 2 + 1] = static_cast<float>(value);
    }
  }

  const Rate rate_;
  const Wanted wanted_;
  FrameNumber frame_;
  SampleCount first_;
  std::vector<float> sound_;
};

}  // namespace

std::unique_ptr<Source> make_test_source(const SourceSpec&, const SourceSetup& setup) {
  return std::make_unique<TestSource>(setup);
}

}  // namespace xb::capture
