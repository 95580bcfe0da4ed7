// A lid that is closed and opened again: everything comes back by itself, and time never goes back.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, run, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const asleep_s = Number(process.env.XB_ASLEEP_SECONDS ?? 15);

const packets_of = async (file) => {
  const probe = await run('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=dts_time,pts_time', '-of', 'json', file]);
  return JSON.parse(probe.out).packets.map(({ dts_time, pts_time }) => Number(dts_time ?? pts_time));
};

test(`asleep for ${asleep_s} s: the push is back, the recording goes on`, async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { push: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const push = async () => (await program.stats()).outputs.find(({ name }) => name === 'push');
  await until('the push is live', async () => (await push()).state === 'live');
  await pause(3000);
  const before = (await program.stats()).frames;
  program.child.kill('SIGSTOP');
  await pause(asleep_s * 1000);
  program.child.kill('SIGCONT');
  const awake = performance.now();
  // what was sent before may still be on its way: live is what took video after it
  await until('frames go on', async () => (await program.stats()).frames.program > before.program + 30, { seconds: 10 });
  await until('the push is live', async () => (await push()).state === 'live', { seconds: 10 });
  const back_s = (performance.now() - awake) / 1000;
  await pause(4000);
  const now = await push();
  const { session } = await program.state();
  await program.command('live.end');
  const { frames } = await program.stats();
  await program.end();
  console.log(`# live again after ${back_s.toFixed(2)} s, ${now.reconnects} reconnects, ${JSON.stringify(frames)}`);
  expect(back_s <= 5, 'back within 5 s', back_s);
  const caught_up = frames.program - before.program - 30 * (performance.now() - awake) / 1000;
  expect(caught_up <= 30, 'no burst of more than a second', { caught_up, frames });
  for (const file of [...platform.arrived(), ...fs.readdirSync(session.folder).filter((name) => name.endsWith('.mp4')).map((name) => path.join(session.folder, name))]) {
    const times = await packets_of(file);
    const back = times.findIndex((time, i) => i > 0 && time <= times[i - 1]);
    expect(back < 0, `${path.basename(file)}: time goes on`, times.slice(Math.max(0, back - 2), back + 2));
    const { complaints } = await judge(file);
    expect(complaints === '', `${path.basename(file)} decodes`, complaints);
  }
});
