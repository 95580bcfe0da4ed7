// A Session composed again from its ledger over its clean feed: what was seen, or with another price, in another theme.
// SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as film from './film.mjs';
import { ffmpeg } from './media.mjs';
import { expect, Feed, Ingest, ledger, pause, Program, run, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const size = { width: 640, height: 360 };
const rate = 15;
const head = 'id,number,name,origin,price,unit,stock,picture,link\n';
const products = (price) => `${head}orange,5,山泉脐橙,果园,${price},5 斤装,12,pictures/orange.png,\ntea,6,高山绿茶,茶园,45,250 克,,,\n`;
const seed = Number(process.env.XB_SEED ?? Date.now() % 100000);
console.log(`# XB_SEED=${seed}`);

// The same for the same seed.
function dice(start) {
  let state = start >>> 0;
  return (of) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * of);
  };
}

function make_show(folder, { price = '29.9' } = {}) {
  const show = write_show(folder, { ...size, products: products(price), toml: '[record]\nclean = true\n[screen]\nnotices = ["今晚八点开园", "山路远，快递三天到"]\n' });
  const toml = path.join(show, 'show.toml');
  const text = fs.readFileSync(toml, 'utf8')
    .replace('rate = 30', `rate = ${rate}`)
    .replace('bitrate_kbps = 2500', 'bitrate_kbps = 20000\ncrf = 12')
    .replace('name = "测试村"', 'name = "测试村"\ntheme = "tea"\nmark = "pictures/mark.png"');
  fs.writeFileSync(toml, text);
  return show;
}

const frames_of = (file) => film.frames_of(file, size, rate);

function sums(folder) {
  return Object.fromEntries(fs.readdirSync(folder).sort().map((name) => [name, crypto.createHash('sha256').update(fs.readFileSync(path.join(folder, name))).digest('hex')]));
}

// An evening of some seconds: chat, follows and commands at random moments, and a price that changes while it is on.
async function live(program, show, roll, seconds, { reload = false } = {}) {
  const ingest = await Ingest.open(program);
  const feed = await Feed.open(program);
  const began = performance.now();
  const until_ms = seconds * 1000;
  let n = roll(1e6);
  let has_changed = !reload;
  // what the rules refuse is part of an evening
  const ask = (name, args = {}) => fetch(`${program.control}api/command`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: `roll-${++n}`, name, args }),
  }).then((answer) => answer.text());
  const deeds = [
    () => ask('product.show', { product: roll(2) ? 'orange' : 'tea' }),
    () => ask('product.hide'),
    () => ask('product.emphasis'),
    () => ask('countdown.start', { product: 'tea' }),
    () => ask('caption.show', { caption: roll(2) ? 'kitchen' : 'bridge' }),
    () => ask('caption.hide'),
    () => ask('slate.show', { slate: 'away' }).then(() => pause(1200)).then(() => ask('slate.hide')),
    () => {
      const last = feed.events.filter(({ kind }) => kind === 'chat').at(-1);
      return last && ask('chat.pin', { seq: last.seq });
    },
  ];
  while (performance.now() - began < until_ms) {
    ++n;
    if (roll(3) === 0) ingest.send({ kind: 'follow', platform: 'test', id: `f-${n}`, user: { id: `u-${n}`, name: `春燕${n % 50}` } });
    if (roll(2) === 0) ingest.send({ kind: 'chat', platform: 'test', id: `c-${n}`, user: { id: `u-${n}`, name: `李大爷${n % 9}` }, text: `饺子几点下锅？第 ${n} 句` });
    if (roll(6) === 0) ingest.send({ kind: 'followers', platform: 'test', id: `n-${n}`, total: 1490 + roll(40) });
    if (roll(5) === 0) await deeds[roll(deeds.length)]();
    if (!has_changed && performance.now() - began > until_ms / 2) {
      fs.writeFileSync(path.join(show, 'products.csv'), products('19.9'));
      has_changed = true;
    }
    await pause(40 + roll(160));
  }
  ingest.close();
  feed.close();
}

async function render(args) {
  const done = await run(xiangbo, ['render', ...args], { seconds: 170 });
  return done;
}

let evening;

test('composes an evening again as it was seen, on the overlays 45 dB and more', async () => {
  const folder = temporary_folder();
  const show = make_show(folder);
  const roll = dice(seed);
  const program = await Program.live(folder, show, ['--source', 'sample:']);
  await live(program, show, roll, 3);
  await program.command('live.start');
  await live(program, show, roll, 14, { reload: true });
  // whatever was rolled, a price is to be seen
  for (const name of ['slate.hide', 'caption.hide', 'product.hide']) await program.command(name);
  await program.command('product.show', { product: 'orange' });
  await pause(2500);
  await program.command('live.end');
  const { session } = await program.state();
  const stats = await program.stats();
  await program.end();
  const before = sums(session.folder);
  const output = path.join(folder, 'again.mp4');
  const done = await render([session.folder, '--output', output, '--crf', '12']);
  expect(done.code === 0, 'render exits 0', done);
  expect(JSON.stringify(sums(session.folder)) === JSON.stringify(before), 'nothing in the Session changed', Object.keys(sums(session.folder)));
  const [recorded, clean, again] = await Promise.all(['program-000.mp4', 'clean-000.mp4'].map((name) => path.join(session.folder, name)).concat(output).map(frames_of));
  const found = film.overlay_psnr(recorded, clean, again, size);
  const lag = await film.lag_ms(path.join(session.folder, 'program-000.mp4'), output);
  const paints = await ledger(session.folder, "select count(*) as entries, sum(length(json)) as bytes from entries where kind = 'paint'");
  const pipe = stats.pipes['paint to floor'];
  console.log(`# ${found.frames} frames, overlays ${(100 * found.share).toFixed(1)} % of the picture: ${found.db.toFixed(2)} dB, the worst frames ${found.worst.map(({ number, db }) => `${number}: ${db.toFixed(1)}`).join(', ')}; sound ${lag} ms; missed ${stats.frames.missed}, ${paints[0].entries} Entries of ${paints[0].bytes} bytes; ${JSON.stringify(pipe)}; ${done.err.trim().split('\n').join(' | ')}`);
  evening = { folder, show, session: session.folder, output, recorded, clean, again };
  expect(found.frames > rate * 8, 'most of the evening is compared', found);
  expect(found.db >= 45, 'PSNR on the overlay area >= 45 dB', found);
  const large = found.worst.filter(({ count }) => count >= 500);  // of a few pixels nothing can be said
  expect(large.every(({ db }) => db >= 36), 'and no single frame shows anything else', found.worst);
  expect(Math.abs(lag) <= 2, 'the sound is where it was', lag);
  expect(!/账本缺/.test(done.err), 'nothing is missing in the ledger', done.err);
});

test('--show brings another price and --theme another dress, over the same film', async () => {
  const { folder, session, again } = evening;
  const corrected = make_show(path.join(folder, 'corrected'), { price: '9.9' });
  for (const [what, args] of [['another price', ['--show', corrected]], ['another theme', ['--theme', 'plain']]]) {
    const output = path.join(folder, `${args[0].slice(2)}.mp4`);
    const done = await render([session, '--output', output, '--crf', '12', ...args]);
    expect(done.code === 0, `${what}: exit 0`, done);
    const made = await frames_of(output);
    expect(made.size === again.size, `${what}: as many frames`, { made: made.size, again: again.size });
    let differing = 0;
    for (const [number, bytes] of made) {
      const other = again.get(number);
      let sum = 0;
      for (let i = 0; i < size.width * size.height; i += 3) sum += Math.abs(bytes[i] - other[i]) > 40 ? 1 : 0;
      if (sum > 20) ++differing;
    }
    console.log(`# ${what}: ${differing} of ${made.size} frames differ`);
    expect(differing > rate, `${what} is to be seen`, differing);
  }
  const done = await render([session, '--output', 'null:', '--theme', 'no-such']);
  expect(done.code === 2 && done.err.includes('no-such'), 'a theme that is not there is named', done);
});

test('after a crash all parts come one after another, each as it was seen', async () => {
  const folder = temporary_folder();
  const show = make_show(folder);
  const roll = dice(seed + 1);
  const first = await Program.live(folder, show, ['--source', 'sample:']);
  await first.command('live.start');
  await live(first, show, roll, 6);
  const { session } = await first.state();
  await first.end('SIGKILL');
  const alone = sums(session.folder);
  const torn = await render([session.folder, '--output', path.join(folder, 'torn.mp4')]);
  expect(torn.code === 0, 'what a crash left is composed', torn);
  expect(JSON.stringify(sums(session.folder)) === JSON.stringify(alone), 'and stays as it was left', Object.keys(sums(session.folder)));
  const second = await Program.live(folder, show, ['--source', 'sample:']);
  await second.command('live.start');
  await live(second, show, roll, 6);
  await second.command('live.end');
  const { session: same } = await second.state();
  await second.end();
  expect(same.folder === session.folder, 'the Session goes on', same);
  const output = path.join(folder, 'again.mp4');
  const done = await render([session.folder, '--output', output, '--crf', '12']);
  expect(done.code === 0, 'render exits 0', done);
  const again = await frames_of(output);
  let length = 0;
  for (const part of ['000', '001']) {
    const [recorded, clean] = await Promise.all([`program-${part}.mp4`, `clean-${part}.mp4`].map((name) => frames_of(path.join(session.folder, name))));
    const moved = new Map([...again].map(([number, bytes]) => [number - length, bytes]));
    const found = film.overlay_psnr(recorded, clean, moved, size);
    console.log(`# part ${part}: ${found.frames} frames, ${found.db.toFixed(2)} dB, worst ${found.worst.map(({ number, db }) => `${number}: ${db.toFixed(1)}`).join(', ')}`);
    expect(found.frames > rate * 2, `part ${part} is there`, found);
    expect(found.db >= 45, `part ${part}: 45 dB`, found);
    length += Math.max(...clean.keys()) + 1;
  }
  expect(Math.abs(again.size - length) <= 1, 'and nothing else', { again: again.size, length });
});

// What is wrong with a Session, and what its folder is like.
const hostile = {
  'a ledger that is cut': (folder) => fs.truncateSync(path.join(folder, 'ledger.db'), 20000),
  'a ledger that is none': (folder) => fs.writeFileSync(path.join(folder, 'ledger.db'), 'x'.repeat(9000)),
  'a ledger that is empty': (folder) => fs.writeFileSync(path.join(folder, 'ledger.db'), ''),
  'a ledger of a newer Xiangbo': (folder) => run('sqlite3', [path.join(folder, 'ledger.db'), 'PRAGMA user_version = 99']),
  'a ledger that is a link to itself': (folder) => {
    fs.rmSync(path.join(folder, 'ledger.db'));
    fs.symlinkSync('ledger.db', path.join(folder, 'ledger.db'));
  },
  'a begin of no size': (folder) => run('sqlite3', [path.join(folder, 'ledger.db'), `update entries set json = '{"video":{"width":9000001,"height":-4,"rate":[0,0]}}' where kind = 'begin'`]),
  'no clean feed': (folder) => fs.rmSync(path.join(folder, 'clean-000.mp4')),
  'a clean feed that is no film': (folder) => fs.writeFileSync(path.join(folder, 'clean-000.mp4'), 'x'.repeat(9000)),
  'files elsewhere': (folder) => run('sqlite3', [path.join(folder, 'ledger.db'), `update entries set json = replace(json, 'clean-000', '../clean-000') where kind = 'file'`]),
  'no paints': (folder) => run('sqlite3', [path.join(folder, 'ledger.db'), `delete from entries where kind = 'paint'`]),
};

for (const [what, spoil] of Object.entries(hostile)) {
  test(`${what}: exit 2, one sentence in both languages, nothing touched`, async () => {
    const copy = path.join(temporary_folder(), 'session');
    fs.cpSync(evening.session, copy, { recursive: true });
    await spoil(copy);
    const read = () => JSON.stringify(fs.readdirSync(copy).sort().map((name) => [name, fs.lstatSync(path.join(copy, name)).mtimeMs, fs.lstatSync(path.join(copy, name)).size]));
    const before = read();
    const done = await render([copy, '--output', 'null:']);
    expect(done.code === 2, 'exit 2', done);
    expect(/[\u4e00-\u9fff]/.test(done.err) && /[A-Z][a-z]+ /.test(done.err) && done.err.length < 1500, 'one clear sentence in two languages', done.err.slice(0, 1500));
    expect(read() === before, 'the folder is as it was', { before, after: read() });
  });
}

test('entries that are no JSON, and a hole in the middle, are told; all else is composed', async () => {
  const copy = path.join(temporary_folder(), 'session');
  fs.cpSync(evening.session, copy, { recursive: true });
  await run('sqlite3', [path.join(copy, 'ledger.db'), `update entries set json = '{{{' where n in (select n from entries where kind = 'paint' order by n limit 2 offset 60)`]);
  const done = await render([copy, '--output', 'null:']);
  expect(done.code === 0 && /账本缺/.test(done.err), 'composed, and told that something is missing', done);
});

test('nothing of the Session is written over, and --input may replace the clean feed', async () => {
  const { session, folder } = evening;
  const before = sums(session);
  for (const name of ['program-000.mp4', 'ledger.db', 'clean-000.mp4']) {
    const done = await render([session, '--output', path.join(session, name)]);
    expect(done.code === 2, `${name} is not written over`, done);
  }
  expect(JSON.stringify(sums(session)) === JSON.stringify(before), 'nothing changed', Object.keys(before));
  const grey = path.join(folder, 'grey.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', `color=gray:s=${size.width}x${size.height}:r=${rate}:d=4`, '-c:v', 'libx264', '-preset', 'ultrafast', grey]);
  const output = path.join(folder, 'on-grey.mp4');
  const done = await render([session, '--input', grey, '--output', output]);
  expect(done.code === 0, 'exit 0', done);
  expect((await frames_of(output)).size === 4 * rate, 'as long as the film that was given', output);
});

test('render of a Show is as it was, and says what it lacks', async () => {
  const done = await render([evening.show, '--output', 'null:']);
  expect(done.code === 2 && done.err.includes('--input'), 'a Show needs --input', done);
});
