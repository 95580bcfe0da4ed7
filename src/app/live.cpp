// xiangbo live: puts the Studio, the two ports and the signals together.
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

#include "app/greeting.h"
#include "app/laptop.h"
#include "app/own_show.h"
#include "app/stats_file.h"
#include "app/stop_signals.h"
#include "app/tall_film.h"
#include "app/verbs.h"
#include "base/files.h"
#include "base/health.h"
#include "base/log.h"
#include "base/pipe.h"
#include "control/control_room.h"
#include "net/outside.h"
#include "net/tls_identity.h"
#include "review/archive.h"
#include "studio/assets.h"
#include "studio/live_studio.h"

namespace xb::app {
namespace {

// The names to push to, or nothing after what is wrong was said.
std::optional<std::vector<std::string>> chosen_outputs(const LiveOptions& options,
                                                       const studio::Show& show) {
  std::vector<std::string> names;
  if (options.publish.empty()) {
    for (const auto& one : show.publish) {
      if (one.is_enabled) names.push_back(one.name);
    }
    return names;
  }
  for (const auto& wanted : options.publish) {
    const bool is_there = std::any_of(show.publish.begin(), show.publish.end(),
                                      [&](const auto& one) { return one.name == wanted; });
    if (!is_there) {
      say(Error(ErrorCode::usage, "方案里没有 --publish 写的 " + wanted,
                "--publish " + wanted + ": not in the Show"));
      return std::nullopt;
    }
    if (std::find(names.begin(), names.end(), wanted) == names.end()) names.push_back(wanted);
  }
  return names;
}

// The answer of a command given by this process itself.
studio::Answer ask(studio::Studio& studio, const char* name, Clock& clock) {
  // shared: the thread that answers may still be inside put() when this returns
  const auto answered = std::make_shared<Mailbox<studio::Answer>>("answer");
  studio::Command command;
  // another one for each start of the program: a Session that goes on knows the former ones
  command.id = "process-" + std::to_string(clock.wall().time_since_epoch().count());
  command.name = name;
  command.who = "operator";
  studio.command(std::move(command), [answered](const studio::Answer& answer) {
    answered->put(studio::Answer(answer));
  });
  auto answer = answered->take({});
  XB_CHECK(answer.has_value());
  return std::move(*answer);
}

int exit_code_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::data_in_use: return exit_data_in_use;
    case ErrorCode::source_unsupported:
    case ErrorCode::show_invalid:
    case ErrorCode::theme_invalid:
    case ErrorCode::address_invalid:
    case ErrorCode::not_loopback:
    case ErrorCode::usage: return exit_wrong_input;
    default: return exit_failed;
  }
}

int give_up(const Error& error) {
  say(error);
  return exit_code_of(error);
}

// Where the page of the running program is, for a second start of it: in the data folder, which it
// holds.
constexpr const char* address_file = "control-address";

void note_address(const std::filesystem::path& data, const std::string& address) {
  const auto noted = write_file_atomically(data / address_file, address + "\n", 0600);
  if (!noted) log_warn("app", "{}", noted.error().log_line());
}

// What was asked for where nothing, or nothing of this computer, stands in the file.
std::string address_of_other(const std::filesystem::path& data, const LiveOptions& options) {
  auto noted = read_file(data / address_file, 256);
  if (!noted) return options.control;
  while (!noted->empty() && noted->back() == '\n') noted->pop_back();
  const auto address = net::parse_address(*noted);
  return address && net::is_loopback(*address) && address->port > 0 ? *noted : options.control;
}

// The data folder, or null where nothing can be kept but the Show can still go on; an exit code
// when it must not: somebody else is on air with it, or what was asked for is no folder.
std::variant<std::optional<session::DataFolder>, int> open_data(const LiveOptions& options,
                                                                Health& health) {
  const std::string& path = options.data;
  std::error_code code;
  const auto absolute = std::filesystem::absolute(path, code);
  if (path.empty() || code) return give_up(Error(ErrorCode::usage, "--data " + path));
  auto opened = session::DataFolder::open(absolute);
  if (opened) return std::optional<session::DataFolder>(std::move(*opened));
  if (opened.error().code() == ErrorCode::data_in_use) {
    // whoever presses the icon again wants to see the page, which the other one serves
    if (options.opens_page) open_page("http://" + address_of_other(absolute, options) + "/");
    return give_up(opened.error());
  }
  say(opened.error());
  const bool is_no_folder =
      std::filesystem::exists(absolute, code) && !std::filesystem::is_directory(absolute, code);
  // a disk that takes nothing may take something later, a folder that is not ours never does
  const bool is_denied = ::access(absolute.c_str(), W_OK | X_OK) != 0 && errno == EACCES;
  if (options.is_data_given && (is_no_folder || is_denied)) return exit_wrong_input;
  health.set("session", Condition::failed, std::move(opened).error());
  return std::optional<session::DataFolder>();
}

// A folder that was there keeps its rights, whatever they are: whose it is may want it so.
void say_if_open_to_others(const std::string& data) {
  struct stat found {};
  if (::stat(data.c_str(), &found) != 0 || (found.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
  std::cerr << "别人也能打开数据文件夹 " << data
            << "，要只给自己就运行 chmod 700\nOthers can open the data folder " << data
            << ", chmod 700 keeps it to yourself\n";
}

// Looked at while the present one still runs: a program that ended and cannot begin is worse than
// one with the former Show. Leaves out of `again` what is no longer in the Show.
bool can_begin(LiveOptions& again, const std::filesystem::path& folder, Health& health) {
  const auto loaded = studio::load_show(folder, studio::PictureLook::header);
  const auto secrets = studio::load_secrets(again.secrets);
  const auto* problem = !loaded.problems.empty()    ? &loaded.problems.front()
                        : !secrets.problems.empty() ? &secrets.problems.front()
                                                    : nullptr;
  if (problem != nullptr || !loaded.show || !secrets.secrets) {
    health.set("program.restart", Condition::degraded,
               Error(ErrorCode::show_invalid, problem != nullptr ? problem->zh : ""));
    return false;
  }
  const bool had_wishes = !again.publish.empty();
  std::erase_if(again.publish, [&](const auto& name) {
    const auto& all = loaded.show->publish;
    return std::none_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  });
  if (had_wishes && again.publish.empty()) {  // none would mean all
    health.set("program.restart", Condition::degraded,
               Error(ErrorCode::usage, "方案里不再有 --publish 写的平台",
                     "--publish: not in the Show any more"));
    return false;
  }
  health.set("program.restart", Condition::stopped);
  return true;
}

// Absolute as the shelf of Shows has it; empty where the command line named none.
std::filesystem::path given_show(const LiveOptions& options) {
  std::error_code code;
  if (options.given_show.empty()) return {};
  return std::filesystem::canonical(options.given_show, code);
}

// With the same Show, the chosen one of the data folder, or the command line's.
bool can_begin_as(LiveOptions& again, control::Wish wish, const std::filesystem::path& present,
                  const std::filesystem::path& assets, Health& health) {
  auto next = again;
  auto folder = Result<std::filesystem::path>(present);
  if (wish == control::Wish::begin_given) next.show = next.given_show;
  if (wish == control::Wish::begin_chosen) next.show.clear();
  if (wish != control::Wish::begin_again)
    folder =
        next.show.empty() ? own_show(next.data, assets) : Result<std::filesystem::path>(next.show);
  if (!folder || !can_begin(next, *folder, health)) return false;
  again = std::move(next);
  return true;
}

// What phones are shown; without a place to keep it another one each time. Null, and said in
// Health, when there can be none: then phones come by plain HTTP.
std::shared_ptr<const net::TlsIdentity> own_identity(const std::filesystem::path& data,
                                                     bool is_kept, Clock& clock, Health& health) {
  const auto hosts = net::all_lan_hosts();
  Result<std::shared_ptr<const net::TlsIdentity>> made =
      is_kept ? net::TlsIdentity::kept_in(data / "phones.pem", hosts, clock.wall())
              : net::TlsIdentity::make(hosts, clock.wall());
  if (!made) health.set("control.tls", Condition::degraded, made.error());
  if (!made && is_kept) made = net::TlsIdentity::make(hosts, clock.wall());
  return made ? std::move(*made) : nullptr;
}

// How a live went: an exit code, or what to begin again with.
using Outcome = std::variant<int, LiveOptions>;

Outcome run_once(const LiveOptions& options) {
  SystemClock clock;
  Health health;
  const LogThread log(health);
  StopSignals signals(clock, health);
  auto assets = studio::assets_folder();
  if (!assets) return give_up(assets.error());
  auto folder = options.show.empty() ? own_show(options.data, *assets)
                                     : Result<std::filesystem::path>(options.show);
  if (!folder) return give_up(folder.error());
  auto show = load_or_say(*folder);
  if (!show) return exit_wrong_input;
  if (options.is_secrets_given && !std::filesystem::exists(options.secrets)) {
    say(Error(ErrorCode::file_missing, "--secrets " + options.secrets));
  }
  auto secrets = studio::load_secrets(options.secrets);
  if (!secrets.secrets) {
    std::cerr << studio::pretty(secrets.problems);
    return exit_wrong_input;
  }
  auto names = chosen_outputs(options, *show);
  if (!names) return exit_wrong_input;
  const auto pages = studio::pages_folder();
  if (!pages) return give_up(pages.error());
  auto opened = open_data(options, health);
  if (const auto* code = std::get_if<int>(&opened)) return *code;
  const auto& data = std::get<std::optional<session::DataFolder>>(opened);
  const auto control_at = settle(options.control, options.is_control_given);
  if (!control_at) return give_up(control_at.error());
  if (!net::is_loopback(*control_at))
    return give_up(Error(ErrorCode::not_loopback, options.control));
  const auto audience_at = settle(options.audience, options.is_audience_given);
  if (!audience_at) return give_up(audience_at.error());
  if (control_at->port != 0 && control_at->port == audience_at->port) {
    return give_up(Error(ErrorCode::usage, "--control 和 --audience 写了同一个端口",
                         "--control and --audience have the same port"));
  }

  const bool waits_for_phone = options.source.value_or(show->source.from).starts_with("listen:");
  const bool is_encrypted = options.is_encrypted || show->phones.is_encrypted;
  studio::LiveSettings settings;
  settings.plan = {std::move(*show),
                   std::move(*secrets.secrets),
                   options.source.value_or(""),
                   options.mic.value_or(""),
                   std::move(*names),
                   options.is_recording,
                   options.data,
                   *assets,
                   options.ca_file.value_or("")};
  settings.secrets = options.secrets;
  settings.given = given_show(options);
  settings.audience = *audience_at;
  settings.pages = *pages;
  settings.handover = {options.has_window, options.virtual_camera};
  if (options.duration_s)
    settings.end_after = Duration(static_cast<std::int64_t>(*options.duration_s * 1e9));
  std::optional<StatsFile> stats;  // outlives the floor, which has its lines
  if (options.stats) {
    stats.emplace(*options.stats, health);
    settings.stats_line = [&stats](const std::string& line) { stats->put(line); };
  }
  auto studio =
      studio::LiveStudio::open(std::move(settings), data ? &*data : nullptr, clock, health);
  if (!studio) return give_up(studio.error());
  net::Loop web("web", health, clock);
  std::optional<review::Archive> archive;  // Sessions that are over, for whoever asks
  if (data)
    archive.emplace(review::ArchiveSettings{data->sessions(), options.cache, tall_film(clock),
                                            review::BesideLive::yes},
                    clock, health);
  control::LanSettings lan;
  if (is_encrypted) lan.identity = own_identity(options.data, data.has_value(), clock, health);
  control::ControlRoom control(**studio, web, clock, *control_at, *pages, std::move(lan),
                               archive ? &*archive : nullptr);
  const Laptop laptop([&studio] { return control::is_on_air((*studio)->state()); }, {}, clock,
                      health);
  if (signals.wait(Duration{})) return exit_clean;
  if (options.is_on_air_at_once) {
    const auto answer = ask(**studio, "live.start", clock);
    if (!answer.is_ok) return give_up(*answer.error);
  }
  if (const auto listening = (*studio)->listen(); !listening) return give_up(listening.error());
  if (const auto listening = control.listen(); !listening) return give_up(listening.error());
  std::cerr << moved_sentence(options.control, control.address())
            << moved_sentence(options.audience, (*studio)->audience_address());
  std::cout << "control http://" << control.address() << "/\naudience http://"
            << (*studio)->audience_address() << '/' << std::endl;
  Greeting greeting;
  greeting.page("http://" + control.address() + "/");
  if (data) note_address(options.data, control.address());
  if (options.opens_page) open_page("http://" + control.address() + "/");
  const char* reason = "duration";
  auto wish = control::Wish::stay;
  LiveOptions again = options;
  while (!(*studio)->has_ended_by_duration() && wish == control::Wish::stay) {
    if (signals.wait(std::chrono::milliseconds(100))) {
      reason = "signal";
      break;
    }
    if (waits_for_phone && !greeting.has_said_push_address())
      greeting.push_address((*studio)->doorway());
    wish = control.wish();
    if (wish == control::Wish::stay) continue;
    reason = "command";
    if (control::is_on_air((*studio)->state()) ||
        (wish != control::Wish::leave && !can_begin_as(again, wish, *folder, *assets, health))) {
      control.forget_wish();
      wish = control::Wish::stay;
    }
  }
  const bool ends = wish == control::Wish::stay || wish == control::Wish::leave;
  if (ends) signals.end_begins();
  (*studio)->end(reason);
  if (ends || signals.wait(Duration{})) return exit_clean;
  // at the same places, where the pages look for it; on air only when it is asked for anew
  again.control = control.address();
  again.audience = (*studio)->audience_address();
  again.is_on_air_at_once = again.opens_page = false;
  return again;
}

}  // namespace

// What was set up and waits for a restart needs no new process: everything is made anew.
int run(const LiveOptions& options) {
  name_this_thread("xiangbo");
  ::umask(0077);  // an evening is nobody else's business
  say_if_open_to_others(options.data);
  auto first = options;
  first.given_show = options.show;
  auto outcome = run_once(first);
  while (const auto* again = std::get_if<LiveOptions>(&outcome))
    outcome = run_once(LiveOptions(*again));
  return std::get<int>(outcome);
}

}  // namespace xb::app
