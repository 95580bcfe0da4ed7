// Files that follow each other. SPDX-License-Identifier: Apache-2.0
#include "app/clean_pieces.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "review/library.h"

namespace xb::app {
namespace {

using studio::FilmPart;
using studio::FilmRun;

std::int64_t frames_in(std::int64_t ms, Rate rate) {
  return std::llround(static_cast<double>(ms) * rate.num / rate.den / 1000);
}

std::pair<const FilmRun*, const FilmPart*> find(const std::vector<FilmRun>& runs,
                                                const std::string& name) {
  for (const auto& run : runs) {
    for (const auto& part : run.clean) {
      if (part.file.filename().string() == name) return {&run, &part};
    }
  }
  return {};
}

}  // namespace

Result<CleanPieces> clean_pieces_of(const std::vector<FilmRun>& runs,
                                    const std::vector<review::Segment>& clean, review::Span on) {
  CleanPieces out;
  for (const auto& file : clean) {
    if (file.on.to <= on.from || file.on.from >= on.to) continue;
    const auto [run, part] = find(runs, file.name);
    if (part == nullptr || review::bytes_of(part->file) <= 0) continue;
    if (out.run != nullptr && out.run != run)
      return Error(ErrorCode::clean_feed_missing, "这一段中间程序断过",
                   "the program was away within the span");
    const auto rate = run->video.rate;
    if (out.run == nullptr) {
      out.run = run;
      out.first = FrameNumber{part->first.value + frames_in(on.from - file.on.from, rate)};
      out.end = FrameNumber{out.first.value + frames_in(on.to - on.from, rate)};
    }
    // of a file that broke off, its length says where it ends
    const auto length = frames_in(file.on.to - file.on.from, rate);
    const auto part_end = part->end ? part->end->value : part->first.value + length;
    const auto from = std::max(out.first.value, part->first.value);
    const auto to = std::min(out.end.value, part_end);
    if (to <= from) continue;
    const auto into = time_of(FrameNumber{from - part->first.value}, rate);
    out.pieces.push_back({part->file, into.time_since_epoch(), FrameNumber{from}, FrameNumber{to}});
  }
  XB_TRY(close_up(out));
  return out;
}

Status close_up(CleanPieces& pieces) {
  if (pieces.pieces.empty())
    return Error(ErrorCode::clean_feed_missing, "这一段全都没有", "all of the span");
  const auto rate = pieces.run->video.rate;
  const auto most = rate.num / rate.den;
  auto at = pieces.first.value;
  std::int64_t longest = 0;
  for (const auto& piece : pieces.pieces) {
    longest = std::max(longest, piece.first.value - at);
    at = std::max(at, piece.end.value);
  }
  longest = std::max(longest, pieces.end.value - at);
  if (longest > most)
    return Error(ErrorCode::clean_feed_missing, "这一段缺 " + std::to_string(longest) + " 个画面",
                 std::to_string(longest) + " frames of the span");
  pieces.first = std::max(pieces.first, pieces.pieces.front().first);
  pieces.end = std::min(pieces.end, pieces.pieces.back().end);
  return ok();
}

}  // namespace xb::app
