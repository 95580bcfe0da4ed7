// A foreign recording put into an MP4 that browsers play, without decoding it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"

namespace xb::media {

struct Remuxed {
  Duration length{};
  Rate rate{0, 1};  // 0 when unknown
  int width = 0;
  int height = 0;
};

// Copies the first picture and sound of MP4, FLV, MKV ... to `to`, which must not be there yet; the
// first packet is at 0. `progress` is told 0..1 and says false to stop. Blocks. Errors:
// file_missing, source_open_failed, source_unsupported (no picture, or one an MP4 cannot hold),
// file_unwritable, disk_full, media_failed, cancelled.
Result<Remuxed> remux_to_mp4(const std::filesystem::path& from, const std::filesystem::path& to,
                             Clock& clock, const std::function<bool(double)>& progress);

}  // namespace xb::media
