// One command to the program. The same id has one effect, so that an unanswered one can be sent again.
// SPDX-License-Identifier: Apache-2.0
import type { Answer } from './wire';

export function newId(): string {
  // randomUUID is there only on secure origins; a phone in the village Wi-Fi has none
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return 'page-' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const patience = 15_000; // ending closes files and connections

export type Args = Record<string, string | number>;

export async function command(name: string, args: Args = {}): Promise<Answer | null> {
  const body = JSON.stringify({ id: newId(), name, args });
  for (let attempt = 0; attempt < 2; ++attempt) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    try {
      const response = await fetch('/api/command', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
        signal: stop.signal,
      });
      return (await response.json()) as Answer;
    } catch {
      // not answered, or no JSON: once more with the same id
    } finally {
      clearTimeout(timer);
    }
  }
  return null;
}

export async function fetchJson<T>(path: string): Promise<T | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}
