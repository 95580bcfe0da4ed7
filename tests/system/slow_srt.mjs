// A network that becomes slow under an SRT push: fewer bits, so that nothing is lost any more, and it comes back.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { free_udp_port, narrow_way } from './narrow.mjs';
import { expect, pause, Program, start, temporary_folder, until, write_show } from './support.mjs';

const narrow_kbps = Number(process.env.XB_SLOW_KBPS ?? 500);
const ceiling_kbps = 2500;

test(`an SRT push over ${narrow_kbps} kbit/s`, async () => {
  const folder = temporary_folder();
  const port = await free_udp_port();
  const file = path.join(folder, 'arrived.ts');
  start('srt-live-transmit', [`srt://127.0.0.1:${port}?mode=listener&latency=500`, 'file://con'], { stdio: ['ignore', fs.openSync(file, 'w'), 'ignore'] });
  const way = await narrow_way(port, 'udp');
  const show = write_show(folder, { publish: [{ name: 'village', url: `srt://127.0.0.1:${way.port}` }] });
  const program = await Program.live(folder, show, ['--source', 'sample:', '--on-air']);
  const strand = async () => (await program.stats()).strands[0];
  const output = async () => program.output(await program.stats(), 'village');
  await until('the push is live', async () => (await output()).state === 'live');
  await pause(4000);
  expect((await strand()).bitrate_kbps === ceiling_kbps, 'the whole bitrate while the network is good', await strand());

  way.set(narrow_kbps);
  const began = performance.now();
  await until('the bitrate is lowered', async () => (await strand()).bitrate_kbps < ceiling_kbps, { seconds: 5 });
  const noticed_ms = performance.now() - began;
  await until('it fits', async () => (await strand()).bitrate_kbps + 128 < narrow_kbps, { seconds: 8 });
  console.log(`# lowered after ${noticed_ms.toFixed(0)} ms, fits after ${(performance.now() - began).toFixed(0)} ms`);
  expect(noticed_ms <= 2000, 'within 2 s', noticed_ms);
  await pause(3000);  // what was lost is over
  const from_bytes = fs.statSync(file).size;
  await pause(5000);
  const to_bytes = fs.statSync(file).size;
  const during = await output();
  console.log(`# ${JSON.stringify(during)} ${JSON.stringify(await strand())}`);
  expect(during.state === 'live' && during.reconnects === 0, 'nobody is cut off', during);
  const part = path.join(folder, 'part.ts');
  fs.writeFileSync(part, fs.readFileSync(file).subarray(Math.ceil(from_bytes / 188) * 188, to_bytes));
  const facts = await judge(part);
  console.log(`# ${JSON.stringify({ ...facts, complaints: facts.complaints.slice(0, 300) })}`);
  expect(facts.audio_gap.ms <= 100, 'the sound arrives whole over the narrow way', facts);

  way.set(0);
  const lowest = (await strand()).bitrate_kbps;
  await until('it climbs', async () => (await strand()).bitrate_kbps > lowest, { seconds: 15 });
  expect((await output()).reconnects === 0, 'still the same connection', await output());
  await program.end();
});
