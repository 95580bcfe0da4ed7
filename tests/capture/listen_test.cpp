// listen: who gets in and who does not, byte by byte and with a real ffmpeg that pushes.
// SPDX-License-Identifier: Apache-2.0
#include "capture/listen.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "capture/rtmp_door.h"
#include "capture/rtmp_guest.h"
#include "capture/runner.h"
#include "tests/capture/program_bench.h"
#include "tests/support/media_files.h"

extern char** environ;

namespace xb::capture {
namespace {

using media::rtmp::AmfWriter;
using media::rtmp::Bytes;
using Stage = RtmpGuest::Stage;

const Secret& secret() {
  static const Secret one("abcdefgh2345");
  return one;
}

Bytes hello() {
  Bytes out(1 + 1536 + 1536, 7);
  out[0] = 3;
  return out;
}

Bytes command(AmfWriter& amf) {
  Bytes out;
  media::rtmp::append_message(out, 128, 3, media::rtmp::command_amf0, 0, 0, amf.take());
  return out;
}

Bytes calls(const std::string& app, const std::string& name) {
  auto out = hello();
  const auto add = [&](AmfWriter& amf) {
    const auto bytes = command(amf);
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  add(AmfWriter().string("connect").number(1).begin_object().key("app").string(app).end_object());
  add(AmfWriter().string("releaseStream").number(2).null().string(name));
  add(AmfWriter().string("createStream").number(3).null());
  add(AmfWriter().string("publish").number(4).null().string(name).string("live"));
  return out;
}

bool says(const Bytes& bytes, std::string_view text) {
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

TEST(RtmpGuest, who_names_the_secret_may_ask_however_the_bytes_are_cut) {
  const auto bytes = calls("xiangbo", secret().reveal() + "?from=phone");
  for (const std::size_t step : {1U, 100U, 1537U, 100'000U}) {
    RtmpGuest guest(secret());
    for (std::size_t at = 0; at < bytes.size(); at += step)
      guest.take(std::span(bytes).subspan(at, std::min(step, bytes.size() - at)));
    EXPECT_EQ(guest.stage(), Stage::asking) << step;
    const auto answers = guest.take_answers();
    EXPECT_EQ(answers[0], 3);
    EXPECT_TRUE(std::equal(bytes.begin() + 1, bytes.begin() + 1537, answers.begin() + 1537));
    EXPECT_TRUE(says(answers, "NetConnection.Connect.Success"));
    EXPECT_FALSE(says(answers, "Publish"));
    guest.admit();
    EXPECT_TRUE(says(guest.take_answers(), "NetStream.Publish.Start"));
    EXPECT_EQ(guest.take_flv().size(), 13U) << "the header of the file";
  }
}

TEST(RtmpGuest, who_does_not_is_told_so_and_nothing_of_his_is_kept) {
  for (const auto& [app, name] : {std::pair<std::string, std::string>{"xiangbo", "abcdefgh2346"},
                                  {"xiangbo", ""},
                                  {"xiangbo", "abcdefgh"},
                                  {"live", secret().reveal()},
                                  {"", secret().reveal()}}) {
    RtmpGuest guest(secret());
    EXPECT_EQ(guest.take(calls(app, name)), Stage::over) << app << "/" << name;
    EXPECT_TRUE(guest.was_wrong());
    const auto answers = guest.take_answers();
    EXPECT_TRUE(says(answers, "NetStream.Publish.BadName"));
    EXPECT_FALSE(says(answers, secret().reveal()));
    Bytes picture;
    media::rtmp::append_message(picture, 128, 6, media::rtmp::video, 1, 0, Bytes(100, 0x17));
    guest.take(picture);
    EXPECT_TRUE(guest.take_flv().empty());
  }
  const Secret none;  // a secret that is not there opens nothing
  RtmpGuest guest(none);
  EXPECT_EQ(guest.take(calls("xiangbo", "")), Stage::over);
  RtmpGuest browser(secret());
  const std::string_view get = "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(browser.take({reinterpret_cast<const std::uint8_t*>(get.data()), get.size()}),
            Stage::over);
  RtmpGuest watcher(secret());
  auto bytes = hello();
  const auto play = command(AmfWriter().string("play").number(1).null().string("x"));
  bytes.insert(bytes.end(), play.begin(), play.end());
  EXPECT_EQ(watcher.take(bytes), Stage::over);
}

TEST(RtmpGuest, pieces_come_out_as_the_tags_of_a_file) {
  RtmpGuest guest(secret());
  guest.take(calls("/xiangbo/", secret().reveal()));
  ASSERT_EQ(guest.stage(), Stage::asking);
  guest.admit();
  guest.take_flv();
  Bytes wire;
  const Bytes body(300, 0x17);
  media::rtmp::append_message(wire, 128, 6, media::rtmp::video, 1, 0x01020304, body);
  // of a hundred milliseconds later, as a sender puts it that saves bytes: the same, and this long
  wire.insert(wire.end(), {0x46, 0, 0, 100, 0, 0, 2, media::rtmp::audio, 0xAF, 1});
  guest.take(wire);
  const auto flv = guest.take_flv();
  ASSERT_EQ(flv.size(), 11U + 300 + 4 + 11 + 2 + 4);
  EXPECT_EQ(Bytes(flv.begin(), flv.begin() + 11), (Bytes{9, 0, 1, 44, 2, 3, 4, 1, 0, 0, 0}));
  EXPECT_EQ(Bytes(flv.begin() + 311, flv.begin() + 326),
            (Bytes{0, 0, 1, 55, 8, 0, 0, 2, 2, 3, 104, 1, 0, 0, 0}));
  Bytes end;
  end = command(AmfWriter().string("deleteStream").number(6).null().number(1));
  EXPECT_EQ(guest.take(end), Stage::over);
}

TEST(Listen, place_and_address_are_read_and_written) {
  const auto place = [](const std::string& text) {
    const auto spec = parse_source(text);
    return spec ? listen_place(*spec)->port : -1;
  };
  EXPECT_EQ(place("listen:rtmp"), 0);
  EXPECT_EQ(place("listen:srt:9000"), 9000);
  for (const auto* wrong : {"listen:", "listen:rtsp", "listen:rtmp:", "listen:rtmp:0",
                            "listen:rtmp:70000", "listen:rtmp:12x", "listen:rtmp://h:1"})
    EXPECT_EQ(place(wrong), -1) << wrong;
  EXPECT_EQ(parse_source("listen:rtmp:7000")->shown(), "listen:rtmp:7000");
  const auto rtmp = listen_address(ListenProtocol::rtmp, "192.168.1.5", 7182, secret());
  EXPECT_EQ(rtmp.whole, "rtmp://192.168.1.5:7182/xiangbo/abcdefgh2345");
  EXPECT_EQ(rtmp.server, "rtmp://192.168.1.5:7182/xiangbo");
  const auto srt = listen_address(ListenProtocol::srt, "192.168.1.5", 7192, secret());
  EXPECT_EQ(srt.whole, "srt://192.168.1.5:7192?mode=caller&passphrase=abcdefgh2345&pbkeylen=16");
  EXPECT_EQ(srt.server, "srt://192.168.1.5:7192");
  const auto fresh = new_listen_secret();
  EXPECT_TRUE(is_listen_secret(fresh.reveal()));
  EXPECT_NE(fresh.reveal(), new_listen_secret().reveal());
  EXPECT_FALSE(is_listen_secret("short"));
  EXPECT_FALSE(is_listen_secret("with/slash-in-it"));
}

// A caller that connects to the port and says `bytes`, and then nothing; ended with the object.
class Caller {
 public:
  Caller(int port, const Bytes& bytes) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    say(bytes);
  }
  ~Caller() { ::close(fd_); }
  void say(const Bytes& bytes) const {
    if (!bytes.empty()) ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

 private:
  int fd_;
};

Error error_of(const Status& status) {
  return status ? Error(ErrorCode::internal, "none") : status.error();
}

TEST(StreamListen,
     neither_noise_nor_silence_keeps_the_true_one_out_and_the_guest_is_not_pushed_off) {
  SystemClock clock;
  auto door = RtmpDoor::open(0, secret(), clock);
  ASSERT_TRUE(door);
  EXPECT_EQ(RtmpDoor::open((*door)->port(), secret(), clock).error().code(),
            ErrorCode::source_port_taken);
  std::deque<Caller> callers;
  Bytes noise(5000);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(i * 37);
  for (int i = 0; i < 20; ++i) callers.emplace_back((*door)->port(), Bytes{});
  for (int i = 0; i < 5; ++i) callers.emplace_back((*door)->port(), noise);
  callers.emplace_back((*door)->port(), calls("xiangbo", "wrongwrong22"));
  callers.emplace_back((*door)->port(), calls("xiangbo", secret().reveal()));
  const auto& guest = callers.back();
  ASSERT_TRUE((*door)->wait_for_guest({}));
  EXPECT_EQ((*door)->wrong(), 1U);
  Bytes into(100'000);
  EXPECT_EQ((*door)->read(into, from_ms(10)).value_or(0), 13U);
  // another one with the secret, while this one sends: refused
  callers.emplace_back((*door)->port(), calls("xiangbo", secret().reveal()));
  Bytes picture;
  media::rtmp::append_message(picture, 128, 6, media::rtmp::video, 1, 0, Bytes(1000, 0x17));
  std::size_t got = 0;
  for (int i = 0; i < 10; ++i) {
    guest.say(picture);
    const auto more = (*door)->read(into, from_ms(20));
    ASSERT_TRUE(more);
    got += *more;
  }
  EXPECT_EQ(got, 10U * 1015);
  // it stands still: after a second another one takes its place
  std::this_thread::sleep_for(from_ms(1100));
  callers.emplace_back((*door)->port(), calls("xiangbo", secret().reveal()));
  Result<std::size_t> end = 0;
  for (int i = 0; i < 100 && end; ++i) end = (*door)->read(into, from_ms(20));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code(), ErrorCode::source_stalled);
  (*door)->send_away();
  ASSERT_TRUE((*door)->wait_for_guest({}));
  EXPECT_EQ((*door)->read(into, from_ms(10)).value_or(0), 13U);
  callers.pop_back();  // gone
  for (end = 0; end;) end = (*door)->read(into, from_ms(20));
  (*door)->send_away();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(error_of((*door)->wait_for_guest(stop.get_token())).code(), ErrorCode::cancelled);
}

// Pushes a file in real time; ended with the object.
class Pusher {
 public:
  Pusher(const std::string& file, const std::string& url) {
    const char* format = url.starts_with("srt") ? "mpegts" : "flv";
    const char* arguments[] = {"ffmpeg",       "-nostdin", "-v",   "quiet",      "-re",
                               "-stream_loop", "-1",       "-i",   file.c_str(), "-c",
                               "copy",         "-f",       format, url.c_str(),  nullptr};
    EXPECT_EQ(
        ::posix_spawnp(&pid_, "ffmpeg", nullptr, nullptr, const_cast<char**>(arguments), environ),
        0);
  }
  ~Pusher() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

TEST(StreamListen, a_real_sender_is_in_sync_and_comes_back_and_a_wrong_one_is_not_seen) {
  support::Folder folder;
  const auto file = support::ffmpeg(
      support::flash_and_beep(20) +
          "-c:v libx264 -preset ultrafast -g 15 -pix_fmt yuv420p -c:a aac -b:a 128k",
      folder / "feed.flv");
  for (const auto protocol : {ListenProtocol::rtmp}) {  // both: tests/system/listen.mjs
    ProgramBench<SystemClock> bench;
    auto setup = bench.setup(protocol == ListenProtocol::rtmp ? "listen:rtmp" : "listen:srt");
    setup.source.secret = secret();
    Runner runner(std::move(setup), bench.clock, bench.health);
    bench.run(10);
    const auto port = runner.stats().listens_at;
    ASSERT_TRUE(port);
    const auto state = bench.state_of("capture.camera");
    ASSERT_TRUE(state.error);
    EXPECT_EQ(state.error->code(), ErrorCode::source_waiting);
    {
      const Pusher wrong(
          file, listen_address(protocol, "127.0.0.1", *port, Secret("wrongwrong22")).whole);
      bench.run(60);
      EXPECT_EQ(bench.fresh_ticks, 0) << "what a stranger pushes is never seen";
    }
    const auto url = listen_address(protocol, "127.0.0.1", *port, secret()).whole;
    std::optional<Pusher> pusher;
    pusher.emplace(file, url);
    bench.run(110);
    auto offsets = bench.offsets_ms();
    ASSERT_GE(offsets.size(), 2U);
    std::sort(offsets.begin(), offsets.end());
    EXPECT_NEAR(offsets[offsets.size() / 2], 0, 45);
    EXPECT_GT(bench.fresh_ticks, 60);
    pusher.reset();
    bench.run(45);
    EXPECT_EQ(bench.picked.signal, Signal::lost);
    pusher.emplace(file, url);
    bench.run(120);
    EXPECT_EQ(bench.picked.signal, Signal::fresh);
    EXPECT_EQ(runner.stats().source.rfind("listen:", 0), 0U) << "with nothing there, too";
    EXPECT_EQ(runner.stats().listens_at, port) << "the phone's address stays right";
  }
}

}  // namespace
}  // namespace xb::capture
