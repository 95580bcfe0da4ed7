// Several recordings one after another on the one axis: which of them is seen at a moment, and where in it.
// SPDX-License-Identifier: Apache-2.0
import type { Segment } from './wire';

export const rates = [1, 1.5, 2];
export const nextRate = (rate: number): number => rates[(rates.indexOf(rate) + 1) % rates.length]!;

const edgeMs = 40; // the last frame of a recording stands until the next begins
// One file begins where the other ended, give or take the frames between them.
const joinMs = 250;

// Null: nothing was recorded then, or it is gone.
export function segmentAt(segments: readonly Segment[], t: number): Segment | null {
  return segments.find((one) => !one.missing && t >= one.from && t < one.to) ?? null;
}
export function nextSegment(segments: readonly Segment[], t: number): Segment | null {
  return segments.filter((one) => !one.missing && one.from >= t).sort((a, b) => a.from - b.from)[0] ?? null;
}
// After a recording has run out: the next one if it goes on there, else the hole begins.
export function following(segments: readonly Segment[], ended: Segment): Segment | null {
  const next = segments.find((one) => !one.missing && one !== ended && Math.abs(one.from - ended.to) <= joinMs);
  return next ?? null;
}
export const secondsInto = (segment: Segment, t: number): number => Math.min(Math.max(0, t - segment.from), Math.max(0, segment.to - segment.from - edgeMs)) / 1000;

// The moment of the last and the next arrival of a follower; null where there is none.
export function neighbour(times: readonly number[], now: number, direction: 1 | -1): number | null {
  const apartMs = 500; // the one that is being looked at is not the next
  const sorted = direction > 0 ? times.filter((t) => t > now + apartMs) : times.filter((t) => t < now - apartMs);
  if (sorted.length === 0) return null;
  return direction > 0 ? Math.min(...sorted) : Math.max(...sorted);
}
