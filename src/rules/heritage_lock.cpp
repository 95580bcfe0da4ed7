// Heritage on one side, everything that sells on the other.
// SPDX-License-Identifier: Apache-2.0
#include "rules/heritage_lock.h"

#include <algorithm>
#include <iterator>

namespace xb::rules {
namespace {

bool sells(OnAir thing) {
  switch (thing) {
    case OnAir::product_card:
    case OnAir::sale_countdown:
    case OnAir::slate_with_prices: return true;
    case OnAir::heritage_caption:
    case OnAir::plain_caption: return false;
  }
  return false;
}

}  // namespace

bool may_share_frame(OnAir one, OnAir other) {
  return !(one == OnAir::heritage_caption && sells(other)) &&
         !(other == OnAir::heritage_caption && sells(one));
}

std::vector<OnAir> must_go_off(OnAir shown, std::span<const OnAir> on_air) {
  std::vector<OnAir> out;
  std::copy_if(on_air.begin(), on_air.end(), std::back_inserter(out),
               [shown](OnAir thing) { return !may_share_frame(shown, thing); });
  return out;
}

}  // namespace xb::rules
