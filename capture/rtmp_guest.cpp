// Handshake, connect, publish; then sound and pictures as the tags of an FLV file.
// SPDX-License-Identifier: Apache-2.0
#include "capture/rtmp_guest.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xb::capture {
namespace {

using media::rtmp::AmfWriter;
using media::rtmp::Bytes;
using media::rtmp::MessageType;

constexpr std::size_t handshake_bytes = 1536;
constexpr std::size_t longest_name = 512;
// A key picture of 4K at the best quality; the sender is known by then.
constexpr std::uint32_t longest_piece = 4U * 1024 * 1024;
constexpr std::uint32_t window = 2'500'000;
constexpr std::uint64_t acknowledge_every = 500'000;
constexpr std::uint32_t the_stream = 1;

void append_be(Bytes& out, std::uint32_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
}

std::string_view without_query(std::string_view text) {
  text = text.substr(0, text.find('?'));
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  return text;
}

}  // namespace

RtmpGuest::Stage RtmpGuest::take(std::span<const std::uint8_t> bytes) {
  received_ += bytes.size();
  if (!is_shaken_ && !shake(bytes)) {
    stage_ = Stage::over;
    return stage_;
  }
  if (!is_shaken_ || stage_ == Stage::over) return stage_;
  const bool is_rtmp = reader_.add(
      bytes, [this](std::uint8_t type, std::span<const std::uint8_t> body, std::uint32_t at) {
        if (stage_ == Stage::over) return;
        if (type == MessageType::command_amf0) {
          if (const auto command = media::rtmp::read_command(body)) obey(*command);
        } else if (stage_ == Stage::publishing) {
          keep(type, body, at);
        }
      });
  if (!is_rtmp) stage_ = Stage::over;
  if (received_ - acknowledged_ >= acknowledge_every) {
    acknowledged_ = received_;
    say_u32(MessageType::acknowledgement, static_cast<std::uint32_t>(received_));
  }
  return stage_;
}

// Takes its part off `bytes`. False: this is not RTMP.
bool RtmpGuest::shake(std::span<const std::uint8_t>& bytes) {
  const auto wanted = 1 + 2 * handshake_bytes - hello_.size();
  const auto size = std::min(wanted, bytes.size());
  hello_.insert(hello_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  bytes = bytes.subspan(size);
  if (!hello_.empty() && hello_.front() != 3) return false;
  if (!is_answered_ && hello_.size() >= 1 + handshake_bytes) {
    is_answered_ = true;
    answers_.push_back(3);
    answers_.resize(1 + handshake_bytes, 0);  // its time and version 0: the plain handshake
    answers_.insert(answers_.end(), hello_.begin() + 1, hello_.begin() + 1 + handshake_bytes);
  }
  if (hello_.size() < 1 + 2 * handshake_bytes) return true;
  is_shaken_ = true;
  hello_ = {};
  return true;
}

void RtmpGuest::obey(const media::rtmp::AmfCommand& command) {
  const auto result = [&] {
    return AmfWriter().string("_result").number(command.transaction).null();
  };
  if (command.name == "connect") {
    application_ = command.app.substr(0, longest_name);
    welcome(command.transaction);
  } else if (command.name == "createStream") {
    say(MessageType::command_amf0, 0, result().number(the_stream).take());
  } else if (command.name == "releaseStream" || command.name == "FCPublish") {
    say(MessageType::command_amf0, 0, result().take());
  } else if (command.name == "publish" && stage_ == Stage::calling) {
    judge(command);
  } else if (command.name == "play") {
    refuse("nothing to play here");
  } else if (command.name == "FCUnpublish" || command.name == "deleteStream" ||
             command.name == "closeStream") {
    if (stage_ == Stage::publishing) stage_ = Stage::over;
  }
}

void RtmpGuest::welcome(double transaction) {
  say_u32(MessageType::window_size, window);
  Bytes bandwidth;
  append_be(bandwidth, window, 4);
  bandwidth.push_back(2);  // as the window says
  say(MessageType::peer_bandwidth, 0, std::move(bandwidth));
  say_u32(MessageType::set_chunk_size, media::rtmp::out_chunk_size);
  chunk_size_ = media::rtmp::out_chunk_size;
  AmfWriter amf;
  amf.string("_result").number(transaction).begin_object();
  amf.key("fmsVer").string("FMS/3,0,1,123").key("capabilities").number(31).end_object();
  amf.begin_object().key("level").string("status");
  amf.key("code").string("NetConnection.Connect.Success");
  amf.key("description").string("Connection succeeded.").key("objectEncoding").number(0);
  say(MessageType::command_amf0, 0, amf.end_object().take());
}

// Everybody learns the same of a wrong secret, and as soon.
void RtmpGuest::judge(const media::rtmp::AmfCommand& publish) {
  const auto offered = std::string(without_query(publish.text.substr(0, longest_name)));
  const bool is_key = secret_.equals(offered);
  if (!secret_.empty() && is_key && without_query(application_) == listen_application) {
    stage_ = Stage::asking;
    return;
  }
  was_wrong_ = true;
  refuse("wrong address");
}

void RtmpGuest::admit() {
  stage_ = Stage::publishing;
  reader_.allow(longest_piece);
  Bytes begin(2, 0);  // the event "stream begins"
  append_be(begin, the_stream, 4);
  say(MessageType::user_control, 0, std::move(begin));
  status("status", "NetStream.Publish.Start", "Go on.");
  static constexpr std::array<std::uint8_t, 13> header{'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};
  flv_.assign(header.begin(), header.end());
}

void RtmpGuest::refuse(std::string_view why) {
  status("error", "NetStream.Publish.BadName", why);
  stage_ = Stage::over;
}

void RtmpGuest::keep(std::uint8_t type, std::span<const std::uint8_t> body, std::uint32_t at) {
  const bool is_piece =
      type == MessageType::audio || type == MessageType::video || type == MessageType::data_amf0;
  if (!is_piece || body.empty()) return;
  // "@setDataFrame" is said to a server; in a file the name comes at once
  static constexpr std::string_view frame{"\x02\x00\x0d@setDataFrame", 16};
  if (type == MessageType::data_amf0 && body.size() > frame.size() &&
      std::equal(frame.begin(), frame.end(), body.begin(),
                 [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    body = body.subspan(frame.size());
  const auto size = static_cast<std::uint32_t>(body.size());
  flv_.push_back(type);
  append_be(flv_, size, 3);
  append_be(flv_, at & 0xFFFFFFU, 3);
  append_be(flv_, at >> 24U, 1);
  append_be(flv_, 0, 3);
  flv_.insert(flv_.end(), body.begin(), body.end());
  append_be(flv_, size + 11, 4);
}

void RtmpGuest::say(MessageType type, std::uint32_t stream, Bytes body) {
  const bool is_word = type == MessageType::command_amf0;
  media::rtmp::append_message(answers_, chunk_size_, is_word ? 3 : 2, type, stream, 0, body);
}

void RtmpGuest::say_u32(MessageType type, std::uint32_t value) {
  Bytes body;
  append_be(body, value, 4);
  say(type, 0, std::move(body));
}

void RtmpGuest::status(std::string_view level, std::string_view code, std::string_view text) {
  AmfWriter amf;
  amf.string("onStatus").number(0).null().begin_object();
  amf.key("level").string(level).key("code").string(code).key("description").string(text);
  say(MessageType::command_amf0, the_stream, amf.end_object().take());
}

}  // namespace xb::capture
