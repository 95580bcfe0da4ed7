// What an orderly end leaves: the next start knows what was, and the Ledger says where everything lies.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { judge, lost_until_now } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, Feed, Ingest, ledger, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const follow = (n) => ({ kind: 'follow', platform: 'test', id: `f-${n}`, user: { id: `u-${n}`, name: `乡亲${n}` } });

async function post(program, command) {
  const answer = await fetch(`${program.control}api/command`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(command) });
  return answer.json();
}

test('after an orderly end and a restart nothing is done, counted or told twice', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline: 100 });
  const begin = { id: 'begin-of-the-evening', name: 'live.start' };
  let program = await Program.live(folder, show, ['--source', 'test:']);
  expect((await post(program, begin)).ok, 'the Session begins', program.err);
  const { session } = await program.state();
  let ingest = await Ingest.open(program);
  for (const n of [1, 2, 3]) expect((await ingest.send(follow(n)))?.ok === `f-${n}`, `follow ${n} is kept`, ingest.answers);
  await program.command('live.end');
  await program.end();

  program = await Program.live(folder, show, ['--source', 'test:']);
  const again = await post(program, begin);
  const state = await program.state();
  expect(again.ok && state.state === 'ready' && state.session.folder === null, 'the old command is answered and begins nothing', { again, state });
  await program.command('live.start');
  const second = (await program.state()).session.folder;
  expect(second !== session.folder, 'a new one begins a Session', second);
  ingest = await Ingest.open(program);
  expect((await ingest.send(follow(2)))?.ok === 'f-2', 'a repeat from the first Session is answered', ingest.answers);
  expect((await ingest.send(follow(4)))?.ok === 'f-4', 'a new follow is kept', ingest.answers);
  await until('four have come', async () => (await program.state()).followers.gained === 4);
  expect((await program.state()).followers.total === 104, 'the total is 104', (await program.state()).followers);
  const feed = await Feed.open(program, { from: 1 });
  await until('the Feed has told all', () => feed.followers?.followers.total === 104);
  expect(feed.events.map(({ seq, id }) => `${seq} ${id}`).join() === '2 f-2,3 f-3,4 f-4', 'the Feed goes on over the restart, each once', feed.items);
  const kept = await ledger(second, `select event_id from entries where kind = 'chat'`);
  expect(kept.length === 1 && kept[0].event_id === 'f-4', 'the repeat has no second Entry', kept);
  await program.end();
});

test('the clock of a Session that was interrupted goes on from its begin', async () => {
  const folder = temporary_folder();
  const show = write_show(folder);
  const began = performance.now();
  const before = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  await until('it is on air for 3 s', async () => (await before.state()).session.seconds >= 3);
  await before.end('SIGKILL');
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const { session } = await until('it is on air again', async () => {
    const state = await program.state();
    return state.session.seconds !== null && state;
  });
  const most = (performance.now() - began) / 1000;
  expect(session.seconds >= 3 && session.seconds <= most, `since it began, at most ${most.toFixed(1)} s ago`, session);
  await program.end();
});

test('what was muted and covered stays so when an interrupted Session goes on', async () => {
  const folder = temporary_folder();
  const show = write_show(folder);
  const before = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  await until('it is on air', async () => (await before.state()).session.seconds !== null);
  await before.command('sound.mute');
  await before.command('sound.panic');
  await before.end('SIGKILL');
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record']);
  await program.command('slate.show', { slate: 'opening' }); // something of one's own before going on
  await program.command('live.start');
  const { sound } = await program.state();
  expect(sound.muted && sound.panic, 'the microphone and the program', sound);
  await program.command('sound.resume');
  await program.command('sound.unmute');
  const after = (await program.state()).sound;
  expect(!after.muted && !after.panic, 'open by commands alone', after);
  await program.end();
});

test('the Ledger says where the recording lies and how every Output fared', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: '测试平台', url: platform.url }] });
  write_secrets(folder, { keys: { 测试平台: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:']);
  await until('the picture is composed', async () => (await program.state()).layers.length > 0);
  await program.command('live.start');
  const { session } = await program.state();
  await until('the push is live', async () => (await program.state()).state === 'live');
  await until('some seconds are recorded', async () => (await program.stats()).recorder.bytes > 100_000);
  const lost = await lost_until_now(program);
  await program.end();
  await platform.end();

  const entries = async (kind) => (await ledger(session.folder, `select time_ns, json from entries where kind = '${kind}' order by n`))
    .map(({ time_ns, json }) => ({ time_ns, ...JSON.parse(json) }));
  const [begins, ends, ...more] = await entries('file');
  expect(begins?.first_frame > 0 && ends?.end_frame > 0 && more.length === 0, 'one file begins and ends', { begins, ends, more });
  const { frames } = await judge(path.join(session.folder, begins.name));
  const span = ends.end_frame - begins.first_frame;
  expect(span >= frames && span - frames <= lost, `the ${frames} frames of the file, less ${lost} that a busy machine lost`, { begins, ends });
  const ms = (ends.time_ns - begins.time_ns) / 1e6;
  expect(Math.abs(ms - (span * 1000) / 30) < 1, 'the times of the Entries are those of the frames', { ms, span });
  for (const kind of ['values', 'scene']) {
    const [first] = await entries(kind);
    expect(first.frame === begins.first_frame && first.time_ns === begins.time_ns, `the first ${kind} are those of the first frame`, { first, begins });
  }
  const states = (name, all) => all.filter((one) => one.name === name).map(({ state }) => state).join();
  const outputs = await entries('output');
  expect(states('recording', outputs) === 'connecting,live,ended', 'the recording from the first state to the last', outputs);
  expect(states('测试平台', outputs) === 'connecting,live,ended', 'the push from the first state to the last', outputs);
});
