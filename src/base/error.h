// Errors of the world and of wrong input: a stable code, what happened exactly, and the way
// outward. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xb {

// To add one: a line here and a row in error.cpp (a test requires name, Chinese and English text
// with advice).
enum class ErrorCode : std::uint16_t {
  internal = 1,
  cancelled,
  timed_out,
  usage,
  file_missing,
  file_unreadable,
  file_unwritable,
  file_too_large,
  text_not_utf8,
  json_invalid,
  show_invalid,
  secrets_mode,
  past_unreadable,
  theme_invalid,
  picture_invalid,
  font_missing,
  device_missing,
  device_busy,
  device_denied,
  device_refused,
  sound_denied,
  source_unsupported,
  source_open_failed,
  source_stalled,
  source_ended,
  source_no_video,
  source_waiting,
  source_port_taken,
  source_joining,
  sound_missing,
  media_failed,
  decode_failed,
  encoder_failed,
  encoder_behind,
  output_refused,
  output_unreachable,
  output_stalled,
  output_slow,
  output_unsupported,
  output_no_key,
  output_certificate,
  disk_full,
  disk_slow,
  disk_failed,
  port_taken,
  address_invalid,
  not_loopback,
  net_failed,
  http_refused,
  data_in_use,
  database_failed,
  database_newer,
  session_failed,
  event_invalid,
  event_too_large,
  ingest_closed,
  not_on_air,
  command_unknown,
  command_arguments,
  row_unknown,
  caption_taken_off,
  message_gone,
  chat_closed,
  nothing_to_show,
  nothing_to_undo,
  ingest_denied,
  busy,
  denied,
  pair_needed,
  pair_ended,
  pair_expired,
  pair_used,
  pair_wrong,
  pair_many,
  pair_full,
  pair_unproven,
  pair_repeated,
  pair_elsewhere,
  pair_no_network,
  heritage_lock,
  price_incomplete,
  caption_incomplete,
  database_locked,
  database_damaged,
  disk_low,
  show_not_taken,
  show_row_gone,
  show_needs_restart,
  faces_unavailable,
  faces_paused,
  qr_unreadable,
  chat_lost,
  output_in_use,
  chat_stale,
  redirect_refused,
  answer_too_large,
  chat_room_unknown,
  chat_login_refused,
  chat_refused,
  chat_silent,
  chat_over,
  chat_masked,
  chat_no_secret,
  chat_map_invalid,
  session_unreadable,
  session_no_paints,
  clean_feed_missing,
  clean_feed_short,
  replay_incomplete,
  encoder_eased,
  show_name_invalid,
  show_name_taken,
  show_unknown,
  show_zip_invalid,
  show_zip_too_large,
  price_changed,
  sound_silent,
  sound_clipped,
  sound_low,
  sound_unprocessed,
  music_failed,
  panic_is_on,
  finish_failed,
  sleep_not_inhibited,
  battery_low,
  review_unknown,
  review_note,
  review_notes_full,
  review_clip,
  review_copy,
  review_import,
  output_address_refused,
  output_few_frames,
  output_still,
  window_no_display,
  window_failed,
  vcam_missing,
  vcam_unfit,
  vcam_busy,
  vcam_refused,
  vcam_sound,
  review_kept,
};

enum class Severity : std::uint8_t { note = 1, warning, failure };

// What people read: `what` is one sentence, `advice` says what to do next.
struct ErrorText {
  ErrorCode code;
  std::string_view name;  // stable, `room.thing`, safe for machines
  Severity severity;
  std::string_view zh;
  std::string_view zh_advice;
  std::string_view en;
  std::string_view en_advice;
};

const ErrorText& text_of(ErrorCode code);
std::span<const ErrorText> all_error_texts();

class Error {
 public:
  // `detail` is the exact fact ("/dev/video0", "line 4"), in plain words; never a secret.
  explicit Error(ErrorCode code, std::string detail = {})
      : code_(code), detail_(std::move(detail)) {}
  // Where the detail is a sentence: one in each language.
  Error(ErrorCode code, std::string detail_zh, std::string detail_en)
      : code_(code), detail_(std::move(detail_en)), detail_zh_(std::move(detail_zh)) {}

  // Adds what was being done, outermost last: `return std::move(e).during("start source camera:")`.
  Error during(std::string doing) &&;

  ErrorCode code() const { return code_; }
  const std::string& detail() const { return detail_; }
  const std::string& detail_zh() const { return detail_zh_.empty() ? detail_ : detail_zh_; }
  std::string_view name() const { return text_of(code_).name; }

  // One line for a person: what, detail, advice.
  std::string zh() const;
  std::string en() const;
  // One line for the log: name, context outermost first, detail.
  std::string log_line() const;

 private:
  ErrorCode code_;
  std::string detail_;
  std::string detail_zh_;  // empty: detail_ is for both
  std::vector<std::string> context_;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace xb
