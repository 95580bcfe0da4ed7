// The power goes: what lies on the disk at that moment, without what the system still had in memory.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { Crowd, expect, Ingest, ledger, pause, Program, run, temporary_folder, until, write_show } from './support.mjs';

const cuts = Number(process.env.XB_POWER_CUTS ?? 1);

test(`the power goes ${cuts} times: picture and ledger are there, up to 2 s before`, async (t) => {
  const folder = temporary_folder();
  const image = path.join(folder, 'disk.img');
  const volume = path.join(folder, 'data');
  fs.mkdirSync(volume);
  fs.writeFileSync(image, '');
  fs.truncateSync(image, 400 << 20);
  await run('mkfs.ext4', ['-q', '-F', image]);
  const loop = await run('losetup', ['--show', '--direct-io=on', '-f', image]);
  if (loop.code !== 0) return t.skip('needs the right to make a loop device');
  const device = loop.out.trim();
  t.after(async () => {
    await run('umount', ['-l', volume]);
    await run('losetup', ['-d', device]);
  });
  const mount = await run('mount', [device, volume]);
  if (mount.code !== 0) return t.skip('needs the right to mount a volume');

  const program = await Program.live(folder, write_show(folder, { width: 640, height: 360 }), ['--source', 'test:', '--on-air']);
  const crowd = new Crowd(await Ingest.open(program), { rate: 20, make: (n) => (n % 4 === 0 ? { kind: 'follow' } : { kind: 'chat', text: `第 ${n} 句` }) });
  await until('it records', async () => (await program.state()).recorder?.state === 'live');
  const { session } = await program.state();
  const [{ wall_ms: began }] = await ledger(session.folder, "select wall_ms from entries where kind = 'begin'");
  const worst = { picture: 0, ledger: 0 };
  for (let cut = 0; cut < cuts; ++cut) {
    await pause(4000 + Math.random() * 2000);
    const acknowledged = [...crowd.acknowledged];
    const now = Date.now();
    const copy = path.join(folder, 'copy.img');
    // What was written while it is copied would be there by halves, as no power cut leaves it: all threads stand still,
    // those too that wait for the disk.
    const tasks = `/proc/${program.child.pid}/task`;
    process.kill(program.child.pid, 'SIGSTOP');
    await until('it stands still', () => fs.readdirSync(tasks).every((id) => /^State:\tT/m.test(fs.readFileSync(path.join(tasks, id, 'status'), 'utf8'))));
    await run('cp', ['--sparse=always', image, copy]);
    process.kill(program.child.pid, 'SIGCONT');
    const other = path.join(folder, 'copy');
    fs.mkdirSync(other, { recursive: true });
    const mounted = await run('mount', ['-o', 'loop', copy, other]);
    expect(mounted.code === 0, 'the file system is whole', mounted.err);
    try {
      const kept = path.join(other, path.relative(volume, session.folder));
      const facts = await judge(path.join(kept, 'program-000.mp4'));
      expect(facts.complaints === '', 'the recording plays without repair', facts.complaints);
      const lost_s = (now - began) / 1000 - facts.seconds;
      const [{ quick_check }] = await ledger(kept, 'pragma quick_check');
      expect(quick_check === 'ok', 'the ledger is whole', quick_check);
      const [{ last }] = await ledger(kept, 'select max(wall_ms) last from entries');
      const ids = new Set((await ledger(kept, "select event_id id from entries where kind = 'chat'")).map(({ id }) => id));
      const missing = acknowledged.filter((id) => !ids.has(id));
      expect(missing.length === 0, `all ${acknowledged.length} acknowledged events are there`, missing);
      console.log(`# cut ${cut}: ${lost_s.toFixed(2)} s of picture lost, ${((now - last) / 1000).toFixed(2)} s of the ledger, ${acknowledged.length} acknowledged events there`);
      worst.picture = Math.max(worst.picture, lost_s);
      worst.ledger = Math.max(worst.ledger, (now - last) / 1000);
    } finally {
      await run('umount', [other]);
      fs.rmSync(copy);
    }
  }
  crowd.stop();
  await program.end();
  expect(worst.picture <= 2, 'at most 2 s of picture lost', worst);
  expect(worst.ledger <= 2, 'at most 2 s of commits lost', worst);
});
