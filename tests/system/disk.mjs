// A volume that runs full on air: the file ends whole, the push goes on, the next file begins when there is space.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { end_live, expect_sound } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, Ingest, ledger, pause, Program, run, temporary_folder, until, write_secrets, write_show } from './support.mjs';

test('a recording survives a full disk and goes on', async (t) => {
  const folder = temporary_folder();
  const volume = path.join(folder, 'data');
  fs.mkdirSync(volume);
  const mount = await run('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', volume]);
  if (mount.code !== 0) return t.skip('needs the right to mount a small volume');
  t.after(() => run('umount', ['-l', volume]));
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { push: 'key-1' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const recorder = async () => (await program.state()).recorder;
  await until('the push is live', async () => (await program.state()).outputs[0].state === 'live');
  await until('it records', async () => (await recorder()).state === 'live');
  await pause(3000);

  const ballast = path.join(volume, 'ballast');
  fs.writeFileSync(ballast, Buffer.alloc(80 << 20));
  const full = await until('it stops recording', async () => {
    const seen = await recorder();
    return seen.state === 'reconnecting' && seen;
  }, { seconds: 10 });
  expect(full.error?.code === 'output.disk_full' && full.error.zh && full.error.en, 'disk full, in a sentence', full);
  const state = await program.state();
  expect(state.state === 'live' && state.outputs[0].state === 'live', 'the push goes on', state.outputs);

  fs.rmSync(ballast);
  await until('it records again', async () => (await recorder()).state === 'live', { seconds: 10 });
  await pause(3000);
  const { session } = await program.state();
  const lost = await end_live(program);
  await program.end();
  const files = fs.readdirSync(session.folder).filter((name) => name.endsWith('.mp4')).sort();
  expect(files.length === 2, 'two files', files);
  for (const name of files) {
    const facts = await expect_sound(path.join(session.folder, name), name, lost);
    console.log(`# ${name}: ${facts.seconds.toFixed(2)} s`);
    expect(facts.seconds >= 2.5, `${name} holds what was on air`, facts);
  }
  const [{ integrity_check }] = await ledger(session.folder, 'pragma integrity_check');
  expect(integrity_check === 'ok', 'the ledger is whole', integrity_check);
});

test('a Session that could not begin on a full disk is kept as soon as there is space', async (t) => {
  const folder = temporary_folder();
  const volume = path.join(folder, 'data');
  fs.mkdirSync(volume);
  const mount = await run('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', volume]);
  if (mount.code !== 0) return t.skip('needs the right to mount a small volume');
  t.after(() => run('umount', ['-l', volume]));
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { push: 'key-1' } });
  const program = await Program.live(folder, show, ['--source', 'test:']);
  const ballast = path.join(volume, 'ballast');
  await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M']);  // until nothing fits any more
  const began = await program.command('live.start');
  expect(began.zh && began.en, 'the answer says that it is not kept', began);
  await until('the push is live', async () => (await program.state()).outputs[0].state === 'live');
  const without = await program.state();
  expect(without.session.folder === null && without.problems.some(({ component }) => component === 'session'), 'no folder, and why', without);

  fs.rmSync(ballast);
  const kept = await until('it is kept', async () => {
    const state = await program.state();
    return state.recorder?.state === 'live' && state;
  }, { seconds: 15 });
  expect(!kept.problems.some(({ component }) => component === 'session'), 'the problem is gone', kept.problems);
  const ingest = await Ingest.open(program);
  const followed = await ingest.send({ kind: 'follow', platform: 'test', id: 'f-1', user: { id: 'u-1', name: '春燕' } });
  expect(followed?.ok === 'f-1', 'a follow is kept', followed);
  await pause(2000);
  const lost = await end_live(program);
  await program.end();
  const folders = fs.readdirSync(path.join(volume, 'sessions'));
  expect(folders.length === 1, 'one Session, no empty ones', folders);
  const facts = await expect_sound(path.join(kept.session.folder, 'program-000.mp4'), 'the recording', lost);
  expect(facts.seconds >= 2, 'it holds what was on air since', facts);
  const [{ n }] = await ledger(kept.session.folder, "select count(*) as n from entries where kind = 'output'");
  expect(n >= 1, 'the Ledger knows of the push that was live before', n);
});
