// The stored names of Entry kinds.
// SPDX-License-Identifier: Apache-2.0
#include "session/entry.h"

#include <array>
#include <utility>

namespace xb::session {
namespace {

constexpr std::array<std::pair<EntryKind, std::string_view>, 15> kinds{{
    {EntryKind::begin, "begin"},
    {EntryKind::anchor, "anchor"},
    {EntryKind::resume, "resume"},
    {EntryKind::end, "end"},
    {EntryKind::chat, "chat"},
    {EntryKind::command, "command"},
    {EntryKind::scene, "scene"},
    {EntryKind::values, "values"},
    {EntryKind::output, "output"},
    {EntryKind::health, "health"},
    {EntryKind::marker, "marker"},
    {EntryKind::gap, "gap"},
    {EntryKind::file, "file"},
    {EntryKind::show, "show"},
    {EntryKind::paint, "paint"},
}};

}  // namespace

std::string_view name_of(EntryKind kind) {
  for (const auto& [known, name] : kinds) {
    if (known == kind) return name;
  }
  return "marker";
}

std::optional<EntryKind> entry_kind(std::string_view name) {
  for (const auto& [kind, known] : kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace xb::session
