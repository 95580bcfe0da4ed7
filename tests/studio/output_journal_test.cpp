// What Outputs tell is found again in the Ledger, at its place in the Session.
// SPDX-License-Identifier: Apache-2.0
#include "studio/output_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/queries.h"
#include "session/session.h"
#include "tests/support/temp_folder.h"

namespace xb::studio {
namespace {

using namespace std::chrono_literals;
using output::OutputState;
using testing::ElementsAre;

class OutputJournalTest : public testing::Test {
 protected:
  OutputJournalTest()
      : data_(std::move(*session::DataFolder::open(temp_ / "data"))),
        session_(std::move(*session::Session::open(
            data_, clock_, health_, {.station = "村", .program_start = program_start_}))),
        journal_(session_->ledger(), program_start_, {30'000, 1001}, clock_) {}

  output::OutputStats told(OutputState state, std::optional<ErrorCode> code = std::nullopt) {
    output::OutputStats stats;
    stats.name = "bili";
    stats.state = state;
    if (code) stats.error = Error(*code);
    return stats;
  }
  std::vector<std::string> kept(session::EntryKind kind,
                                std::vector<SessionTime>* times = nullptr) {
    EXPECT_TRUE(session_->end("command", 5s));
    std::vector<std::string> out;
    const auto entries = session::Reader::open(session_->folder())->last_of(kind, 100);
    for (const auto& entry : *entries) {
      out.push_back(entry.json);
      if (times != nullptr) times->push_back(entry.time);
    }
    return out;
  }

  test::TempFolder temp_;
  const MonoTime program_start_{100s};
  ManualClock clock_{MonoTime(110s), WallTime(1'777'636'800s)};  // 10 s of program before
  Health health_;
  session::DataFolder data_;
  std::unique_ptr<session::Session> session_;
  OutputJournal journal_;
};

TEST_F(OutputJournalTest, keeps_each_state_once_however_short_it_was) {
  for (const auto state : {OutputState::connecting, OutputState::live, OutputState::live})
    journal_.output(told(state));
  clock_.advance(2s);
  journal_.output(told(OutputState::reconnecting, ErrorCode::output_unreachable));
  journal_.output(told(OutputState::reconnecting, ErrorCode::output_stalled));
  journal_.output(told(OutputState::ended));
  std::vector<SessionTime> times;
  EXPECT_THAT(kept(session::EntryKind::output, &times),
              ElementsAre(R"({"name":"bili","state":"connecting","code":null})",
                          R"({"name":"bili","state":"live","code":null})",
                          R"({"name":"bili","state":"reconnecting","code":"output.unreachable"})",
                          R"({"name":"bili","state":"reconnecting","code":"output.stalled"})",
                          R"({"name":"bili","state":"ended","code":null})"));
  EXPECT_EQ(times[1], SessionTime(0s));
  EXPECT_EQ(times[2], SessionTime(2s));
}

TEST_F(OutputJournalTest, places_a_file_by_its_frames) {
  // 2 s after the first frame fed, at 29.97: frame 60 begins at 2.002 s
  journal_.file({"/data/program-003.mp4", 2'002'000, std::nullopt}, FrameNumber{300});
  journal_.file({"/data/program-003.mp4", 2'002'000, 4'004'000}, FrameNumber{300});
  std::vector<SessionTime> times;
  EXPECT_THAT(kept(session::EntryKind::file, &times),
              ElementsAre(R"({"name":"program-003.mp4","first_frame":360})",
                          R"({"name":"program-003.mp4","end_frame":420})"));
  EXPECT_EQ(times[0], SessionTime(2'012ms)) << "frame 360 is at 12.012 s of the program";
}

TEST_F(OutputJournalTest, says_of_a_file_that_its_pictures_are_as_they_were_delivered) {
  journal_.file({"/data/clean-001.mp4", -33, std::nullopt, true}, FrameNumber{300});
  journal_.file({"/data/clean-001.mp4", -33, 1'001'000, true}, FrameNumber{300});
  EXPECT_THAT(kept(session::EntryKind::file),
              ElementsAre(R"({"name":"clean-001.mp4","first_frame":300,"as_delivered":true})",
                          R"({"name":"clean-001.mp4","end_frame":330})"));
}

}  // namespace
}  // namespace xb::studio
