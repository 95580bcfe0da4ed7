// xiangbo review: a library and its pages, nothing live.
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <filesystem>
#include <iostream>

#include "app/greeting.h"
#include "app/own_show.h"
#include "app/stop_signals.h"
#include "app/tall_film.h"
#include "app/verbs.h"
#include "base/health.h"
#include "base/log.h"
#include "base/worker.h"
#include "control/review_room.h"
#include "review/evening_json.h"
#include "review/library.h"
#include "studio/assets.h"

namespace xb::app {
namespace {

struct Place {
  std::filesystem::path library;
  std::string session;  // to begin with; empty: the list
};

// A Session folder is shown in the library it lies in.
Result<Place> place_of(const ReviewOptions& options) {
  std::error_code code;
  auto path = std::filesystem::weakly_canonical(options.library, code);
  if (options.library.empty() || code) return Error(ErrorCode::usage, "review " + options.library);
  if (!std::filesystem::is_directory(path, code))
    return Error(ErrorCode::file_missing, path.string());
  auto name = path.filename().string();
  if (review::session_folder(path.parent_path(), name)) return Place{path.parent_path(), name};
  return Place{std::move(path), {}};
}

}  // namespace

int run(const ReviewOptions& options) {
  name_this_thread("xiangbo");
  ::umask(0077);
  SystemClock clock;
  Health health;
  const LogThread log(health);
  StopSignals signals(clock, health);
  const auto place = place_of(options);
  if (!place) return fail(place.error(), exit_wrong_input);
  const auto pages = studio::pages_folder();
  if (!pages) return fail(pages.error(), exit_failed);
  const auto address = settle(options.control, options.is_control_given);
  if (!address) {
    const bool is_taken = address.error().code() == ErrorCode::port_taken;
    return fail(address.error(), is_taken ? exit_failed : exit_wrong_input);
  }
  if (!net::is_loopback(*address))
    return fail(Error(ErrorCode::not_loopback, options.control), exit_wrong_input);
  review::Archive archive({place->library, options.cache, tall_film(clock)}, clock, health);
  net::Loop web("web", health, clock);
  control::ReviewRoom room(archive, web, *address, *pages);
  if (const auto listening = room.listen(); !listening) return fail(listening.error(), exit_failed);
  const auto page =
      "http://" + room.address() + "/review.html" +
      (place->session.empty() ? "" : "?session=" + review::percent_encoded(place->session));
  std::cerr << moved_sentence(options.control, room.address());
  std::cout << "control http://" << room.address() << "/\nreview " << page << std::endl;
  Greeting().page(page);
  if (options.opens_page) open_page(page);
  while (!signals.wait(std::chrono::seconds(1))) {
  }
  signals.end_begins();
  return exit_clean;
}

}  // namespace xb::app
