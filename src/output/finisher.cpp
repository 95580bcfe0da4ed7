// Copies packets from one libav demuxer to one muxer.
// SPDX-License-Identifier: Apache-2.0
#include "output/finisher.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/files.h"
#include "media/av.h"
#include "output/fragment_file.h"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
}

namespace xb::output {
namespace {

namespace fs = std::filesystem;
using media::checked;

constexpr int most_streams = 2;

struct InputClose {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
using Input = std::unique_ptr<AVFormatContext, InputClose>;

struct OutputFree {
  void operator()(AVFormatContext* context) const {
    avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
using Target = std::unique_ptr<AVFormatContext, OutputFree>;

// A path, whatever it looks like.
std::string url_of(const fs::path& file) {
  return "file:" + file.string();
}

Result<Input> open_input(const fs::path& file) {
  AVFormatContext* context = nullptr;
  const auto url = url_of(file);
  XB_TRY(checked(avformat_open_input(&context, url.c_str(), av_find_input_format("mov"), nullptr),
                 "avformat_open_input"));
  Input input(context);
  XB_TRY(checked(avformat_find_stream_info(context, nullptr), "avformat_find_stream_info"));
  return input;
}

Status add_chapters(AVFormatContext& target, std::span<const Chapter> chapters, Duration length) {
  if (chapters.empty()) return ok();
  target.chapters = static_cast<AVChapter**>(av_calloc(chapters.size(), sizeof(*target.chapters)));
  if (target.chapters == nullptr) return Error(ErrorCode::media_failed, "no memory");
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (chapter == nullptr) return Error(ErrorCode::media_failed, "no memory");
    target.chapters[target.nb_chapters++] = chapter;
    const auto ends = i + 1 < chapters.size() ? chapters[i + 1].begins : length;
    chapter->id = static_cast<std::int64_t>(i);
    chapter->time_base = AVRational{1, 1000};
    chapter->start = to_ms(chapters[i].begins);
    chapter->end = std::max(chapter->start, to_ms(ends));
    av_dict_set(&chapter->metadata, "title", chapters[i].title.c_str(), 0);
  }
  return ok();
}

struct BoxHead {
  std::string kind;
  std::int64_t size = 0;  // 0: there is no whole head
};

BoxHead box_at(int fd, std::int64_t at) {
  std::array<std::uint8_t, 16> head{};
  const auto got = ::pread(fd, head.data(), head.size(), static_cast<off_t>(at));
  const auto number = [&](std::size_t from, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < from + bytes; ++i) value = value << 8U | head[i];
    return value;
  };
  if (got < 8) return {};
  auto size = number(0, 4);
  if (size == 1 && got == 16) size = number(8, 8);
  if (size < 8 || size > INT64_MAX / 2) return {};
  return {std::string(head.begin() + 4, head.begin() + 8), static_cast<std::int64_t>(size)};
}

// The byte behind the last whole `mdat`. What follows no box may be what a crash tore; more of it
// than that is something this program did not write. Errors: file_unreadable.
Result<std::int64_t> media_end(const fs::path& file) {
  constexpr std::int64_t most_torn = std::int64_t{16} << 20U;
  std::error_code code;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(file, code));
  const int fd = code ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return Error(ErrorCode::file_unreadable, file.filename().string());
  std::int64_t end = 0;
  std::int64_t at = 0;
  while (at < bytes) {
    const auto box = box_at(fd, at);
    if (box.size == 0 || box.size > bytes - at) break;
    at += box.size;
    if (box.kind == "mdat") end = at;
  }
  ::close(fd);
  if (bytes - at > most_torn)
    return Error(ErrorCode::file_unreadable, "something else stands in the middle of it");
  return end;
}

class Finish {
 public:
  Finish(const fs::path& file, const std::function<bool(double)>& go_on)
      : file_(file), part_(unfinished_of(file)), go_on_(go_on) {}

  Status run(std::span<const Chapter> chapters) {
    auto done = try_to(chapters);
    if (!done && is_cancelled_) return cancelled();
    return done;
  }

 private:
  Status try_to(std::span<const Chapter> chapters) {
    std::error_code code;
    const auto size = fs::file_size(file_, code);
    if (code) return Error(ErrorCode::disk_failed, file_.filename().string());
    fs::remove(part_, code);  // of one that broke off
    XB_TRY_ASSIGN(const auto free, free_bytes(file_.parent_path()));
    if (free < size + kept_free) return Error(ErrorCode::disk_full, file_.filename().string());
    XB_TRY_ASSIGN(input_, open_input(file_));
    if (input_->nb_streams < 1 || input_->nb_streams > most_streams)
      return Error(ErrorCode::media_failed, "a recording has picture and sound");
    XB_TRY(open_target(chapters));
    XB_TRY(copy(size));
    XB_TRY(end());
    XB_TRY(check());
    return take_its_place();
  }
  Error cancelled() const {
    return Error(ErrorCode::cancelled, "finish " + file_.filename().string());
  }
  bool may_go_on() {
    if (!is_cancelled_ && !go_on_(done_)) is_cancelled_ = true;
    return !is_cancelled_;
  }
  // libav asks while it moves what is written behind the index.
  static int is_over(void* finish) { return static_cast<Finish*>(finish)->may_go_on() ? 0 : 1; }

  Status open_target(std::span<const Chapter> chapters) {
    AVFormatContext* context = nullptr;
    const auto url = url_of(part_);
    XB_TRY(checked(avformat_alloc_output_context2(&context, nullptr, "mp4", url.c_str()),
                   "avformat_alloc_output_context2"));
    target_.reset(context);
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
      const auto* from = input_->streams[i];
      auto* to = avformat_new_stream(context, nullptr);
      if (to == nullptr) return Error(ErrorCode::media_failed, "no memory");
      XB_TRY(checked(avcodec_parameters_copy(to->codecpar, from->codecpar),
                     "avcodec_parameters_copy"));
      to->codecpar->codec_tag = 0;
      to->time_base = from->time_base;
      to->avg_frame_rate = from->avg_frame_rate;
      to->sample_aspect_ratio = from->sample_aspect_ratio;
      if (from->codecpar->codec_type == AVMEDIA_TYPE_VIDEO) scale_ = from->time_base.den;
    }
    const auto length = Duration(std::max<std::int64_t>(input_->duration, 0) * 1000);
    XB_TRY(add_chapters(*context, chapters, length));
    context->interrupt_callback = {is_over, this};
    XB_TRY(checked(avio_open2(&context->pb, url.c_str(), AVIO_FLAG_WRITE,
                              &context->interrupt_callback, nullptr),
                   "avio_open2", ErrorCode::disk_failed));
    // as nobody else may read the file whose place it takes
    std::error_code code;
    fs::permissions(part_, fs::status(file_, code).permissions(), code);
    if (code) return Error(ErrorCode::disk_failed, code.message());
    media::Options options;
    options.set("movflags", "faststart")
        .set("video_track_timescale", std::to_string(scale_))
        .set("movie_timescale", "48000")  // where a stream begins, to the sample
        .set("avoid_negative_ts", "disabled");
    return checked(avformat_write_header(context, options.out()), "avformat_write_header");
  }

  Status copy(std::uint64_t size) {
    auto packet = media::make_av_packet();
    while (may_go_on()) {
      const int code = av_read_frame(input_.get(), packet.get());
      if (code == AVERROR_EOF) return read_to_the_end();
      XB_TRY(checked(code, "av_read_frame"));
      if (packet->pos >= 0) furthest_ = std::max(furthest_, packet->pos + packet->size);
      if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0) continue;  // where a crash cut the file
      const auto stream = static_cast<std::size_t>(packet->stream_index);
      if (stream >= copied_.size()) return Error(ErrorCode::media_failed, "another stream");
      ++copied_[stream];
      av_packet_rescale_ts(packet.get(), input_->streams[stream]->time_base,
                           target_->streams[stream]->time_base);
      packet->pos = -1;
      XB_TRY(checked(av_interleaved_write_frame(target_.get(), packet.get()),
                     "av_interleaved_write_frame", ErrorCode::disk_failed));
      // the rest of the way is the index and the way to the disk
      const auto at = avio_tell(input_->pb);
      done_ = 0.6 * std::clamp(static_cast<double>(at) / static_cast<double>(size), 0.0, 1.0);
    }
    return cancelled();
  }

  // The demuxer calls it the end, too, where the disk gave no more or a fragment cannot be read.
  Status read_to_the_end() const {
    if (input_->pb->error < 0)
      return checked(input_->pb->error, "avio_read", ErrorCode::file_unreadable);
    XB_TRY_ASSIGN(const auto end, media_end(file_));
    if (furthest_ < end) return Error(ErrorCode::file_unreadable, "not all of it can be read");
    return ok();
  }

  Status end() {
    done_ = 0.6;
    const auto ended =
        checked(av_write_trailer(target_.get()), "av_write_trailer", ErrorCode::disk_failed);
    if (is_cancelled_) return cancelled();
    XB_TRY(ended);
    XB_TRY(checked(avio_closep(&target_->pb), "avio_closep", ErrorCode::disk_failed));
    target_.reset();
    done_ = 0.9;
    return ok();
  }

  // The new index names every packet that was copied.
  Status check() const {
    XB_TRY_ASSIGN(const auto made, open_input(part_));
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
      // a further stream holds the chapters
      if (i >= made->nb_streams || made->streams[i]->nb_frames != copied_[i])
        return Error(ErrorCode::media_failed, "not every packet arrived");
    }
    return ok();
  }

  Status take_its_place() const {
    XB_TRY(sync_file(part_));
    std::error_code code;
    fs::rename(part_, file_, code);
    if (code) return Error(ErrorCode::disk_failed, code.message());
    return sync_folder(file_.parent_path());
  }

  const fs::path file_;
  const fs::path part_;
  const std::function<bool(double)>& go_on_;
  Input input_;
  Target target_;
  int scale_ = 90'000;
  std::array<std::int64_t, most_streams> copied_{};
  std::int64_t furthest_ = 0;  // byte of the file that a packet was read from
  double done_ = 0;
  bool is_cancelled_ = false;
};

}  // namespace

fs::path unfinished_of(const fs::path& file) {
  return file.parent_path() / ("." + file.filename().string() + ".part");
}

Result<bool> is_in_fragments(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return Error(ErrorCode::file_unreadable, file.filename().string());
  bool is_found = false;
  std::int64_t at = 0;
  // ftyp, moov, moof; the box that is neither of the first two says what it is
  for (int boxes = 0; boxes < 4; ++boxes) {
    const auto box = box_at(fd, at);
    is_found = box.kind == "moof";
    if (is_found || (box.kind != "ftyp" && box.kind != "moov")) break;
    at += box.size;
  }
  ::close(fd);
  return is_found;
}

Status finish_recording(const fs::path& file, std::span<const Chapter> chapters,
                        const std::function<bool(double)>& go_on) {
  auto done = Finish(file, go_on).run(chapters);
  std::error_code code;
  if (!done) fs::remove(unfinished_of(file), code);
  return done;
}

}  // namespace xb::output
