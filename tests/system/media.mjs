// Looks into recordings and arrived streams with ffmpeg and ffprobe.
// SPDX-License-Identifier: Apache-2.0
import { expect, run } from './support.mjs';

const quiet = ['-v', 'error', '-nostdin'];

export async function ffmpeg(args, options) {
  const done = await run('ffmpeg', [...quiet, ...args], options);
  expect(done.code === 0, `ffmpeg ${args.join(' ')}`, done.err);
  return done.out;
}

// What is really in the file: packets of video and audio by presentation time, and every word the decoder complains with.
export async function judge(file) {
  const probe = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=index,codec_type:packet=stream_index,pts_time,dts_time', '-of', 'json', file]);
  expect(probe.code === 0, `ffprobe opens ${file}`, probe.err);
  const { streams, packets } = JSON.parse(probe.out);
  const times = (type) => {
    const stream = streams.find((one) => one.codec_type === type);
    expect(stream, `${file} has ${type}`, streams);
    return packets.filter((one) => one.stream_index === stream.index).map((one) => Number(one.pts_time ?? one.dts_time)).sort((a, b) => a - b);
  };
  const video = times('video');
  const audio = times('audio');
  const decode = await run('ffmpeg', [...quiet, '-i', file, '-enc_time_base:v', '-1', '-f', 'null', '-']);
  const gap_at = (pts) => {
    let at = 1;
    for (let i = 2; i < pts.length; ++i) if (pts[i] - pts[i - 1] > pts[at] - pts[at - 1]) at = i;
    return { ms: (pts[at] - pts[at - 1]) * 1000, at_s: pts[at - 1] - pts[0] };
  };
  // of 30 a second; a gap of up to 1.5 frames is none
  const missing = video.slice(1).reduce((sum, pts, i) => sum + Math.max(0, Math.round((pts - video[i]) * 30 - 0.01) - 1), 0);
  return {
    frames: video.length,
    missing,
    seconds: video.at(-1) - video[0] + 1 / 30,
    video_gap: gap_at(video),
    audio_gap: gap_at(audio),
    complaints: `${decode.code === 0 ? '' : `exit ${decode.code} `}${decode.err.trim()}`,
  };
}

// Fails unless the file decodes clean and no two pictures are more than 1.5 frames of 30 a second apart, but for the
// frames the program says it lost (0 on an idle machine; here others may be building).
export async function expect_sound(file, what, lost = 0) {
  const facts = await judge(file);
  expect(facts.complaints === '', `${what} decodes without a complaint`, facts.complaints);
  expect(facts.missing <= lost, `${what}: no picture missing but the ${lost} that were counted`, facts);
  return facts;
}

// Offsets of the test source's flash and beep, sound minus picture in ms: positive is sound late. `crop` is a part of
// the picture (w:h:x:y) that no Layer covers.
export async function flash_and_beep(file, crop) {
  const levels = await ffmpeg(['-i', file, '-map', '0:v:0', '-vsync', '0', '-vf',
    `crop=${crop},scale=16:16:flags=area,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-`, '-f', 'null', '-']);
  const pictures = [];
  for (const [, time, level] of levels.matchAll(/pts_time:(\S+)[^=]*YAVG=(\S+)/g)) pictures.push({ time: Number(time), level: Number(level) });
  const sound = await ffmpeg(['-i', file, '-map', '0:a:0', '-af', 'highpass=f=600,aresample=48000:async=1:first_pts=0', '-ac', '1', '-f', 's16le', '-'], { binary: true });
  const samples = new Int16Array(sound.buffer, sound.byteOffset, sound.length >> 1);
  const window = 96;  // 2 ms
  const blocks = [];
  for (let i = 0; i + window <= samples.length; i += window) {
    let level = 0;
    for (let k = i; k < i + window; ++k) level = Math.max(level, Math.abs(samples[k]));
    blocks.push({ time: i / 48000, level });
  }
  const flashes = onsets(pictures, 215);
  const beeps = onsets(blocks, 4000);
  const offsets = [];
  for (const flash of flashes) {
    const beep = beeps.reduce((best, one) => (Math.abs(one - flash) < Math.abs(best - flash) ? one : best), Infinity);
    if (Math.abs(beep - flash) < 0.45) offsets.push((beep - flash) * 1000);
  }
  return { flashes: flashes.length, beeps: beeps.length, offsets };
}

// Times at which the level rises above the threshold after it was seen below it.
function onsets(levels, threshold) {
  const out = [];
  let is_high = true;  // a file may begin inside a flash
  for (const { time, level } of levels) {
    if (level > threshold && !is_high && time - (out.at(-1) ?? -1) > 0.4) out.push(time);
    is_high = level > threshold;
  }
  return out;
}

const eased_by = async (program) => {
  const eased = (await program.stats()).strands[0]?.eased ?? 0;
  return eased > 0 ? eased + 20 : 0;
};
const lost_by = async (program) => {
  const { frames, recorder } = await program.stats();
  return frames.skipped + recorder.dropped;
};
// Ends the evening. Returns what its recording may lack: frames there was no room for, and those a busy machine leaves
// out, which is told only while it is on air; some more may be left out until its end.
export async function end_live(program) {
  const eased = await eased_by(program);
  await program.command('live.end');
  return (await lost_by(program)) + eased;
}
// The same of an evening that goes on, just before a signal ends it.
export const lost_until_now = async (program) => (await lost_by(program)) + (await eased_by(program));

// One picture as grey bytes, the first at or after `seconds`.
export function grey_picture(file, seconds) {
  return ffmpeg(['-ss', String(seconds), '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { binary: true });
}

// The smallest box that holds all pixels in which two pictures differ clearly; null when there are none.
export function difference_box(a, b, width) {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1, pixels: 0 };
  for (let i = 0; i < a.length; ++i) {
    if (Math.abs(a[i] - b[i]) < 48) continue;
    const x = i % width;
    const y = (i - x) / width;
    Object.assign(box, { left: Math.min(box.left, x), right: Math.max(box.right, x), top: Math.min(box.top, y), bottom: Math.max(box.bottom, y), pixels: box.pixels + 1 });
  }
  return box.pixels === 0 ? null : box;
}

// Peak signal to noise in dB inside a box.
export function psnr(a, b, width, box) {
  let sum = 0;
  for (let y = box.top; y <= box.bottom; ++y) {
    for (let x = box.left; x <= box.right; ++x) sum += (a[y * width + x] - b[y * width + x]) ** 2;
  }
  const mean = sum / ((box.right - box.left + 1) * (box.bottom - box.top + 1));
  return mean === 0 ? 99 : 10 * Math.log10(255 ** 2 / mean);
}
