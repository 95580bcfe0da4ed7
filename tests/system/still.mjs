// A network that takes hardly anything: the picture stands, the sound arrives whole, nobody is cut off, and it comes back.
// The recording has every picture and all of the sound, though it is to have no quality of its own.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import os from 'node:os';
import { test } from 'node:test';
import { end_live, expect_sound, judge } from './media.mjs';
import { narrow_way } from './narrow.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const narrow_kbps = Number(process.env.XB_STILL_KBPS ?? 100);
// XB_STILL_SECONDS=60: as long as a bad evening; then it is waited for to be back.
const narrow_seconds = Number(process.env.XB_STILL_SECONDS ?? 14);
const is_long = narrow_seconds >= 60;

test(`${narrow_kbps} kbit/s for ${narrow_seconds} s: a picture that stands, and all of the sound`, async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const way = await narrow_way(platform.port);
  const show = write_show(folder, { publish: [{ name: 'village', url: `rtmp://127.0.0.1:${way.port}/live` }], toml: '[record]\nown_quality = "never"\n' });
  write_secrets(folder, { keys: { village: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'sample:', '--on-air']);
  const strand = async () => (await program.stats()).strands[0];
  const output = async () => program.output(await program.stats(), 'village');
  const says = async (code) => (await program.state()).problems.some((one) => one.code === code);
  await until('the push is live', async () => (await output()).state === 'live');
  await pause(3000);
  const before = await strand();
  expect(before.pace === 'full' && before.sound_kbps === 128, 'everything while the network is good', before);

  way.set(narrow_kbps);
  const began = performance.now();
  await until('the picture stands', async () => (await strand()).pace === 'still', { seconds: 12 });
  console.log(`# still after ${(performance.now() - began).toFixed(0)} ms`);
  await until('it is said what viewers see', () => says('output.still'), { seconds: 2 });
  expect((await program.stats()).recorder.own_quality, 'the recording has an encoder of its own', (await program.stats()).recorder);
  await pause(began + narrow_seconds * 500 - performance.now());
  const half = await output();
  const [kept_before, kept_at] = [(await program.stats()).recorder.bytes, performance.now()];
  const half_at = performance.now();
  await pause(began + narrow_seconds * 1000 - performance.now());
  const during = await output();
  const kbps = (during.bytes - half.bytes) * 8 / (performance.now() - half_at);
  console.log(`# ${kbps.toFixed(0)} kbit/s in the second half; ${JSON.stringify(during)}; ${JSON.stringify(await strand())}`);
  expect(during.state === 'live' && during.reconnects === 0, 'nobody is cut off', during);
  expect(during.dropped_audio === 0, 'no sound is dropped', during);
  expect(kbps <= 120, 'at most 120 kbit/s in all', kbps);
  const kept_kbps = ((await program.stats()).recorder.bytes - kept_before) * 8 / (performance.now() - kept_at);
  console.log(`# ${kept_kbps.toFixed(0)} kbit/s are kept meanwhile`);
  // a machine that is busy with more than this keeps fewer pictures
  const least_kbps = os.loadavg()[0] > os.cpus().length ? 3 * kbps : 1000;
  expect(kept_kbps > least_kbps, 'the recording is no poorer', { kept_kbps, least_kbps });

  way.set(0);
  const free = performance.now();
  await until('the picture moves', async () => (await strand()).pace !== 'still', { seconds: 15 });
  if (is_long) {
    await until('it is back', async () => (await strand()).bitrate_kbps >= before.ceiling_kbps * 0.9, { seconds: 60 });
    expect(!(await says('output.still')) && !(await says('output.few_frames')), 'nothing is wrong any more', await program.state());
  }
  console.log(`# back after ${((performance.now() - free) / 1000).toFixed(1)} s`);
  const after = await output();
  expect(after.reconnects === 0, 'still the same connection', after);
  const { session } = await program.state();
  const lost = await end_live(program);
  await program.end();
  const files = platform.arrived();
  expect(files.length === 1, 'one connection, one copy', files);
  const arrived = await judge(files[0]);
  console.log(`# ${JSON.stringify(arrived)}`);
  expect(arrived.audio_gap.ms <= 100, "sound without a gap in the platform's copy", arrived);
  expect(arrived.complaints === '', "the platform's copy decodes", arrived.complaints);
  const kept = await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', lost);
  console.log(`# ${JSON.stringify(kept)}; ${lost} left out`);
  expect(kept.audio_gap.ms <= 50, 'its sound has no gap', kept.audio_gap);
});
