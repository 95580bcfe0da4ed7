// A phone as the pairing sees it: makes claims, keeps its key, signs what it sends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "control/pairing.h"
#include "net/key_exchange.h"

namespace xb::test {

struct SaidClaim {
  control::PairClaim claim;
  std::string key;  // of the session, if it is let in
};

// To an offer as its public part tells it, with whatever word.
inline SaidClaim claim_of(const std::string& offer, const std::string& server_key,
                          const std::string& word, const std::string& name) {
  const auto secret = net::random_bytes(32);
  SaidClaim out;
  out.claim.offer = offer;
  out.claim.name = name;
  out.claim.key = net::x25519_public(secret);
  const auto shared = net::x25519_shared(secret, server_key).value();
  const auto keys = control::pair_keys(shared, word, offer, server_key, out.claim.key);
  out.claim.proof = net::hmac_sha256(keys.claim, name);
  out.key = keys.session;
  return out;
}
inline SaidClaim claim_of(const control::PairOffer& offer, const std::string& word,
                          const std::string& name) {
  return claim_of(offer.id, offer.key_public, word, name);
}

}  // namespace xb::test
