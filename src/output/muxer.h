// One libav muxer: Packets in, the bytes of a container out. No file and no socket of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "media/frame.h"

namespace xb::output {

// Thread: single-threaded. The bytes go to `sink` on the calling thread, in order, never seeking
// back.
class Muxer {
 public:
  using Sink = std::function<void(std::span<const std::uint8_t>)>;
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  // For format "mp4", streamed: `fragments` is libav's movflag that says where one ends. Each
  // stream keeps its own times: by default libav moves all so that whichever comes first, mostly the
  // sound, lies at 0, and with it every picture off its frame.
  static Pairs fragmented_mp4(const std::string& fragments);
  // Writes the header. Errors: media_failed.
  static Result<std::unique_ptr<Muxer>> open(const std::string& format,
                                             const media::StreamParameters& video,
                                             const media::StreamParameters& audio,
                                             const Pairs& options, Sink sink);
  ~Muxer();
  // `start_us` is the run's time that becomes 0 here. Packets come in the order of the Interleaver.
  Status write(const media::Packet& packet, std::int64_t start_us);
  // Ends the fragment (mp4) and hands all bytes on.
  Status flush();
  // Writes the trailer; nothing may follow.
  Status finish();

 private:
  struct Impl;
  explicit Muxer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::output
