// A chat source that comes and goes: nothing counted twice, nothing left behind, and the live does not notice.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { LocalRelay } from '../support/platforms/others.mjs';
import { expect, ledger, pause, Program, temporary_folder, token, until, write_show } from './support.mjs';

const flaps = Number(process.env.XB_FLAPS ?? 8);
const up_ms = Number(process.env.XB_FLAP_MS ?? 300);

// The least of some looks; whoever asks for the state holds a connection or two for a while.
async function held_by(pid) {
  const held = { files: Infinity, threads: Infinity, rss_mib: Infinity };
  for (let look = 0; look < 10; ++look) {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    held.files = Math.min(held.files, fs.readdirSync(`/proc/${pid}/fd`).length);
    held.threads = Math.min(held.threads, Number(/^Threads:\s+(\d+)/m.exec(status)[1]));
    held.rss_mib = Math.min(held.rss_mib, Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024);
    await pause(150);
  }
  return held;
}

test(`a chat source that is up and down ${flaps} times`, async (t) => {
  const folder = temporary_folder();
  const relay = await LocalRelay.start();
  t.after(() => relay.stop());
  const show = write_show(folder, { width: 320, height: 180, toml: `[[chat]]\nplatform = "generic"\nname = "relay"\nurl = "${relay.ws_url}/"\nmap = "relay.json"\n` });
  fs.writeFileSync(path.join(show, 'relay.json'), JSON.stringify({ platform: 'local', fields: { type: '/t', id: '/i', 'user.id': '/u', text: '/x' }, kinds: { 3: 'chat', 4: 'follow' } }));
  fs.writeFileSync(path.join(folder, 'secrets.toml'), `[chat]\ningest = "${token}"\n`, { mode: 0o600 });
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const source = async () => (await program.state()).chat.find(({ name }) => name === 'relay');
  const is_up = () => until('it is connected', async () => relay.sockets.size === 1 && (await source()).state === 'connected', { seconds: 20 });
  await is_up();
  await pause(3000); // faces are looked for, the picture has been asked for, and so on
  const before = { held: await held_by(program.child.pid), frames: (await program.stats()).frames };
  let longest_s = 0;
  for (let i = 0; i < flaps; ++i) {
    // all that came before comes once more, as platforms send it after a reconnect
    for (let k = 0; k <= i; ++k) {
      relay.send({ t: 4, i: `f${k}`, u: `fan${k}` });
      relay.send({ t: 3, i: `c${k}`, u: `fan${k}`, x: `第 ${k} 句` });
    }
    await until('the new one is counted', async () => (await program.state()).followers.gained === i + 1);
    await pause(up_ms);
    relay.cut();
    const down = performance.now();
    await until('it is told', async () => (await source()).state !== 'connected');
    await is_up();
    longest_s = Math.max(longest_s, (performance.now() - down) / 1000);
  }
  const { followers } = await program.state();
  const after = { held: await held_by(program.child.pid), frames: (await program.stats()).frames };
  const lost = after.frames.missed + after.frames.skipped - before.frames.missed - before.frames.skipped;
  console.log(`# back after ${longest_s.toFixed(1)} s at the most; ${JSON.stringify(before.held)} then ${JSON.stringify(after.held)}; ${lost} frames lost`);
  expect(followers.gained === flaps, 'each counted once', followers);
  expect(after.held.files <= before.held.files + 2 && after.held.threads <= before.held.threads, 'no file and no thread stays behind', after.held);
  expect(after.held.rss_mib - before.held.rss_mib <= 4, 'at most 4 MiB more', after.held);
  const { session } = await program.state();
  await program.command('live.end');
  await program.end();
  const [{ said }] = await ledger(session.folder, "select count(*) said from entries where kind = 'chat' and platform = 'local' and event_id like 'c%'");
  expect(said === flaps, 'each line kept once', said);
});
