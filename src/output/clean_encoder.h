// The encoder of the clean feed: copies the source's own packets while it can, and encodes the
// rest. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "media/coded.h"
#include "output/encoder.h"
#include "output/stream_copy.h"

namespace xb::output {

// Written by the encoder's thread, read by any.
struct CleanFigures {
  std::atomic<Feeding> feeding{Feeding::no_packets};
  std::atomic<std::uint64_t> copied{0};   // pictures, those no frame showed with them
  std::atomic<std::uint64_t> encoded{0};  // frames
};

// Gives what `inner` encodes until a copy begins, and wherever one cannot go on: then Packets with
// other parameters follow, and begin with a key frame. name() is "copy" while it copies. `coded`
// and `figures` outlive it.
std::unique_ptr<VideoEncoder> make_clean_encoder(std::unique_ptr<VideoEncoder> inner,
                                                 media::CodedPipe& coded, CleanFigures& figures);

}  // namespace xb::output
