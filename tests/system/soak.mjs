// A long evening with chat, a page that looks, a platform that dies, a slow one and a source that flaps: memory, threads
// and descriptors stay where they are. SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { Platform } from './platform.mjs';
import { Crowd, expect, Feed, free_port, Ingest, ledger, median, of_pages, pause, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const { WebSocketServer } = of_pages('ws');
// XB_SOAK_SECONDS=1800: as reliability asks for once before a release.
const seconds = Number(process.env.XB_SOAK_SECONDS ?? 300);
const warm_s = Math.min(300, seconds / 3);
const every_s = 5;

// The median of the slopes between all pairs (Theil and Sen), MiB in ten minutes.
function slope_of(samples) {
  const slopes = [];
  for (let i = 0; i < samples.length; ++i)
    for (let k = i + 1; k < samples.length; ++k) slopes.push((samples[k].mib - samples[i].mib) / (samples[k].s - samples[i].s));
  return median(slopes) * 600;
}

function look(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return { mib: number('VmRSS') / 1024, threads: number('Threads'), descriptors: fs.readdirSync(`/proc/${pid}/fd`).length };
}

test(`an evening of ${seconds} s with faults by turns`, async () => {
  const folder = temporary_folder();
  const dying = await Platform.open();
  const steady = await Platform.open();
  const port = await free_port();
  const show = write_show(folder, {
    rate: 25,
    publish: [{ name: 'dying', url: dying.url }, { name: 'steady', url: steady.url }],
    toml: `[[chat]]\nplatform = "generic"\nname = "本地台"\nurl = "ws://127.0.0.1:${port}/"\nenabled = true\n`,
  });
  write_secrets(folder, { keys: { dying: 'canary-7f3a', steady: 'canary-9b1c' } });
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const state_of = async (name) => (await program.stats()).outputs.find((one) => one.name === name).state;
  await until('both are live', async () => (await state_of('dying')) === 'live' && (await state_of('steady')) === 'live');
  // 2000 people: who was never seen before takes memory for the evening, up to a bound that is tested elsewhere. What is
  // remembered of chat and people has its bounds, and is full before it is looked at.
  const make = (n) => {
    const user = { id: `u-${n % 2000}`, name: `村民${n % 100}` };
    if (n % 50 !== 0) return { kind: 'chat', user, text: `第 ${n} 句话` };
    return { kind: Math.floor(n / 2000) % 2 === 0 ? 'follow' : 'unfollow', user };
  };
  const before = new Crowd(await Ingest.open(program), { rate: 600, make });
  const is_answered = (one) => one.acknowledged.length + one.refused.length === one.sent;
  await pause(30_000);
  before.stop();
  await until('each event is answered', () => is_answered(before), { seconds: 10 });
  const crowd = new Crowd(await Ingest.open(program), { rate: 50, first: before.sent + 1, make });
  const reader = await Feed.open(program);
  const began = performance.now();
  const now_s = () => (performance.now() - began) / 1000;
  const samples = [];
  let is_over = false;
  const faults = (async () => {
    for (let turn = 0; !is_over; ++turn) {
      if (turn % 2 === 0) {
        await dying.kill();
        await pause(8000);
        await dying.begin();
        await until('the push is live again', async () => (await state_of('dying')) === 'live', { seconds: 20 });
      } else {
        const server = new WebSocketServer({ host: '127.0.0.1', port });
        const [socket] = await Promise.race([once(server, 'connection'), pause(20_000, [])]);
        await pause(3000);
        socket?.terminate();
        server.close();
      }
      await pause(5000);
    }
  })();
  while (now_s() < seconds) {
    await pause(every_s * 1000);
    samples.push({ s: now_s(), ...look(program.child.pid) });
    reader.items.length = Math.min(reader.items.length, 1000);
  }
  is_over = true;
  await faults;
  crowd.stop();
  await until('each event is answered', () => is_answered(crowd), { seconds: 10 });
  const stats = await program.stats();
  const { session, problems } = await program.state();
  await program.command('live.end');
  await program.end();
  const settled = samples.filter(({ s }) => s >= warm_s);
  const slope = slope_of(settled);
  const range = (name) => [Math.min(...settled.map((one) => one[name])), Math.max(...settled.map((one) => one[name]))];
  console.log(`# memory ${range('mib').map((mib) => mib.toFixed(1))} MiB, ${slope.toFixed(2)} MiB in 10 min; threads ${range('threads')}; descriptors ${range('descriptors')}`);
  console.log(`# frames ${JSON.stringify(stats.frames)}; chat ${JSON.stringify(stats.chat)}; problems ${JSON.stringify(problems.map(({ code }) => code))}`);
  expect(range('mib')[1] <= 400, 'at most 400 MiB', range('mib'));
  // of a short run the slope is what one page more or less makes of it
  expect(slope <= Math.max(1, 600 / seconds), 'memory stays', slope);
  for (const name of ['threads', 'descriptors']) expect(range(name)[1] - range(name)[0] <= 6, `${name} stay`, range(name));
  const refused = [...before.refused, ...crowd.refused];
  expect(refused.length === 0, 'nothing is refused', refused.slice(0, 3));
  const facts = await judge(path.join(session.folder, 'program-000.mp4'));
  expect(facts.complaints === '', 'the recording decodes', facts.complaints);
  expect(facts.audio_gap.ms <= 50, 'sound without a gap', facts.audio_gap);
  const [{ n }] = await ledger(session.folder, "select count(*) n from entries where kind = 'chat'");
  const acknowledged = before.acknowledged.length + crowd.acknowledged.length;
  expect(n === acknowledged, 'what was acknowledged is in the ledger', { n, acknowledged });
  const is_told = (text) => text.includes('canary-');
  expect(!is_told(program.err) && !is_told(program.out), 'no stream key in what it says', 'one');
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (name === 'secrets.toml' || !fs.statSync(file).isFile() || name.endsWith('.mp4')) continue;
    expect(!is_told(fs.readFileSync(file, 'latin1')), 'no stream key in any file but its own', name);
  }
});
