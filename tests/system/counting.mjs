// A film that counts its own frames, and when something appears beside the counter.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { once } from 'node:events';
import { expect, run, start } from './support.mjs';

export const rate = 30;
const bits = 12;
// The counter lies where no layer is drawn, black and white, in parts of the picture.
const [left, top, step, high] = [0.40, 0.40, 0.0175, 0.08];

// A film in which frame n says n: bits of `step` width, the lowest first. With `has_noise` a part of it below the counter snows, so that
// its recording grows quickly.
export async function counting_film(file, seconds, { width = 320, height = 180, has_noise = false } = {}) {
  const child = start('ffmpeg', ['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', String(rate), '-i', '-',
    '-f', 'lavfi', '-i', `sine=440:r=48000:d=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', file], { stdio: ['pipe', 'ignore', 'inherit'] });
  for (let n = 0; n < seconds * rate; ++n) {
    const frame = Buffer.alloc(width * height, 60);
    for (let bit = 0; bit < bits; ++bit) {
      const [x0, x1] = [Math.round((left + step * bit) * width), Math.round((left + step * (bit + 1)) * width)];
      for (let y = Math.round(top * height); y < (top + high) * height; ++y) frame.fill((n >> bit) & 1 ? 235 : 16, y * width + x0, y * width + x1);
    }
    for (let y = Math.round(0.55 * height); has_noise && y < 0.95 * height; ++y) for (let x = Math.round(0.43 * width); x < 0.67 * width; ++x) frame[y * width + x] = 16 + Math.random() * 220;
    if (!child.stdin.write(frame)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = await once(child, 'close');
  expect(code === 0, 'the counting film is made', code);
}

// Every frame of a film in little: its time, what it counts, and its grey.
export const [width, height] = [320, 180];
export async function frames_of(file, is_tall = false) {
  const times = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'frame=best_effort_timestamp_time', '-of', 'csv=p=0', file]);
  const seen = await run('ffmpeg', ['-v', 'error', '-i', file, '-vsync', 'passthrough', '-vf', `${is_tall ? 'pad=ih*16/9:ih:(ow-iw)/2:0,' : ''}scale=${width}:${height}:flags=area,format=gray`, '-f', 'rawvideo', '-'], { binary: true });
  expect(seen.code === 0 && seen.err === '' && times.err === '', `${path.basename(file)} decodes without complaint`, seen.err + times.err);
  const size = width * height;
  const stamps = times.out.split('\n').map(parseFloat).filter(Number.isFinite).slice(0, seen.out.length / size);
  return stamps.map((t, i) => {
    let count = 0;
    for (let bit = 0; bit < bits; ++bit) {
      const x = Math.round((left + step * (bit + 0.5)) * width);
      const y = Math.round((top + high / 2) * height);
      if (seen.out[i * size + y * width + x] > 126) count |= 1 << bit;
    }
    return { ms: t * 1000, count, grey: seen.out.subarray(i * size, (i + 1) * size) };
  });
}
// Where what is looked for appears: left, right, top and bottom in parts of the picture.
const places = { card: [0.72, 1, 0.15, 0.95], words: [0, 0.38, 0.35, 0.85], badge: [0, 0.38, 0, 0.35] };
// Milliseconds into the file at which a place is first another one than it was for a while.
export function first_change(frames, what, after_ms) {
  const [x0, x1, y0, y1] = places[what];
  const from = frames.findIndex(({ ms }) => ms >= after_ms);
  const before = frames[from].grey;
  const is_other = ({ grey }) => {
    let changed = 0;
    for (let y = Math.round(y0 * height); y < y1 * height; ++y) for (let x = Math.round(x0 * width); x < x1 * width; ++x) changed += Math.abs(grey[y * width + x] - before[y * width + x]) > 12 ? 1 : 0;
    return changed >= 8;
  };
  return frames.slice(from).find(is_other)?.ms;
}
