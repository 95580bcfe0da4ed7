// The one axis of time under all lanes: what part of the evening is seen, and how it is moved.
// SPDX-License-Identifier: Apache-2.0

// Milliseconds since the Session began; `to` is after `from`.
export interface Span {
  from: number;
  to: number;
}

export const leastSpanMs = 10_000; // further in there is nothing more to see

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

// Kept inside the evening, never narrower than what can be told apart, never wider than the whole.
export function settle(span: Span, whole: number): Span {
  const width = clamp(span.to - span.from, Math.min(leastSpanMs, whole), whole);
  const from = clamp(span.from, 0, whole - width);
  return { from, to: from + width };
}

export const xOf = (t: number, span: Span, width: number): number => ((t - span.from) / (span.to - span.from)) * width;
export const timeAt = (x: number, span: Span, width: number): number => span.from + (x / width) * (span.to - span.from);

// `by` above 1 is closer; the moment `at` stays where it is on the screen.
export function zoom(span: Span, by: number, at: number, whole: number): Span {
  const width = clamp((span.to - span.from) / by, Math.min(leastSpanMs, whole), whole);
  const part = (at - span.from) / (span.to - span.from);
  return settle({ from: at - part * width, to: at - part * width + width }, whole);
}

export const pan = (span: Span, byMs: number, whole: number): Span => settle({ from: span.from + byMs, to: span.to + byMs }, whole);

// Turns a page when the playhead runs out of what is seen; null while it does not.
export function follow(span: Span, now: number, whole: number): Span | null {
  if (now >= span.from && now <= span.to) return null;
  return settle({ from: now, to: now + (span.to - span.from) }, whole);
}

// Two ends of a drag in either direction, inside the evening.
export function between(a: number, b: number, whole: number): Span {
  const [low, high] = [clamp(Math.min(a, b), 0, whole), clamp(Math.max(a, b), 0, whole)];
  return { from: Math.round(low), to: Math.round(high) };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map((seconds) => seconds * 1000);

// The distance of the lines of the scale: as close as `leastPx` allows.
export function stepFor(span: Span, width: number, leastPx = 90): number {
  const perPx = (span.to - span.from) / Math.max(1, width);
  return steps.find((step) => step / perPx >= leastPx) ?? steps.at(-1)!;
}

export function ticks(span: Span, step: number): number[] {
  const out: number[] = [];
  for (let t = Math.ceil(span.from / step) * step; t <= span.to; t += step) out.push(t);
  return out;
}
