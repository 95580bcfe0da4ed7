// xiangbo render: composes a file offline, as fast as it can, the same each time.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>

#include "app/verbs.h"
#include "base/worker.h"
#include "capture/offline.h"
#include "media/frame.h"
#include "output/encoder.h"
#include "output/interleaver.h"
#include "output/muxer.h"
#include "overlay/compositor.h"
#include "studio/air.h"
#include "studio/assets.h"
#include "studio/offline_show.h"
#include "studio/sources.h"

namespace xb::app {
namespace {

// Encoder look-back plus the picture in hand.
constexpr std::size_t pool_size = 8;

// Where composed frames and blocks go.
class Target {
 public:
  virtual ~Target() = default;
  virtual Status frame(const media::Frame& frame) = 0;
  virtual Status block(const media::AudioBlock& block) = 0;
  virtual Status finish() = 0;
};

class Nothing final : public Target {
 public:
  Status frame(const media::Frame&) override { return ok(); }
  Status block(const media::AudioBlock&) override { return ok(); }
  Status finish() override { return ok(); }
};

class Mp4 final : public Target {
 public:
  static Result<std::unique_ptr<Target>> open(const studio::VideoShow& video,
                                              const std::string& path) {
    auto mp4 = std::make_unique<Mp4>();
    auto settings = studio::encoder_settings(video);
    settings.spending = output::Spending::file;
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
                                      {{"movflags", "empty_moov+default_base_moof+frag_keyframe"}},
                                      [file = &mp4->file_](std::span<const std::uint8_t> bytes) {
                                        file->write(reinterpret_cast<const char*>(bytes.data()),
                                                    static_cast<std::streamsize>(bytes.size()));
                                      }));
    return std::unique_ptr<Target>(std::move(mp4));
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

// One line that is written over, for people at a terminal only.
class Progress {
 public:
  Progress(Clock& clock, Rate rate)
      : clock_(clock), rate_(rate), is_shown_(::isatty(STDERR_FILENO) == 1) {}
  void at(FrameNumber frame) {
    if (!is_shown_ || clock_.now() < next_) return;
    next_ = clock_.now() + std::chrono::milliseconds(500);
    std::cerr << "\r已合成 / composed " << to_ms(time_of(frame, rate_).time_since_epoch()) / 1000
              << " s " << std::flush;
  }
  void end(FrameNumber frame) {
    std::cerr << (is_shown_ ? "\r" : "") << "已合成 / composed " << frame.value << " 帧 / frames, "
              << static_cast<double>(to_ms(time_of(frame, rate_).time_since_epoch())) / 1000
              << " s\n";
  }

 private:
  Clock& clock_;
  const Rate rate_;
  const bool is_shown_;
  MonoTime next_;
};

Status render(const studio::Show& show, capture::OfflineSource& source,
              studio::OfflineShow& offline, Target& target, Clock& clock) {
  const auto rate = show.video.rate;
  media::PicturePool pictures("render", pool_size,
                              [&] { return media::Picture(show.video.width, show.video.height); });
  media::SamplesPool sounds("render sound", 2, [] { return media::Samples(); });
  Progress progress(clock, rate);
  SampleCount sound;
  FrameNumber frame;
  for (;; ++frame.value) {
    if (wait_for_stop_signal(Duration{0})) return Error(ErrorCode::cancelled, "render");
    XB_TRY_ASSIGN(auto camera, source.next_frame({}));
    if (!camera) break;
    const auto time = time_of(frame, rate);
    XB_TRY_ASSIGN(const auto bitmaps, offline.at(time));
    auto picture = pictures.take();
    XB_CHECK(picture);
    picture->copy_from(*camera);
    overlay::compose(*picture, *bitmaps, time);
    XB_TRY(target.frame({std::move(picture), time, frame}));
    for (const auto end = sample_of(FrameNumber{frame.value + 1}, rate);
         sound.value + media::Samples::count <= end.value; sound.value += media::Samples::count) {
      auto samples = sounds.take();
      XB_CHECK(samples);
      XB_TRY(source.next_block(*samples, {}));
      XB_TRY(target.block({std::move(samples), time_of(sound), sound, false}));
    }
    progress.at(frame);
  }
  XB_TRY(target.finish());
  progress.end(frame);
  return ok();
}

int wrong_input_or_failed(const Error& error) {
  switch (error.code()) {
    case ErrorCode::command_arguments:
    case ErrorCode::command_unknown:
    case ErrorCode::row_unknown:
    case ErrorCode::message_gone:
    case ErrorCode::price_incomplete:
    case ErrorCode::caption_incomplete:
    case ErrorCode::theme_invalid: return exit_wrong_input;
    default: return exit_failed;
  }
}

int fail(const Error& error, int code) {
  say(error);
  return code;
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// All that is read for a film.
std::vector<std::string> inputs_of(const RenderOptions& options, const studio::Show& show) {
  const std::filesystem::path folder(options.show);
  std::vector<std::string> out{options.input};
  if (options.events) out.push_back(*options.events);
  for (const char* name : {"show.toml", "products.csv", "captions.csv"})
    out.push_back((folder / name).string());
  for (const char* name : {"pictures", "themes"}) {
    std::error_code code;
    for (std::filesystem::recursive_directory_iterator at(folder / name, code), end;
         !code && at != end; at.increment(code))
      out.push_back(at->path().string());
  }
  for (const auto& product : show.tables->products) {
    if (!product.picture.empty()) out.push_back(product.picture);
  }
  if (!show.station.mark.empty()) out.push_back((folder / show.station.mark).string());
  return out;
}

// What came too late to be seen is told: a wrong time_ms is easily written.
void say_left_out(std::span<const studio::OfflineEvent> events) {
  if (events.empty()) return;
  std::cerr << "片子结束后还有 " << events.size() << " 条没有用上，第一条在 "
            << events.front().place << "\n"
            << events.size() << " events lie behind the end of the input and were left out, "
            << "the first at " << events.front().place << '\n';
}

}  // namespace

int run(const RenderOptions& options) {
  name_this_thread("render");
  const auto show = load_or_say(options.show);
  if (!show) return exit_wrong_input;
  std::vector<studio::OfflineEvent> events;
  if (options.events) {
    auto read = studio::read_events(*options.events);
    if (!read) return fail(read.error(), exit_wrong_input);
    events = std::move(*read);
  }
  for (const auto& input : inputs_of(options, *show)) {
    if (is_same_file(input, options.output))
      return fail(Error(ErrorCode::usage, "--output: would overwrite " + input), exit_wrong_input);
  }
  const auto assets = studio::assets_folder();
  if (!assets) return fail(assets.error(), exit_failed);
  SystemClock clock;
  capture::SourceSpec input;
  input.text = "file:" + options.input;
  input.scheme = "file";
  input.rest = options.input;
  auto source =
      capture::OfflineSource::open(input, studio::canvas_of(show->video), show->video.rate, clock);
  if (!source) return fail(source.error(), exit_wrong_input);
  auto offline = studio::OfflineShow::make(*show, assets->string(), std::move(events));
  if (!offline) return fail(offline.error(), wrong_input_or_failed(offline.error()));
  auto target = options.output == "null:"
                    ? Result<std::unique_ptr<Target>>(std::make_unique<Nothing>())
                    : Mp4::open(show->video, options.output);
  if (!target)
    return fail(target.error(), target.error().code() == ErrorCode::file_unwritable
                                    ? exit_wrong_input
                                    : exit_failed);
  if (const auto done = render(*show, **source, *offline, **target, clock); !done) {
    return fail(done.error(), wrong_input_or_failed(done.error()));
  }
  say_left_out(offline->left());
  return exit_clean;
}

}  // namespace xb::app
