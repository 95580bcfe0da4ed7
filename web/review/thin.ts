// No more points than can be seen: of each column of the screen the lowest and the highest are kept.
// SPDX-License-Identifier: Apache-2.0
import type { Span } from './axis';
import type { Point } from './wire';

// The first index whose time is not before `t`; the points stand in the order of time.
export function firstAt<T>(all: readonly T[], t: number, timeOf: (one: T) => number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(all[middle]!) < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The points of `span` and one beyond each end, so that a line runs out of the picture; at most two a column.
export function visible(points: readonly Point[], span: Span, columns: number): Point[] {
  const begin = Math.max(0, firstAt(points, span.from, (one) => one[0]) - 1);
  const end = Math.min(points.length, firstAt(points, span.to, (one) => one[0]) + 1);
  if (end - begin <= columns * 2) return points.slice(begin, end);
  const out: Point[] = [];
  const perColumn = (span.to - span.from) / columns;
  let at = begin;
  while (at < end) {
    const column = Math.floor((points[at]![0] - span.from) / perColumn);
    let [low, high] = [at, at];
    for (; at < end && Math.floor((points[at]![0] - span.from) / perColumn) === column; ++at) {
      if ((points[at]![1] ?? 0) < (points[low]![1] ?? 0)) low = at;
      if ((points[at]![1] ?? 0) > (points[high]![1] ?? 0)) high = at;
    }
    out.push(points[Math.min(low, high)]!);
    if (low !== high) out.push(points[Math.max(low, high)]!);
  }
  return out;
}

// The loudest step under each column.
export function loudest(peaks: readonly (number | null)[], stepMs: number, span: Span, columns: number): number[] {
  const perColumn = (span.to - span.from) / columns;
  return Array.from({ length: columns }, (_, column) => {
    const first = Math.max(0, Math.floor((span.from + column * perColumn) / stepMs));
    const end = Math.max(first + 1, Math.ceil((span.from + (column + 1) * perColumn) / stepMs));
    let most = -1; // nothing was measured there
    for (let i = first; i < end && i < peaks.length; ++i) most = Math.max(most, peaks[i] ?? -1);
    return most;
  });
}

export interface Cluster<T> {
  x: number;
  all: T[];
}
// What would stand on top of each other stands together. The items are in the order of their places.
export function clustered<T>(items: readonly T[], placeOf: (one: T) => number, apartPx: number): Cluster<T>[] {
  const out: Cluster<T>[] = [];
  for (const one of items) {
    const x = placeOf(one);
    const last = out.at(-1);
    if (last && x - last.x < apartPx) last.all.push(one);
    else out.push({ x, all: [one] });
  }
  return out;
}
