// What the program tells of the evenings it keeps (docs/wire.md section 13). All times are milliseconds since the Session began.
// SPDX-License-Identifier: Apache-2.0

export interface Words {
  zh: string;
  en: string;
}
export type EveningState = 'ended' | 'interrupted' | 'live' | 'unreadable';
export interface Listed {
  id: string;
  title: string;
  station: string;
  state: EveningState;
  // the rest is null while it was not read yet, and where it cannot be read
  began_wall_ms: number | null;
  duration_ms: number | null;
  gained: number | null;
  peak_watching: number | null;
  comments: number | null;
  open_notes: number | null;
  bytes: number | null;
  has_video: boolean | null;
  signed_by: string | null;
  problem: Words | null;
  cover?: string | null; // where a small picture of it is
  pending?: boolean;
}
export interface Disk {
  free_bytes: number;
  used_bytes: number;
  hours_left: number | null;
}
export interface Library {
  library: string;
  sessions: Listed[];
  more?: boolean;
  disk: Disk | null;
}

export interface Segment {
  name: string;
  url: string;
  from: number;
  to: number;
  bytes: number;
  missing: boolean;
}
export interface Summary {
  gained: number | null;
  gained_before: number | null;
  peak_watching: { value: number; t: number } | null;
  comments: number;
  questions: number;
  answered: number;
  cards_ms: number;
  drops: { count: number; ms: number };
  silence_ms: number | null;
  dark_ms: number | null;
  missed_frames: number;
}
export interface Plus {
  t: number;
  seq: number;
  name: string;
  platform: string;
  by: string;
  gains?: number; // more than one where a platform told only its total
}
export interface Card {
  id: string;
  number: number;
  title: string;
  from: number;
  to: number;
  questions: number;
  gained: number;
  spoken_ms: number;
}
export interface Caption {
  id: string;
  text: string;
  from: number;
  to: number;
}
export interface Marker {
  t: number;
  to: number | null;
  note: string;
  by: string;
}
export interface Problem extends Words {
  kind: string; // silence, outage, dark, frozen, missed, gap, interrupted, trouble
  lane: string; // sound, live, picture, chat
  from: number;
  to: number;
}
export type Point = [t: number, value: number | null];
export interface Lanes {
  gained: Point[];
  total: Point[];
  watching: Point[];
  pluses: Plus[];
  products: Card[];
  captions: Caption[];
  markers: Marker[];
  slates: { kind: string; from: number; to: number }[];
  live: { output: string; from: number; to: number }[];
  problems: Problem[];
}
export interface Evening {
  id: string;
  title: string;
  station: string;
  began_wall_ms: number | null; // null: nobody knows
  live_from: number | null;
  duration_ms: number;
  state: EveningState;
  segments: Segment[];
  clean: Segment[];
  clips?: { name: string; url: string; bytes: number }[];
  summary: Summary | null; // null: its ledger cannot be read, nothing is counted
  lanes: Lanes;
  missing: Words[];
}

// One whose ledger was read.
export type Counted = Evening & { summary: Summary };
export const isCounted = (evening: Evening): evening is Counted => evening.summary !== null;

export interface Line {
  seq: number;
  t: number;
  kind: string;
  platform: string;
  name: string;
  text: string;
  role: string;
  hidden: boolean;
}
export interface Lines {
  lines: Line[];
  more: boolean;
}
export interface Before {
  from: number;
  to: number;
  product: Card | null;
  caption: Caption | null;
  lines: Line[];
}
export interface Sound {
  ready: boolean;
  progress: number;
  step_ms?: number;
  peaks?: (number | null)[]; // null: nothing is recorded there
  problems?: Problem[];
}

// One picture with many small ones, `columns` in a row, one a step.
export interface Pictures {
  ready: boolean;
  progress: number;
  step_ms?: number;
  columns?: number;
  count?: number;
  width?: number;
  height?: number;
  url?: string | null;
  problems?: Problem[];
}
export interface Consent {
  role: string;
  who: string;
  author: string;
  wall_ms: number;
}
export interface Keeping {
  needed: string[];
  missing: string[];
  agreed: Consent[];
}

export interface Note {
  id: string;
  t: number;
  to: number | null;
  parent: string | null;
  kind: 'comment' | 'task';
  author: string;
  text: string;
  state: 'open' | 'done';
  wall_ms: number;
  edited: boolean;
}
export interface Notes {
  notes: Note[];
  signed: { author: string; wall_ms: number }[];
  unread?: number; // lines of the file that are none of ours
}

export interface Hit {
  session: string;
  title: string;
  t: number;
  where: 'chat' | 'caption' | 'card' | 'note';
  name: string;
  text: string;
}
export interface Compared {
  id: string;
  title: string;
  began_wall_ms: number;
  live_from: number | null;
  duration_ms: number;
  summary: Summary;
  gained: Point[];
  // when most came while something was shown: the caption or the card
  best?: { t: number; came: number; caption: string; product: string } | null;
}
export interface Peak {
  from: number;
  to: number;
  why_zh: string;
  why_en: string;
  score: number;
}
export interface Job {
  job: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  progress: number;
  session?: string | null;
  file: { name: string; url: string; bytes: number } | null;
  error: Words | null;
  notes?: Words[]; // what differs from what was asked for
}
