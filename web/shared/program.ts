// The program itself: at the computer it can be left, and begun again with what was set up meanwhile.
// SPDX-License-Identifier: Apache-2.0
import { postJson } from './command';
import type { Station } from './station';
import { isOnAir } from './status';
import type { Answer } from './wire';

export const canLeave = (station: Station): boolean =>
  station.me?.is_here === true && station.isConnected && station.state !== null && !isOnAir(station.state);

export const askProgram = (what: 'leave' | 'restart'): Promise<Answer | null> => postJson<Answer>('/api/program', { do: what });
