// One command to the program. The same id has one effect, so that an unanswered one can be sent again.
// SPDX-License-Identifier: Apache-2.0
import { proofOf, type Body } from './pairing';
import type { Answer } from './wire';

export function newId(): string {
  // randomUUID is there only on secure origins; a phone in the village Wi-Fi has none
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return 'page-' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const patience = 15_000; // ending closes files and connections

export type Args = Record<string, string | number>;

// A POST as the control port wants it of every page: JSON unless `type` says otherwise, and signed where this page is a
// paired one.
export interface Way {
  signal?: AbortSignal;
  type?: string;
  keepalive?: boolean; // also when the page is left
}
export function post(path: string, body: Body, { signal, type = 'application/json', keepalive = false }: Way = {}): Promise<Response> {
  const headers = { 'Content-Type': type, ...proofOf(path, body) };
  return fetch(path, { method: 'POST', headers, body: body as BodyInit, signal: signal ?? null, keepalive });
}

// Null: no answer came, or none that could be read.
export async function postJson<T extends Answer>(path: string, json: unknown): Promise<T | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const response = await post(path, JSON.stringify(json), { signal: stop.signal });
    return (await response.json()) as T;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

export async function command(name: string, args: Args = {}): Promise<Answer | null> {
  const asked = { id: newId(), name, args };
  let answer = await postJson<Answer>('/api/command', asked);
  // not answered, or its number was used by another tab: once more with the same id
  if (!answer || answer.code === 'pair.repeated') answer = await postJson<Answer>('/api/command', asked);
  return answer;
}

export async function fetchJson<T>(path: string): Promise<T | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}
