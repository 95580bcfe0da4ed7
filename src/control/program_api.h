// The program itself: to leave it, to begin again with what was set up meanwhile, or to have its
// window back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// begin_chosen: with the Show that DATA/shows opens now; begin_given: with the command line's.
enum class Wish : std::uint8_t { stay = 1, leave, begin_again, begin_chosen, begin_given };

// Of a Studio's state.
bool is_on_air(const OrderedJson& state);

// 409, with the sentence why.
net::Response refusal_on_air();

// Adds POST /api/program {"do":"leave"|"restart"|"show_window"}: for the operator at the computer;
// the first two not while a Session is on. What was asked for stands in `wish`, for whoever runs
// the program to see to. Both outlive the server.
void serve_program(net::Server& server, studio::Studio& studio, std::atomic<Wish>& wish);

}  // namespace xb::control
