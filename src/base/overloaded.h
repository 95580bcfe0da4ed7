// One visitor of a variant made from several functions. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace xb {

// std::visit(Overloaded{[](A) {}, [](B) {}}, variant).
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace xb
