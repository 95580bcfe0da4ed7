// The only source of a planted room.
// SPDX-License-Identifier: Apache-2.0
namespace planted {
int room() {
  return 1;
}
}  // namespace planted
