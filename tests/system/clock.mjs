// The wall clock jumps: three hours back, then a day ahead. The evening goes on as if nothing had happened.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, Ingest, ledger, pause, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

test('a wall clock that jumps costs no frame, no follower and no order', async () => {
  const folder = temporary_folder();
  const moved = path.join(folder, 'moved');
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { push: 'k' } });
  fs.writeFileSync(moved, '0');
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air'],
    { env: { ...process.env, LD_PRELOAD: process.env.XB_MOVED_CLOCK_LIBRARY, XB_MOVED_CLOCK: moved } });
  const ingest = await Ingest.open(program);
  let follows = 0;
  const follow = async () => {
    const n = ++follows;
    const answer = await ingest.send({ kind: 'follow', platform: 'test', id: `f-${n}`, user: { id: `u-${n}`, name: '春燕' } });
    expect(answer?.ok === `f-${n}`, `follow ${n} is kept`, answer);
  };
  await until('the push is live', async () => (await program.state()).outputs[0].state === 'live');
  await follow();
  const counted = async () => (await program.state()).followers;
  for (const seconds of [-10800, 86400 - 10800]) {
    fs.writeFileSync(moved, String(seconds));
    await pause(2500);
    await follow();
    await until(`${follows} gained today`, async () => (await counted()).gained === follows, { seconds: 2 });
    const { outputs, recorder, problems } = await program.state();
    expect(outputs[0].state === 'live' && outputs[0].reconnects === 0, 'the push never stopped', outputs);
    expect(recorder.state === 'live', 'nor did the recording', recorder);
    expect(!problems.some(({ component }) => component.startsWith('chat')), 'no source is held for silent', problems);
  }
  const { session } = await program.state();
  await program.command('live.end');
  const { frames } = await program.stats();
  await program.end();
  await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', frames.skipped);
  const entries = await ledger(session.folder, 'select n, kind, time_ns, wall_ms, json from entries order by n');
  const times = entries.filter(({ kind }) => kind !== 'paint' && kind !== 'values').map(({ time_ns }) => time_ns);
  const back = times.findIndex((time, i) => i > 0 && time < times[i - 1] - 1e9);
  expect(back < 0, 'session times go on', entries.slice(Math.max(0, back - 2), back + 2));
  const jumps = entries.filter(({ kind }) => kind === 'anchor').map(({ json }) => JSON.parse(json).clock_changed_ms).filter(Boolean);
  const near = (seen, ms) => Math.abs(seen - ms) < 1000;
  expect(jumps.length === 2 && near(jumps[0], -10_800_000) && near(jumps[1], 86_400_000), 'each jump is noted once', jumps);
});
