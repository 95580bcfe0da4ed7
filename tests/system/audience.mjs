// The audience page: thirty phones and a real browser watch, talk, follow, like and ask on loopback; who does not read harms
// nobody; who cannot play pieces gets HLS or stills.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, ledger, median, of_pages, pause, Program, run, temporary_folder, until, write_show } from './support.mjs';

const { WebSocket } = of_pages('ws');

const phone_screen = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' };
const door = '[[chat]]\nplatform = "audience"\nname = "手机"\n';
const limits = '[limits]\nsockets = 600\nsockets_per_address = 300\n';
const baseline = 1000;

// A phone without a screen: the three sockets of the page, and what came out of them.
class Phone {
  static async open(program, n) {
    const phone = new Phone();
    Object.assign(phone, { n, bytes: 0, words: [], answers: [], items: [], began: performance.now() });
    const open = async (where) => {
      const socket = new WebSocket(program.audience.replace('http', 'ws') + where);
      socket.on('error', () => {});
      return socket;
    };
    phone.watch = await open('api/watch');
    phone.watch.on('message', (data, is_binary) => {
      if (!is_binary) return phone.words.push(JSON.parse(data));
      phone.first ??= performance.now() - phone.began;
      phone.bytes += data.length;
    });
    phone.feed = await open('api/feed');
    phone.feed.on('message', (data) => phone.items.push(...JSON.parse(data)));
    phone.talk = await open(`api/audience?id=${String(n).padStart(24, 'phone-0')}`);
    phone.talk.on('message', (data) => phone.answers.push(JSON.parse(data)));
    await Promise.all([phone.watch, phone.feed, phone.talk].map((socket) => once(socket, 'open')));
    return phone;
  }

  async say(message) {
    const before = this.answers.length;
    this.talk.send(typeof message === 'string' ? message : JSON.stringify(message));
    return until(`phone ${this.n} is answered`, () => this.answers.slice(before).find((answer) => answer.ok || answer.error));
  }

  close() {
    for (const socket of [this.watch, this.feed, this.talk]) socket.close();
  }
}

// Seconds on the time code of `test:`, read off what an element shows, and when that was.
const time_code_of = (page, selector) => page.evaluate((of) => {
  const shown = document.querySelector(of);
  const [width, height] = shown instanceof HTMLVideoElement ? [shown.videoWidth, shown.videoHeight] : [shown.naturalWidth, shown.naturalHeight];
  const at = performance.timeOrigin + performance.now();
  if (!width) return null;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  const scale = width / 1280;
  const is_lit = (x, y) => context.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data[1] > 128;
  const segments = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];
  const points = [[20, 5], [35, 20], [35, 50], [20, 65], [5, 50], [5, 20], [20, 35]];
  const digit = (x) => segments.indexOf(points.reduce((bits, [dx, dy], i) => bits | (is_lit(x + dx, 360 + dy) ? 1 << i : 0), 0));
  const fields = [0, 1, 2, 3].map((i) => [digit(400 + i * 130), digit(450 + i * 130)]);
  if (fields.flat().includes(-1)) return null;
  const [hours, minutes, seconds, frames] = fields.map(([tens, ones]) => tens * 10 + ones);
  return { code: hours * 3600 + minutes * 60 + seconds + frames / 30, at };
}, selector);

// When the camera's second 0 was, by the clock of this machine, as somebody sees it: the later the more delay.
async function origin_of(page, selector, count) {
  const seen = [];
  await until('the time code can be read', async () => {
    const one = await time_code_of(page, selector);
    if (one) seen.push(one.at - one.code * 1000);
    return seen.length >= count;
  }, { every_ms: 130 });
  return seen;
}

const memory_of = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

test('thirty phones and a browser: watch, chat, follow, like, ask', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { baseline, toml: door + limits }), ['--source', 'test:', '--no-record', '--on-air']);
  const phones = await Promise.all(Array.from({ length: 30 }, (_, n) => Phone.open(program, n)));
  await until('every phone gets the picture', () => phones.every((phone) => phone.bytes > 100_000));
  const slowest = Math.max(...phones.map((phone) => phone.first));
  console.log(`# first bytes of the picture on 30 phones: at most ${slowest.toFixed(0)} ms`);
  expect(slowest <= 2000, 'the first bytes come within 2 s', slowest);

  const context = await browser.newContext(phone_screen);
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  const errors = [];
  note_errors(page, errors);
  const opened = performance.now();
  await page.goto(program.audience);
  await until('the picture runs', () => page.evaluate(() => document.querySelector('.watch video')?.currentTime > 0.1), { every_ms: 20 });
  const took = performance.now() - opened;
  console.log(`# picture in the browser after ${took.toFixed(0)} ms`);
  expect(took <= 2000, 'a picture within 2 s of opening', took);

  // the control room's preview is the program, seen at once
  const desk = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
  await desk.addInitScript(() => { delete window.MediaSource; }); // stills, which are not late
  await desk.goto(program.control);
  await until('the preview is there', () => desk.evaluate(() => document.querySelector('.preview img')?.naturalWidth > 0));
  const camera = Math.min(...await origin_of(desk, '.preview img', 12));
  const delays = (await origin_of(page, '.watch video', 12)).map((origin) => origin - camera);
  console.log(`# delay to the camera: median ${median(delays).toFixed(0)} ms, worst ${Math.max(...delays).toFixed(0)} ms`);
  expect(median(delays) <= 1500, 'the picture is at most 1.5 s behind the camera', delays.map(Math.round));
  await desk.context().close();

  // chat from the browser reaches every phone, and the other way round
  await page.getByLabel('怎么称呼您').fill('春燕');
  const text = page.locator('#text');
  await text.click();
  const input_method = await context.newCDPSession(page);
  await input_method.send('Input.imeSetComposition', { text: 'chengzi', selectionStart: 7, selectionEnd: 7 });
  await page.keyboard.press('Enter');
  await pause(300);
  const chats = (phone) => phone.items.filter((item) => item.kind === 'chat').map((item) => item.text);
  expect(chats(phones[0]).length === 0, 'Enter during a composition sends nothing', chats(phones[0]));
  await input_method.send('Input.insertText', { text: '橙子甜吗' });
  expect((await text.inputValue()).includes('橙子甜吗'), 'what was composed stands there', await text.inputValue());
  await text.fill('橙子甜吗');
  await page.keyboard.press('Enter');
  await until('every phone has heard it, once', () => phones.every((phone) => chats(phone).filter((said) => said === '橙子甜吗').length === 1));
  expect((await text.inputValue()) === '', 'the line is empty again', await text.inputValue());
  await page.getByText('橙子甜吗').waitFor();

  await Promise.all(phones.map((phone) => phone.say({ say: `第 ${phone.n} 部手机`, name: `村民${phone.n}` })));
  await page.getByText('第 29 部手机').waitFor();
  await page.screenshot({ path: path.join(pictures, 'audience-390x844-chat.png') });

  // everybody follows twice and is counted once
  for (let i = 0; i < 2; ++i) {
    const answers = await Promise.all(phones.map((phone) => phone.say({ follow: true, name: `村民${phone.n}` })));
    expect(answers.every((answer) => answer.ok === 'follow'), 'every follow is answered', answers);
  }
  await page.getByRole('button', { name: '关注' }).click();
  await page.getByRole('button', { name: '已关注' }).waitFor();
  const counted = await until('31 new followers', async () => {
    const { followers } = await program.state();
    return followers.gained >= 31 && followers;
  });
  expect(counted.total === baseline + 31 && counted.gained === 31, '31 new followers and no more', counted);
  await page.getByText('1,031').waitFor();
  await page.getByRole('button', { name: '点赞' }).click();
  await phones[0].say({ like: 5 });
  await until('six likes', async () => (await program.state()).likes === 6);
  await until('who watches is counted', async () => (await program.state()).viewers === 31);

  await page.getByRole('button', { name: '提问' }).click();
  await text.fill('今年的橙子');
  await page.getByRole('button', { name: '发送' }).click();
  await until('the question waits for its answer', async () => (await program.state()).questions.some((one) => one.text.includes('今年的橙子')));

  // haste, commands and nonsense harm nobody
  const hasty = phones[7];
  await pause(2100);
  const answered = hasty.answers.length;
  for (let i = 0; i < 4; ++i) hasty.talk.send(JSON.stringify({ say: `快 ${i}` }));
  const since = () => hasty.answers.slice(answered);
  await until('three are taken', () => since().filter((answer) => answer.ok === 'say').length === 3);
  const refused = since().find((answer) => answer.error);
  expect(refused.error === 'control.busy' && refused.wait_ms === 10_000 && refused.zh && refused.en, 'the fourth mutes for 10 s', refused);
  const before = await program.state();
  for (const message of [{ id: '1', name: 'live.end', args: {} }, { say: '好', role: 'operator' }, '{"say":"a","__proto__":{"x":1}}', 'x', '{"say":7}'])
    expect((await phones[8].say(message)).error, 'refused', message);
  expect((await program.state()).state === before.state, 'nothing was steered', before.state);
  await until('each is counted by its reason', async () => {
    const { dropped } = (await program.stats()).chat;
    return dropped.denied >= 3 && dropped.too_fast === 1;
  });
  phones[9].talk.send(JSON.stringify({ say: 'x'.repeat(3000) }));
  const [code] = await once(phones[9].talk, 'close');
  expect(code === 1009, 'more than 2 KiB ends the connection', code);

  // nobody's id is on the Feed, and all of it is in the ledger
  const ids = new Set(phones[0].items.filter((item) => item.user?.id).map((item) => item.user.id));
  expect([...ids].every((id) => /^[0-9a-f]{16}$/.test(id)), 'opaque ids', [...ids].slice(0, 3));
  const { session: { folder: kept } } = await program.state();
  const [{ people }] = await ledger(kept, `select count(distinct user_id) people from entries where kind = 'chat' and platform = 'audience' and user_id like 'phone-%'`);
  expect(people === 30, 'thirty phones in the ledger', people);

  for (const phone of phones) phone.close();
  expect(errors.length === 0, 'no error on the page', errors);
  await context.close();
  await program.end();
});

test('the page can be read and pressed on a phone and a laptop, in both languages, whatever the state', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { baseline, toml: door + limits }), ['--source', 'sample:', '--no-record']);
  for (const [size, screen] of [['390x844', phone_screen], ['1366x768', { viewport: { width: 1366, height: 768 }, locale: 'zh-CN' }]]) {
    const context = await browser.newContext(screen);
    const page = await context.newPage();
    const keep = async (moment) => {
      for (const language of ['EN', '中']) {
        await page.getByRole('button', { name: language, exact: true }).click();
        for (const colours of ['light', 'dark']) {
          await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), colours);
          const name = `audience-${size}-${moment}-${language === 'EN' ? 'en' : 'zh'}-${colours}`;
          await page.screenshot({ path: path.join(pictures, `${name}.png`) });
          const faults = await faults_of(page);
          expect(faults.length === 0, `${name}: everything can be read and pressed`, faults);
        }
      }
    };
    await page.goto(program.audience);
    await page.getByText('开播后画面自己会来').waitFor();
    await keep('waiting');
    await program.command('live.start');
    await until('the picture comes by itself', () => page.evaluate(() => document.querySelector('.watch video')?.currentTime > 0.1));
    const talk = new WebSocket(`${program.audience.replace('http', 'ws')}api/audience?id=${'a'.repeat(20)}`);
    await once(talk, 'open');
    for (const message of [{ say: `今天的菌子真新鲜 ${size}`, name: '阿林' }, { follow: true, name: '一位名字特别特别长的老乡从很远的地方来' }, { say: 'W'.repeat(90), name: 'W'.repeat(24) }]) talk.send(JSON.stringify(message));
    await page.getByText(`今天的菌子真新鲜 ${size}`).waitFor();
    talk.close();
    await keep('live');
    program.child.kill('SIGSTOP'); // it hangs and closes nothing; the page cannot know yet
    await pause(500);
    program.child.kill('SIGCONT');
    await program.command('live.end');
    await page.getByText('今天播完了').waitFor();
    await keep('ended');
    await context.close();
  }
  await program.end();
});

test('the page says that it is cut off, and is back by itself', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline, toml: limits });
  const first = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const port = new URL(first.audience).port;
  const context = await browser.newContext(phone_screen);
  const page = await context.newPage();
  await page.goto(first.audience);
  await until('the picture runs', () => page.evaluate(() => document.querySelector('.watch video')?.currentTime > 0.1));
  await page.getByText('这一场只看画面').waitFor(); // no [[chat]] of the audience in this Show
  await until('who watches without talk is known', async () => (await first.state()).audience_watching === 1, { seconds: 5 });
  const desk = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
  await desk.goto(first.control);
  await desk.locator('.banner').getByText('打开观众页的人看得到、听得到。现在 1 人在看').waitFor();
  expect(!(await desk.locator('body').innerText()).includes('没有人在看'), 'the control room calls nobody absent who is there', await desk.locator('.banner').innerText());
  await desk.context().close();
  first.child.kill('SIGKILL');
  await first.exited;
  await page.getByText(/已经等了 \d+ 秒，第 \d+ 次/).waitFor();
  await page.screenshot({ path: path.join(pictures, 'audience-390x844-lost.png') });
  const faults = await faults_of(page);
  expect(faults.length === 0, 'everything can be read while it is cut off', faults);
  const second = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air'], { audience_port: port });
  await until('the picture is back', () => page.evaluate(() => {
    const video = document.querySelector('.watch video');
    return getComputedStyle(video).visibility === 'visible' && video.currentTime > 0.1;
  }));
  await context.close();
  await second.end();
});

test('HLS and stills for those who cannot play pieces; nothing of it before and after', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { toml: limits }), ['--source', 'test:', '--no-record']);
  const get = (name) => fetch(program.audience + name);
  for (const name of ['live.m3u8', 'api/still.jpg']) expect((await get(name)).status === 404, `${name}: nothing before going on air`, name);
  for (const name of ['index.html', 'desk.html', 'api/state', 'api/command', 'assets/../show.toml']) expect((await get(name)).status === 404, `${name} is not on this port`, name);
  await program.command('live.start');
  const playlist = await (await get('live.m3u8')).text();
  expect(/^#EXTM3U\n/.test(playlist), 'a playlist', playlist);
  const header = /URI="\/(live\/header-\d+\.mp4)"/.exec(playlist)[1];
  const segment = /^\/(live\/\d+\.m4s)$/m.exec(playlist)[1];
  const file = path.join(folder, 'segment.mp4');
  fs.writeFileSync(file, Buffer.concat(await Promise.all([header, segment].map(async (name) => Buffer.from(await (await get(name)).arrayBuffer())))));
  const { code, out, err } = await run('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames', '-of', 'csv=p=0', file]);
  expect(code === 0 && err === '' && /h264,(5[5-9]|6\d)/.test(out) && /aac,\d+/.test(out), 'a segment of 2 s that plays', `${out}${err}`);
  const still = Buffer.from(await (await get('api/still.jpg')).arrayBuffer());
  expect(still.readUInt16BE(0) === 0xffd8, 'a still is a JPEG', still.subarray(0, 4));

  const context = await browser.newContext(phone_screen);
  await context.addInitScript(() => {
    delete globalThis.MediaSource;
    delete globalThis.ManagedMediaSource;
    HTMLMediaElement.prototype.canPlayType = () => '';
  });
  const page = await context.newPage();
  await page.goto(program.audience);
  await until('stills are shown', () => page.evaluate(() => document.querySelector('.watch img')?.naturalWidth > 0));
  await page.screenshot({ path: path.join(pictures, 'audience-390x844-stills.png') });
  await context.close();
  await program.command('live.end');
  await until('nothing any more', async () => (await get('live.m3u8')).status === 404);
  await program.end();
});

// The names of all threads, and the seconds of processor time that those took which encode.
function threads_of(pid) {
  const out = { names: [], encoding: 0 };
  for (const task of fs.readdirSync(`/proc/${pid}/task`)) {
    const stat = fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    out.names.push(name);
    if (/^[va]enc/.test(name)) out.encoding += (Number(fields[11]) + Number(fields[12])) / 100;
  }
  out.names.sort();
  return out;
}

test('thirty more who watch are served by the one encoder there is', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { toml: limits }), ['--source', 'sample:', '--no-record', '--on-air']);
  const { pid } = program.child;
  const encoded = ({ frames }) => frames.program - frames.skipped;
  const look = async () => {
    const [before, from] = [threads_of(pid), encoded(await program.stats())];
    await pause(4000);
    const [after, to] = [threads_of(pid), encoded(await program.stats())];
    return { names: after.names, ms: (1000 * (after.encoding - before.encoding)) / (to - from) };
  };
  const first = await Phone.open(program, 0);
  await until('the picture runs', () => first.bytes > 200_000);
  const alone = await look();
  const phones = await Promise.all(Array.from({ length: 30 }, (_, n) => Phone.open(program, n + 1)));
  await until('it runs on all of them', () => phones.every((phone) => phone.bytes > 100_000));
  const together = await look();
  const { strands } = await program.stats();
  await program.end();
  console.log(`# encoding took ${alone.ms.toFixed(2)} ms a frame for one who watches, ${together.ms.toFixed(2)} ms for 31`);
  expect(alone.names.join() === together.names.join(), 'no thread comes with them', [alone.names, together.names]);
  expect(strands.length === 1, 'one picture is encoded', strands);
  // a second encoding would double it; the caches that 31 sockets share with it may cost some
  expect(together.ms <= 1.5 * alone.ms, 'a frame is no dearer than for one', [alone.ms, together.ms]);
});

test('thirty who never read: the others see the same, and little is held for each', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { width: 640, height: 360, toml: limits }), ['--source', 'sample:', '--no-record', '--on-air']);
  const good = await Phone.open(program, 1);
  await until('the picture runs', () => good.bytes > 200_000);
  const rate_for = async (seconds) => {
    const from = good.bytes;
    await pause(seconds * 1000);
    return ((good.bytes - from) * 8) / seconds / 1000;
  };
  const alone = await rate_for(4);
  const before = memory_of(program.child.pid);
  const stuck = await Promise.all(Array.from({ length: 30 }, async () => {
    const socket = new WebSocket(`${program.audience.replace('http', 'ws')}api/watch`);
    socket.on('error', () => {});
    await once(socket, 'open');
    socket._socket.pause();
    return socket;
  }));
  const rate = await rate_for(6); // three times the two seconds one may be behind
  const grown = memory_of(program.child.pid) - before;
  console.log(`# 30 who never read: +${(grown / 1048576).toFixed(1)} MiB; the good one got ${rate.toFixed(0)} kbit/s, ${alone.toFixed(0)} before`);
  expect(grown <= 16 * 1048576, 'at most 16 MiB more', grown);
  expect(rate >= 0.7 * alone, 'the good one gets as much as before', [rate, alone]);
  for (const socket of stuck) socket.terminate();
  good.close();
  await program.end();
});
