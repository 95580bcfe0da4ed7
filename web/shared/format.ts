// Numbers and times for people.
// SPDX-License-Identifier: Apache-2.0

const two = (n: number): string => String(n).padStart(2, '0');

// 4398 -> "01:13:18"
export function clockText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

// 1286 -> "1,286"
export const grouped = (n: number): string => String(Math.trunc(n)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

// From 100 000 on "12.3 万", "123.4K" and "1.2M": cut, never more than there is.
export function countText(n: number, locale: string): string {
  if (Math.abs(n) < 100_000) return grouped(n);
  if (locale.startsWith('zh')) return `${(Math.trunc(n / 1000) / 10).toFixed(1)} 万`;
  if (Math.abs(n) < 1_000_000) return `${(Math.trunc(n / 100) / 10).toFixed(1)}K`;
  return `${(Math.trunc(n / 100_000) / 10).toFixed(1)}M`;
}

// The words for a length of time: key and values for the locale.
export function lengthWords(seconds: number): { key: string; values: Record<string, number> } {
  const s = Math.max(0, Math.floor(seconds));
  if (s >= 3600) return { key: 'time.hours', values: { h: Math.floor(s / 3600), m: Math.floor(s / 60) % 60 } };
  if (s >= 60) return { key: 'time.minutes', values: { m: Math.floor(s / 60), s: s % 60 } };
  return { key: 'time.seconds', values: { s } };
}
