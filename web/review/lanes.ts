// Where the lanes lie in the picture of the evening, and what lies under a finger.
// SPDX-License-Identifier: Apache-2.0
import { timeAt, xOf, type Span } from './axis';
import { firstAt } from './thin';
import type { Caption, Card, Evening, Marker, Note, Plus } from './wire';

export type LaneName = 'axis' | 'fans' | 'products' | 'captions' | 'marks' | 'sound';
export interface Lane {
  name: LaneName;
  y: number;
  height: number;
}
export const laneNames: LaneName[] = ['axis', 'fans', 'products', 'captions', 'marks', 'sound'];
const least: Record<LaneName, number> = { axis: 28, fans: 72, products: 34, captions: 28, marks: 32, sound: 44 };

// What is left over goes to the curve and to the sound.
export function layout(height: number): Lane[] {
  const needed = laneNames.reduce((sum, name) => sum + least[name], 0);
  const more = Math.max(0, height - needed);
  const share: Partial<Record<LaneName, number>> = { fans: 0.5, sound: 0.25, products: 0.08, captions: 0.08, marks: 0.09 };
  let y = 0;
  return laneNames.map((name) => {
    const lane = { name, y, height: Math.round(least[name] + more * (share[name] ?? 0)) };
    y += lane.height;
    return lane;
  });
}
export const laneAt = (lanes: readonly Lane[], y: number): Lane | null => lanes.find((one) => y >= one.y && y < one.y + one.height) ?? null;

// The height of the curve of what was gained at a moment.
export function gainedAt(evening: Evening, t: number): number {
  const points = evening.lanes.gained;
  return points[firstAt(points, t + 1, (one) => one[0]) - 1]?.[1] ?? 0;
}
export interface Scales {
  gained: (n: number) => number;
  watching: (n: number) => number;
}
export function scales(evening: Evening, lane: Lane): Scales {
  const values = (points: Evening['lanes']['gained']): number[] => points.map((one) => one[1] ?? 0);
  const [low, high] = [Math.min(0, ...values(evening.lanes.gained)), Math.max(1, ...values(evening.lanes.gained))];
  const most = Math.max(4, ...values(evening.lanes.watching));
  const [top, bottom] = [lane.y + 13, lane.y + lane.height - 10];
  return {
    gained: (n) => bottom - ((n - low) / (high - low)) * (bottom - top),
    watching: (n) => lane.y + lane.height - (n / most) * (lane.height - 18),
  };
}

export interface Pin {
  t: number;
  look: 'bad' | 'ok' | 'warn' | 'info';
  note: Note | null;
  marker: Marker | null;
}
// Everything that hangs on the lane of marks and comments, by time.
export function pinsOf(evening: Evening, notes: readonly Note[]): Pin[] {
  const pins: Pin[] = [];
  for (const marker of evening.lanes.markers) pins.push({ t: marker.t, look: 'info', note: null, marker });
  for (const note of notes) if (!note.parent) pins.push({ t: note.t, look: lookOf(note), note, marker: null });
  return pins.sort((a, b) => a.t - b.t);
}
export const lookOf = (note: Note): Pin['look'] => (note.author === '' ? 'bad' : note.state === 'done' ? 'ok' : note.kind === 'task' ? 'warn' : 'info');

export type Found =
  | { what: 'plus'; plus: Plus; others: number }
  | { what: 'card'; card: Card }
  | { what: 'caption'; caption: Caption }
  | { what: 'pin'; pin: Pin }
  | { what: 'nothing' };

const fingerPx = 14;
// What is meant by a press at a place of the picture.
export function foundAt(evening: Evening, pins: readonly Pin[], lanes: readonly Lane[], span: Span, width: number, x: number, y: number): Found {
  const lane = laneAt(lanes, y);
  const t = timeAt(x, span, width);
  const reach = (fingerPx / width) * (span.to - span.from);
  if (lane?.name === 'fans') {
    const near = evening.lanes.pluses.filter((one) => Math.abs(one.t - t) <= reach);
    const height = scales(evening, lane).gained;
    const hit = near.filter((one) => Math.abs(height(gainedAt(evening, one.t)) - y) <= fingerPx + 4);
    const first = hit[0];
    if (first) return { what: 'plus', plus: hit.reduce((best, one) => (Math.abs(one.t - t) < Math.abs(best.t - t) ? one : best), first), others: hit.length - 1 };
  }
  if (lane?.name === 'products') {
    const card = evening.lanes.products.find((one) => t >= one.from && t <= one.to);
    if (card) return { what: 'card', card };
  }
  if (lane?.name === 'captions') {
    const caption = evening.lanes.captions.find((one) => t >= one.from - reach / 2 && t <= one.to + reach / 2);
    if (caption) return { what: 'caption', caption };
  }
  if (lane?.name === 'marks') {
    const pin = pins.filter((one) => Math.abs(one.t - t) <= reach).sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t))[0];
    if (pin) return { what: 'pin', pin };
  }
  return { what: 'nothing' };
}

// An empty axis before the evening is read has no scale.
export const isDrawable = (span: Span, width: number): boolean => span.to > span.from && width > 1 && Number.isFinite(xOf(0, span, width));
