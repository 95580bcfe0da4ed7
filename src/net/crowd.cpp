// SPDX-License-Identifier: Apache-2.0
#include "net/crowd.h"

#include <utility>

namespace xb::net {

int Crowd::all() const {
  std::lock_guard lock(mutex_);
  return all_;
}

int Crowd::from(const std::string& address) const {
  std::lock_guard lock(mutex_);
  const auto found = per_address_.find(address);
  return found == per_address_.end() ? 0 : found->second;
}

void Crowd::add(const std::string& address, int by) {
  std::lock_guard lock(mutex_);
  all_ += by;
  if ((per_address_[address] += by) <= 0) per_address_.erase(address);
}

Seat::Seat(std::shared_ptr<Crowd> crowd, std::shared_ptr<ServerTally> tally, std::string address)
    : crowd_(std::move(crowd)), tally_(std::move(tally)), address_(std::move(address)) {
  crowd_->add(address_, 1);
  tally_->add_connections(1);
}

Seat::~Seat() {
  if (load_) --*load_;
  crowd_->add(address_, -1);
  tally_->add_connections(-1);
}

void Seat::count_for(LoopLoad load) {
  if (load_) --*load_;
  load_ = std::move(load);
  ++*load_;
}

}  // namespace xb::net
