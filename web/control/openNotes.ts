// What reviewers asked for and nobody has done yet, for whoever is about to go live.
// SPDX-License-Identifier: Apache-2.0
import { fetchJson } from '../shared/command';

export interface OpenNotes {
  session: string;
  at: number; // where the first of them stands
  count: number; // of all evenings that are looked at
  said: { author: string; text: string }[];
}
interface Listed {
  id: string;
  state: string;
  open_notes: number | null;
  pending?: boolean;
}
interface Note {
  t: number;
  parent: string | null;
  author: string;
  text: string;
  state: string;
}
const evenings = 5; // the newest: what is older has been lived with
const shown = 2;

// Null: nothing is open, or it is not known yet; then `isSettled` is false and it is worth asking again.
export async function readOpenNotes(read: typeof fetchJson = fetchJson): Promise<{ open: OpenNotes | null; isSettled: boolean }> {
  const list = (await read<{ sessions: Listed[] }>('/api/review/sessions'))?.sessions;
  if (!list) return { open: null, isSettled: false };
  const newest = list.filter((one) => one.state !== 'live').slice(0, evenings);
  const isSettled = newest.every((one) => !one.pending);
  const first = newest.find((one) => (one.open_notes ?? 0) > 0);
  if (!first) return { open: null, isSettled };
  const notes = (await read<{ notes: Note[] }>(`/api/review/sessions/${encodeURIComponent(first.id)}/notes`))?.notes ?? [];
  const open = notes.filter((one) => one.state === 'open' && !one.parent);
  const count = newest.reduce((sum, one) => sum + (one.open_notes ?? 0), 0);
  return { open: { session: first.id, at: open[0]?.t ?? 0, count, said: open.slice(0, shown).map(({ author, text }) => ({ author, text })) }, isSettled };
}
