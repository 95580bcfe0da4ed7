// A desk without a program: what was asked of it, and a state to set.
// SPDX-License-Identifier: Apache-2.0
import { reactive } from 'vue';
import type { Station, StationDesk } from '../shared/station';
import type { State } from '../shared/wire';
import { wireCase } from './cases';

export const stateOf = (name: string): State => wireCase<State>(`state-${name}`);

export function fakeDesk(state: string): StationDesk & { asked: string[] } {
  const station: Station = reactive({
    state: stateOf(state),
    show: null,
    isConnected: true,
    wasConnected: true,
    lastSeconds: null,
    isLaptopBusy: null,
    chat: [],
    chatVersion: 0,
    toast: null,
    busy: new Set<string>(),
  });
  const asked: string[] = [];
  return { station, asked, run: (name) => Promise.resolve(asked.push(name) > 0), say: () => undefined };
}
