// Cookies to persons, proofs of what is posted. SPDX-License-Identifier: Apache-2.0
#include "control/lan_gate.h"

#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "net/key_exchange.h"

namespace xb::control {
namespace {

constexpr std::string_view claim_path = "/api/pair/claim";

bool is_api(std::string_view path) {
  return path == "/api" || path == "/metrics" || path.substr(0, 5) == "/api/";
}

// A plain number without sign and leading zeros, as it was signed; 0 for anything else.
std::uint64_t number_in(const std::map<std::string, std::string>& fields, const char* name) {
  const auto found = fields.find(name);
  if (found == fields.end() || found->second.empty() || found->second.front() == '0') return 0;
  const auto& text = found->second;
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? out : 0;
}

// The proof of a request as it came, and what it should be as the body comes.
class SignedBody final : public net::BodyListener {
 public:
  SignedBody(std::uint64_t number, std::string proof, net::HmacSha256 expected)
      : number_(number), proof_(std::move(proof)), expected_(std::move(expected)) {}
  void hear(std::string_view piece) override { expected_.add(piece); }
  Status check(Pairing& pairing, std::uint64_t device) {
    return pairing.check(device, number_, expected_.end(), proof_);
  }

 private:
  const std::uint64_t number_;
  const std::string proof_;
  net::HmacSha256 expected_;
};

// Large bodies are only read of those who may send them: who has nothing but a cookie, or another
// role, sends nothing that is kept.
std::optional<net::Refusal> refused_before_body(net::Request& request, const Pairing& pairing) {
  if (request.method != "POST") return std::nullopt;
  if (request.path.substr(0, 11) == "/api/setup/" &&
      request.person->rank < static_cast<int>(Role::operator_))
    return net::Refusal{403, "denied", ErrorCode::denied};
  const auto number = number_in(request.own_fields, "x-xiangbo-counter");
  const auto field = request.own_fields.find("x-xiangbo-proof");
  auto proof = field == request.own_fields.end() ? std::nullopt : net::from_hex(field->second);
  if (number == 0 || !proof) return net::Refusal{403, "unproven", ErrorCode::pair_unproven};
  auto expected = pairing.proof_of(request.person->device, number, request.target);
  if (!expected) return net::Refusal{401, "unpaired", expected.error().code()};
  request.body_listener =
      std::make_shared<SignedBody>(number, std::move(*proof), std::move(*expected));
  return std::nullopt;
}

}  // namespace

std::optional<net::Refusal> LanGate::at_head(net::Request& request) {
  request.person = net::Person{.rank = static_cast<int>(Role::stranger), .name = {}, .device = 0};
  const auto cookie = request.cookies.find(std::string(session_cookie(is_secure_)));
  const bool has_cookie = cookie != request.cookies.end();
  if (has_cookie) {
    if (const auto* device = pairing_.find(cookie->second, clock_.now()))
      request.person = net::Person{static_cast<int>(device->role), device->name, device->id};
  }
  if (!is_api(request.path) || request.path == claim_path) return std::nullopt;
  if (request.path == "/api/pair/offer" && request.method == "GET") return std::nullopt;
  if (request.path == "/api/ingest") return net::Refusal{403, "denied", ErrorCode::denied};
  if (request.person->device != 0) return refused_before_body(request, pairing_);
  return net::Refusal{401, "unpaired", has_cookie ? ErrorCode::pair_ended : ErrorCode::pair_needed};
}

std::optional<net::Refusal> LanGate::at_body(const net::Request& request) {
  if (request.path == claim_path) return std::nullopt;  // it has a proof of its own
  auto* const body = dynamic_cast<SignedBody*>(request.body_listener.get());
  if (body == nullptr) return net::Refusal{403, "unproven", ErrorCode::pair_unproven};
  const auto checked = body->check(pairing_, request.person->device);
  if (checked) return std::nullopt;
  const auto code = checked.error().code();
  return net::Refusal{code == ErrorCode::pair_ended ? 401 : 403,
                      code == ErrorCode::pair_repeated ? "repeated" : "unproven", code};
}

}  // namespace xb::control
