// A network that becomes slow: the picture takes fewer bits, nobody is cut off, and it comes back.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { end_live, expect_sound } from './media.mjs';
import { narrow_way } from './narrow.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, start, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const narrow_kbps = Number(process.env.XB_SLOW_KBPS ?? 500);
const ceiling_kbps = 2500;
const sound_kbps = 128;
const least_kbps = 80;
// XB_SLOW_SECONDS=60: as long as a bad evening; then it is waited for to be back.
const slow_seconds = Number(process.env.XB_SLOW_SECONDS ?? 10);
const is_long = slow_seconds >= 30;

// How late pictures arrive: the platform's own copy, read as it comes. A line a packet: stream, time in ms.
function viewer(url) {
  const child = start('ffmpeg', ['-v', 'error', '-nostdin', '-fflags', 'nobuffer', '-i', url, '-map', '0:v', '-c', 'copy', '-flush_packets', '1', '-f', 'framecrc', '-']);
  const lags = [];
  let rest = '';
  let first;
  child.stdout.on('data', (bytes) => {
    const now = performance.now();
    const lines = (rest + bytes).split('\n');
    rest = lines.pop();
    let base = lines.length && /^#tb 0: (\d+)\/(\d+)/m.exec(lines.join('\n'));
    if (base) viewer.base = Number(base[1]) / Number(base[2]);
    for (const line of lines) {
      if (line.startsWith('#')) continue;
      const at_ms = Number(line.split(',')[1]) * viewer.base * 1000;
      first ??= now - at_ms;
      lags.push({ now, ms: now - at_ms - first });
    }
  });
  return { lags, end: () => child.kill('SIGINT') };
}

test('a slow network lowers the bitrate within 2 s, cuts nobody off, and the picture comes back', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const way = await narrow_way(platform.port);
  const show = write_show(folder, { publish: [{ name: 'village', url: `rtmp://127.0.0.1:${way.port}/live` }], toml: '' });
  write_secrets(folder, { keys: { village: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'sample:', '--on-air']);
  const bits = async () => (await program.stats()).strands[0].bitrate_kbps;
  const output = async () => program.output(await program.state(), 'village');
  await until('the push is live', async () => (await output()).state === 'live');
  const eyes = viewer(`${platform.url}/k`);
  await pause(5000);
  expect((await bits()) === ceiling_kbps, 'the whole bitrate while the network is good', await bits());
  await until('the viewer sees pictures', () => eyes.lags.length > 30);

  way.set(narrow_kbps);
  const began = performance.now();
  await until('the bitrate is lowered', async () => (await bits()) < ceiling_kbps, { seconds: 10, every_ms: 50 });
  const noticed_ms = performance.now() - began;
  await until('it fits', async () => (await bits()) <= Math.max(least_kbps, narrow_kbps * 0.9 - sound_kbps), { seconds: 10, every_ms: 50 });
  const fits_ms = performance.now() - began;
  console.log(`# lowered after ${noticed_ms.toFixed(0)} ms, fits after ${fits_ms.toFixed(0)} ms`);
  expect(fits_ms <= 3500, 'within 2 s of the delay it causes', fits_ms);
  // With too little for every picture there are fewer of them, and that is what is said.
  const word = { full: 'output.slow', half: 'output.few_frames', quarter: 'output.few_frames', still: 'output.still' };
  await until('it is said in words', async () => {
    const { pace } = (await program.stats()).strands[0];
    return (await program.state()).problems.some(({ code }) => code === word[pace]);
  }, { seconds: 5 });
  await pause(began + slow_seconds * 1000 - performance.now());
  const during = await output();
  expect(during.state === 'live' && during.reconnects === 0, 'nobody is cut off', during);
  const latest = Math.max(...eyes.lags.filter(({ now }) => now > began).map(({ ms }) => ms));
  console.log(`# pictures came ${latest.toFixed(0)} ms later at the most; ${JSON.stringify((await program.stats()).outputs[0])}`);
  expect(latest <= 3000, 'viewers are at most 3 s later', latest);

  way.set(0);
  // picture and sound: the first step up may be better sound and more pictures, of fewer bits each
  const all_bits = async () => {
    const [strand] = (await program.stats()).strands;
    return strand.bitrate_kbps + strand.sound_kbps;
  };
  let lowest = await all_bits();
  const climbs = async () => {
    const now = await all_bits();
    lowest = Math.min(lowest, now);  // it may just have tried too much
    return now > lowest;
  };
  await until('it climbs', climbs, { seconds: 15 });
  if (is_long) {
    const free = performance.now();
    await until('it is back', async () => (await bits()) >= ceiling_kbps * 0.9, { seconds: 60 });
    console.log(`# back after ${((performance.now() - free) / 1000).toFixed(1)} s`);
    expect(!(await program.state()).problems.some(({ code }) => Object.values(word).includes(code)), 'nothing is wrong any more', await program.state());
  }
  eyes.end();
  const { session } = await program.state();
  const lost = await end_live(program);
  await program.end();
  await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', lost);
});
