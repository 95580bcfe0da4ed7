// Looks at the source, the microphone and the music a Show names.
// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <fmt/core.h>

#include "base/clock.h"
#include "capture/devices.h"
#include "capture/source.h"
#include "media/decoder.h"

namespace xb::app {
namespace {

std::string long_link(const overlay::Product& product, const overlay::QrRoom& room) {
  const auto bytes = product.link.size();
  const bool is_shown = bytes <= room.at_most;
  return fmt::format(
      "{0}的链接有 {1} 个字节，这么大的画面上 {2} "
      "个以内的二维码一定扫得出来，{3}：换成短链接，或把画面改大"
      " / The link of {0} has {1} bytes; on this Canvas a QR code of up to {2} surely scans, {4}: "
      "use a "
      "shorter link or a larger Canvas",
      product.name, bytes, room.surely, is_shown ? "再长的读得回来才留在画面上" : "这么长的不画",
      is_shown ? "a longer one stays on only if it reads back" : "one so long is not drawn");
}

// Whether anything comes out of it; what breaks off later is not looked for.
bool can_be_decoded(const std::filesystem::path& file, bool wants_video) {
  media::InputSpec spec;
  spec.url = file.string();
  spec.wants_video = wants_video;
  SystemClock clock;
  const auto decoder = media::Decoder::open(spec, clock, {});
  if (!decoder) return false;
  const auto piece = (*decoder)->next({});
  return piece && piece->piece != media::Piece::end;
}

}  // namespace

std::vector<std::string> examine(const studio::Show& show, const overlay::QrRoom& room) {
  std::vector<std::string> out;
  const auto note = [&](const Error& error) { out.push_back(error.zh() + " / " + error.en()); };
  if (const auto source = capture::parse_source(show.source.from); !source) {
    note(source.error());
  } else if (source->scheme == "camera") {
    const auto found = capture::find_camera(source->rest);
    if (!found) note(found.error());
    if (found && found->refusal) note(Error(*found->refusal, found->name));
  } else if (source->scheme == "file" && !can_be_decoded(source->rest, true)) {
    out.push_back("[source] from：" + source->rest + " 放不出来：文件在不在，是不是录像" +
                  " / [source] from: " + source->rest +
                  " does not play: is the file there, is it a film?");
  }
  if (!show.music.file.empty() && !can_be_decoded(show.folder / show.music.file, false)) {
    out.push_back("[music] file：" + show.music.file +
                  " 里没有能放的声音：换一首 MP3、M4A 或 WAV / [music] file: " + show.music.file +
                  " has no sound that plays: take an MP3, M4A or WAV");
  }
  if (!show.source.mic.empty()) {
    if (const auto mic = capture::parse_microphone(show.source.mic); !mic) note(mic.error());
  }
  for (const auto& product : show.tables->products) {
    if (room.surely > 0 && product.link.size() > room.surely)
      out.push_back(long_link(product, room));
  }
  return out;
}

}  // namespace xb::app
