// What comes over the control port (docs/wire.md sections 5 to 8), pinned by tests/cases/wire.
// SPDX-License-Identifier: Apache-2.0

export type StationState = 'ready' | 'connecting' | 'live' | 'reconnecting' | 'recording' | 'ended';
export type OutputState = 'off' | 'connecting' | 'live' | 'reconnecting' | 'refused' | 'ended';

export interface Fault {
  code: string;
  zh: string;
  en: string;
}
export interface Output {
  name: string;
  canvas: string;
  state: OutputState;
  reconnects: number;
  error: Fault | null;
}
export interface Recorder {
  state: OutputState;
  bytes: number | null;
  sync_age_ms: number | null;
  dropped: number | null;
  queue_ms: number | null;
  seconds_left: number | null;
  file: string | null;
  error: Fault | null;
}
export interface CleanFeed {
  state: OutputState;
  file: string | null;
  error: Fault | null;
  feeding: 'copied' | 'no_packets' | 'awaits_key' | 'stands_still' | 'broke_off' | 'changed' | null;
}
export interface Followers {
  total: number;
  gained: number;
  source: 'show' | 'platform' | 'manual' | 'mixed';
  since: string | null;
  stale_since: string | null;
}
// What a hand did to the count: `add` people, or a `total` that was typed.
export interface ByHand {
  seq: number;
  time: string | null;
  platform: string;
  add: number | null;
  total: number | null;
  name: string;
  who: string;
  note: string;
}
export interface Question {
  text: string;
  count: number;
  first: number;
  last: number;
}
// A message that a hand hid.
export interface Hidden {
  seq: number;
  name: string;
  text: string;
  who: string;
  why: string;
}
// The change of the picture that `undo` would take back.
export interface Undoable {
  zh: string;
  en: string;
  who: string;
  left_s: number;
}
// One [[chat]] of the Show.
export interface ChatSource {
  name: string;
  platform: string;
  state: 'connecting' | 'connected' | 'waiting';
  messages: number;
  refused: number;
  quiet_s: number | null;
  next_try_s: number | null;
  followers: number | null;
  error: Fault | null;
}
// Another program takes the program's picture, or its sound.
export interface Handed {
  name: 'window' | 'virtual-camera' | 'virtual-mic';
  state: Output['state'];
  shown: number;
  dropped: number;
  about: string | null;
  error: Fault | null;
}
export interface State {
  state: StationState;
  session: { folder: string | null; seconds: number | null; is_resumable: boolean };
  followers: Followers;
  viewers: number;
  likes: number;
  by_hand: ByHand[];
  questions: Question[];
  hidden: Hidden[];
  chat: ChatSource[];
  outputs: Output[];
  recorder: Recorder;
  clean: CleanFeed | null;
  handed: Handed[];
  layers: { layer: string; id: string }[];
  cues: { next: string | null; rotation_s: number | null };
  undo: Undoable | null;
  ends_in_s: { caption: number | null; countdown: number | null; pinned: number | null };
  source: { has_picture: boolean; signal: 'none' | 'fresh' | 'frozen' | 'lost'; from: string; about: string; has_sound: boolean; level_dbfs: number | null };
  // music: null where the Show has none
  sound: { muted: boolean; panic: boolean; music: boolean | null; short_term_lufs: number | null };
  // a recording of a Session that is over becomes a plain MP4
  finishing: { file: string; percent: number; left: number } | null;
  show_version: number;
  problems: (Fault & { component: string; condition: string })[];
  audience?: string; // address of its port
  audience_watching?: number;
}
export interface Product {
  id: string;
  number: number;
  name: string;
  price: string;
  unit: string;
  stock: number | null;
  picture: string | null;
  script: string;
}
export interface Caption {
  id: string;
  year: string;
  title: string;
  source: string;
  kind: 'heritage' | 'plain';
  style: 'horizontal' | 'vertical';
  script: string;
}
export interface Show {
  station: { name: string; county: string; township: string };
  products: Product[];
  captions: Caption[];
  video: { width: number; height: number };
}
export interface Stats {
  frames: { missed: number; skipped: number; program: number };
}

// One item of the Feed: an event with its number, a gap, or the newest follower figures.
export interface FeedItem {
  seq?: number;
  gap?: number;
  kind?: string;
  platform?: string;
  role?: string;
  user?: { id?: string; name?: string };
  text?: string;
  count?: number;
  amount?: string;
  currency?: string;
  seqs?: number[];
  shown?: boolean;
  followers?: { total: number; gained: number };
  v?: number;
}
// One command that was carried out, and who gave it; device 0 is the computer itself.
export interface Deed {
  n: number;
  time: string;
  role: Role;
  device: number;
  who: string;
  name: string;
  args: { product?: string; caption?: string; slate?: string; price?: string };
  zh: string;
  en: string;
}
export interface Update {
  state?: State;
  chat?: FeedItem[];
  recent?: Deed[];
}
export type Role = 'viewer' | 'reviewer' | 'assistant' | 'operator';
export interface Me {
  role: Role;
  name: string;
  device: number;
  is_here: boolean;
}
export interface PairDevice {
  id: number;
  name: string;
  role: Role;
  address: string;
  since: string;
  unused_s: number;
}
export interface PairDesk extends Answer {
  is_open: boolean;
  addresses: string[];
  fingerprint: string | null; // of the certificate that phones see; null: they come by plain HTTP
  offer: { id: string; role: Role; code: string; ends_in_s: number } | null;
  ended: string;
  devices: PairDevice[];
}
export interface Answer {
  ok: boolean;
  code?: string;
  zh?: string;
  en?: string;
}

// Nothing when the text is not an object of ours: a page must survive a newer program.
export function readUpdate(text: string): Update | null {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    const update = json as Update;
    if (update.chat !== undefined && !Array.isArray(update.chat)) return null;
    if (update.recent !== undefined && !Array.isArray(update.recent)) return null;
    if (update.state !== undefined && typeof update.state?.state !== 'string') return null;
    return update;
  } catch {
    return null;
  }
}
