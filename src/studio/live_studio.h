// LiveStudio: the Studio of `xiangbo live`. The only place where parts are made and joined by
// pipes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/server.h"
#include "session/data_folder.h"
#include "studio/handover.h"
#include "studio/plan.h"
#include "studio/studio.h"

namespace xb::studio {

struct LiveSettings {
  Plan plan;
  std::filesystem::path secrets;  // the file, there or not: the setup page writes it
  std::filesystem::path given;    // the Show that the command line named; empty: none
  net::Address audience;
  std::filesystem::path pages;  // of the audience port
  HandoverSettings handover = {};
  std::optional<Duration> end_after;                   // from the begin of a Session
  std::function<void(const std::string&)> stats_line;  // once a second, on the floor thread
};

// Thread: open, the functions below and the destructor on the owner's thread.
class LiveStudio : public Studio {
 public:
  // `data` null: nothing can be kept; it and clock and health outlive the Studio. From here on the
  // program ticks. Errors: theme_invalid, font_missing, source_unsupported, show_invalid (a chat
  // source).
  static Result<std::unique_ptr<LiveStudio>> open(LiveSettings settings,
                                                  const session::DataFolder* data, Clock& clock,
                                                  Health& health);
  // Opens the audience port. Error port_taken.
  virtual Status listen() = 0;
  // A Session that had a duration is over.
  virtual bool has_ended_by_duration() const = 0;
  // Ends the Session, if one is on, and stops. `reason`: signal, duration.
  virtual void end(std::string_view reason) = 0;
};

}  // namespace xb::studio
