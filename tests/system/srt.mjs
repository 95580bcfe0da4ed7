// SRT pushes to srt-live-transmit: what is sent arrives, a wrong passphrase is refused and shown nowhere.
// SPDX-License-Identifier: Apache-2.0
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expect_sound } from './media.mjs';
import { expect, pause, Program, start, temporary_folder, until, write_secrets, write_show } from './support.mjs';

class Receiver {
  static async open({ passphrase } = {}) {
    const receiver = new Receiver();
    const probe = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    await new Promise((closed) => probe.close(closed));
    receiver.url = `srt://127.0.0.1:${port}`;
    receiver.file = path.join(temporary_folder(), 'arrived.ts');
    const out = fs.openSync(receiver.file, 'w');
    const from = `${receiver.url}?mode=listener${passphrase ? `&passphrase=${passphrase}` : ''}`;
    receiver.child = start('srt-live-transmit', [from, 'file://con'], { stdio: ['ignore', out, 'ignore'] });
    return receiver;
  }

  size() {
    return fs.statSync(this.file).size;
  }
}

test('what is pushed by SRT arrives, and a wrong passphrase is refused', async () => {
  const folder = temporary_folder();
  const plain = await Receiver.open();
  const [locked, other] = [await Receiver.open({ passphrase: 'what-the-platform-knows' }), await Receiver.open({ passphrase: 'what-the-other-knows' })];
  const show = write_show(folder, { publish: [
    { name: 'plain', url: plain.url }, { name: 'opened', url: `${locked.url}?passphrase={key}` },
    { name: 'wrong', url: `${other.url}?passphrase={key}` }] });
  write_secrets(folder, { keys: { plain: 'publish:live/stream', opened: 'what-the-platform-knows', wrong: 'canary-passphrase' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const is = (name, state) => async () => program.output(await program.state(), name).state === state;

  await until('the wrong passphrase is refused', is('wrong', 'refused'));
  await until('the plain push is live', is('plain', 'live'));
  await until('the push with the right passphrase is live', is('opened', 'live'));
  await pause(5000);
  const { outputs, frames } = await program.stats();
  const figures = outputs.find(({ name }) => name === 'plain');
  console.log(`# ${JSON.stringify(figures)}`);
  expect(figures.queue_ms >= 0 && figures.queue_ms <= 1500, 'queue_ms is measured', figures);
  const refused = program.output(await program.state(), 'wrong');
  expect(refused.error?.code === 'output.refused' && refused.error.zh, 'refused in a sentence', refused);
  await program.end();
  await until('all of it arrived', () => plain.size() >= figures.bytes);
  const arrived = await expect_sound(plain.file, 'the arrived stream', frames.skipped + figures.dropped);
  expect(arrived.seconds >= 4, 'as long as it was live', arrived);
  for (const key of ['canary-passphrase', 'what-the-platform-knows', 'publish:live/stream']) expect(!program.err.includes(key), 'no key in the log', key);
});
