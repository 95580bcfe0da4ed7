// Show: the operator's folder (show.toml, products.csv, captions.csv, pictures/) as plain structs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "overlay/values.h"
#include "studio/problem.h"

namespace xb::overlay {
struct Attire;
class PictureShelf;
}  // namespace xb::overlay

namespace xb::studio {

struct StationShow {
  std::string name;
  std::string county;
  std::string township;
  std::string theme = "red";  // red, harvest, plain, or themes/NAME.toml of the folder
  std::string mark;           // a PNG of the folder, empty for the motif of the theme
  friend bool operator==(const StationShow&, const StationShow&) = default;
};

enum class Placement : std::uint8_t { cover = 1, contain, crop };

// The part of the camera picture that is used, in percent of it: 0 <= left, left + width <= 100.
struct CropPercent {
  double left = 0;
  double top = 0;
  double width = 100;
  double height = 100;
  friend bool operator==(const CropPercent&, const CropPercent&) = default;
};

struct VideoShow {
  int width = 1280;  // even
  int height = 720;  // even
  Rate rate{30, 1};
  int bitrate_kbps = 0;  // 0: after the canvas, see nominal_bitrate_kbps()
  int crf = 0;           // 0: a steady bitrate; else the same quality all evening, see docs/show.md
  Placement placement = Placement::cover;
  bool is_quiet = false;  // nothing moves on screen, all only fades
  CropPercent crop;       // used when placement is crop; then it fills the canvas as cover does
};

// 720p30 gets 3000, 1080p30 about 5400; between 400 and 20 000.
int nominal_bitrate_kbps(const VideoShow& video);

struct SourceShow {
  std::string from = "camera:";  // a SourceSpec; `file:` paths are absolute after loading
  std::string mic;  // empty: the source's own sound, with a camera the usual microphone
};

struct CounterShow {
  std::optional<std::int64_t> baseline;  // followers before the first Session; none: from 0
};

struct ScreenShow {
  bool shows_chat = true;
  std::vector<std::string> notices;
  std::string opens_at;             // "19:30", or empty
  std::string away_title;           // of the `away` slate; empty: the usual one
  std::optional<int> away_minutes;  // said by the `away` slate
  friend bool operator==(const ScreenShow&, const ScreenShow&) = default;
};

// The [[chat]] platform that is our own door, /api/ingest: nothing is connected to.
inline constexpr std::string_view ingest_platform = "ingest";

struct ChatShow {
  std::string platform;
  std::string name;
  std::string url;  // overrides the platform's own WebSocket; empty: none
  std::string api;  // overrides its HTTP address
  std::string room;
  std::string map;      // a mapping file in the Show's folder
  std::string mapping;  // its text
  bool is_enabled = true;
  friend bool operator==(const ChatShow&, const ChatShow&) = default;
};

// The Canvas of [video], wherever one is named.
inline constexpr std::string_view video_canvas = "video";
// The recording without Layers, wherever recordings and encoders are named.
inline constexpr std::string_view clean_feed = "clean";

// A further Canvas: the same Scene in another size and shape. Rate and the rest are [video]'s.
struct CanvasShow {
  std::string name;   // unique, neither video_canvas nor clean_feed
  int width = 1080;   // even
  int height = 1920;  // even
  int bitrate_kbps = 0;
  Placement placement = Placement::cover;
  CropPercent crop;
  friend bool operator==(const CanvasShow&, const CanvasShow&) = default;
};

struct RecordShow {
  std::string canvas{video_canvas};  // whose picture is recorded
  bool is_clean = false;             // a second recording, without Layers
  int split_minutes = 0;             // the next file begins after so long; 0: only where it must
  int split_mb = 0;                  // or after so many million bytes
  std::string own_quality = "auto";  // an encoder of its own while the stream is lowered
  bool is_finished = true;           // into plain MP4 files, when the Session is over
};

// What is done to the sound of the source or the microphone. media/sound_desk.h
struct SoundShow {
  bool has_highpass = true;
  bool has_denoise = true;
  bool has_gate = true;
  bool has_compressor = true;
  bool has_limiter = true;
  int target_lufs = -16;
};

struct MusicShow {
  std::string file;  // in the Show's folder; empty: no music
  int level_db = -12;
  int duck_db = 12;  // under speech
};

struct PublishShow {
  std::string name;  // unique; the key of this name stands in the secrets file
  std::string url;   // rtmp://, rtmps:// or srt://, never with a key
  bool is_enabled = true;
  std::string canvas{video_canvas};  // whose picture it gets
  friend bool operator==(const PublishShow&, const PublishShow&) = default;
};

struct ModerationShow {
  std::string words;       // a file beside show.toml; empty: none
  bool has_common = true;  // the list that comes with the program
  int per_user = 20;       // messages of one person in 10 s; 0: no limit
  int repeats = 5;         // the same text of one person in 10 s; 0: no limit
  int per_second = 2000;   // messages of all; 0: no limit
  std::string own_words;   // what stands in the file
};

struct LimitsShow {
  int sockets = 600;
  int sockets_per_address = 64;
};

struct PhonesShow {
  bool is_encrypted = false;
};

struct Show {
  std::filesystem::path folder;  // absolute
  StationShow station;
  VideoShow video;
  SourceShow source;
  SoundShow sound;
  MusicShow music;
  CounterShow counter;
  ScreenShow screen;
  std::vector<ChatShow> chat;
  std::vector<CanvasShow> canvases;  // beside [video]; media::most_further_canvases at the most
  RecordShow record;
  std::vector<PublishShow> publish;
  ModerationShow moderation;
  LimitsShow limits;
  PhonesShow phones;
  // Products, captions and the notices of `screen`; product pictures are absolute paths.
  std::shared_ptr<const overlay::Tables> tables = std::make_shared<const overlay::Tables>();
  std::shared_ptr<const overlay::Attire> attire;  // station.theme with station.mark
  std::vector<std::string> absent;  // of the files of the tables: those that are not there
};

// `show` is there exactly when `problems` is empty.
struct LoadedShow {
  std::optional<Show> show;
  std::vector<Problem> problems;
  std::vector<std::filesystem::path> files;  // all that was looked at, there or not
};

// How product pictures are looked at: by their header and end, or decoded as well, which may take
// half a second each.
enum class PictureLook : std::uint8_t { header = 1, whole };

// The bytes of files that are not written yet, by name ("show.toml", "products.csv").
using Drafts = std::map<std::string, std::string, std::less<>>;

// Reads the whole folder and reports everything wrong in it at once. Pictures are kept ready on the
// `shelf`, where there is one. `drafts` are read instead of the files of their names. Blocking;
// opens no file outside the folder.
LoadedShow load_show(const std::filesystem::path& folder, PictureLook look = PictureLook::header,
                     overlay::PictureShelf* shelf = nullptr, const Drafts& drafts = {});

}  // namespace xb::studio
