// Platforms that die, refuse and stall: each push for itself, and the recording never notices.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

// XB_OUTAGES=8,30 XB_STALL_SECONDS=60: as long as they may be.
const outages = (process.env.XB_OUTAGES ?? '3').split(',').map(Number);
const stall_s = Number(process.env.XB_STALL_SECONDS ?? 8);
const rss_mib = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

test('a push that dies comes back, one that is refused says so, one that stalls is bounded', async () => {
  const folder = temporary_folder();
  const dying = await Platform.open();
  const strict = await Platform.open({ only_key: 'the-right-key' });
  const stalling = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'dying', url: dying.url }, { name: 'strict', url: strict.url }, { name: 'stalling', url: stalling.url }] });
  write_secrets(folder, { keys: { dying: 'k', strict: 'a-wrong-key', stalling: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const on_air = performance.now();
  const output = async (name) => program.output(await program.state(), name);
  const is = (name, state) => async () => (await output(name)).state === state;

  await until('the first push is live', is('dying', 'live'));
  await until('the third push is live', is('stalling', 'live'));
  await until('the push with a wrong key is refused', is('strict', 'refused'));
  const refused = await output('strict');
  expect(refused.error?.zh && refused.error?.en, 'refused in a sentence of both languages', refused);

  for (const seconds of outages) {
    await dying.kill();
    const gone = performance.now();
    await until('the dead push is noticed', async () => ['reconnecting', 'connecting'].includes((await output('dying')).state));
    expect((await program.state()).state === 'live', 'live still, by the other push', (await program.state()).state);
    await pause(gone + seconds * 1000 - performance.now());
    const answering = await dying.begin();
    await until('the push is live again', is('dying', 'live'));
    const way_back_ms = performance.now() - answering;
    console.log(`# live again ${way_back_ms.toFixed(0)} ms after the platform answers, gone for ${seconds} s`);
    expect(way_back_ms <= 3000, 'live again within 3 s', way_back_ms);
  }

  // The most that waits in each push, looked at for so long.
  const deepest_within = async (seconds) => {
    const deepest = { stalling: 0, dying: 0 };
    for (const began = performance.now(); performance.now() < began + seconds * 1000; await pause(100)) {
      for (const { name, queue_ms } of (await program.stats()).outputs) deepest[name] = Math.max(deepest[name] ?? 0, queue_ms ?? 0);
      grown_mib = Math.max(grown_mib, rss_mib(program.child.pid) - before_mib);
    }
    return deepest;
  };
  const before_mib = rss_mib(program.child.pid);
  let grown_mib = 0;
  const usual = await deepest_within(stall_s);
  stalling.stall();
  const deepest = await deepest_within(stall_s);
  console.log(`# a push stalled for ${stall_s} s queues ${deepest.stalling} ms at the most, the other ${deepest.dying} ms (${usual.dying} ms in the ${stall_s} s before); ${grown_mib.toFixed(1)} MiB more`);
  expect(deepest.stalling <= 1500, 'queue_ms of the stalled push stays at 1500', deepest);
  expect(deepest.dying <= Math.max(50, usual.dying + 50), 'the other push is delayed by 50 ms at the most', { deepest, usual });
  expect(grown_mib <= 16, 'at most 16 MiB more', grown_mib);
  expect((await output('dying')).state === 'live', 'the other push stays live', await output('dying'));
  const { session, recorder } = await program.state();
  expect(recorder.state === 'live' && recorder.dropped === 0, 'the recording drops nothing', recorder);
  const lasted = (performance.now() - on_air) / 1000;
  await program.command('live.end');
  const { frames } = await program.stats();
  console.log(`# frames ${JSON.stringify(frames)}`);
  await program.end();
  stalling.go_on();
  const recorded = await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', frames.skipped);
  // frames go to the encoder some 0.2 s after the command, when it is open
  expect(recorded.seconds >= lasted - 0.6, `the recording holds all ${lasted.toFixed(2)} s of it`, recorded);
  expect(strict.arrived().length === 0, 'nothing arrived at the platform that refused', strict.arrived());
  expect(dying.arrived().length === 1 + outages.length, 'a stream for each time it was there', dying.arrived());
  for (const key of ['a-wrong-key']) expect(!program.err.includes(key), 'no stream key in the log', key);
});
