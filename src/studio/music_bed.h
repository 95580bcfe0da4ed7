// MusicBed: one file of music, again and again, decoded ahead of the sound desk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/worker.h"
#include "media/sound_desk.h"
#include "studio/show.h"

namespace xb::media {
class Decoder;
}

namespace xb::studio {

inline constexpr std::size_t music_waiting = 32;  // blocks: 0.7 s

// Thread: owner's; `music` runs inside, at low priority, and does nothing while the desk wants
// none. What cannot be played is said in Health ("sound.music") and tried again when music is
// wanted the next time.
class MusicBed {
 public:
  // All outlive this. An empty `file`: there is no music, and no thread.
  MusicBed(std::filesystem::path file, media::SoundDesk& desk, media::MusicQueue& queue,
           Clock& clock, Health& health);
  ~MusicBed();
  bool has_music() const { return !file_.empty(); }

 private:
  void run(const std::stop_token& stop);
  Status play(const std::stop_token& stop);
  Status play_once(media::Decoder& decoder, const std::stop_token& stop);
  bool hand_on(const std::stop_token& stop);
  bool is_wanted(const std::stop_token& stop) const;

  const std::filesystem::path file_;
  media::SoundDesk& desk_;
  media::MusicQueue& queue_;
  Clock& clock_;
  Health& health_;
  media::SamplesPool blocks_;
  std::vector<float> decoded_;  // not handed on yet
  Worker worker_;
};

// Empty: the Show has none.
std::filesystem::path music_file(const Show& show);

}  // namespace xb::studio
