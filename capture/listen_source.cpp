// listen:rtmp, listen:srt: a phone or a second laptop pushes its picture to this computer.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include "capture/listen.h"
#include "capture/rtmp_door.h"
#include "capture/track_source.h"

namespace xb::capture {
namespace {

constexpr int usual_srt_port = 7192;

class ListenSource final : public TrackSource {
 public:
  ListenSource(const SourceSpec& its_spec, const SourceSetup& setup)
      : TrackSource(its_spec, setup),
        place_(listen_place(spec()).value_or(ListenPlace{})),
        secret_(spec().secret.empty() ? new_listen_secret() : spec().secret),
        setup_(setup) {}

  Status open(std::stop_token stop) override {
    XB_TRY(place_.protocol == ListenProtocol::rtmp ? await_rtmp(stop) : prepare_srt());
    return open_track(std::move(stop));
  }
  void close() override {
    TrackSource::close();
    if (door_) door_->send_away();
  }

 private:
  Status await_rtmp(const std::stop_token& stop) {
    if (!door_) {
      XB_TRY_ASSIGN(door_, RtmpDoor::open(place_.port, secret_, *setup_.clock));
      place_.port = door_->port();
      input().kind = media::InputKind::pushed;
      input().bytes = door_;
    }
    tell();
    return door_->wait_for_guest(stop);
  }

  // The passphrase is SRT's own secret: who does not know it never gets to the listener.
  Status prepare_srt() {
    if (place_.port == 0) {
      XB_TRY_ASSIGN(place_.port, free_listen_port(usual_srt_port, Transport::udp));
    }
    input().kind = media::InputKind::srt;
    input().url = "srt://0.0.0.0:" + std::to_string(place_.port) + "?mode=listener";
    input().connection = {{"passphrase", secret_.reveal()}, {"pbkeylen", "16"}};
    input().on_listening = [this] { tell(); };
    return ok();
  }

  void tell() {
    if (setup_.on_port) setup_.on_port(place_.port);
    if (setup_.on_waiting) setup_.on_waiting(std::to_string(place_.port));
  }

  ListenPlace place_;
  const Secret secret_;
  const SourceSetup& setup_;
  std::shared_ptr<RtmpDoor> door_;  // its port stays ours from the first opening on
};

}  // namespace

Result<ListenPlace> listen_place(const SourceSpec& spec) {
  const auto wrong = [&] {
    return Error(ErrorCode::source_unsupported,
                 spec.shown() + " → listen:rtmp, listen:srt, listen:rtmp:7182");
  };
  const std::string_view rest(spec.rest);
  const auto colon = rest.find(':');
  const auto word = rest.substr(0, colon);
  ListenPlace out;
  if (word == "srt") {
    out.protocol = ListenProtocol::srt;
  } else if (word != "rtmp") {
    return wrong();
  }
  if (colon == std::string_view::npos) return out;
  const auto digits = rest.substr(colon + 1);
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, out.port);
  if (read.ec != std::errc() || read.ptr != end || out.port < 1 || out.port > 65535) return wrong();
  return out;
}

Secret new_listen_secret() {
  // nothing that is mistaken for something else when it is typed
  static constexpr std::string_view letters = "23456789abcdefghjkmnpqrstuvwxyz";
  constexpr std::size_t length = 12;  // 59 bits; SRT wants ten characters at least
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += letters[any(random)];
  return Secret(std::move(out));
}

bool is_listen_secret(std::string_view text) {
  return text.size() >= 10 && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

ListenAddress listen_address(ListenProtocol protocol, const std::string& host, int port,
                             const Secret& secret) {
  const auto at = host + ":" + std::to_string(port);
  if (protocol == ListenProtocol::srt) {
    return {"srt://" + at + "?mode=caller&passphrase=" + secret.reveal() + "&pbkeylen=16",
            "srt://" + at};
  }
  const auto server = "rtmp://" + at + "/" + std::string(listen_application);
  return {server + "/" + secret.reveal(), server};
}

std::unique_ptr<Source> make_listen_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<ListenSource>(spec, setup);
}

}  // namespace xb::capture
