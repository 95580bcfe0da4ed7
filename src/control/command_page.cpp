// docs/control-api.md: written from the table, so that it cannot say anything else.
// SPDX-License-Identifier: Apache-2.0
#include "control/api.h"
#include "studio/commands.h"

namespace xb::control {

std::string command_page() {
  std::string out =
      "<!-- Generated from src/studio/commands.cpp; a test fails when it is out of step. -->\n"
      "# 控制命令 / Control commands\n\n"
      "`POST /api/command`，`Content-Type: application/json`，正文 `{\"id\",\"name\",\"args\"}`；"
      "其余见 docs/wire.md 第 7 节。\n"
      "The body is `{\"id\",\"name\",\"args\"}`; all else is in section 7 of docs/wire.md.\n\n"
      "| name | args | role | 中文 | English |\n|---|---|---|---|---|\n";
  for (const auto& row : studio::command_rows()) {
    std::string args;
    for (const char c : row.args) {
      if (c == '|') args += '\\';  // a bar would end the cell
      args += c;
    }
    out += "| `" + std::string(row.name) + "` | `" + args + "` | " + std::string(row.role) + " | " +
           std::string(row.help_zh) + " | " + std::string(row.help_en) + " |\n";
  }
  return out;
}

}  // namespace xb::control
