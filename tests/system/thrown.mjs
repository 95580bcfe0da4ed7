// No memory for a moment where messages and commands are worked through, again and again: one of them is lost at the
// most, that is said, and all goes on.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { expect, Ingest, ledger, pause, Program, temporary_folder, until, write_show } from './support.mjs';

const tries = Number(process.env.XB_THROWN_TRIES ?? 5);

test('chat and floor, each without memory for a moment, again and again', async () => {
  const folder = temporary_folder();
  const wanted = path.join(folder, 'wanted');
  fs.writeFileSync(wanted, '');
  const program = await Program.live(folder, write_show(folder, { width: 640, height: 360 }), ['--source', 'test:', '--on-air'],
    { env: { ...process.env, LD_PRELOAD: process.env.XB_NO_MEMORY_LIBRARY, XB_NO_MEMORY: wanted } });
  await until('it records', async () => (await program.state()).recorder?.state === 'live');
  const told = () => (program.err.match(/by an exception/g) ?? []).length;
  let sent = 0;
  // A follow that is sent until it is kept, as sources do: by its id it counts once.
  const follow = async () => {
    const id = `f-${++sent}`;
    await until(`${id} is kept`, async () => {
      const ingest = await Promise.race([Ingest.open(program).catch(() => null), pause(1000)]);
      const answer = ingest && (await Promise.race([ingest.send({ kind: 'follow', platform: 'test', id, user: { id: `u-${sent}`, name: '春燕' } }), pause(1000)]));
      ingest?.close();
      return answer?.ok === id;
    }, { seconds: 10 });
  };
  let commands = 0;
  const command = async (name, args = {}) => {
    const body = JSON.stringify({ id: `thrown-${++commands}`, name, args });
    const answer = await fetch(`${program.control}api/command`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return answer.status === 200 && (await answer.json()).ok === true;
  };
  const mark = () => command('marker.add', { note: '一' });
  const seen = {};
  for (const thread of ['chat', 'floor']) {
    seen[thread] = 0;
    for (let i = 0; i < tries; ++i) {
      const before = told();
      fs.writeFileSync(wanted, thread);
      for (let j = 0; j < 10 && told() === before; ++j) await Promise.all([thread === 'chat' ? follow() : mark(), pause(50)]);
      seen[thread] += told() > before;
      expect(program.is_running(), `${thread} without memory does not end the program`, program.err.slice(-2000));
      await follow();
      await until('a command is carried out', mark, { seconds: 5 });
    }
  }
  fs.writeFileSync(wanted, '');
  console.log(`# told of ${JSON.stringify(seen)}, each of ${tries}; ${sent} follows`);
  for (const [thread, times] of Object.entries(seen)) expect(times >= tries / 2, `${thread} had no memory`, seen);
  expect(!/thread ended by an exception/.test(program.err), 'no thread ended', program.err.slice(-3000));
  expect(/base.internal: floor[^|]*\| .*[一-鿿].* \| \w/.test(program.err), 'in words of both languages', program.err.slice(-3000));
  const state = await until('all are counted', async () => {
    const now = await program.state();
    return now.followers.gained === sent && now;
  }, { seconds: 5 });
  expect(state.recorder.state === 'live' && state.recorder.dropped === 0, 'the recording goes on', state.recorder);
  await until('the end of the evening', () => command('live.end'), { seconds: 5 });
  const { frames } = await program.stats();
  await program.end();
  await expect_sound(path.join(state.session.folder, 'program-000.mp4'), 'the recording', frames.skipped);
  const [{ n }] = await ledger(state.session.folder, `select count(*) n from entries where kind = 'chat'`);
  expect(n === sent, 'each follow is kept once', { n, sent });
});
