// Texts that change while the picture runs: the whole way of ours, painting included, and drawtext.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <thread>

#include "base/health.h"
#include "base/text.h"
#include "benches.h"
#include "child.h"
#include "heap.h"
#include "overlay/artist.h"
#include "overlay/compositor.h"
#include "overlay/painter.h"

namespace xb::bench {
namespace {

constexpr int frames_a_second = 30;
constexpr int caption_every_s = 6;
constexpr const char* lines[] = {"今天的橙子都是早上六点现摘的",
                                 "主播五斤大概有多少个呀",
                                 "上次买的特别甜又来啦 🍊",
                                 "第一次来，关注了",
                                 "欢迎乡亲们常来坐坐",
                                 "核桃今年收成怎么样",
                                 "这个蜂蜜会结晶吗",
                                 "下单了两箱给爸妈",
                                 "包邮吗，新疆发不发",
                                 "水缸的故事听哭了",
                                 "支持家乡，支持红军村",
                                 "明天还播吗几点开始"};
constexpr const char* names[] = {"成都老饕", "山里的月亮", "春燕", "小河", "刘姐"};

std::unique_ptr<overlay::Artist> made_artist(const BenchScene& scene) {
  auto artist = overlay::Artist::make({scene.width, scene.height}, "red",
                                      std::string(XB_SOURCE_DIR) + "/assets");
  if (artist) return std::move(*artist);
  std::fprintf(stderr, "%s\n", artist.error().log_line().c_str());
  std::exit(1);
}

SessionTime time_of(int frame) {
  return SessionTime(from_ms(60'000 + std::int64_t{1000} * frame / frames_a_second));
}

// How long of every six seconds the caption is on. Upright it has the chat's place: each has half.
int caption_seconds(const BenchScene& scene) {
  return scene.width > scene.height ? 5 : 3;
}

// A session in which people write ten lines and five follow every second, and a caption comes and
// goes every six.
struct Session {
  explicit Session(const BenchScene& bench)
      : caption_frames(caption_seconds(bench) * frames_a_second) {
    const std::string samples = std::string(XB_SOURCE_DIR) + "/assets/samples/";
    auto tables = std::make_shared<overlay::Tables>();
    tables->products = {{"sauce", 4, "土灶豆瓣酱", "晒足一年", "18.8", "500 克", 60,
                         samples + "sauce.png", "https://x.example/p/4"},
                        {"mushroom", 5, "林下香菇干", "今年新货", "45", "250 克", 128,
                         samples + "mushroom.png", "https://x.example/p/5"}};
    tables->captions = {{"cistern", "1935 冬", "一口水缸的约定",
                         "战士借宿三夜，临行前把铜钱压在老乡的水缸底下。", "村史馆口述记录",
                         overlay::CaptionKind::plain}};  // beside the card, as the peer has both
    values.tables = tables;
    values.station = {"望溪村", "云岭县", "青禾镇"};
    values.counter.total = 1286;
    values.badges = {true, false, std::nullopt, "15:42", std::nullopt};
    scene.product = "sauce";
    for (int i = 0; i < 8; ++i) write(time_of(0));
  }
  void write(SessionTime now) { say(lines[next() % 12], now); }
  void say(std::string text, SessionTime now) {
    const auto n = next();
    constexpr std::uint64_t roles = 5;
    values.chat.push_back(
        {n, static_cast<overlay::ChatRole>(1 + n % roles), names[n % 5], std::move(text), now});
    if (values.chat.size() > 32) values.chat.erase(values.chat.begin());
  }
  std::uint64_t next() const { return values.chat.empty() ? 1 : values.chat.back().sequence + 1; }
  void follow(SessionTime now) {
    values.counter.total += 1;
    values.counter.gained += 1;
    values.counter.last_follower = names[values.counter.total % 5];
    values.counter.followers_merged = 1;
    values.counter.last_follow = now;
  }
  // True when something is another than before.
  bool go_to(int frame) {
    const SessionTime now = time_of(frame);
    const bool is_said = frame % 3 == 0;
    if (is_said) write(now);
    if (frame % 6 == 0) follow(now);
    const bool has_caption = frame % (caption_every_s * frames_a_second) < caption_frames;
    if (has_caption == scene.caption.has_value()) return is_said;
    scene.caption = has_caption ? std::optional<std::string>("cistern") : std::nullopt;
    scene.caption_since = now;
    ++scene.version;
    return true;
  }
  // Never one that was shown before: what is kept of those must not be measured.
  void show_other_card(SessionTime now) {
    auto tables = std::make_shared<overlay::Tables>(*values.tables);
    is_first = !is_first;
    for (auto& product : tables->products) ++*product.stock;
    scene.product = tables->products[is_first ? 0 : 1].id;
    scene.product_since = now;
    values.tables = std::move(tables);
    values.chat.clear();
    ++scene.version;
  }
  void hide_card(SessionTime now) {
    scene.product.reset();
    scene.product_since = now;
    ++scene.version;
  }
  int caption_frames;
  bool is_first = true;
  overlay::Scene scene;
  overlay::LiveValues values;
};

// CPU ms a frame.
struct LiveCost {
  double painting = 0;
  double whole = 0;
};

// What the first `before` frames cost is left out, as ffmpeg's short run is.
LiveCost live_cost(const BenchScene& scene, int before, int frames) {
  const auto artist = made_artist(scene);
  Session session(scene);
  std::shared_ptr<const overlay::Bitmaps> bitmaps;
  double painting = 0;
  int paints = 0;
  // The paint thread looks when something changed, or time alone changes the picture.
  int last = -1;
  const auto draw = [&](media::Picture& picture, int frame) {
    const bool has_changed = frame != last && session.go_to(frame);
    last = frame;
    if (has_changed || !bitmaps || time_of(frame) >= artist->next_change()) {
      const double begin = thread_cpu_ms();
      bitmaps = artist->paint(session.scene, session.values, time_of(frame));
      painting += thread_cpu_ms() - begin - clock_ms();
      ++paints;
    }
    overlay::compose(picture, *bitmaps, time_of(frame));
  };
  media::Picture picture(scene.width, scene.height);
  picture.fill(90, 120, 140);
  for (int frame = 0; frame < before; ++frame) draw(picture, frame);
  const auto reset = [&] {
    painting = 0;
    paints = 0;
  };
  const double whole = ms_per_frame(
      [&](media::Picture& under, int frame) {
        if (frame == 0) reset();  // the warm ones are not counted
        draw(under, before + frame);
      },
      scene, frames);
  return {painting / frames, whole - 2 * paints * clock_ms() / frames};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string font_file(const std::string& family) {
  std::string path;
  FILE* found = popen(("fc-match -f '%{file}' '" + family + "'").c_str(), "r");
  for (int c = 0; found != nullptr && (c = std::fgetc(found)) != EOF;) path += static_cast<char>(c);
  if (found != nullptr) pclose(found);
  return path;
}

// The texts lie in files that are read again each frame, as a program that changes them needs; they
// are not changed here, which spares ffmpeg new glyphs. Caption and chat are drawn as long as ours.
std::string drawtext_graph(const Settings& settings, const BenchScene& scene) {
  const std::string base = settings.folder + "/" + scene.name;
  write_file(base + "-cap.txt", "1935 冬 一口水缸的约定：战士借宿三夜，临行前把铜钱压在水缸底下");
  write_file(base + "-cnt.txt", "1286 +6");
  std::string chat;
  for (int i = 0; i < 9; ++i) chat += std::string(names[i % 5]) + " " + lines[i] + "\n";
  write_file(base + "-chat.txt", chat);
  const double unit = std::min(scene.width, scene.height) / 1080.0;
  const auto text = [&](const char* family, const char* file, int size, const char* layer, int x,
                        int y) {
    const auto px = [&](int at_1080) { return static_cast<int>(at_1080 * unit); };
    const BenchLayer& on = *std::find_if(scene.layers.begin(), scene.layers.end(),
                                         [&](const auto& one) { return one.name == layer; });
    return ",drawtext=fontfile=" + font_file(family) + ":textfile=" + base + file +
           ":reload=1:fontsize=" + std::to_string(px(size)) +
           ":fontcolor=white:shadowx=2:shadowy=2:x=" + std::to_string(on.x + px(x)) +
           ":y=" + std::to_string(on.y + px(y));
  };
  const auto seconds = std::to_string(caption_seconds(scene));
  const auto every = std::to_string(caption_every_s);
  const bool is_shared = scene.width < scene.height;  // the place of caption and chat
  const auto enabled = [&](const std::string& layer) -> std::string {
    if (layer == "caption") return ":enable='lt(mod(t," + every + ")," + seconds + ")'";
    if (layer == "chat" && is_shared) return ":enable='gte(mod(t," + every + ")," + seconds + ")'";
    return "";
  };
  const std::string fades =
      ":alpha='min(1,min(mod(t," + every + ")," + seconds + "-mod(t," + every + ")))'";
  return overlay_graph(scene, "o", enabled) + ";[o]null" +
         text("LXGW WenKai", "-cap.txt", 40, "caption", 28, 24) + fades + enabled("caption") +
         text("Noto Sans CJK SC", "-cnt.txt", 50, "counter", 30, 20) +
         text("Noto Sans CJK SC", "-chat.txt", 28, "chat", 20, 20) + ":line_spacing=12" +
         enabled("chat") + "[v]";
}

// Of each of `times` paints, after `before` that are not measured. `prepare` makes what is painted
// unmeasured, `change` what is new.
template <class Prepare, class Change>
std::vector<double> ms_of_paints(const BenchScene& scene, int before, int times, Prepare prepare,
                                 Change change) {
  const auto artist = made_artist(scene);
  Session session(scene);
  SessionTime now = time_of(0);
  std::vector<double> costs;
  for (int i = -before; i < times; ++i) {
    now += from_ms(700);
    if (prepare(session, now)) {
      artist->paint(session.scene, session.values, now);
      now += from_ms(700);
    }
    change(session, now);
    const double begin = thread_cpu_ms();
    artist->paint(session.scene, session.values, now);
    if (i >= 0) costs.push_back(thread_cpu_ms() - begin);
  }
  return costs;
}

bool unprepared(Session&, SessionTime) {
  return false;
}

// Every text and picture once before: what is claimed is the change, not the first glyph.
template <class Prepare, class Change>
double ms_per_paint(const BenchScene& scene, int times, Prepare prepare, Change change) {
  const auto costs = ms_of_paints(scene, 24, times, prepare, change);
  return std::accumulate(costs.begin(), costs.end(), 0.0) / times;
}

// Texts as hostile as they come, another one each time: `i` counts them.
struct Hostile {
  const char* name;
  std::string (*text)(unsigned i);
};
constexpr Hostile hostile_texts[] = {
    {"ten times too long",
     [](unsigned i) {
       std::string all;
       for (unsigned k = 0; k < 500; ++k) append_utf8(all, 0x4E00 + (i * 500 + k) % 3000);
       return all;
     }},
    {"emoji that join",
     [](unsigned i) {
       std::string all;
       for (unsigned k = 0; k < 12; ++k) {
         append_utf8(all, 0x1F468 + (i + k) % 2);
         all += "\u200D\U0001F469\u200D";
         append_utf8(all, 0x1F466 + k % 2);
       }
       return all;
     }},
    {"hanzi of extensions B to H",
     [](unsigned i) {
       std::string all;
       for (unsigned k = 0; k < 20; ++k) append_utf8(all, 0x20000 + (i * 20 + k) * 431 % 0x12000);
       return all;
     }},
    {"right to left",
     [](unsigned i) {
       std::string all;
       for (unsigned k = 0; k < 60; ++k)
         append_utf8(all, k % 6 == 5 ? U' ' : (k / 6 % 2 == 0 ? 0x5D0 : 0x627) + (i + k) % 20);
       return all;
     }},
    {"marks in stacks", [](unsigned i) {
       std::string all;
       for (unsigned k = 0; k < 20; ++k) {
         append_utf8(all, U'a' + (i + k) % 26);
         for (unsigned mark = 0; mark < 16; ++mark) append_utf8(all, 0x300 + (i + mark) % 0x60);
       }
       return all;
     }}};

// The dearest of `times` lines, each with glyphs nobody has seen.
double dearest_line(const BenchScene& scene, const Hostile& hostile, int times) {
  const auto costs = ms_of_paints(
      scene, 4, times, unprepared,
      [&, i = 0U](Session& s, SessionTime now) mutable { s.say(hostile.text(i++), now); });
  return *std::max_element(costs.begin(), costs.end());
}

}  // namespace

// Both begin with fonts and pictures, which a show does once: only what comes after is compared,
// for ffmpeg as a long run less a short one.
Bench live_bench(const Settings& settings, const BenchScene& scene) {
  Settings long_run = settings;
  long_run.clip_repeats *= 3;
  Bench bench(scene.name + " live texts");
  const auto cost = std::make_shared<LiveCost>();
  const auto ours = bench.row("Artist and compose(): chat 10/s, counter 5/s, caption", [=] {
    *cost = live_cost(scene, settings.clip_frames * settings.clip_repeats, settings.our_frames * 3);
    return cost->whole;
  });
  bench.row("of which Artist", [=] { return cost->painting; });
  const auto inputs = png_inputs(settings, scene);
  const auto graph = drawtext_graph(settings, scene);
  const auto with = ffmpeg_command(long_run, scene, inputs, graph);
  const auto without = ffmpeg_command(long_run, scene, {}, "[0:v]null[v]");
  const auto short_with = ffmpeg_command(settings, scene, inputs, graph);
  const auto short_without = ffmpeg_command(settings, scene, {}, "[0:v]null[v]");
  const auto ffmpeg = bench.row("ffmpeg overlay + drawtext, over the same without", [=] {
    const double texts = cpu_ms_of(with) - cpu_ms_of(short_with);
    const double bare = cpu_ms_of(without) - cpu_ms_of(short_without);
    return (texts - bare) / (settings.clip_frames * settings.clip_repeats * 2);
  });
  bench.peer_command(printed(settings, with));
  bench.peer_command(printed(settings, without));
  bench.at_least("ffmpeg overlay + drawtext / ours", ffmpeg, ours, 18);
  return bench;
}

Bench change_bench(const Settings& settings, const BenchScene& scene) {
  Bench bench(scene.name + " changes");
  const int times = settings.our_frames / 3;
  const auto line = bench.row("one chat line, glyphs seen before", [=] {
    return ms_per_paint(scene, times, unprepared,
                        [](Session& s, SessionTime now) { s.write(now); });
  });
  const auto card = bench.row("one card, its photo cached", [=] {
    return ms_per_paint(scene, times, unprepared,
                        [](Session& s, SessionTime now) { s.show_other_card(now); });
  });
  const auto coming = bench.row("one card coming on in parts, its photo cached", [=] {
    return ms_per_paint(
        scene, times,
        [](Session& s, SessionTime now) {
          s.hide_card(now);
          return true;
        },
        [](Session& s, SessionTime now) { s.show_other_card(now); });
  });
  bench.at_most_ms("one chat line", line, 0.3);
  bench.at_most_ms("one card", card, 1.0);
  bench.at_most_ms("one card coming on in parts", coming, 1.0);
  for (const Hostile& hostile : hostile_texts) {
    const std::string name = std::string("dearest chat line, ") + hostile.name;
    bench.at_most_ms(name, bench.row(name, [=] { return dearest_line(scene, hostile, 20); }), 5.0);
  }

  // The paint thread as in the program; nothing changes for three seconds of frames.
  Session session(scene);
  session.values.chat.clear();
  Snapshot<overlay::LiveValues> values("values",
                                       std::make_shared<overlay::LiveValues>(session.values));
  Snapshot<overlay::Scene> shown("scene", std::make_shared<overlay::Scene>(session.scene));
  Snapshot<overlay::BitmapSet> bitmaps("bitmaps", nullptr);
  auto artist = made_artist(scene);
  const overlay::Artist& painting = *artist;
  Health health;
  std::vector<std::unique_ptr<overlay::Artist>> artists;
  artists.push_back(std::move(artist));
  const overlay::Painter painter(
      std::move(artists), values, shown, bitmaps, [] { return time_of(0); }, health);
  bitmaps.wait_change(0, std::chrono::seconds(20), {});
  // What the paint thread still does after it has published is no part of a frame.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  media::Picture picture(scene.width, scene.height);
  picture.fill(90, 120, 140);
  overlay::compose(picture, *bitmaps.read()->canvases.front(), time_of(0));
  const auto painted = painting.repaints();
  const auto requests = heap_requests();
  for (int frame = 0; frame < 90; ++frame) {
    overlay::compose(picture, *bitmaps.read()->canvases.front(), time_of(frame));
  }
  const auto taken = heap_requests() - requests;
  const auto redrawn = painting.repaints() - painted;
  // A conversion takes memory for its planes: none taken, none converted.
  bench.fact("90 frames without a change: redraws + heap requests",
             std::to_string(redrawn) + " + " + std::to_string(taken), "0 + 0",
             redrawn == 0 && taken == 0);
  return bench;
}

}  // namespace xb::bench
