// The sound of an evening: as loud as it should be, muted and covered at once, music under speech; the recording split
// and made whole; figures for Prometheus.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ffmpeg, judge } from './media.mjs';
import { expect, ledger, lines_of, pause, Program, run, temporary_folder, until, write_show } from './support.mjs';

// Speech, as far as a machine can: bursts of coloured noise with pauses, too low for a phone.
async function write_voice(file, seconds) {
  await ffmpeg(['-f', 'lavfi', '-i', `anoisesrc=color=pink:amplitude=0.25:seed=7:r=48000:d=${seconds}`, '-f', 'lavfi', '-i', `color=c=0x308040:s=320x180:r=30:d=${seconds},noise=alls=60:allf=t`,
    '-filter_complex', "[0:a]volume='if(lt(mod(t,0.8),0.55),1,0.02)':eval=frame,aformat=channel_layouts=stereo[a]", '-map', '1:v', '-map', '[a]',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-c:a', 'aac', '-b:a', '128k', file]);
}

async function loudness_of(file, from_s, to_s) {
  const { err } = await run('ffmpeg', ['-nostdin', '-hide_banner', '-i', file, '-vn', '-af', `atrim=${from_s}:${to_s},ebur128=peak=true`, '-f', 'null', '-']);
  const summary = err.slice(err.lastIndexOf('Summary:'));
  return { lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)[1]), peak: Number(/Peak:\s+(-?[\d.]+|-inf) dBFS/.exec(summary)[1].replace('-inf', '-99')) };
}

// Where the sound of a file begins and ends, in its own time.
async function sound_of(file) {
  const probe = await run('ffprobe', ['-v', 'error', '-select_streams', 'a', '-show_entries', 'packet=pts_time', '-of', 'json', file]);
  const { packets } = JSON.parse(probe.out);
  const last = packets.at(-1);
  return { begins: Number(packets[0].pts_time), ends: Number(last.pts_time) + 1024 / 48000 };
}

// Level of the sound in dBFS, each 10 ms.
async function levels_of(file) {
  const bytes = await ffmpeg(['-i', file, '-vn', '-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', '48000', '-f', 's16le', '-'], { binary: true });
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const out = [];
  for (let at = 0; at + 480 <= samples.length; at += 480) {
    let peak = 0;
    for (let i = at; i < at + 480; ++i) peak = Math.max(peak, Math.abs(samples[i]));
    out.push(20 * Math.log10(Math.max(peak, 1e-3) / 32768));
  }
  return out;
}

// Mean colour of the middle of each frame.
async function colours_of(file) {
  const bytes = await ffmpeg(['-i', file, '-an', '-vsync', '0', '-vf', 'crop=200:100:220:130,scale=1:1:flags=area,format=rgb24', '-f', 'rawvideo', '-'], { binary: true });
  return Array.from({ length: bytes.length / 3 }, (_, i) => [bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2]]);
}

test('brings the sound to its loudness, mutes, covers, plays music, splits and finishes the recording', async () => {
  const folder = temporary_folder();
  await write_voice(path.join(folder, 'voice.mp4'), 12);
  const show = write_show(folder, { width: 640, height: 360, toml: '[music]\nfile = "music.wav"\n[record]\nsplit_minutes = 0\nsplit_mb = 2\n' });
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=frequency=700:sample_rate=44100:duration=2', '-af', 'volume=8dB', path.join(show, 'music.wav')]);
  const stats_file = path.join(folder, 'stats.jsonl');
  const program = await Program.live(folder, show, ['--source', `file:${path.join(folder, 'voice.mp4')}`, '--stats', stats_file]);
  await program.command('live.start');
  const { session } = await until('it is recorded', async () => {
    const state = await program.state();
    return state.recorder.state === 'live' && state;
  });
  const began = performance.now();
  const now = () => (performance.now() - began) / 1000;
  await pause(9000);
  const before = await program.stats();
  expect(Math.abs(before.audio.short_term_lufs - -16) <= 2.5, 'the meter says some -16 LUFS', before.audio);
  expect(before.audio.processed && before.audio.gain_db > 3, 'it was brought up', before.audio);
  expect(Math.abs(before.av_offset_ms) <= 80, 'sound and picture are together', before.av_offset_ms);

  await program.command('sound.mute');
  expect((await program.state()).sound.muted, 'the state says muted', await program.state());
  await pause(1500);
  await program.command('music.start');
  await pause(2500);
  const alone = await program.stats();
  expect(alone.audio.music && !alone.audio.music_ducked, 'music plays alone', alone.audio);
  await program.command('sound.unmute');
  await pause(1500);
  const ducked = await program.stats();
  expect(ducked.audio.music_ducked && ducked.audio.music_late === 0, 'music goes down under speech, and none is missing', ducked.audio);
  await program.command('marker.add', { note: '这里好看' });
  await program.command('product.show', { product: (await program.get('api/show')).products[0].id });
  await pause(600);

  await program.command('sound.panic');
  const covered = await program.state();
  expect(covered.sound.panic, 'the state says panic', covered.sound);
  const refused = await fetch(program.control + 'api/command', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: 'hide', name: 'slate.hide', args: {} }) });
  expect(JSON.stringify(await refused.json()).includes('sound.panic_is_on'), 'no slate is taken off meanwhile', refused.status);
  await pause(1500);
  await program.command('sound.resume');
  await pause(1500);

  const metrics = await (await fetch(program.control + 'metrics')).text();
  for (const line of [/^xiangbo_frames_program \d+$/m, /^xiangbo_audio_short_term_lufs -[\d.]+$/m, /^xiangbo_recorder_bytes \d+$/m, /^xiangbo_state\{state="recording"\} 1$/m])
    expect(line.test(metrics), `metrics have ${line}`, metrics.slice(0, 2000));
  await program.command('live.end');
  const files = () => fs.readdirSync(session.folder).filter((name) => name.endsWith('.mp4')).sort().map((name) => path.join(session.folder, name));
  const is_plain = (file) => {
    const bytes = fs.readFileSync(file).subarray(0, 1 << 20);
    return bytes.indexOf('moof') < 0 && bytes.indexOf('moov') > 0;
  };
  await until('every file is a plain MP4', () => files().every(is_plain), { seconds: 20 });
  expect(fs.readdirSync(session.folder).every((name) => !name.endsWith('.part')), 'nothing unfinished is left', fs.readdirSync(session.folder));
  await until('the page hears that it is done', async () => (await program.state()).finishing === null);
  await program.end();

  // Together they are the whole evening: every frame, and sound without a gap.
  const parts = files();
  expect(parts.length >= 2, 'the recording was split', parts);
  const told = (await ledger(session.folder, "select json from entries where kind = 'file' order by n")).map((row) => JSON.parse(row.json));
  const whole = path.join(folder, 'whole.mp4');
  fs.writeFileSync(path.join(folder, 'list.txt'), parts.map((file) => `file '${file}'\n`).join(''));
  let frames = 0;
  let sound_ended;
  for (const [i, file] of parts.entries()) {
    const facts = await judge(file);
    expect(facts.complaints === '', `part ${i} decodes without a complaint`, facts.complaints);
    const first = told.find((one) => one.name === path.basename(file) && 'first_frame' in one).first_frame;
    const end = told.find((one) => one.name === path.basename(file) && 'end_frame' in one).end_frame;
    expect(facts.frames === end - first, `part ${i} has the frames the ledger says`, { frames: facts.frames, first, end });
    if (i > 0) expect(first === told.find((one) => one.name === path.basename(parts[i - 1]) && 'end_frame' in one).end_frame, 'parts follow each other', told);
    frames += facts.frames;
    const sound = await sound_of(file);
    if (sound_ended !== undefined) expect(Math.abs(first / 30 + sound.begins - sound_ended) < 0.001, `the sound of part ${i} goes on where the one before ends`, { first, sound, sound_ended });
    sound_ended = first / 30 + sound.ends;
  }
  await ffmpeg(['-f', 'concat', '-safe', '0', '-i', path.join(folder, 'list.txt'), '-c', 'copy', whole]);
  const joined = await judge(whole);
  expect(joined.frames === frames, 'joined, no frame is missing', { joined, frames });

  const chapters = JSON.parse((await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', parts.at(-1)])).out).chapters;
  const titles = (await Promise.all(parts.map(async (file) => JSON.parse((await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', file])).out).chapters))).flat().map((one) => one.tags?.title);
  expect(titles.includes('这里好看') && titles.length >= 2, 'the marker and the product are chapters', { titles, chapters });

  const spoken = await loudness_of(whole, 3, 8.5);
  expect(Math.abs(spoken.lufs - -16) <= 1.5 && spoken.peak <= -0.9, 'ffmpeg measures -16 LUFS, and no peak above -1 dBFS', spoken);
  const levels = await levels_of(whole);
  const done = await ledger(session.folder, "select event_id, time_ns, json from entries where kind in ('begin', 'file', 'command') order by n");
  const file_began = done.find((row) => JSON.parse(row.json).first_frame !== undefined).time_ns;
  const at = (name) => (done.find((row) => JSON.parse(row.json).name === name).time_ns - file_began) / 1e9;
  // joined by ffmpeg, each file begins up to 40 ms late
  const is_silent = (from_s, to_s) => levels.slice(Math.round(from_s * 100), Math.round(to_s * 100)).every((level) => level < -70);
  expect(is_silent(at('sound.mute') + 0.2, at('music.start') - 0.15), 'silent within 200 ms of mute', { at: at('sound.mute'), levels: levels.slice(Math.round(at('sound.mute') * 100), Math.round(at('sound.mute') * 100) + 60).map(Math.round) });
  expect(is_silent(at('sound.panic') + 0.2, at('sound.resume') - 0.15), 'silent within 200 ms of panic', at('sound.panic'));
  const loud = (from_s, to_s) => Math.max(...levels.slice(Math.round(from_s * 100), Math.round(to_s * 100)));
  expect(loud(at('music.start') + 1.2, at('sound.unmute')) > -24, 'music is heard alone', loud(at('music.start') + 1.2, at('sound.unmute')));

  // The last frame of the camera's green is at most two frames after the command.
  const colours = await colours_of(whole);
  const is_green = ([r, g, b]) => g > r + 25 && g > b + 25;
  const panic_frame = at('sound.panic') * 30;
  const resume_frame = at('sound.resume') * 30;
  const seen = colours.map(is_green);
  const first_covered = seen.findIndex((green, i) => i > panic_frame - 15 && !green);
  console.log(`# panic at frame ${panic_frame.toFixed(1)}, covered from ${first_covered}; spoken ${spoken.lufs} LUFS, peak ${spoken.peak} dBTP`);
  expect(first_covered >= 0 && first_covered <= panic_frame + 2, 'covered within two frames', { panic_frame, first_covered });
  expect(seen.slice(first_covered, Math.floor(resume_frame)).every((green) => !green), 'and until it is resumed', seen.slice(first_covered, Math.floor(resume_frame)));
  expect(seen.slice(Math.ceil(resume_frame) + 30).every(Boolean), 'then the camera is back', seen.length);
  expect(lines_of(stats_file).at(-1).rss_bytes > 0, 'the stats are written', 0);
});
