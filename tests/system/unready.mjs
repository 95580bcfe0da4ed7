// What a machine may lack when an evening begins: a port, a name server, a disk that can be written. Live begins all the
// same, or not at all, and says which. SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, run, start, temporary_folder, until, write_secrets, write_show, xiangbo } from './support.mjs';

// Whoever has it: this test, or somebody else before it.
async function take(port) {
  const server = net.createServer().on('error', () => {}).listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), pause(500)]);
  return server;
}

test('a port that is taken: another one where nobody asked for it, and nothing begins where somebody did', async () => {
  const folder = temporary_folder();
  const show = write_show(folder);
  const data = path.join(folder, 'data');
  const usual = ['live', show, '--data', data, '--secrets', write_secrets(folder), '--source', 'test:', '--on-air'];
  const taken = [await take(7180), await take(7181)];
  const refused = await run(xiangbo, [...usual, '--control', '127.0.0.1:7180'], { seconds: 10 });
  console.log(`# exit ${refused.code}: ${refused.err.trim().split('\n').at(-1)}`);
  expect(refused.code === 1 && /7180/.test(refused.err) && /[一-鿿]/.test(refused.err), 'exit 1 and a sentence with the port', refused);
  expect(!fs.existsSync(path.join(data, 'sessions')) || fs.readdirSync(path.join(data, 'sessions')).length === 0, 'no Session has begun', data);

  const child = start(xiangbo, usual);
  const said = { out: '', err: '' };
  for (const name of ['out', 'err']) child[`std${name}`].on('data', (bytes) => (said[name] += bytes));
  const [, control] = await until('both addresses are printed', () => /^control http:\/\/127.0.0.1:(\d+)\/\naudience http:\/\/127.0.0.1:\d+\/\n/m.exec(said.out), { seconds: 20 });
  expect(control !== '7180' && said.err.includes(`7180 已被占用，改用 ${control}\nPort 7180 is taken, ${control} is used instead\n`), 'another port, and why', said);
  expect(!/被其他程序占用/.test(said.err), 'and nothing sounds like a failure', said.err);
  const state = async () => (await fetch(`http://127.0.0.1:${control}/api/state`)).json();
  await until('it records', async () => (await state()).recorder?.state === 'live', { seconds: 10 });
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await gone)[0] === 0, 'exit 0', said.err.slice(-1000));
  for (const server of taken) server.close();
});

test('no browser: the program says so in one sentence, with the address', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--open'], { env: { ...process.env, PATH: folder } });
  const lines = () => program.err.split('\n').filter((line) => line.includes('没有打开浏览器'));
  await until('it is said', () => lines().length > 0, { seconds: 5 });
  const said = lines();
  expect(said.length === 1 && said[0].includes(program.control), 'one sentence with the address', program.err);
  await program.end();
});

test('a platform whose name nobody knows holds up neither the recording nor the other push', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'lost', url: 'rtmp://no-such-platform.invalid/live' }, { name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { lost: 'k', push: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:']);
  await program.command('live.start');
  const began = performance.now();
  await until('it records', async () => (await program.state()).recorder?.state === 'live', { seconds: 10 });
  const ms = performance.now() - began;
  console.log(`# records after ${ms.toFixed(0)} ms`);
  expect(ms <= 3000, 'within 3 s', ms);
  await until('the other push is live', async () => program.output(await program.state(), 'push').state === 'live', { seconds: 10 });
  const lost = await until('it is said', async () => {
    const now = program.output(await program.state(), 'lost');
    return now.error && now;
  }, { seconds: 10 });
  expect(lost.state === 'reconnecting' && lost.error.zh && lost.error.en, 'tried again, in a sentence', lost);
  await program.end();
});

test('a disk that cannot be written: live without a recording, and with one as soon as it can', async (t) => {
  const folder = temporary_folder();
  const volume = path.join(folder, 'data');
  fs.mkdirSync(volume);
  const mount = await run('mount', ['-t', 'tmpfs', '-o', 'size=400m,ro', 'tmpfs', volume]);
  if (mount.code !== 0) return t.skip('needs the right to mount a small volume');
  t.after(() => run('umount', ['-l', volume]));
  const platform = await Platform.open();
  const show = write_show(folder, { publish: [{ name: 'push', url: platform.url }] });
  write_secrets(folder, { keys: { push: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  await until('the push is live', async () => (await program.state()).outputs[0].state === 'live', { seconds: 10 });
  const { session, problems } = await program.state();
  const told = problems.find(({ component }) => component === 'session');
  console.log(`# ${told?.zh}`);
  expect(session.folder === null && told?.zh && told.en, 'nothing is kept, and why', { session, problems });
  const end = await program.end();
  expect(end.code === 0, 'exit 0', program.err.slice(-1000));

  await run('mount', ['-o', 'remount,rw', volume]);
  const again = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  await until('it records', async () => (await again.state()).recorder?.state === 'live', { seconds: 10 });
  await pause(1500);
  const { session: kept } = await again.state();
  await again.command('live.end');
  const { frames } = await again.stats();
  await again.end();
  await expect_sound(path.join(kept.folder, 'program-000.mp4'), 'the recording', frames.skipped);
});
