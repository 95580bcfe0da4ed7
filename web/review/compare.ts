// Several evenings side by side: what is better, what is worse, and what to try next. Said of figures only; why people
// came is not known.
// SPDX-License-Identifier: Apache-2.0
import type { Compared, Point, Summary } from './wire';

export type Measure = 'gained' | 'peak' | 'comments' | 'cards' | 'drops' | 'answered' | 'silence';
export const measures: Measure[] = ['gained', 'peak', 'comments', 'cards', 'drops', 'answered', 'silence'];
const mostBestLetters = 12;
const fewerIsBetter = new Set<Measure>(['drops', 'silence']);

// Null: not known. Answered is a share, 0 to 1.
export function valueOf(measure: Measure, summary: Summary): number | null {
  switch (measure) {
    case 'gained': return summary.gained;
    case 'peak': return summary.peak_watching?.value ?? null;
    case 'comments': return summary.comments;
    case 'cards': return summary.cards_ms;
    case 'drops': return summary.drops.count;
    case 'answered': return summary.questions > 0 ? summary.answered / summary.questions : null;
    case 'silence': return summary.silence_ms;
  }
}

export interface Change {
  by: number; // this one less the one before it
  isUp: boolean;
  isBetter: boolean;
}
// Null where there is nothing to say: not known, or the same.
export function changeOf(measure: Measure, now: Summary, before: Summary): Change | null {
  const [a, b] = [valueOf(measure, now), valueOf(measure, before)];
  if (a === null || b === null || a === b) return null;
  const isUp = a > b;
  return { by: a - b, isUp, isBetter: fewerIsBetter.has(measure) ? !isUp : isUp };
}

// What all of them together say, oldest first in the figures: `better` and `worse` when something changed only that way from
// each to the next, `same` when neither fans nor drop-outs changed, `mixed` when both ways. What is not known says nothing.
export interface Verdict {
  tone: 'better' | 'worse' | 'same' | 'mixed';
  gained: (number | null)[];
  drops: number[];
}
export function verdictOf(newestFirst: readonly Compared[]): Verdict {
  const old = [...newestFirst].reverse();
  const gained = old.map((one) => one.summary.gained);
  const drops = old.map((one) => one.summary.drops.count);
  const steps = (list: (number | null)[]): number[] => list.flatMap((value, i) => (i === 0 || value === null || list[i - 1] === null ? [] : [value - list[i - 1]!]));
  const changes = [...steps(gained), ...steps(drops).map((by) => -by)];
  const isUp = changes.some((by) => by > 0);
  const isDown = changes.some((by) => by < 0);
  return { tone: isUp && isDown ? 'mixed' : isUp ? 'better' : isDown ? 'worse' : 'same', gained, drops };
}

// What to try next time, by what was missing most in the newest: a key of the locale.
export function adviceOf(newest: Summary): { key: string; values: Record<string, number> } {
  const unanswered = newest.questions - newest.answered;
  if (newest.drops.count >= 2) return { key: 'review.compare.try_network', values: { n: newest.drops.count } };
  if (unanswered >= 3) return { key: 'review.compare.try_answer', values: { n: unanswered } };
  if ((newest.silence_ms ?? 0) >= 15_000) return { key: 'review.compare.try_talk', values: { s: Math.round(newest.silence_ms! / 1000) } };
  if ((newest.dark_ms ?? 0) >= 60_000) return { key: 'review.compare.try_light', values: { m: Math.round(newest.dark_ms! / 60_000) } };
  return { key: 'review.compare.try_keep', values: {} };
}

// What stands beside the ring on the newest curve: the first words of a caption, or the name of a card.
export function bestWords(one: Compared): string {
  const said = one.best?.caption || one.best?.product || '';
  const first = [...(said.split(/[，。！？；、：,.!?;:\n]/)[0] ?? '')];
  return first.length > mostBestLetters ? `${first.slice(0, mostBestLetters - 1).join('')}…` : first.join('');
}
// The height of a stair at a moment.
export function heightAt(points: readonly Point[], t: number): number {
  let height = 0;
  for (const [at, value] of points) {
    if (at > t) break;
    height = value ?? height;
  }
  return height;
}

// A stair as the points of an SVG line.
export function stair(points: readonly Point[], x: (t: number) => number, y: (n: number) => number, end: number): string {
  const out: string[] = [];
  let last = 0;
  out.push(`${x(Math.min(0, points[0]?.[0] ?? 0)).toFixed(1)},${y(0).toFixed(1)}`);
  for (const [t, value] of points) {
    if (value === null || value === last) continue;
    out.push(`${x(t).toFixed(1)},${y(last).toFixed(1)}`, `${x(t).toFixed(1)},${y(value).toFixed(1)}`);
    last = value;
  }
  out.push(`${x(end).toFixed(1)},${y(last).toFixed(1)}`);
  return out.join(' ');
}

// The lines across: at most five, at round numbers, and the top is above the highest.
export function gridOf(high: number): number[] {
  const top = Math.max(4, high);
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000].find((one) => Math.floor(top / one) + 1 <= 5) ?? top;
  const out: number[] = [];
  for (let n = 0; n <= (Math.floor(top / step) + 1) * step; n += step) out.push(n);
  return out;
}
