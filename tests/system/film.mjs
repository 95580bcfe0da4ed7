// Compares what was recorded with what was composed again, frame by frame.
// SPDX-License-Identifier: Apache-2.0
import { ffmpeg } from './media.mjs';
import { expect, run } from './support.mjs';

// All frames of a file by their number, which is their time: {number: planes}. `filter` before that, as a size.
export async function frames_of(file, { width, height }, rate, filter = 'null') {
  const { out } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file]);
  const numbers = out.trim().split('\n').map((time) => Math.round(parseFloat(time) * rate)).sort((a, b) => a - b);
  const bytes = await ffmpeg(['-i', file, '-map', '0:v:0', '-vsync', 'passthrough', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'], { binary: true });
  const each = (width * height * 3) / 2;
  expect(bytes.length === each * numbers.length, `${file}: a picture a packet`, { bytes: bytes.length / each, packets: numbers.length });
  return new Map(numbers.map((number, i) => [number, bytes.subarray(i * each, (i + 1) * each)]));
}

// dB on the pixels where the recording differs from the clean feed: on what was laid over it.
export function overlay_psnr(recorded, clean, again, { width, height }) {
  let all = { sum: 0, count: 0 };
  const each = [];
  for (const [number, program] of recorded) {
    const bare = clean.get(number);
    const made = again.get(number);
    // beside a frame that was skipped a file may hold the picture of its neighbour
    const is_whole = [recorded, clean].every((film) => [-2, -1, 1, 2].every((by) => film.has(number + by) || number + by < 0 || number + by >= film.size));
    if (!bare || !made || !is_whole) continue;
    let sum = 0;
    let count = 0;
    for (let y = 0; y < height; y += 2) {
      for (let x = 0; x < width; x += 2) {
        const at = y * width + x;
        const spots = [at, at + 1, at + width, at + width + 1];
        const chroma = (width * height) + (y / 2) * (width / 2) + x / 2;
        const second = chroma + (width * height) / 4;
        const is_over = spots.some((i) => Math.abs(program[i] - bare[i]) > 12) ||
          Math.abs(program[chroma] - bare[chroma]) > 8 || Math.abs(program[second] - bare[second]) > 8;
        if (!is_over) continue;
        for (const i of [...spots, chroma, second]) sum += (program[i] - made[i]) ** 2;
        count += 6;
      }
    }
    all = { sum: all.sum + sum, count: all.count + count };
    if (count > 0) each.push({ number, db: 10 * Math.log10((255 * 255 * count) / Math.max(sum, 1e-9)), count });
  }
  each.sort((a, b) => a.db - b.db);
  return { db: 10 * Math.log10((255 * 255 * all.count) / Math.max(all.sum, 1e-9)), worst: each.slice(0, 5), frames: each.length, share: all.count / (each.length * width * height * 1.5) };
}

// By how many ms the second file's sound is later than the first's.
export async function lag_ms(first, second) {
  const sound = async (file) => {
    const bytes = await ffmpeg(['-i', file, '-map', '0:a:0', '-af', 'aresample=8000:async=1:first_pts=0', '-ac', '1', '-f', 's16le', '-'], { binary: true });
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  };
  const [a, b] = [await sound(first), await sound(second)];
  let best = { lag: 0, sum: -Infinity };
  const length = Math.min(a.length, b.length, 64000) - 1000;
  for (let lag = -400; lag <= 400; ++lag) {
    let sum = 0;
    for (let i = 500; i < length; ++i) sum += a[i] * b[i + lag];
    if (sum > best.sum) best = { lag, sum };
  }
  return best.lag / 8;
}
