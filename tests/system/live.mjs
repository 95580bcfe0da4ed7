// The live path whole: picture and sound in, chat in, a recording and a push out, and all of them right.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound, flash_and_beep } from './media.mjs';
import { Platform } from './platform.mjs';
import { Crowd, expect, Ingest, lines_of, median, pause, Program, temporary_folder, token, until, write_secrets, write_show } from './support.mjs';

// Above the timecode in the middle: there is no Layer unless one is shown by hand.
const open_region = '400:120:440:200';
const seconds = 25;

async function expect_in_step(file, what) {
  const { flashes, beeps, offsets } = await flash_and_beep(file, open_region);
  expect(offsets.length >= seconds * 0.8, `${what}: most flashes with their beep, one a second`, { flashes, beeps, pairs: offsets.length });
  const middle = median(offsets);
  expect(Math.abs(middle) <= 40, `${what}: sound within 40 ms of the picture`, { middle, offsets });
  console.log(`# ${what}: A/V offset ${middle.toFixed(1)} ms, of ${offsets.length}, ${Math.min(...offsets).toFixed(1)} to ${Math.max(...offsets).toFixed(1)}`);
}

test('goes live with chat, a recording and a push, and ends', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: '测试平台', url: platform.url }] });
  write_secrets(folder, { keys: { 测试平台: 'key-1' } });
  const stats_file = path.join(folder, 'stats.jsonl');
  const program = await Program.live(folder, show, ['--source', 'test:', '--stats', stats_file]);

  const ready = await program.state();
  expect(ready.state === 'ready' && ready.session.folder === null, 'ready, no Session yet', ready);
  expect(ready.problems.length === 0, 'no problem with a sound Show', ready.problems);
  const ingest = await Ingest.open(program);
  const early = await ingest.send({ kind: 'chat', platform: 'test', id: 'early', text: '早' });
  expect(early?.error?.startsWith('chat.not_on_air'), 'an event before the Session is refused with chat.not_on_air', early);

  const seen = new Set();
  const looking = setInterval(() => program.state().then(({ state }) => seen.add(state), () => {}), 30).unref();
  await program.command('live.start');
  const live = await until('the push is live', async () => {
    const state = await program.state();
    return state.outputs[0].state === 'live' && state;
  });
  expect(live.state === 'live' && path.isAbsolute(live.session.folder), 'state live, absolute Session folder', live);
  const crowd = new Crowd(ingest);
  await pause(seconds * 1000);
  crowd.stop();
  await until('every event is answered', () => crowd.acknowledged.length + crowd.refused.length === crowd.sent);
  expect(crowd.refused.length === 0 && crowd.sent >= seconds * 28, 'some 30 events a second, all acknowledged', { sent: crowd.sent, refused: crowd.refused.slice(0, 3) });
  await until(`chat.in counts ${crowd.sent} events`, async () => (await program.stats()).chat.in >= crowd.sent, { seconds: 3 });
  await program.command('live.end');
  clearInterval(looking);
  await until('the state is ended', async () => (await program.state()).state === 'ended');
  expect(seen.has('live'), 'live was seen on the way', [...seen]);
  await program.end();
  await platform.end();

  const figures = lines_of(stats_file);
  const last = figures.at(-1);
  expect(figures.length >= seconds * 0.8, 'a line of stats each second', figures.length);
  for (const key of ['frames', 'outputs', 'av_offset_ms', 'recorder', 'chat', 'peers', 'rss_bytes']) expect(key in last, `stats have ${key}`, last);
  expect(last.frames.program >= seconds * 30 * 0.98, 'some 30 frames a second were composed', last.frames);
  console.log(`# frames ${JSON.stringify(last.frames)}, compose ${last.compose_ms?.toFixed(2)} ms, rss ${Math.round(last.rss_bytes / 1e6)} MB`);
  // 0 on an idle machine; here others may be building
  expect(last.frames.missed + last.frames.skipped <= last.frames.program * 0.02, 'at most 2 % of the frames missed or skipped', last.frames);

  const recording = path.join(live.session.folder, 'program-000.mp4');
  const recorded = await expect_sound(recording, 'the recording', last.frames.skipped + last.recorder.dropped);
  expect(recorded.seconds >= seconds - 0.5, 'the recording holds the whole Session', recorded);
  const arrived = platform.arrived();
  expect(arrived.length === 1, 'one stream arrived', arrived);
  const pushed = await expect_sound(arrived[0], 'the arrived stream', last.frames.skipped + last.outputs[0].dropped);
  expect(pushed.seconds >= seconds - 1, 'the arrived stream is as long as it was live', pushed);
  await expect_in_step(recording, 'the recording');
  await expect_in_step(arrived[0], 'the arrived stream');
  for (const word of ['key-1', token]) expect(!program.err.includes(word), 'no secret in the log', word);
});
