// SPDX-License-Identifier: Apache-2.0
#include "media/mp4_length.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace xb::media {
namespace {

constexpr std::uint64_t most_index_bytes = 64U << 20U;
constexpr std::uint64_t most_fragment_bytes = 4U << 20U;
constexpr std::uint64_t most_bytes_read = 256U << 20U;  // of all of them; a day has half of it
constexpr std::int64_t most_units = std::int64_t{1} << 60U;
constexpr int most_boxes = 2'000'000;
constexpr int deepest = 6;
constexpr std::uint64_t most_samples = 20'000'000;  // a day has a quarter of it

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {
    struct stat facts {};
    if (fd_ >= 0 && ::fstat(fd_, &facts) == 0 && S_ISREG(facts.st_mode))
      size_ = static_cast<std::uint64_t>(facts.st_size);
  }
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  std::uint64_t size() const { return size_; }
  std::string read(std::uint64_t at, std::uint64_t bytes) const {
    std::string out(static_cast<std::size_t>(bytes), '\0');
    std::size_t have = 0;
    while (have < out.size()) {
      const auto got =
          ::pread(fd_, out.data() + have, out.size() - have, static_cast<off_t>(at + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    out.resize(have);
    return out;
  }

 private:
  const int fd_;
  std::uint64_t size_ = 0;
};

// Numbers as they come; 0 behind the end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number(std::size_t width) {
    std::uint64_t out = 0;
    if (bytes_.size() < width) {
      is_over_ = true;
      bytes_ = {};
      return 0;
    }
    for (std::size_t i = 0; i < width; ++i) out = out << 8U | static_cast<unsigned char>(bytes_[i]);
    bytes_.remove_prefix(width);
    return out;
  }
  std::string_view text(std::size_t width) {
    const auto out = bytes_.substr(0, width);
    bytes_.remove_prefix(std::min(width, bytes_.size()));
    return out;
  }
  bool is_over() const { return is_over_; }

 private:
  std::string_view bytes_;
  bool is_over_ = false;
};

using BoxSink = std::function<void(std::string_view kind, std::string_view content)>;
void each_box(std::string_view bytes, const BoxSink& sink) {
  while (bytes.size() >= 8) {
    Bytes head(bytes);
    std::uint64_t size = head.number(4);
    const auto kind = head.text(4);
    std::size_t header = 8;
    if (size == 1) {
      size = head.number(8);
      header = 16;
    }
    if (size == 0) size = bytes.size();
    if (size < header || size > bytes.size()) return;
    sink(kind, bytes.substr(header, static_cast<std::size_t>(size) - header));
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

// Where the pictures of a plain MP4 lie and how long each is shown: views of the index.
struct SampleTables {
  std::string_view durations, sizes, per_chunk, chunks;
  std::size_t offset_width = 4;
};

struct VideoTrack {
  std::uint64_t id = 0;
  std::uint64_t timescale = 0;
  std::uint64_t duration = 0;        // in a plain MP4
  std::uint64_t usual_duration = 0;  // of one picture in fragments
  bool is_in_fragments = false;
  bool is_cut = false;  // a plain one that lacks pictures
  SampleTables tables;
};

void read_track(std::string_view kind, std::string_view content, int depth, VideoTrack& out,
                bool& is_video) {
  Bytes bytes(content);
  const auto version = content.empty() ? 0 : static_cast<int>(content[0]);
  const std::size_t wide = version == 1 ? 8 : 4;
  if (kind == "tkhd") {
    bytes.text(4 + 2 * wide);
    out.id = bytes.number(4);
  } else if (kind == "mdhd") {
    bytes.text(4 + 2 * wide);
    out.timescale = bytes.number(4);
    out.duration = bytes.number(wide);
  } else if (kind == "hdlr") {
    bytes.text(8);
    is_video = bytes.text(4) == "vide";
  } else if (kind == "stts") {
    out.tables.durations = content;
  } else if (kind == "stsz") {
    out.tables.sizes = content;
  } else if (kind == "stsc") {
    out.tables.per_chunk = content;
  } else if (kind == "stco" || kind == "co64") {
    out.tables.chunks = content;
    out.tables.offset_width = kind == "co64" ? 8 : 4;
  } else if ((kind == "trak" || kind == "mdia" || kind == "minf" || kind == "stbl") &&
             depth < deepest) {
    each_box(content, [&](std::string_view inner, std::string_view rest) {
      read_track(inner, rest, depth + 1, out, is_video);
    });
  }
}

VideoTrack video_track(std::string_view moov) {
  VideoTrack out;
  each_box(moov, [&](std::string_view kind, std::string_view content) {
    VideoTrack one;
    bool is_video = false;
    if (kind == "trak" && out.timescale == 0) {
      read_track(kind, content, 0, one, is_video);
      if (is_video) out = one;
    }
  });
  each_box(moov, [&](std::string_view kind, std::string_view content) {
    if (kind != "mvex") return;
    each_box(content, [&](std::string_view inner, std::string_view trex) {
      Bytes bytes(trex);
      bytes.text(4);
      if (inner != "trex" || bytes.number(4) != out.id) return;
      bytes.text(4);
      out.usual_duration = bytes.number(4);
      out.is_in_fragments = true;
    });
  });
  return out;
}

// How long each sample is shown, one after the other.
class Durations {
 public:
  explicit Durations(std::string_view stts) : bytes_(stts) { bytes_.text(8); }
  std::uint64_t next() {
    while (left_ == 0 && !bytes_.is_over()) {
      left_ = bytes_.number(4);
      each_ = bytes_.number(4);
    }
    if (bytes_.is_over()) return 0;
    --left_;
    return each_;
  }

 private:
  Bytes bytes_;
  std::uint64_t left_ = 0, each_ = 0;
};

// How many samples a chunk has; to be asked of rising chunks.
class SamplesInChunk {
 public:
  explicit SamplesInChunk(std::string_view stsc) : bytes_(stsc) {
    bytes_.text(8);
    read();
  }
  std::uint64_t of(std::uint64_t chunk) {
    while (chunk >= from_ && !bytes_.is_over()) {
      now_ = next_;
      read();
    }
    return now_;
  }

 private:
  void read() {
    from_ = bytes_.number(4);
    next_ = bytes_.number(4);
    bytes_.number(4);
  }
  Bytes bytes_;
  std::uint64_t from_ = 0, next_ = 0, now_ = 0;
};

// Until the first picture that does not lie in the first `file_bytes`. Nothing: all do, or the
// tables do not tell.
std::optional<std::uint64_t> whole_until(const SampleTables& tables, std::uint64_t file_bytes) {
  Bytes sizes(tables.sizes);
  sizes.text(4);
  const auto usual = sizes.number(4);
  const auto samples = sizes.number(4);
  Bytes chunks(tables.chunks);
  chunks.text(4);
  const auto chunk_count = chunks.number(4);
  Durations durations(tables.durations);
  SamplesInChunk per_chunk(tables.per_chunk);
  std::uint64_t out = 0;
  std::uint64_t sample = 0;
  for (std::uint64_t chunk = 1; chunk <= chunk_count && sample < samples; ++chunk) {
    auto at = chunks.number(tables.offset_width);
    if (chunks.is_over()) return std::nullopt;
    for (auto in_chunk = per_chunk.of(chunk); in_chunk > 0 && sample < samples; --in_chunk) {
      const auto size = usual > 0 ? usual : sizes.number(4);
      if (sizes.is_over() || sample > most_samples) return std::nullopt;
      if (at > file_bytes || size > file_bytes - at) return out;
      at += size;
      out += durations.next();
      ++sample;
    }
  }
  return std::nullopt;
}

// Times of writers whose first picture is before 0 are read as players read them: with a sign.
struct Fragment {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

std::uint64_t run_length(std::string_view trun, std::uint64_t usual) {
  Bytes bytes(trun);
  const auto flags = bytes.number(4) & 0xFFFFFFU;
  const auto count = bytes.number(4);
  if ((flags & 0x1U) != 0) bytes.text(4);
  if ((flags & 0x4U) != 0) bytes.text(4);
  if ((flags & 0x100U) == 0) return count * usual;
  std::uint64_t out = 0;
  for (std::uint64_t i = 0; i < count && !bytes.is_over(); ++i) {
    out += bytes.number(4);
    for (const auto flag : {0x200U, 0x400U, 0x800U})
      if ((flags & flag) != 0) bytes.text(4);
  }
  return out;
}

std::optional<Fragment> fragment_of(std::string_view moof, const VideoTrack& track) {
  std::optional<Fragment> out;
  each_box(moof, [&](std::string_view kind, std::string_view traf) {
    if (kind != "traf") return;
    std::uint64_t id = 0;
    std::uint64_t usual = track.usual_duration;
    Fragment found;
    std::uint64_t length = 0;
    each_box(traf, [&](std::string_view inner, std::string_view content) {
      Bytes bytes(content);
      const auto head = bytes.number(4);
      if (inner == "tfhd") {
        id = bytes.number(4);
        if ((head & 0x1U) != 0) bytes.text(8);
        if ((head & 0x2U) != 0) bytes.text(4);
        if ((head & 0x8U) != 0) usual = bytes.number(4);
      } else if (inner == "tfdt") {
        const bool is_wide = head >> 24U == 1;
        found.begin = static_cast<std::int64_t>(bytes.number(is_wide ? 8 : 4));
      } else if (inner == "trun") {
        length += run_length(content, usual);
      }
    });
    if (id != track.id || length == 0) return;
    const bool is_sane = found.begin > -most_units && found.begin < most_units &&
                         length < static_cast<std::uint64_t>(most_units);
    if (!is_sane) return;
    found.end = found.begin + static_cast<std::int64_t>(length);
    out = found;
  });
  return out;
}

// In the track's own units.
std::optional<std::uint64_t> length_in_units(const OpenFile& file, VideoTrack& track,
                                             const std::stop_token& stop) {
  std::optional<std::int64_t> begin;
  std::int64_t end = 0;
  std::optional<Fragment> waiting;  // its content is not seen yet
  std::uint64_t at = 0;
  std::uint64_t bytes_read = 0;
  bool has_index = false;
  for (int i = 0; i < most_boxes && at + 8 <= file.size(); ++i) {
    if (stop.stop_requested()) return std::nullopt;
    const auto head = file.read(at, std::min<std::uint64_t>(16, file.size() - at));
    Bytes bytes(head);
    std::uint64_t size = bytes.number(4);
    const auto kind = std::string(bytes.text(4));
    std::uint64_t header = 8;
    if (size == 1) {
      size = bytes.number(8);
      header = 16;
    }
    if (size == 0) size = file.size() - at;
    if (size < header || size > file.size() - at) break;  // it broke off here
    const bool is_index = kind == "moov" && size <= most_index_bytes && !has_index;
    const bool is_fragment = kind == "moof" && size <= most_fragment_bytes && track.timescale > 0;
    if (is_index || is_fragment) bytes_read += size;
    if (bytes_read > most_bytes_read) return std::nullopt;
    has_index = has_index || is_index;
    if (is_index) {
      const auto moov = file.read(at + header, size - header);
      track = video_track(moov);
      const auto whole = whole_until(track.tables, file.size());
      track.is_cut = !track.is_in_fragments && whole;
      if (track.is_cut) track.duration = *whole;
      track.tables = {};
    }
    if (is_fragment) waiting = fragment_of(file.read(at + header, size - header), track);
    if (kind == "mdat" && waiting) {
      end = begin ? std::max(end, waiting->end) : waiting->end;
      if (!begin) begin = waiting->begin;
      waiting.reset();
    }
    at += size;
  }
  if (begin && end > *begin) return static_cast<std::uint64_t>(end - *begin);
  // it broke off before its first picture
  if (track.duration > 0 || track.is_in_fragments || track.is_cut) return track.duration;
  return std::nullopt;
}

}  // namespace

std::optional<Duration> mp4_length(const std::filesystem::path& file, const std::stop_token& stop) {
  const OpenFile open(file);
  VideoTrack track;
  const auto units = length_in_units(open, track, stop);
  constexpr std::uint64_t longest_s = 400ULL * 24 * 3600;
  if (!units || track.timescale == 0 || *units / track.timescale > longest_s) return std::nullopt;
  const auto s = *units / track.timescale;
  const auto rest = *units % track.timescale;
  return std::chrono::seconds(static_cast<std::int64_t>(s)) +
         Duration(static_cast<std::int64_t>(rest * 1'000'000'000ULL / track.timescale));
}

}  // namespace xb::media
