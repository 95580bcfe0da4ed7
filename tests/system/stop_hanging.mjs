// The way out where the disk hangs: at once when asked again, and never stuck.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { expect, pause, Program, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const library = process.env.XB_STUCK_DISK_LIBRARY ?? path.join(path.dirname(xiangbo), 'tests/system/libstuck_disk.so');

// A program whose disk takes nothing any more as soon as `stick()` was called.
async function on_a_disk_that_may_hang(...more) {
  const folder = temporary_folder();
  const stuck = path.join(folder, 'stuck');
  const env = { ...process.env, LD_PRELOAD: library, XB_STUCK_DISK: stuck, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` };
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--on-air', ...more], { env });
  const { session } = await program.state();
  await until('some seconds are recorded', async () => (await program.stats()).recorder.bytes > 100_000);
  return { program, file: path.join(session.folder, 'program-000.mp4'), stick: () => fs.writeFileSync(stuck, '') };
}

async function expect_given_up(program, began, most_ms) {
  const { code } = await program.exited;
  const ms = performance.now() - began;
  console.log(`# gone after ${ms.toFixed(0)} ms`);
  expect(code === 1 && ms <= most_ms, `exit 1 within ${most_ms} ms`, { code, ms, err: program.err });
  expect(/no orderly end: .*still stopping: .*out-rec/.test(program.err), 'the thread that hangs is named', program.err);
}

test('a SIGTERM more than a second after the first ends at once though the disk hangs, one before is the same wish', async () => {
  const { program, file, stick } = await on_a_disk_that_may_hang();
  stick();
  program.child.kill('SIGTERM');
  await until('the first is taken', () => program.err.includes('asked to end'));
  program.child.kill('SIGINT');
  await pause(1200);
  expect(program.is_running(), 'it still tries to end in order', program.err);
  program.child.kill('SIGTERM');
  await expect_given_up(program, performance.now(), 1000);
  const facts = await judge(file);
  expect(facts.complaints === '', 'the recording plays without repair', facts.complaints);
});

test('an end that hangs is given up after 8 s', async () => {
  const { program, file, stick } = await on_a_disk_that_may_hang();
  stick();
  const began = performance.now();
  program.child.kill('SIGTERM');
  await expect_given_up(program, began, 10_000);
  const facts = await judge(file);
  expect(facts.complaints === '', 'the recording plays without repair', facts.complaints);
});

test('an end by duration that hangs is given up after 8 s as well', async () => {
  const { program, stick } = await on_a_disk_that_may_hang('--duration', '6');
  stick();
  await expect_given_up(program, performance.now(), 17_000);
});
