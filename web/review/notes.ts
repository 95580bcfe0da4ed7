// What is said about an evening: what the program has, and what this page has not got through to it yet.
// SPDX-License-Identifier: Apache-2.0
import type { Note, Problem } from './wire';

export interface Thread {
  note: Note;
  replies: Note[];
  isWaiting: boolean; // not yet with the program
}

// A note that nobody wrote: what the machine found.
export const findingAuthor = '';
export const isFinding = (note: Note): boolean => note.author === findingAuthor;

export function newNoteId(): string {
  // as a UUID, also where browsers have none for pages that come over plain HTTP
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

// What the program says of a note stands above what this page believes; what it does not have yet is kept.
export function mergeNotes(known: readonly Note[], waiting: readonly Note[]): { notes: Note[]; waiting: Note[] } {
  const ids = new Set(known.map((note) => note.id));
  const left = waiting.filter((note) => !ids.has(note.id));
  return { notes: [...known, ...left], waiting: left };
}

// Threads by time; replies as they were written. A reply whose note is gone stands for itself: nothing is lost.
export function threadsOf(notes: readonly Note[], waiting: ReadonlySet<string>): Thread[] {
  const heads = new Map<string, Thread>();
  const byId = new Map(notes.map((note) => [note.id, note]));
  const headOf = (note: Note): Note => {
    let at = note;
    for (let i = 0; i < 50 && at.parent; ++i) {
      const above = byId.get(at.parent);
      if (above === note) return note; // a ring: each stands for itself
      if (!above) break;
      at = above;
    }
    return at;
  };
  for (const note of notes) if (headOf(note) === note) heads.set(note.id, { note, replies: [], isWaiting: waiting.has(note.id) });
  for (const note of notes) {
    const head = headOf(note);
    if (head !== note) heads.get(head.id)?.replies.push(note);
  }
  for (const thread of heads.values()) thread.replies.sort((a, b) => a.wall_ms - b.wall_ms);
  return [...heads.values()].sort((a, b) => a.note.t - b.note.t || a.note.wall_ms - b.note.wall_ms);
}

// What the machine found, in the same list: its words are the program's.
export function findings(problems: readonly Problem[], isEnglish: boolean): Note[] {
  return problems.map((one) => ({
    id: `${one.kind}-${one.from}`, t: one.from, to: one.to, parent: null, kind: 'comment', author: findingAuthor,
    text: isEnglish ? one.en : one.zh, state: 'done', wall_ms: 0, edited: false,
  }));
}

export const openCount = (notes: readonly Note[]): number => notes.filter((note) => !note.parent && note.state === 'open' && !isFinding(note)).length;
