// An MP4 file, or nothing at all.
// SPDX-License-Identifier: Apache-2.0
#include "app/render_target.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "output/interleaver.h"
#include "output/muxer.h"

namespace xb::app {
namespace {

class Nothing final : public RenderTarget {
 public:
  Status frame(const media::Frame&) override { return ok(); }
  Status block(const media::AudioBlock&) override { return ok(); }
  Status finish() override { return ok(); }
};

class Mp4 final : public RenderTarget {
 public:
  static Result<std::unique_ptr<RenderTarget>> open(const output::EncoderSettings& settings,
                                                    const std::string& path) {
    auto mp4 = std::make_unique<Mp4>();
    XB_TRY_ASSIGN(mp4->video_, output::VideoEncoder::open(settings));
    XB_TRY_ASSIGN(mp4->audio_, output::AudioEncoder::open(settings));
    // What is there stays until the new film is whole; a device or a pipe has no "beside".
    struct stat there {};
    mp4->is_beside_ = ::stat(path.c_str(), &there) != 0 || S_ISREG(there.st_mode);
    mp4->path_ = path;
    mp4->written_to_ = mp4->is_beside_ ? path + ".part" : path;
    mp4->file_.open(mp4->written_to_, std::ios::binary | std::ios::trunc);
    if (!mp4->file_) return Error(ErrorCode::file_unwritable, path + ": " + std::strerror(errno));
    mp4->is_open_ = true;
    XB_TRY_ASSIGN(mp4->muxer_,
                  output::Muxer::open("mp4", mp4->video_->parameters(), mp4->audio_->parameters(),
                                      output::Muxer::fragmented_mp4("frag_keyframe"),
                                      [file = &mp4->file_](std::span<const std::uint8_t> bytes) {
                                        file->write(reinterpret_cast<const char*>(bytes.data()),
                                                    static_cast<std::streamsize>(bytes.size()));
                                      }));
    return std::unique_ptr<RenderTarget>(std::move(mp4));
  }

  Status frame(const media::Frame& frame) override {
    XB_TRY(video_->encode(frame, [this](media::PacketRef packet) { take(std::move(packet)); }));
    return written();
  }
  Status block(const media::AudioBlock& block) override {
    return audio_->encode(block, [this](media::PacketRef packet) { take(std::move(packet)); });
  }
  Status finish() override {
    const output::PacketSink sink = [this](media::PacketRef packet) { take(std::move(packet)); };
    XB_TRY(video_->finish(sink));
    XB_TRY(audio_->finish(sink));
    interleaver_.flush([this](media::PacketRef packet) { write(*packet); });
    XB_TRY(muxer_->finish());
    file_.close();
    XB_TRY(written());
    if (is_beside_ && ::rename(written_to_.c_str(), path_.c_str()) != 0)
      return Error(ErrorCode::file_unwritable, path_ + ": " + std::strerror(errno));
    is_open_ = false;
    return ok();
  }
  ~Mp4() override {
    if (is_open_ && is_beside_) ::unlink(written_to_.c_str());
  }

 private:
  void take(media::PacketRef packet) {
    interleaver_.push(std::move(packet), [this](media::PacketRef ready) { write(*ready); });
  }
  void write(const media::Packet& packet) {
    if (auto status = muxer_->write(packet, 0); !status && status_) status_ = std::move(status);
  }
  Status written() {
    if (!status_) return status_;
    if (!file_) return Error(ErrorCode::disk_failed, "output file");
    return ok();
  }

  std::unique_ptr<output::VideoEncoder> video_;
  std::unique_ptr<output::AudioEncoder> audio_;
  std::string path_, written_to_;
  bool is_beside_ = true;
  bool is_open_ = false;  // until it has its name
  std::ofstream file_;
  std::unique_ptr<output::Muxer> muxer_;
  output::Interleaver interleaver_;
  Status status_;
};

}  // namespace

Result<std::unique_ptr<RenderTarget>> open_target(output::EncoderSettings settings,
                                                  const std::string& path) {
  if (path == "null:") return std::unique_ptr<RenderTarget>(std::make_unique<Nothing>());
  settings.spending = output::Spending::file;
  return Mp4::open(settings, path);
}

bool is_film_name(const std::string& path) {
  auto ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
  return ending.empty() || ending == ".mp4";
}

Progress::Progress(Clock& clock, Rate rate)
    : clock_(clock), rate_(rate), is_shown_(::isatty(STDERR_FILENO) == 1) {
}

void Progress::at(FrameNumber frame) {
  if (!is_shown_ || clock_.now() < next_) return;
  next_ = clock_.now() + std::chrono::milliseconds(500);
  std::cerr << "\r已合成 / composed " << to_ms(time_of(frame, rate_).time_since_epoch()) / 1000
            << " s " << std::flush;
}

void Progress::end(FrameNumber frame) {
  std::cerr << (is_shown_ ? "\r" : "") << "已合成 / composed " << frame.value << " 帧 / frames, "
            << static_cast<double>(to_ms(time_of(frame, rate_).time_since_epoch())) / 1000
            << " s\n";
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace xb::app
