// OutputJournal: what the Outputs tell of themselves, kept in the Session's Ledger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "output/output.h"
#include "output/recorder.h"
#include "session/ledger.h"

namespace xb::studio {

// Written by the threads of the Outputs themselves, so that no state is too short to be kept and
// the last one comes before the Ledger is closed.
//
// Thread: any. Never blocks.
class OutputJournal {
 public:
  OutputJournal(std::shared_ptr<session::Ledger> ledger, MonoTime program_start, Rate rate,
                Clock& clock);
  // An Entry when state or reason are others than before.
  void output(const output::OutputStats& now);
  // A file begins or ends; `first` is the first frame of the run, from which its time counts.
  void file(const output::RecordedFile& file, FrameNumber first);

 private:
  void keep(session::EntryKind kind, SessionTime time, std::string json);

  const std::shared_ptr<session::Ledger> ledger_;
  const MonoTime program_start_;
  const Rate rate_;
  Clock& clock_;
  std::mutex mutex_;  // guards told_
  std::map<std::string, std::string> told_;
};

}  // namespace xb::studio
