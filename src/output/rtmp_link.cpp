// RTMP publishing: handshake, connect, publish, tags. Our own, because the key and the reason of a
// refusal must not pass through a library that prints one and hides the other.
// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavcodec/avcodec.h>
}

#include <algorithm>
#include <random>
#include <utility>

#include "base/text.h"
#include "media/av.h"
#include "media/avcc.h"
#include "media/rtmp_chunks.h"
#include "output/link.h"
#include "output/output.h"
#include "output/wire.h"

namespace xb::output {

namespace rtmp = media::rtmp;

namespace {

using rtmp::AmfWriter;
using rtmp::Bytes;
using rtmp::MessageType;

constexpr Duration connect_deadline = from_ms(5000);
// A server that has taken the connection but says nothing (stalled, overloaded) is waited for
// patiently: asking anew would only queue up behind.
constexpr Duration answer_deadline = from_ms(15'000);
constexpr Duration knock_deadline = from_ms(6000);  // somebody waits for the answer
constexpr std::size_t handshake_part = 1536;
// More than any frame: a server that makes us answer and reads nothing ends here.
constexpr std::size_t most_unsent = 4U * 1024 * 1024;
constexpr std::size_t longest_reason = 120;  // graphemes of a server's own words

// Channels keep sound and picture apart; the numbers are custom, any would do.
constexpr std::uint8_t control_channel = 2;
constexpr std::uint8_t command_channel = 3;
constexpr std::uint8_t audio_channel = 4;
constexpr std::uint8_t video_channel = 6;

constexpr double connect_call = 1;
constexpr double create_call = 4;
constexpr double publish_call = 5;

class RtmpLink final : public Link {
 public:
  RtmpLink(PushUrl url, const OutputParts& parts)
      : url_(std::move(url)), video_(parts.video), audio_(parts.audio), clock_(parts.clock) {
    const auto bits = video_.bits_per_second + audio_.bits_per_second;
    wire_settings_.host = url_.host;
    wire_settings_.port = url_.port;
    wire_settings_.is_tls = url_.scheme == "rtmps";
    wire_settings_.ca_file = url_.ca_file;
    // Half a second: the kernel doubles it for its own book-keeping, and what is in it can no
    // longer be dropped.
    wire_settings_.send_buffer =
        static_cast<std::size_t>(std::clamp<std::int64_t>(bits / 16, 32 * 1024, 512 * 1024));
  }

  Status open(std::stop_token stop) override {
    XB_TRY_ASSIGN(const auto deadline, come_to_application(answer_deadline, stop));
    say_publish();
    XB_TRY(wait_until([&] { return is_published_; }, deadline, stop));
    say_headers();
    return ok();
  }

  Result<bool> knock(std::stop_token stop) override {
    auto came = come_to_application(knock_deadline, stop);
    if (came) return true;
    if (came.error().code() != ErrorCode::output_refused) return std::move(came).error();
    return Error(ErrorCode::output_address_refused, came.error().detail());
  }

  Reached reached() const override {
    if (!wire_) return Reached::nothing;
    return is_key_shown_ ? Reached::key : Reached::server;
  }
  bool is_hung_up() const override { return wire_ && wire_->is_hung_up(); }

  Status send(const media::Packet& packet) override {
    const bool is_video = packet.kind == media::Kind::video;
    if (start_us_ < 0) start_us_ = time_us(packet);
    const auto at = static_cast<std::uint32_t>((time_us(packet) - start_us_) / 1000);
    const std::span<const std::uint8_t> data(packet.data->data,
                                             static_cast<std::size_t>(packet.data->size));
    Bytes tag;
    tag.reserve(data.size() + 64);
    if (is_video) {
      const auto ahead = (packet.pts - packet.dts) / 90;
      tag = {static_cast<std::uint8_t>(packet.is_key ? 0x17 : 0x27), 1,
             static_cast<std::uint8_t>(ahead >> 16), static_cast<std::uint8_t>(ahead >> 8),
             static_cast<std::uint8_t>(ahead)};
      media::append_avcc(tag, data);
    } else {
      tag = {0xAF, 1};
      tag.insert(tag.end(), data.begin(), data.end());
    }
    say(is_video ? video_channel : audio_channel,
        is_video ? MessageType::video : MessageType::audio, stream_, at, tag);
    return pump(Duration{});
  }

  Status pump(Duration wait) override {
    auto moved = wire_->pump(wait);
    // what was said before it broke may be the reason
    if (const auto bytes = wire_->take_received(); !bytes.empty()) XB_TRY(take(bytes));
    XB_TRY(std::move(moved));
    if (wire_->is_closed())
      return Error(ErrorCode::output_unreachable, url_.server() + ": closed by the server");
    return ok();
  }

  bool has_room() const override { return wire_->unsent() == 0; }
  std::uint64_t taken() const override { return wire_ ? wire_->taken() : 0; }
  std::uint64_t written() const override { return wire_ ? wire_->written() + wire_->unsent() : 0; }
  std::size_t waiting() const override {
    return wire_ ? static_cast<std::size_t>(written() - taken()) : 0;
  }
  std::optional<Duration> round_trip() const override {
    return wire_ ? wire_->round_trip() : std::nullopt;
  }
  Duration silent_for() const override { return wire_->silent_for(); }

  void close(Duration deadline) override {
    if (!wire_ || wire_->is_closed() || !is_published_) return;
    say_command(AmfWriter().string("FCUnpublish").number(6).null().string(url_.key.reveal()));
    say_command(AmfWriter().string("deleteStream").number(7).null().number(stream_));
    const auto until = clock_.now() + deadline;
    while (clock_.now() < until && waiting() > 0) {
      if (!pump(from_ms(20))) return;
    }
  }

  bool probe(std::stop_token stop) override {
    return answers(url_.host, url_.port, clock_.now() + from_ms(1000), clock_, stop);
  }

 private:
  // Until when the rest may take.
  Result<MonoTime> come_to_application(Duration patience, const std::stop_token& stop) {
    const auto connected_by = clock_.now() + connect_deadline;
    XB_TRY_ASSIGN(wire_, Wire::connect(wire_settings_, clock_, connected_by, stop));
    XB_TRY(wire_->secure(clock_, connected_by, stop));
    const auto deadline = clock_.now() + patience;
    XB_TRY(handshake(deadline, stop));
    say_connect();
    XB_TRY(wait_until([&] { return is_connected_; }, deadline, stop));
    return deadline;
  }

  template <class Done>
  Status wait_until(const Done& done, MonoTime deadline, const std::stop_token& stop) {
    while (!done()) {
      if (stop.stop_requested()) return Error(ErrorCode::cancelled);
      if (clock_.now() >= deadline) return Error(ErrorCode::output_stalled, url_.server());
      XB_TRY(pump(from_ms(100)));
    }
    return ok();
  }

  Status handshake(MonoTime deadline, const std::stop_token& stop) {
    Bytes hello(1 + handshake_part, 0);
    hello[0] = 3;  // version
    std::minstd_rand random(static_cast<unsigned>(clock_.now().time_since_epoch().count()));
    for (std::size_t i = 9; i < hello.size(); ++i) hello[i] = static_cast<std::uint8_t>(random());
    wire_->write(hello);
    return wait_until([&] { return is_shaken_; }, deadline, stop);
  }

  Status shake(std::span<const std::uint8_t> bytes) {
    handshake_.insert(handshake_.end(), bytes.begin(), bytes.end());
    if (handshake_[0] != 3)
      return Error(ErrorCode::output_unreachable, url_.server() + ": not RTMP");
    if (handshake_.size() < 1 + 2 * handshake_part) return ok();
    const auto answer = std::move(handshake_);
    wire_->write(std::span(answer).subspan(1, handshake_part));
    is_shaken_ = true;
    return take(std::span(answer).subspan(1 + 2 * handshake_part));
  }

  Status take(std::span<const std::uint8_t> bytes) {
    if (!is_shaken_) return shake(bytes);
    received_ += bytes.size();
    const auto on_message = [this](std::uint8_t type, std::span<const std::uint8_t> body,
                                   std::uint32_t /*timestamp*/) {
      if (type == MessageType::user_control) answer_ping(body);
      if (type == MessageType::command_amf0) {
        if (const auto command = rtmp::read_command(body)) obey(*command);
      }
    };
    if (!reader_.add(bytes, on_message))
      return Error(ErrorCode::output_unreachable, url_.server() + ": not RTMP");
    if (received_ - acknowledged_ > 65'536) {  // well inside any window a server asks for
      acknowledged_ = received_;
      say_u32(MessageType::acknowledgement, static_cast<std::uint32_t>(received_));
    }
    if (refusal_) return *std::exchange(refusal_, std::nullopt);
    if (wire_->unsent() > most_unsent)
      return Error(ErrorCode::output_unreachable, url_.server() + ": takes no answers");
    return ok();
  }

  void obey(const rtmp::AmfCommand& command) {
    const bool is_error = command.name == "_error" || command.level == "error";
    if (command.name == "_result" && command.transaction == connect_call) is_connected_ = true;
    if (command.name == "_result" && command.transaction == create_call && !has_stream_) {
      const auto id = command.number.value_or(-1);
      if (!(id >= 0 && id <= 4294967295.0)) {  // also when it is no number
        refusal_ = Error(ErrorCode::output_unreachable, url_.server() + ": no stream");
        return;
      }
      has_stream_ = true;
      stream_ = static_cast<std::uint32_t>(id);
      AmfWriter publish;
      publish.string("publish").number(publish_call).null().string(url_.key.reveal());
      say(command_channel, MessageType::command_amf0, stream_, 0, publish.string("live").take());
    }
    if (command.code == "NetStream.Publish.Start") is_published_ = true;
    // releaseStream and FCPublish may be unknown to a server; connect and publish may not.
    const bool is_ours = command.name == "onStatus" || command.transaction == connect_call ||
                         command.transaction == create_call || command.transaction == publish_call;
    if (is_error && is_ours && !refusal_) {
      // cut last: half a key would not be known for one
      const auto why = clean_outside_text(command.code + " " + command.description,
                                          {.graphemes = longest_reason * 10});
      refusal_ =
          Error(rtmp::is_in_use(command) ? ErrorCode::output_in_use : ErrorCode::output_refused,
                cut_graphemes(redacted(why), longest_reason));
    }
  }

  void answer_ping(std::span<const std::uint8_t> body) {
    constexpr std::uint8_t ping = 6;
    constexpr std::uint8_t pong = 7;
    if (body.size() < 6 || body[0] != 0 || body[1] != ping) return;
    Bytes answer(body.begin(), body.begin() + 6);
    answer[1] = pong;
    say(control_channel, MessageType::user_control, 0, 0, answer);
  }

  void say(std::uint8_t channel, MessageType type, std::uint32_t stream, std::uint32_t timestamp,
           std::span<const std::uint8_t> body) {
    Bytes chunks;
    chunks.reserve(body.size() + 32);
    rtmp::append_message(chunks, chunk_size_, channel, type, stream, timestamp, body);
    wire_->write(chunks);
  }
  void say_command(AmfWriter& amf) {
    say(command_channel, MessageType::command_amf0, 0, 0, amf.take());
  }
  void say_u32(MessageType type, std::uint32_t value) {
    const Bytes body{static_cast<std::uint8_t>(value >> 24U),
                     static_cast<std::uint8_t>(value >> 16U),
                     static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
    say(control_channel, type, 0, 0, body);
  }

  void say_connect() {
    say_u32(MessageType::set_chunk_size, rtmp::out_chunk_size);
    chunk_size_ = rtmp::out_chunk_size;
    AmfWriter amf;
    amf.string("connect").number(connect_call).begin_object();
    amf.key("app").string(url_.app).key("type").string("nonprivate");
    amf.key("flashVer").string("FMLE/3.0 (compatible; Xiangbo)");
    amf.key("tcUrl").string(url_.server()).end_object();
    say_command(amf);
  }

  void say_publish() {
    const auto& key = url_.key.reveal();
    is_key_shown_ = true;
    say_command(AmfWriter().string("releaseStream").number(2).null().string(key));
    say_command(AmfWriter().string("FCPublish").number(3).null().string(key));
    say_command(AmfWriter().string("createStream").number(create_call).null());
  }

  void say_headers() {
    AmfWriter meta;
    meta.string("@setDataFrame").string("onMetaData").begin_array(8);
    meta.key("width").number(video_.width).key("height").number(video_.height);
    meta.key("framerate").number(static_cast<double>(video_.rate.num) / video_.rate.den);
    meta.key("videocodecid").number(7).key("audiocodecid").number(10);
    meta.key("videodatarate").number(static_cast<double>(video_.bits_per_second) / 1000);
    meta.key("audiodatarate").number(static_cast<double>(audio_.bits_per_second) / 1000);
    meta.key("encoder").string("Xiangbo").end_object();
    say(audio_channel, MessageType::data_amf0, stream_, 0, meta.take());
    const auto extradata = [](const media::StreamParameters& parameters) {
      const auto& codec = *parameters.codec->parameters;
      return std::span<const std::uint8_t>(codec.extradata,
                                           static_cast<std::size_t>(codec.extradata_size));
    };
    Bytes video{0x17, 0, 0, 0, 0};
    const auto configuration = media::avc_configuration(extradata(video_));
    video.insert(video.end(), configuration.begin(), configuration.end());
    say(video_channel, MessageType::video, stream_, 0, video);
    Bytes audio{0xAF, 0};
    audio.insert(audio.end(), extradata(audio_).begin(), extradata(audio_).end());
    say(audio_channel, MessageType::audio, stream_, 0, audio);
  }

  const PushUrl url_;
  const media::StreamParameters video_;
  const media::StreamParameters audio_;
  Clock& clock_;
  WireSettings wire_settings_;
  std::unique_ptr<Wire> wire_;
  rtmp::ChunkReader reader_;
  Bytes handshake_;  // as far as it came
  std::size_t chunk_size_ = 128;
  std::uint64_t received_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint32_t stream_ = 0;
  std::int64_t start_us_ = -1;
  bool is_shaken_ = false;
  bool is_connected_ = false;
  bool is_key_shown_ = false;
  bool has_stream_ = false;
  bool is_published_ = false;
  std::optional<Error> refusal_;
};

}  // namespace

std::unique_ptr<Link> make_rtmp_link(const PushUrl& url, const OutputParts& parts) {
  return std::make_unique<RtmpLink>(url, parts);
}

}  // namespace xb::output
