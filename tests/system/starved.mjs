// A machine with half of what it takes: fewer frames, never a hole in the sound, and all of it again when there is room.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { expect, pause, Program, temporary_folder, until, write_show } from './support.mjs';

const starved_s = Number(process.env.XB_STARVED_SECONDS ?? 14);

// A group of processes with a bounded share of one core; null where that may not be made.
function bounded_group(pid) {
  const folder = `/sys/fs/cgroup/cpu/xiangbo-${pid}`;
  try {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'cgroup.procs'), String(pid));
  } catch {
    return null;
  }
  return {
    set: (share) => fs.writeFileSync(path.join(folder, 'cpu.cfs_quota_us'), String(share === null ? -1 : Math.round(share * 100_000))),
    end: () => fs.rmdirSync(folder),
  };
}

const cpu_s = (pid) => {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

test(`half of what it takes for ${starved_s} s`, async (t) => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--on-air']);
  const group = bounded_group(program.child.pid);
  if (!group) {
    await program.end();
    return t.skip('needs a cpu group of its own (cgroup v1)');
  }
  t.after(() => group.end());
  await until('it records', async () => (await program.state()).recorder?.state === 'live');
  await pause(1000);
  const used = cpu_s(program.child.pid);
  await pause(4000);
  const cores = (cpu_s(program.child.pid) - used) / 4;
  const strand = async () => (await program.stats()).strands[0];
  const is_eased = async () => (await program.state()).problems.some(({ code }) => code === 'output.encoder_eased');
  const lost_of = ({ frames }) => frames.skipped + frames.missed + frames.starved;
  const before = await program.stats();
  group.set(cores * 0.55);
  const began = performance.now();
  await until('the effort is lowered', async () => (await strand()).effort !== 'usual', { seconds: 10 });
  const eased_s = (performance.now() - began) / 1000;
  await until('it is said in words', is_eased, { seconds: 2 });
  await pause(began + starved_s * 1000 - performance.now());
  const during = await program.stats();
  group.set(null);
  const free = performance.now();
  await until('the effort is as before', async () => (await strand()).effort === 'usual', { seconds: 25 });
  const back_s = (performance.now() - free) / 1000;
  await until('nothing is wrong any more', async () => !(await is_eased()), { seconds: 2 });
  const grown = ((await program.stats()).rss_bytes - before.rss_bytes) / 1048576;
  console.log(`# of ${cores.toFixed(2)} cores; eased after ${eased_s.toFixed(1)} s; ${lost_of(during) - lost_of(before)} frames lost and ${during.strands[0].eased} left out in ${starved_s} s (${during.strands[0].effort}); back after ${back_s.toFixed(1)} s; ${grown.toFixed(1)} MiB more; A/V ${during.av_offset_ms}`);
  expect(eased_s <= 10, 'within 10 s', eased_s);
  expect(back_s <= 20, 'back within 20 s', back_s);
  expect(grown <= 32, 'at most 32 MiB more', grown);
  expect(Math.abs(during.av_offset_ms ?? 0) <= 80, 'picture and sound within 80 ms', during.av_offset_ms);
  const { session } = await program.state();
  await program.command('live.end');
  await program.end();
  const files = fs.readdirSync(session.folder).filter((name) => name.endsWith('.mp4'));
  expect(files.length === 1, 'one file: nobody had to begin anew', files);
  const facts = await judge(path.join(session.folder, files[0]));
  console.log(`# ${JSON.stringify(facts)}`);
  expect(facts.complaints === '', 'the recording decodes', facts.complaints);
  expect(facts.audio_gap.ms <= 50, 'sound without a gap', facts.audio_gap);
});
