// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { between, follow, leastSpanMs, pan, settle, stepFor, ticks, timeAt, xOf, zoom } from '../review/axis';
import { clustered, firstAt, loudest, visible } from '../review/thin';
import type { Point } from '../review/wire';

const whole = 5_076_000; // 84.6 minutes

describe('the axis', () => {
  it('finds the moment under a place and the place of a moment', () => {
    const span = { from: 60_000, to: 120_000 };
    expect(xOf(90_000, span, 1000)).toBe(500);
    expect(timeAt(250, span, 1000)).toBe(75_000);
    for (const t of [60_000, 61_234, 119_999]) expect(timeAt(xOf(t, span, 1229), span, 1229)).toBeCloseTo(t, 6);
  });
  it('keeps the moment under the finger where it is while it zooms', () => {
    const span = { from: 0, to: whole };
    const at = 4_398_000;
    for (const by of [1.1, 2, 7]) {
      const closer = zoom(span, by, at, whole);
      expect(xOf(at, closer, 1229)).toBeCloseTo(xOf(at, span, 1229), 6);
      expect(closer.to - closer.from).toBeCloseTo(whole / by, 6);
    }
  });
  it('stays inside the evening however hard it is pushed or pulled', () => {
    let span = { from: 0, to: whole };
    for (let i = 0; i < 60; ++i) span = zoom(span, 3, whole, whole);
    expect(span.to - span.from).toBeCloseTo(leastSpanMs, 6);
    expect(span.to).toBeCloseTo(whole, 6);
    expect(pan(span, 1e9, whole)).toEqual(span);
    expect(pan(span, -1e9, whole).from).toBe(0);
    for (let i = 0; i < 60; ++i) span = zoom(span, 0.3, 0, whole);
    expect(span).toEqual({ from: 0, to: whole });
  });
  it('has room for an evening that is shorter than what can be zoomed to', () => {
    expect(settle({ from: -5, to: 3 }, 4000)).toEqual({ from: 0, to: 4000 });
  });
  it('goes back to where it was when it zooms in and out at the same place', () => {
    const span = { from: 1_000_000, to: 2_000_000 };
    const back = zoom(zoom(span, 2, 1_300_000, whole), 0.5, 1_300_000, whole);
    expect(back.from).toBeCloseTo(span.from, 6);
    expect(back.to).toBeCloseTo(span.to, 6);
  });
  it('turns the page when the playhead runs out of it, and only then', () => {
    const span = { from: 60_000, to: 120_000 };
    expect(follow(span, 119_999, whole)).toBeNull();
    expect(follow(span, 120_050, whole)).toEqual({ from: 120_050, to: 180_050 });
    expect(follow(span, whole - 1000, whole)).toEqual({ from: whole - 60_000, to: whole });
  });
  it('takes a part drawn from right to left and beyond the end', () => {
    expect(between(9000, -50, whole)).toEqual({ from: 0, to: 9000 });
    expect(between(whole - 10, whole + 500, whole)).toEqual({ from: whole - 10, to: whole });
  });
  it('writes its lines at round times, never closer than can be read', () => {
    expect(stepFor({ from: 0, to: whole }, 1229)).toBe(600_000);
    expect(ticks({ from: 0, to: whole }, 600_000)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80].map((m) => m * 60_000));
    for (let width = 10_000; width < whole; width *= 1.7) {
      const span = { from: 1234, to: 1234 + width };
      const step = stepFor(span, 300);
      expect(xOf(span.from + step, span, 300)).toBeGreaterThanOrEqual(90);
      expect(ticks(span, step).length).toBeLessThanOrEqual(4);
    }
  });
});

describe('thinning', () => {
  const many: Point[] = Array.from({ length: 100_000 }, (_, i) => [i * 50, (i * 7919) % 1000]);
  it('leaves few enough points, and every peak and every hole of a column', () => {
    const span = { from: 0, to: 5_000_000 };
    const seen = visible(many, span, 1229);
    expect(seen.length).toBeLessThanOrEqual(2 * 1229 + 4);
    const perColumn = span.to / 1229;
    for (const column of [0, 17, 640, 1228]) {
      const inside = (points: Point[]): number[] => points.filter((one) => Math.floor(one[0] / perColumn) === column).map((one) => one[1]!);
      expect(Math.max(...inside(seen))).toBe(Math.max(...inside(many)));
      expect(Math.min(...inside(seen))).toBe(Math.min(...inside(many)));
    }
    expect(seen.map((one) => one[0])).toEqual([...seen.map((one) => one[0])].sort((a, b) => a - b));
  });
  it('leaves points alone where there are few, with one beyond each edge', () => {
    const points: Point[] = [[0, 1], [100, 2], [200, 3], [300, 4], [400, 5]];
    expect(visible(points, { from: 150, to: 250 }, 1000)).toEqual([[100, 2], [200, 3], [300, 4]]);
    expect(visible([], { from: 0, to: 1 }, 100)).toEqual([]);
  });
  it('finds the first at or after a moment', () => {
    const times = [1, 3, 3, 7];
    expect([0, 1, 2, 3, 4, 8].map((t) => firstAt(times, t, (one) => one))).toEqual([0, 0, 1, 1, 3, 4]);
  });
  it('hears a short noise in a long column and knows where nothing is recorded', () => {
    const peaks: (number | null)[] = new Array<number | null>(1000).fill(10);
    peaks[501] = 90;
    peaks[0] = peaks[1] = peaks[2] = peaks[3] = null;
    const columns = loudest(peaks, 500, { from: 0, to: 500_000 }, 250);
    expect(columns[125]).toBe(90);
    expect(columns[0]).toBe(-1);
    expect(columns[124]).toBe(10);
    // closer than the steps of the sound: no column is left out
    expect(loudest(peaks, 500, { from: 250_000, to: 251_000 }, 10)).toEqual([10, 10, 10, 10, 10, 90, 90, 90, 90, 90]);
  });
  it('puts together what would stand on top of each other', () => {
    expect(clustered([0, 4, 9, 30, 31], (x) => x, 13).map((one) => one.all)).toEqual([[0, 4, 9], [30, 31]]);
    expect(clustered([0, 8, 16, 24], (x) => x, 13).map((one) => one.all.length)).toEqual([2, 2]);
  });
});
