// The Shows of this computer (docs/wire.md section 12). SPDX-License-Identifier: Apache-2.0
import { fetchJson, post, postJson } from '../shared/command';
import type { Answer } from '../shared/wire';

export interface ShowEntry {
  name: string; // "" is the one that the command line named
  folder?: string;
  station: string;
  products: number;
  captions: number;
  changed_ms: number;
  is_open: boolean;
  is_given: boolean;
  problem: { zh: string; en: string } | null;
}
export interface Walk {
  is_open: boolean;
  is_left: boolean;
  step: number;
}
export type Order = 'make' | 'copy' | 'rename' | 'choose';

export const mostZipBytes = 64 * 1024 * 1024;

export const readShows = async (): Promise<ShowEntry[] | null> => (await fetchJson<{ shows: ShowEntry[] }>('/api/shows'))?.shows ?? null;
export const order = (what: Order, show: string, name = ''): Promise<Answer | null> => postJson<Answer>('/api/shows', { do: what, show, name });
export const zipOf = (show: string): string => `/api/shows/zip?show=${encodeURIComponent(show)}`;

export async function openZip(file: Blob, name: string): Promise<Answer | null> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const answer = await post(`/api/shows/zip?name=${encodeURIComponent(name)}`, bytes, { type: 'application/zip' });
    return (await answer.json()) as Answer;
  } catch {
    return null;
  }
}

// A name that is free: "晚会", "晚会 2", ...
export function freeName(wanted: string, taken: string[]): string {
  const plain = [...wanted.replace(/[/\\:*?"<>|]/g, ' ').replace(/^[\s.-]+|[\s.]+$/g, '')].slice(0, 36).join('') || 'Show';
  if (!taken.includes(plain)) return plain;
  for (let n = 2; ; ++n) if (!taken.includes(`${plain} ${n}`)) return `${plain} ${n}`;
}

export const readWalk = (): Promise<Walk | null> => fetchJson<Walk>('/api/walk');
export const keepWalk = (walk: Partial<Walk>): Promise<Answer | null> => postJson<Answer>('/api/walk', walk);
