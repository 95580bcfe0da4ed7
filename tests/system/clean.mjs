// The clean feed as the source gave it: its own packets, at the program's times, composed again to what was seen.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { frames_of, lag_ms, overlay_psnr } from './film.mjs';
import { expect_sound, ffmpeg } from './media.mjs';
import { expect, free_port, Ingest, ledger, pause, Program, run, start, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const size = { width: 640, height: 360 };
const rate = 30;

function make_show(folder, video = '') {
  const show = write_show(folder, { ...size, toml: '[record]\nclean = true\n' });
  const toml = path.join(show, 'show.toml');
  fs.writeFileSync(toml, fs.readFileSync(toml, 'utf8').replace('bitrate_kbps = 2500', `bitrate_kbps = 20000\ncrf = 12\n${video}`));
  return show;
}

// Every frame another picture, soft enough for two encodings to be compared; a beep each second.
function moving(seconds, { width, height } = size, fps = rate) {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${fps}:d=${seconds},gblur=sigma=4`,
    '-f', 'lavfi', '-i', `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.08)':s=48000:d=${seconds}`];
}

async function hashes_of(file) {
  const { out } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_data_hash', 'md5', '-show_entries', 'packet=data_hash', '-of', 'csv=p=0', file]);
  return out.trim().split('\n').map((line) => line.trim());
}

// What the ledger says of the files of one kind, in their order: {name, first, end, as_delivered}.
async function parts_of(folder, kind) {
  const entries = await ledger(folder, "select json from entries where kind = 'file' order by n");
  const parts = [];
  for (const { json } of entries) {
    const { name, first_frame, end_frame, as_delivered = false } = JSON.parse(json);
    if (!name.startsWith(kind)) continue;
    if (first_frame !== undefined) parts.push({ name, file: path.join(folder, name), first: first_frame, as_delivered });
    else parts.find((one) => one.name === name).end = end_frame;
  }
  return parts;
}

const feeding_is = (program, wanted, seconds = 30) =>
  until(`the clean feed is ${wanted}`, async () => {
    const { clean } = await program.state();
    return clean?.feeding === wanted && clean;
  }, { seconds });

const clean_strand = async (program) => (await program.stats()).strands.find(({ name }) => name === 'clean');

// Between two parts nothing is missing but what a busy machine did not encode.
function expect_joined(parts, skipped) {
  const gaps = parts.slice(1).map((part, i) => part.first - parts[i].end);
  expect(gaps.every((gap) => gap >= 0) && gaps.reduce((sum, gap) => sum + gap, 0) <= skipped, 'no gap between the parts', { parts, skipped });
}

// Some seconds on air with goods, a caption and chat; returns the Session's folder and how many frames were skipped.
async function evening(program, seconds) {
  const ingest = await Ingest.open(program);
  await program.command('live.start');
  await feeding_is(program, 'copied');
  await program.command('product.show', { product: 'orange' });
  for (let second = 0; second < seconds; ++second) {
    ingest.send({ kind: 'chat', platform: 'test', id: `c-${second}`, user: { id: 'u', name: '李大爷' }, text: `饺子几点下锅？第 ${second} 句` });
    ingest.send({ kind: 'follow', platform: 'test', id: `f-${second}`, user: { id: `u-${second}`, name: '春燕' } });
    await pause(1000);
  }
  ingest.close();
  const stats = await program.stats();
  const strand = await clean_strand(program);
  expect(strand.encoder.name === 'copy', 'the stats name the copy', strand);
  expect(stats.clean.copied > seconds * 15 && stats.clean.encoded < rate * 4, 'nearly all is copied', stats.clean);
  expect(stats.pipes['camera to venc-clean'].lost === 0, 'and no packet was lost', stats.pipes);
  await program.command('live.end');
  const { session } = await program.state();
  const { skipped } = await clean_strand(program);
  await program.end();
  console.log(`# ${JSON.stringify(stats.clean)}, missed ${stats.frames.missed}, skipped ${skipped}`);
  return { session: session.folder, skipped };
}

// `bare`: a filter of ffmpeg's that places the source's picture as the Canvas does.
async function expect_same_again(folder, { session, skipped }, bare) {
  const output = path.join(folder, 'again.mp4');
  const done = await run(xiangbo, ['render', session, '--output', output, '--crf', '12'], { seconds: 120 });
  expect(done.code === 0, 'render exits 0', done);
  const [program] = await parts_of(session, 'program');
  const parts = await parts_of(session, 'clean');
  const clean = new Map();
  for (const part of parts) {
    const frames = await frames_of(part.file, size, rate, part.as_delivered ? bare : 'null');
    for (const [number, planes] of frames) if (part.first + number < part.end) clean.set(part.first + number - program.first, planes);
  }
  const recorded = await frames_of(program.file, size, rate);
  const again = await frames_of(output, size, rate);
  // what a busy machine skips may be the last frame, too; and what the program repeats at the end is in no packet of a copy
  const missing = program.end - parts.at(-1).end;
  const repeated = parts.at(-1).as_delivered ? 1 : 0;
  expect(parts[0].first === program.first && missing >= 0 && missing <= skipped + repeated, 'both films have the same frames', { program, parts, skipped });
  expect_joined(parts, Math.max(0, skipped - missing));
  expect(again.size === parts.at(-1).end - program.first, 'every frame is composed again', { again: again.size, program, parts });
  // where the source is slower than the program a frame shows the picture of the one before
  for (const { first, end, as_delivered } of parts) {
    for (let number = first + 1 - program.first; as_delivered && number < end - program.first; ++number)
      if (!clean.has(number)) clean.set(number, clean.get(number - 1));
  }
  const found = overlay_psnr(recorded, clean, again, size);
  const lag = await lag_ms(program.file, output);
  // the ground as well: the same picture of the source in each frame
  let worst = Infinity;
  for (const [number, planes] of recorded) {
    if (!clean.has(number)) continue;  // skipped where it was encoded
    let sum = 0;
    for (let i = 0; i < size.width * size.height; ++i) sum += (planes[i] - again.get(number)[i]) ** 2;
    worst = Math.min(worst, 10 * Math.log10((255 * 255 * size.width * size.height) / Math.max(sum, 1e-9)));
  }
  console.log(`# ${parts.map(({ name, first, end, as_delivered }) => `${name} ${first}..${end}${as_delivered ? ' as delivered' : ''}`).join(', ')}; ${found.frames} frames, ${(100 * found.share).toFixed(1)} % overlay: ${found.db.toFixed(2)} dB, worst whole frame ${worst.toFixed(1)} dB; sound ${lag} ms`);
  expect(found.frames > rate * 4, 'the evening is compared', found);
  expect(found.db >= 45, 'on the overlays 45 dB and more', found);
  expect(worst >= 38, 'and each frame over the same picture', worst);
  expect(Math.abs(lag) <= 2, 'with the sound where it was', lag);
  return parts;
}

const films = {
  'H.264 with B frames': { name: 'film.mp4', args: ['-c:v', 'libx264', '-preset', 'fast', '-crf', '14', '-bf', '2', '-g', '45', '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_range', 'tv', '-c:a', 'aac'], bare: 'null', source: [6] },
  'MJPEG of another size and rate': { name: 'film.avi', args: ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj422p', '-c:a', 'pcm_s16le'], video: 'placement = "crop"\ncrop = [10, 20, 60, 45]\n',
    bare: 'crop=480:270:80:120,scale=640:360:in_range=pc:out_range=tv:in_color_matrix=bt601:out_color_matrix=bt709', source: [6, { width: 800, height: 600 }, 25] },
};

for (const [what, { name, args, bare, source, video }] of Object.entries(films)) {
  test(`${what} is kept as it is, and render composes from it what was seen`, async () => {
    const folder = temporary_folder();
    const film = path.join(folder, name);
    await ffmpeg([...moving(...source), ...args, film]);
    const program = await Program.live(folder, make_show(folder, video), ['--source', `file:${film}`]);
    const parts = await expect_same_again(folder, await evening(program, 7), bare);
    const copied = parts.filter((part) => part.as_delivered);
    expect(copied.length === 1, 'one part is as delivered', parts);
    const given = new Set(await hashes_of(film));
    const kept = await hashes_of(copied[0].file);
    expect(kept.length > 100 && kept.every((hash) => given.has(hash)), "its packets are the film's, byte by byte", { kept: kept.length });
    for (const { file } of parts) await expect_sound(file, path.basename(file), Infinity);
  });
}

test('a source that is drawn is encoded once more, and state says so', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, make_show(folder), ['--source', 'test:', '--on-air']);
  const clean = await feeding_is(program, 'no_packets');
  expect(clean.state === 'live' || clean.state === 'connecting', 'and recorded', clean);
  await until('two seconds are encoded', async () => (await program.stats()).clean.encoded >= 60);
  await program.command('live.end');
  const { session, clean: after } = await program.state();
  expect(after.feeding === null, 'after the end nothing is fed', after);
  await program.end();
  const parts = await parts_of(session.folder, 'clean');
  expect(parts.length === 1 && !parts[0].as_delivered, 'one file, of the Canvas', parts);
});

test('a stream that breaks off and comes back in another size: encoded meanwhile, then copied into a file of its own', async () => {
  const folder = temporary_folder();
  const port = await free_port();
  const program = await Program.live(folder, make_show(folder), ['--source', `tcp://127.0.0.1:${port}?listen=1`]);
  const send = (of) => start('ffmpeg', ['-v', 'error', '-nostdin', '-re', ...moving(120, of), '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p',
    '-c:a', 'aac', '-f', 'mpegts', `tcp://127.0.0.1:${port}`]);
  const has_picture = () => until('there is a picture', async () => (await program.state()).source.signal === 'fresh');
  let sender = send(size);
  await has_picture();
  await program.command('live.start');
  await feeding_is(program, 'copied');
  await pause(1500);
  sender.kill('SIGKILL');
  await feeding_is(program, 'no_packets');
  sender = send({ width: 480, height: 360 });
  await has_picture();
  await feeding_is(program, 'copied');
  await pause(1500);
  sender.kill('SIGKILL');
  await program.command('live.end');
  const { session } = await program.state();
  const { skipped } = await clean_strand(program);
  await program.end();
  const parts = await parts_of(session.folder, 'clean');
  const [recorded] = await parts_of(session.folder, 'program');
  console.log(`# ${JSON.stringify(parts.map(({ name, first, end, as_delivered }) => ({ name, first, end, as_delivered })))}`);
  expect(parts.filter((part) => part.as_delivered).length === 2, 'two parts are as delivered', parts);
  expect_joined(parts, skipped);
  expect(parts[0].first === recorded.first, 'from the first frame on', { parts, recorded });
  for (const { file } of parts) await expect_sound(file, path.basename(file), Infinity);
  const output = path.join(folder, 'again.mp4');
  const done = await run(xiangbo, ['render', session.folder, '--output', output], { seconds: 120 });
  expect(done.code === 0, 'render exits 0', done);
  const again = await frames_of(output, size, rate);
  expect(again.size === parts.at(-1).end - parts[0].first, 'all of it is composed again', { again: again.size, parts });
});
