// Source: something that yields timed pictures or sound; SourceSpec: how people name one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "media/convert.h"
#include "media/frame.h"

namespace xb::media {
class CodedPipe;
}

namespace xb::capture {

// "camera:HD Webcam", "file:/tmp/a.mp4?loop=0", "rtmp://host/app/key", "listen:rtmp", "test:".
struct SourceSpec {
  std::string text;      // as it was written; may carry a key: show shown(), never this
  std::string scheme;    // a name of the registry: camera, file, rtmp, pulse ...
  std::string rest;      // the path or device name; the whole address for rtmp, rtsp, srt, tcp
  bool loops = true;     // files
  bool is_none = false;  // `none`, for microphones
  Secret secret = {};    // of `listen:`, what a sender must know; empty: a new one each time

  // Safe to show and to store: addresses without user, key and query.
  std::string shown() const;
};

// Errors: source_unsupported, with what was probably meant. No device or file is looked at.
Result<SourceSpec> parse_source(std::string_view text);
// `none`, every source spec (its sound is used), `pulse:NAME`, `alsa:NAME`, or a device's plain
// name.
Result<SourceSpec> parse_microphone(std::string_view text);

enum class Wanted : std::uint8_t { picture_and_sound = 1, picture, sound };

// What a Source must know of the program it serves. Outlives the Source.
struct SourceSetup {
  media::Canvas canvas;  // size and placement of the pictures asked for
  Rate rate;             // of the program; drawn sources draw at this rate
  Wanted wanted = Wanted::picture_and_sound;
  Clock* clock = nullptr;             // for deadlines only
  std::filesystem::path assets = {};  // the folder that holds samples/, for `sample:`
  // open() has bound its port, HOST:PORT, and waits for a sender as long as it takes.
  std::function<void(const std::string& at)> on_waiting = {};
  // The port of `listen:`, each time it is opened.
  std::function<void(int port)> on_port = {};
  std::vector<media::Canvas> further = {};  // the same pictures are asked for in these sizes too
  // Gets the pictures as they were delivered, where they are H.264 or MJPEG.
  media::CodedPipe* coded = nullptr;

  std::size_t canvases() const { return 1 + further.size(); }
  const media::Canvas& on(std::size_t index) const {
    return index == 0 ? canvas : further[index - 1];
  }
};

enum class Next : std::uint8_t { picture = 1, sound, nothing, end };

struct Due {
  Next what = Next::nothing;
  // Of the source's own clock (ns); pictures and sounds of one source share it. Of `end`: when the
  // last piece is over.
  Duration time{};
  std::uint64_t coded = 0;  // of a picture: which one in SourceSetup::coded; 0: not there
};

// `live` pieces come when they come and are stamped on arrival; `paced` ones are there at once and
// the runner waits until each is due (their clock begins at 0 and runs like the program's).
enum class Pace : std::uint8_t { live = 1, paced };

// Thread: the one of its Runner (or of the offline renderer); one at a time. It never sees the
// program thread.
//
// open(), then next() again and again. After next() said `picture`, read_picture() may be called
// once for each Canvas; after `sound`, sound() is what came. Neither need be called: what is not
// read is passed over at no cost. After an Error or `end` only close() or the destructor. A paced
// source's pieces come in the order of their times; `nothing` means: ask again in a few
// milliseconds.
class Source {
 public:
  virtual ~Source() = default;
  // Blocks at most some seconds, unless it waits for a sender; ends soon when stop is requested.
  virtual Status open(std::stop_token stop) = 0;
  virtual Result<Due> next(std::stop_token stop) = 0;
  // Fills all of `into`, which has the size of that Canvas of the setup (I420, BT.709, limited). It
  // is made from what was decoded, never from the picture for another Canvas. Errors: decode_failed
  // for one that is damaged (counted, as if it had not come), media_failed.
  virtual Status read_picture(media::Picture& into, std::size_t canvas) = 0;
  // Interleaved stereo float at 48 kHz, any number of samples; valid until the next call of next().
  virtual std::span<const float> sound() const = 0;
  virtual void close() = 0;
  virtual Pace pace() const = 0;
  virtual bool has_sound() const = 0;
  // "1280x720 30 fps mjpeg", known after open(). For people; never a secret.
  virtual std::string about() const = 0;
  virtual std::uint64_t decode_errors() const { return 0; }
};

// Errors: source_unsupported.
Result<std::unique_ptr<Source>> make_source(const SourceSpec& spec, const SourceSetup& setup);

}  // namespace xb::capture
