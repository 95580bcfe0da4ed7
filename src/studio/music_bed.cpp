// Decode, cut into blocks, wait for room.
// SPDX-License-Identifier: Apache-2.0
#include "studio/music_bed.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "media/convert.h"
#include "media/decoder.h"

namespace xb::studio {
namespace {

constexpr const char* component = "sound.music";
constexpr Duration look_every = std::chrono::milliseconds(20);
constexpr std::size_t values_in_block =
    static_cast<std::size_t>(media::Samples::count) * media::Samples::channels;

}  // namespace

std::filesystem::path music_file(const Show& show) {
  return show.music.file.empty() ? std::filesystem::path() : show.folder / show.music.file;
}

MusicBed::MusicBed(std::filesystem::path file, media::SoundDesk& desk, media::MusicQueue& queue,
                   Clock& clock, Health& health)
    : file_(std::move(file)),
      desk_(desk),
      queue_(queue),
      clock_(clock),
      health_(health),
      // in the queue, with the desk, and the one being filled
      blocks_("music", file_.empty() ? 1 : music_waiting + 4, [] { return media::Samples(); }) {
  if (file_.empty()) return;
  worker_ = Worker("music", health, [this](const std::stop_token& stop) {
    lower_this_thread();
    run(stop);
  });
}

MusicBed::~MusicBed() {
  worker_.request_stop();
  worker_.join();
  if (has_music()) health_.set(component, Condition::stopped);
}

bool MusicBed::is_wanted(const std::stop_token& stop) const {
  return !stop.stop_requested() && (desk_.wants_music() || !desk_.is_music_over());
}

void MusicBed::run(const std::stop_token& stop) {
  bool has_failed = false;
  while (clock_.wait_until(clock_.now() + look_every, stop) == Waited::reached) {
    if (!is_wanted(stop)) {
      has_failed = false;
      continue;
    }
    if (has_failed) continue;
    queue_.clear();
    decoded_.clear();
    auto played = play(stop);
    has_failed = !played && played.error().code() != ErrorCode::cancelled;
    if (!has_failed) continue;
    log_error(component, "{}", played.error().log_line());
    health_.set(component, Condition::failed,
                Error(ErrorCode::music_failed, file_.filename().string()));
    desk_.play_music(false);
  }
}

Status MusicBed::play(const std::stop_token& stop) {
  while (is_wanted(stop)) {
    media::InputSpec spec;
    spec.url = file_.string();
    spec.wants_video = false;
    XB_TRY_ASSIGN(const auto decoder, media::Decoder::open(spec, clock_, stop));
    health_.set(component, Condition::running);
    XB_TRY(play_once(*decoder, stop));
  }
  return ok();
}

Status MusicBed::play_once(media::Decoder& decoder, const std::stop_token& stop) {
  media::SoundConverter converter;
  bool has_sound = false;
  while (is_wanted(stop)) {
    XB_TRY_ASSIGN(const auto piece, decoder.next(stop));
    if (piece.piece == media::Piece::end) break;
    if (piece.piece != media::Piece::audio) continue;
    XB_TRY(converter.convert(*piece.frame, decoded_));
    has_sound = true;
    while (decoded_.size() >= values_in_block) {
      if (!hand_on(stop)) return ok();
    }
  }
  // an empty file would be opened again and again
  if (!has_sound && is_wanted(stop))
    return Error(ErrorCode::decode_failed, "里面没有声音", "no sound in it");
  return ok();
}

// False: it is not wanted any more.
bool MusicBed::hand_on(const std::stop_token& stop) {
  auto samples = blocks_.take();
  while (!samples || queue_.counters().depth >= music_waiting) {
    if (!is_wanted(stop)) return false;
    clock_.wait_until(clock_.now() + look_every, stop);
    if (!samples) samples = blocks_.take();
  }
  const auto end = decoded_.begin() + static_cast<std::ptrdiff_t>(values_in_block);
  std::copy(decoded_.begin(), end, samples->values.begin());
  decoded_.erase(decoded_.begin(), end);
  queue_.push(media::Ref<const media::Samples>(std::move(samples)));
  return true;
}

}  // namespace xb::studio
