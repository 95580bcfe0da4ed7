// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { readOpenNotes } from '../control/openNotes';
import type { fetchJson } from '../shared/command';

const served = (answers: Record<string, unknown>): typeof fetchJson => (async (path: string) => answers[path] ?? null) as typeof fetchJson;
const note = (id: string, state: string, parent: string | null = null, kind = 'comment') => ({ id, t: 1000 * Number(id), parent, kind, author: '王老师', text: `说 ${id}`, state });
const said = (...ids: number[]) => ids.map((id) => ({ author: '王老师', text: `说 ${id}` }));

test('what is open of the newest evenings is counted, and tasks and the newest evening are told first', async () => {
  const read = served({
    '/api/review/sessions': { sessions: [{ id: 'on', state: 'live', open_notes: 9 }, { id: 'b', state: 'ended', open_notes: 0 }, { id: 'a 1', state: 'ended', open_notes: 2 }, { id: 'c', state: 'ended', open_notes: 3 }] },
    '/api/review/sessions/a%201/notes': { notes: [note('1', 'done'), note('2', 'open'), note('3', 'open', '2'), note('4', 'open', null, 'task')] },
    '/api/review/sessions/c/notes': { notes: [5, 6, 7].map((id) => note(`${id}`, 'open')) },
  });
  const { open, isSettled } = await readOpenNotes(read);
  expect(open).toEqual({ session: 'a 1', at: 4000, count: 5, said: said(4, 2, 5, 6) });
  expect(isSettled).toBe(true);
});

test('nothing is said of evenings that are read yet, or where nobody answers', async () => {
  const pending = served({ '/api/review/sessions': { sessions: [{ id: 'a', state: 'ended', open_notes: null, pending: true }] } });
  expect(await readOpenNotes(pending)).toEqual({ open: null, isSettled: false });
  expect(await readOpenNotes(served({}))).toEqual({ open: null, isSettled: false });
  const old = served({ '/api/review/sessions': { sessions: [...Array(5)].map((_, i) => ({ id: `${i}`, state: 'ended', open_notes: 0 })).concat({ id: 'old', state: 'ended', open_notes: 3 }) } });
  expect(await readOpenNotes(old)).toEqual({ open: null, isSettled: true });
});
