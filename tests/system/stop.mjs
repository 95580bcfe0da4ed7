// The way out: in order and soon. Where the disk hangs: stop_hanging.mjs.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound, lost_until_now } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, ledger, pause, Program, run, start, temporary_folder, until, write_secrets, write_show, xiangbo } from './support.mjs';

// A program whose one push has come to a stand.
async function on_a_platform_that_takes_nothing() {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'stalling', url: platform.url }] });
  write_secrets(folder, { keys: { stalling: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const { session } = await program.state();
  await until('the push is live', async () => (await program.state()).state === 'live');
  platform.stall();
  await until('the push has come to a stand', async () => (await program.stats()).outputs[0].queue_ms > 500);
  return { program, platform, session };
}

test('SIGTERM ends in order within 3 s though a platform takes nothing', async () => {
  const { program, platform, session } = await on_a_platform_that_takes_nothing();
  const lost = await lost_until_now(program);
  const began = performance.now();
  await program.end();
  const ms = performance.now() - began;
  platform.go_on();
  console.log(`# gone after ${ms.toFixed(0)} ms`);
  expect(ms <= 3000, 'gone within 3 s', ms);
  await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', lost);
  const ends = await ledger(session.folder, `select json from entries where kind = 'end'`);
  expect(ends.length === 1 && JSON.parse(ends[0].json).reason === 'signal', 'ended once, by a signal', ends);
});

// The other end of a terminal: python3 holds it, starts the program in it, and lets it go when its own input ends.
const in_a_terminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
said = b''
while b'in a browser: ' not in said: said += os.read(fd, 65536)
print(open(f'/proc/{pid}/comm').read() + said.decode(), flush=True)
sys.stdin.read()
os.close(fd)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test('closing the terminal ends in order', async () => {
  const folder = temporary_folder();
  const args = ['live', write_show(folder), '--data', path.join(folder, 'data'), '--secrets', write_secrets(folder),
    '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0', '--source', 'test:', '--on-air'];
  const terminal = start('python3', ['-c', in_a_terminal, xiangbo, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(terminal.stdout, 'data');
  expect(/^xiangbo\n/.test(said) && /用浏览器打开这个网址：http:\/\/127/.test(said), 'its own name, and what to do with the address', String(said));
  const sessions = path.join(folder, 'data', 'sessions');
  const session = await until('it records', () => {
    const [name] = fs.readdirSync(sessions).filter((name) => fs.existsSync(path.join(sessions, name, 'program-000.mp4')));
    return name && fs.statSync(path.join(sessions, name, 'program-000.mp4')).size > 100_000 && path.join(sessions, name);
  });
  terminal.stdin.end();
  const [code] = await once(terminal, 'exit');
  expect(code === 0, 'exit 0', code);
  const ends = await ledger(session, `select json from entries where kind = 'end'`);
  expect(ends.length === 1 && JSON.parse(ends[0].json).reason === 'signal', 'ended once, by a signal', ends);
});

test('SIGHUP is nothing to a program that is to outlive its terminal', async () => {
  const folder = temporary_folder();
  const secrets = write_secrets(folder);
  const child = start('nohup', [xiangbo, 'live', write_show(folder), '--data', path.join(folder, 'data'), '--secrets', secrets,
    '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0', '--source', 'test:']);
  const said = await until('the addresses are printed', () => /control (http:\S+)\n/.exec(String(child.stdout.read() ?? '')));
  child.kill('SIGHUP');
  await pause(1000);
  expect((await fetch(`${said[1]}api/state`)).ok, 'it goes on', '');
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0] === 0, 'exit 0', '');
});

test('SIGTERM ends within 3 s though a platform takes nothing and the ledger is locked', async () => {
  const { program, platform, session } = await on_a_platform_that_takes_nothing();
  const locker = spawn('sqlite3', [path.join(session.folder, 'ledger.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  locker.stdin.write("pragma busy_timeout = 5000;\nbegin exclusive;\nselect 'locked';\n");
  await until('the ledger is locked', () => String(locker.stdout.read() ?? '').includes('locked'));
  const lost = await lost_until_now(program);
  const began = performance.now();
  await program.end();
  const ms = performance.now() - began;
  locker.stdin.end();
  platform.go_on();
  console.log(`# gone after ${ms.toFixed(0)} ms`);
  expect(ms <= 3000, 'gone within 3 s', ms);
  await expect_sound(path.join(session.folder, 'program-000.mp4'), 'the recording', lost);
});

// A FIFO whose reader has stopped: what a frozen terminal or `2>&1 | less` is to the program.
async function full_fifo(folder, name) {
  const file = path.join(folder, name);
  expect((await run('mkfifo', [file])).code === 0, 'a FIFO is made', file);
  const reader = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  try {
    for (;;) fs.writeSync(reader, '.'.repeat(4095) + '\n');
  } catch (full) {
    expect(full.code === 'EAGAIN', 'the FIFO is full', full.code);
  }
  const read_on = () => {
    let text = '';
    const some = Buffer.alloc(65536);
    try {
      for (let n; (n = fs.readSync(reader, some)) > 0;) text += some.toString('utf8', 0, n);
    } catch (empty) {
      expect(empty.code === 'EAGAIN', 'the FIFO is read', empty.code);
    }
    return text;
  };
  return { file, read_on };
}

test('nobody reads the log: commands answer, and SIGTERM ends in order', async () => {
  const folder = temporary_folder();
  const { file } = await full_fifo(folder, 'log');
  const log = fs.openSync(file, 'w');
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--on-air'], { stdio: ['ignore', 'pipe', log] });
  for (let n = 0; n < 50; ++n) await program.command('marker.add', { note: `第 ${n} 个` });
  const stats = await program.stats();
  expect(stats.pipes.log.depth > 0, 'lines wait for their reader', stats.pipes.log);
  const began = performance.now();
  await program.end();
  const ms = performance.now() - began;
  console.log(`# gone after ${ms.toFixed(0)} ms`);
  expect(ms <= 3000, 'gone within 3 s', ms);
});

test('nobody reads the figures: the evening goes on, and the reader gets the newest', async () => {
  const folder = temporary_folder();
  const figures = await full_fifo(folder, 'stats');
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--stats', figures.file]);
  await until('lines were passed over', async () => (await program.stats()).time_s > 4);
  const before = (await program.stats()).time_s;
  figures.read_on();
  const lines = await until('two whole lines come', () => {
    program.figures = (program.figures ?? '') + figures.read_on();
    return program.figures.split('\n').length > 2 && program.figures.split('\n').slice(0, -1);
  });
  const times = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).time_s);
  expect(times.length >= 2 && times[1] >= before - 1.5, 'one line that was begun, then the newest', { times, before });
  await until('the log counts those passed over', () => /lines left out: .*stats/.test(program.err), { seconds: 10 });
  await program.end();
});
