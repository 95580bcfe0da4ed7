// The figures behind the words of the pills, as GET /api/stats has them. What was not measured is left out.
// SPDX-License-Identifier: Apache-2.0

export interface Figures {
  frames: { missed: number; skipped: number; capture_lost?: number };
  compose_ms?: number;
  encoder?: { name: string | null; frame_ms: number | null };
  outputs?: { name: string; bitrate_kbps?: number | null; dropped?: number | null; queue_ms?: number | null }[];
  recorder?: { dropped?: number | null };
  picture_latency_ms?: number | null;
  rss_bytes?: number | null;
}
export interface NumberRow {
  key: string;
  name: string; // of a platform
  value: string;
}

export function numbersOf(figures: Figures): NumberRow[] {
  const rows: NumberRow[] = [];
  const add = (key: string, value: number | string | null | undefined, unit = '', name = ''): void => {
    if (value === null || value === undefined || value === '') return;
    rows.push({ key: `work.n_${key}`, name, value: typeof value === 'number' ? `${Math.round(value * 10) / 10}${unit}` : value });
  };
  for (const one of figures.outputs ?? []) {
    add('bitrate', one.bitrate_kbps, ' kbps', one.name);
    add('dropped', one.dropped, '', one.name);
    add('queue', one.queue_ms, ' ms', one.name);
  }
  add('missed', figures.frames.missed);
  add('skipped', figures.frames.skipped);
  add('capture_lost', figures.frames.capture_lost);
  add('disk_dropped', figures.recorder?.dropped);
  add('encoder', figures.encoder?.name);
  add('encode', figures.encoder?.frame_ms, ' ms');
  add('compose', figures.compose_ms, ' ms');
  add('latency', figures.picture_latency_ms, ' ms');
  add('memory', figures.rss_bytes ? figures.rss_bytes / 1e6 : null, ' MB');
  return rows;
}
