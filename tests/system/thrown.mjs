// No memory for a moment, in one thread after the other: it is said, that thread goes on, and nothing else notices.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { expect, Ingest, ledger, pause, Program, temporary_folder, until, write_show } from './support.mjs';

test('chat, pages, painter, floor and those who look, each without memory for a moment', async () => {
  const folder = temporary_folder();
  const wanted = path.join(folder, 'wanted');
  fs.writeFileSync(wanted, '');
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--on-air'],
    { env: { ...process.env, LD_PRELOAD: process.env.XB_NO_MEMORY_LIBRARY, XB_NO_MEMORY: wanted } });
  await until('it records', async () => (await program.state()).recorder?.state === 'live');
  const told = () => (program.err.match(/by an exception/g) ?? []).length;
  let sent = 0;
  const kept = [];
  // A follow that is sent until it is kept, as sources do: by its id it counts once.
  const follow = async () => {
    const id = `f-${++sent}`;
    await until(`${id} is kept`, async () => {
      const ingest = await Promise.race([Ingest.open(program), pause(1000)]);
      const answer = ingest && (await Promise.race([ingest.send({ kind: 'follow', platform: 'test', id, user: { id: `u-${sent}`, name: '春燕' } }), pause(1000)]));
      ingest?.close();
      return answer?.ok === id;
    }, { seconds: 10 });
    kept.push(id);
  };
  const look = () => Promise.race([fetch(program.control + 'api/preview.jpg').then((answer) => answer.arrayBuffer()).catch(() => {}), pause(300)]);
  await follow();
  const seen = {};
  for (const thread of ['chat', 'web', 'preview', 'faces', 'show', 'floor', 'paint', 'ledger']) {
    const before = told();
    fs.writeFileSync(wanted, thread);
    for (let i = 0; i < 15 && told() === before; ++i) await Promise.all([follow(), look(), pause(100)]);
    seen[thread] = told() - before;
    expect(program.is_running(), `${thread} without memory does not end the program`, program.err.slice(-2000));
    await follow();
  }
  fs.writeFileSync(wanted, '');
  console.log(`# told: ${JSON.stringify(seen)}; ${kept.length} follows`);
  for (const thread of ['chat', 'floor', 'paint']) expect(seen[thread] > 0, `${thread} had no memory once`, seen);
  expect(/base.internal: floor \| .*[一-鿿].* \| \w/.test(program.err), 'in words of both languages', program.err.slice(-3000));
  const state = await until('all are counted', async () => {
    const now = await program.state();
    return now.followers.gained === kept.length && now;
  }, { seconds: 5 });
  expect(!state.problems.some(({ code }) => code === 'base.internal'), 'all go on', state.problems);
  expect(state.recorder.state === 'live' && state.recorder.dropped === 0, 'and so does the recording', state.recorder);
  await program.command('live.end');
  const { frames } = await program.stats();
  await program.end();
  await expect_sound(path.join(state.session.folder, 'program-000.mp4'), 'the recording', frames.skipped);
  const [{ n }] = await ledger(state.session.folder, `select count(*) n from entries where kind = 'chat'`);
  expect(n === kept.length, 'each follow is kept once', { n, kept: kept.length });
});
