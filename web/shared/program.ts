// The program itself: at the computer it can be left, begun again with what was set up meanwhile, and asked for its window.
// SPDX-License-Identifier: Apache-2.0
import { postJson } from './command';
import type { Station } from './station';
import { isOnAir } from './status';
import type { Answer } from './wire';

export const canLeave = (station: Station): boolean =>
  station.me?.is_here === true && station.isConnected && station.state !== null && !isOnAir(station.state);

export const askProgram = (what: 'leave' | 'restart' | 'show_window'): Promise<Answer | null> => postJson<Answer>('/api/program', { do: what });
