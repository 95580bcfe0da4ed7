// A recording looked through by its key pictures alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "media/frame.h"

namespace xb::media {

// Nothing else of the pictures is read from the disk or decoded: an hour takes some seconds.
// `seen` gets each, upright and fitted into `canvas` (the rest of that is black), with its time in
// the file, and says false to end it. Begins with the last one before `from`. Blocks; a stop
// request ends it soon. Errors: as Decoder::open; source_unsupported (no picture), media_failed,
// cancelled.
Status each_key_picture(const std::filesystem::path& file, Duration from, int width, int height,
                        Clock& clock, std::stop_token stop,
                        const std::function<bool(Duration, const Picture&)>& seen);

// Width and height as it is shown, upright. Errors: as above.
struct ShownSize {
  int width = 0;
  int height = 0;
};
Result<ShownSize> shown_size(const std::filesystem::path& file, Clock& clock, std::stop_token stop);

}  // namespace xb::media
