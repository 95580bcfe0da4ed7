// The control room measured on the real program: from a command to the frame that shows it, what 20 control rooms cost, and the
// heap of a page that is busy for ten minutes; how soon the first page can be used, and how much script a page is. Reports, and
// ends in a table of claims, each PASS or short.
// Options: --quick (all in a minute and a half), --minutes N (of the heap, usually 10; 60 for an hour), --only pages,air,rooms,heap
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { browser } from '../system/browser.mjs';
import { Crowd, expect, Ingest, ledger, median, of_pages, pause, Program, repository, temporary_folder, until, write_show } from '../system/support.mjs';

const { WebSocket } = of_pages('ws');
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : process.argv[at + 1];
};
const is_quick = process.argv.includes('--quick');
const only = option('only', 'pages,air,rooms,heap').split(',');
const minutes = Number(option('minutes', is_quick ? 0.5 : 10));
const commands = is_quick ? 60 : 200;
const seconds = is_quick ? 5 : 10; // of one look at the CPU
const turns = is_quick ? 3 : 5;
const rooms = 20;
const rate = 30;
const claims = [];
const claim = (what, is, goal, unit) => claims.push({ what, is, goal, unit });

const folder = temporary_folder();
const program = await Program.live(folder, write_show(folder, { rate }), ['--source', 'sample:']);
await program.command('live.start');
await until('it records', async () => (await program.state()).recorder.bytes > 0);
const session = (await program.state()).session.folder;

async function post(body) {
  const answer = await fetch(`${program.control}api/command`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return answer.json();
}

// CPU seconds of the process, and of the thread that keeps the beat.
const tick = 100;
function cpu() {
  const of_stat = (file) => {
    const fields = fs.readFileSync(file, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / tick;
  };
  const tasks = `/proc/${program.child.pid}/task`;
  const beat = fs.readdirSync(tasks).find((id) => fs.readFileSync(`${tasks}/${id}/comm`, 'utf8').trim() === 'program');
  return { all: of_stat(`/proc/${program.child.pid}/stat`), beat: of_stat(`${tasks}/${beat}/stat`) };
}
async function cost() {
  const before = { ...cpu(), late: (await program.stats()).frames.missed };
  const began = performance.now();
  await pause(seconds * 1000);
  const after = { ...cpu(), late: (await program.stats()).frames.missed };
  const wall = (performance.now() - began) / 1000;
  return { late: after.late - before.late, all: ((after.all - before.all) / wall) * 100, beat: ((after.beat - before.beat) / wall) * 100 };
}

if (only.includes('pages')) {
  test('how soon the first page can be used, and how much script each page is', { timeout: 300_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const usable = async (where, ready) => {
      await page.goto('about:blank');
      const began = performance.now();
      await page.goto(program.control + where);
      await page.locator(ready).first().waitFor();
      return performance.now() - began;
    };
    await usable('', '.go button:enabled'); // whatever is loaded once only: fonts of the computer, the browser itself
    const times = [];
    for (let i = 0; i < 5; ++i) times.push(await usable('', '.go button:enabled'));
    console.log(`# the control room can be used after ${times.map(Math.round).join(', ')} ms`);
    claim('first page can be used', median(times) / 1000, 1, 's');
    let largest = { kb: 0 };
    for (const where of ['', 'setup.html', 'start.html', 'desk.html', 'prompter.html', 'pair.html', 'review.html']) {
      await page.goto(program.control + where, { waitUntil: 'networkidle' }).catch(() => null); // a page with a socket may never rest
      const scripts = await page.evaluate(() => performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname).filter((one) => one.endsWith('.js')));
      const bytes = [...new Set(scripts)].reduce((sum, one) => sum + zlib.gzipSync(fs.readFileSync(path.join(repository, 'build/web', one))).length, 0);
      console.log(`# ${where || 'index.html'}: ${Math.round(bytes / 1000)} kB of script`);
      if (bytes / 1000 > largest.kb) largest = { where, kb: bytes / 1000 };
    }
    claim(`script of the largest page (${largest.where || 'index.html'}), gzipped`, largest.kb, 200, 'kB');
    await context.close();
  });
}

if (only.includes('air')) {
  test(`from ${commands} commands to the frames that show them`, { timeout: 600_000 }, async () => {
    const sent = new Map();
    const products = (await program.get('api/show')).products.slice(0, 4);
    for (let i = 0; i < commands; ++i) {
      const id = `air-${i}`;
      sent.set(id, Date.now());
      const said = await post({ id, name: 'product.show', args: { product: products[i % products.length].id } });
      expect(said.ok, 'it is shown', said);
      await pause(150 + ((i * 37) % 100)); // at every place within a frame
    }
    await pause(2000);
    const asked = await ledger(session, `select time_ns, wall_ms, event_id, json from entries where kind = 'command' and event_id like 'air-%' order by n`);
    const scenes = (await ledger(session, `select time_ns, json from entries where kind = 'scene' order by n`)).map(({ time_ns, json }) => ({ time_ns, product: JSON.parse(json).product, since: JSON.parse(json).since_ns?.product }));
    const frames = [];
    for (const { time_ns, wall_ms, event_id, json } of asked) {
      const { product } = JSON.parse(json).args;
      const shown = scenes.find((one) => one.product === product && one.time_ns >= time_ns - 1e9 / rate && one.time_ns < time_ns + 1e9);
      if (!shown) continue;
      // when the page sent it, on the clock of the Session
      const asked_ns = time_ns - (wall_ms - sent.get(event_id)) * 1e6;
      frames.push(((shown.time_ns - asked_ns) / 1e9) * rate);
    }
    frames.sort((a, b) => a - b);
    expect(frames.length > commands * 0.9, 'nearly all are found in the Ledger', { asked: asked.length, found: frames.length });
    console.log(`# command to air: median ${median(frames).toFixed(2)}, 95 of 100 below ${frames[Math.floor(frames.length * 0.95)].toFixed(2)}, longest ${frames.at(-1).toFixed(2)} frames of ${rate} a second (${frames.length} commands)`);
    claim('command to air, median', median(frames), 2, 'frames');
  });
}

if (only.includes('rooms')) {
  test(`what ${rooms} control rooms cost`, { timeout: 600_000 }, async () => {
    const sockets = [];
    const open = (where) => {
      const socket = new WebSocket(program.control.replace('http', 'ws') + where);
      socket.on('error', () => {});
      sockets.push(socket);
      return socket;
    };
    let messages = 0;
    const looks = { alone: [], crowded: [] };
    // one after the other, again and again: what else the computer does weighs on both
    for (let turn = 0; turn < turns; ++turn) {
      looks.alone.push(await cost());
      for (let i = 0; i < rooms; ++i) open('api/updates').on('message', () => ++messages);
      open('api/watch'); // the picture is shown on one
      const polls = setInterval(() => {
        for (let i = 0; i < rooms; ++i) void program.stats().catch(() => {});
      }, 2000);
      await pause(1500);
      looks.crowded.push(await cost());
      clearInterval(polls);
      for (const socket of sockets.splice(0)) socket.terminate();
      await pause(500);
    }
    const more = (of) => median(looks.crowded.map((one, i) => of(one) - of(looks.alone[i])));
    const told = (of) => looks.alone.map((one, i) => `${of(one).toFixed(1)} > ${of(looks.crowded[i]).toFixed(1)}`).join(', ');
    console.log(`# % of a core, alone > with ${rooms} rooms: the program ${told((one) => one.all)}; its program thread ${told((one) => one.beat)}; late frames ${told((one) => one.late)} (${messages} messages)`);
    expect(messages > rooms * seconds, 'they were told', messages);
    claim(`${rooms} control rooms, a preview on one: more CPU`, more((one) => one.all), 3, '% of a core');
    claim('the program thread: more CPU', more((one) => one.beat), 1, '% of a core');
    claim('the program thread: more late frames', more((one) => one.late), 0, 'frames');
  });
}

if (only.includes('heap')) {
  test(`the heap of a page that is busy for ${minutes} minutes`, { timeout: minutes * 60_000 + 300_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(program.control);
    await page.locator('.products').waitFor();
    const crowd = new Crowd(await Ingest.open(program), { rate: 30 });
    const inspector = await context.newCDPSession(page);
    const heap = async () => {
      await inspector.send('HeapProfiler.collectGarbage');
      return (await inspector.send('Runtime.getHeapUsage')).usedSize / 1e6;
    };
    const products = (await program.get('api/show')).products;
    const looks = [];
    const began = performance.now();
    for (let i = 1, n = 0; i <= 10; ++i) {
      while (performance.now() - began < (i * minutes * 60_000) / 10) {
        await post({ id: `heap-${++n}`, name: 'product.show', args: { product: products[n % products.length].id } });
        await pause(980);
      }
      looks.push(await heap());
      console.log(`# after ${((performance.now() - began) / 60_000).toFixed(1)} min: ${looks.at(-1).toFixed(1)} MB`);
    }
    crowd.stop();
    await context.close();
    // the first two looks are of a page whose list of chat is not full yet
    expect(crowd.acknowledged.length > minutes * 60 * 10, 'it was busy', { sent: crowd.sent, acknowledged: crowd.acknowledged.length });
    claim(`heap of a busy page over ${minutes} min: more`, Math.max(...looks.slice(-3)) - Math.max(...looks.slice(1, 4)), 2, 'MB');
  });
}

test('claims', async () => {
  for (const { what, is, goal, unit } of claims) console.log(`# ${is <= goal ? 'PASS ' : 'short'} ${what}: ${is.toFixed(2)} ${unit} (goal ${goal})`);
  await program.command('live.end');
  await program.end();
});
