// The picture of one encoded key frame, as a viewer's player shows it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "media/frame.h"

namespace xb::media {

// Thread: any. Opens a decoder for this one Packet, so that nothing is held in between: about 10 ms
// at 1080p. Errors: decode_failed.
Result<Picture> decode_key_frame(const Packet& packet);

}  // namespace xb::media
