// One small picture out of the many in a file.
// SPDX-License-Identifier: Apache-2.0
import type { Pictures } from './wire';

// How the one of the moment `t` is shown above `x`, inside a box `width` wide; null where there is none.
export function tileAt(pictures: Pictures | null, t: number, x: number, width: number): Record<string, string> | null {
  const { url, step_ms: step = 0, columns = 0, count = 0, width: wide = 0, height: high = 0 } = pictures ?? {};
  if (!pictures?.ready || !url || step <= 0 || columns <= 0 || count <= 0) return null;
  const index = Math.min(count - 1, Math.max(0, Math.floor(t / step)));
  const left = Math.min(Math.max(0, x - wide / 2), Math.max(0, width - wide));
  return {
    width: `${wide}px`,
    height: `${high}px`,
    backgroundImage: `url("${url}")`,
    backgroundPosition: `-${(index % columns) * wide}px -${Math.floor(index / columns) * high}px`,
    transform: `translateX(${Math.round(left)}px)`,
  };
}
