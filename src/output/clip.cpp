// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <system_error>
#include <vector>

#include "output/blank.h"
#include "output/clip_cut.h"

namespace xb::output {
namespace {

// Longer than any recording.
constexpr Duration whole_file = std::chrono::hours(400 * 24);

Status is_free(const std::filesystem::path& to) {
  std::error_code code;
  if (!std::filesystem::exists(std::filesystem::symlink_status(to, code))) return ok();
  return Error(ErrorCode::file_unwritable, to.string());
}

}  // namespace

Result<ClipMade> cut_clip(std::span<const ClipPart> parts, const std::filesystem::path& to,
                          ClipShape shape, Clock& clock,
                          const std::function<bool(double)>& progress) {
  XB_TRY(is_free(to));
  if (parts.empty())
    return Error(ErrorCode::review_clip, "这里没有录像", "nothing was recorded there");
  return ClipCut(parts, shape, clock, progress).run(to);
}

Result<ClipMade> blank_recording(const std::filesystem::path& from,
                                 const std::vector<FileSpan>& spans, Duration length,
                                 const std::filesystem::path& to, Clock& clock,
                                 const std::function<bool(double)>& progress) {
  XB_TRY(is_free(to));
  if (spans.empty()) return Error(ErrorCode::review_clip, "没有说剪哪一段", "no span was named");
  const std::array<ClipPart, 1> whole{{{from, Duration{0}, whole_file}}};
  ClipCut cut(whole, ClipShape::as_recorded, clock, progress);
  cut.blank(spans, length);
  return cut.run(to);
}

}  // namespace xb::output
