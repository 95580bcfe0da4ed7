// What reviewers asked for and nobody has done yet, for whoever is about to go live.
// SPDX-License-Identifier: Apache-2.0
import { fetchJson } from '../shared/command';

export interface OpenNotes {
  session: string;
  at: number; // where the first of them stands
  count: number; // of all evenings that are looked at
  said: { author: string; text: string }[]; // tasks first, then by time; of the newest evening first
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
  kind?: string;
  author: string;
  text: string;
  state: string;
}
const evenings = 5; // the newest: what is older has been lived with
const shown = 4;

// Null: nothing is open, or it is not known yet; then `isSettled` is false and it is worth asking again.
export async function readOpenNotes(read: typeof fetchJson = fetchJson): Promise<{ open: OpenNotes | null; isSettled: boolean }> {
  const list = (await read<{ sessions: Listed[] }>('/api/review/sessions'))?.sessions;
  if (!list) return { open: null, isSettled: false };
  const newest = list.filter((one) => one.state !== 'live').slice(0, evenings);
  const isSettled = newest.every((one) => !one.pending);
  const asking = newest.filter((one) => (one.open_notes ?? 0) > 0);
  const count = asking.reduce((sum, one) => sum + (one.open_notes ?? 0), 0);
  let open: OpenNotes | null = null;
  for (const one of asking) {
    const notes = (await read<{ notes: Note[] }>(`/api/review/sessions/${encodeURIComponent(one.id)}/notes`))?.notes ?? [];
    const still = notes.filter((note) => note.state === 'open' && !note.parent).sort((a, b) => Number(b.kind === 'task') - Number(a.kind === 'task') || a.t - b.t);
    open ??= { session: one.id, at: still[0]?.t ?? 0, count, said: [] };
    open.said.push(...still.slice(0, shown - open.said.length).map(({ author, text }) => ({ author, text })));
    if (open.said.length >= shown) break;
  }
  return { open, isSettled };
}
