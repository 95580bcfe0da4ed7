// Times and dates as the review page writes them.
// SPDX-License-Identifier: Apache-2.0

const two = (n: number): string => String(n).padStart(2, '0');

// 24 s "0:24", 41.5 min "41:30", 73.3 min "1:13:18".
export function momentText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(s / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

// Always with its hour, for what changes under the eye.
export function longMomentText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

// A length, "44:15" and "2:04:10".
export const lengthText = momentText;

// "+2" and "−1".
export const signed = (n: number): string => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : '0');

// 11 月 23 日 · 23 Nov; with the year where it is not this one.
export function dayText(wallMs: number, locale: string, now = Date.now()): string {
  if (wallMs <= 0) return ''; // nobody knows
  const day = new Date(wallMs);
  const isThisYear = day.getFullYear() === new Date(now).getFullYear();
  if (locale.startsWith('zh')) return `${isThisYear ? '' : `${day.getFullYear()} 年 `}${day.getMonth() + 1} 月 ${day.getDate()} 日`;
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) });
}

export const monthOf = (wallMs: number): string => `${new Date(wallMs).getFullYear()}-${two(new Date(wallMs).getMonth() + 1)}`;

export const clockOf = (wallMs: number): string => `${two(new Date(wallMs).getHours())}:${two(new Date(wallMs).getMinutes())}`;
