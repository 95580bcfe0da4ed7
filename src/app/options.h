// The command line as plain structs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace xb::app {

struct LiveOptions {
  std::string show;        // empty: the operator's own
  std::string given_show;  // as the command line had it, whatever was opened since
  std::optional<std::string> source;
  std::optional<std::string> mic;
  std::vector<std::string> publish;  // empty: all that are enabled in the Show
  bool is_recording = true;
  std::string data;
  std::string cache;  // of the review
  std::string secrets;
  std::string control = "127.0.0.1:7180";
  std::string audience = "127.0.0.1:7181";
  bool is_control_given = false;
  bool is_audience_given = false;
  bool is_secrets_given = false;
  bool is_data_given = false;
  bool is_on_air_at_once = false;
  bool opens_page = false;
  std::optional<double> duration_s;
  std::optional<std::string> stats;
  std::optional<std::string> ca_file;
  bool is_encrypted = false;  // phones by TLS, whatever the Show says
  bool has_window = false;
  std::string virtual_camera;  // a device or "auto"; empty: none
};

struct RenderOptions {
  std::string show;   // a Show, or a Session
  std::string input;  // of a Session: in place of its clean feed; empty: that
  std::optional<std::string> events;
  std::string output;
  std::optional<std::string> corrected_show;  // of a Session
  std::optional<std::string> theme;           // of a Session
  std::optional<int> crf;
};

struct ReviewOptions {
  std::string library;  // a folder of Session folders, or one of them
  std::string cache;
  std::string control = "127.0.0.1:7180";
  bool is_control_given = false;
  bool opens_page = false;
};

struct DevicesOptions {};
struct CheckOptions {
  std::string show;
};
struct ExplainOptions {
  std::string key;
  bool is_markdown = false;
};

using Options = std::variant<LiveOptions, RenderOptions, ReviewOptions, DevicesOptions,
                             CheckOptions, ExplainOptions>;

// Exit codes of the program.
inline constexpr int exit_clean = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong_input = 2;
inline constexpr int exit_data_in_use = 3;

// The parsed options, or the exit code when all is said already (--help, --version, a wrong command
// line).
std::variant<Options, int> parse_command_line(int argc, char** argv);

}  // namespace xb::app
