// A phone becomes an assistant of a running program, in a real Chromium over this machine's own address on the network: what
// listens before and after, who may what, and how it ends.
// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { ffmpeg } from './media.mjs';
import { expect, ledger, Program, run, temporary_folder, until, write_show } from './support.mjs';

const phone_screen = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' };
const laptop_screen = { viewport: { width: 1366, height: 768 }, locale: 'zh-CN' };
const lan = Object.values(os.networkInterfaces()).flat().find(({ internal, family }) => !internal && family === 'IPv4')?.address;

const is_open = (host, port) => new Promise((answer) => {
  const socket = net.connect({ host, port: Number(port) });
  socket.once('connect', () => answer(true) || socket.destroy());
  socket.once('error', () => answer(false));
});

// The addresses the program listens at, as the system tells.
async function listening(program, port) {
  const { out } = await run('ss', ['-ltnp']);
  return out.split('\n').filter((line) => line.includes(`pid=${program.child.pid},`) && line.includes(`:${port} `)).map((line) => line.trim().split(/\s+/)[3]);
}

test('a phone is paired, helps, and is sent away', async (context_of_test) => {
  if (lan === undefined) return context_of_test.skip('this computer is in no network');
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:']);
  const { port } = new URL(program.control);
  const only_here = [`127.0.0.1:${port}`];
  expect(!(await is_open(lan, port)), 'nothing listens on the network before', lan);
  expect(String(await listening(program, port)) === String(only_here), 'loopback alone', await listening(program, port));

  const errors = [];
  const watch = (page) => {
    page.setDefaultTimeout(60000);
    note_errors(page, errors);
  };
  const laptop = await (await browser.newContext(laptop_screen)).newPage();
  watch(laptop);
  const look = async (page, name, themes = ['dark', 'light']) => {
    for (const language of ['EN', '中']) {
      await page.evaluate((text) => [...document.querySelectorAll('.switch button')].find((one) => one.textContent === text)?.click(), language);
      for (const theme of themes) {
        await page.evaluate((now) => (document.documentElement.dataset.theme = now), theme);
        const file = path.join(pictures, `pairing-${name}-${language === 'EN' ? 'en' : 'zh'}-${theme}.png`);
        await page.screenshot({ path: file });
        console.log(`# ${file}`);
        const faults = await faults_of(page);
        expect(faults.length === 0, `${name}, ${language}, ${theme}: everything can be read and pressed`, faults);
      }
    }
  };

  // the operator makes a code
  await laptop.goto(program.control);
  await laptop.getByRole('button', { name: '开始直播' }).waitFor();
  await laptop.locator('.phone-open').click();
  await laptop.getByText('还没有手机连上').waitFor();
  await look(laptop, 'laptop-before', ['light']);
  await laptop.getByRole('button', { name: '出一个配对码' }).click();
  await until('the code is shown', () => laptop.evaluate(() => document.querySelector('.phone-code img')?.naturalWidth > 0));
  expect((await listening(program, port)).includes(`${lan}:${port}`), 'it listens on the network now', await listening(program, port));
  await look(laptop, 'laptop-code');
  const shot = path.join(folder, 'code.png');
  const code = laptop.locator('.phone-code img');
  await code.screenshot({ path: shot });
  const { width, height } = await code.boundingBox();
  const grey = path.join(folder, 'code.grey');
  const [w, h] = [Math.floor(width) * 2, Math.floor(height) * 2];
  await ffmpeg(['-i', shot, '-vf', `scale=${w}:${h}`, '-f', 'rawvideo', '-pix_fmt', 'gray', grey]);
  const read = await run('sh', ['-c', '"$0" "$1" "$2" < "$3"', process.env.XB_READ_CODE, String(w), String(h), grey]);
  const scanned = read.out.trim();
  expect(read.code === 0 && scanned.startsWith(`http://${lan}:${port}/pair.html#`), 'a phone can read it', read);

  // the phone scans it
  const phone_context = await browser.newContext(phone_screen);
  const phone = await phone_context.newPage();
  watch(phone);
  const requests = [];
  phone.on('request', (request) => requests.push(request));
  await phone.goto(scanned);
  await phone.getByLabel('您怎么称呼').fill('小李');
  expect(new URL(phone.url()).hash === '', 'the secret is out of the address bar', phone.url());
  await look(phone, 'phone-scanned');
  await phone.getByRole('button', { name: '连上' }).tap();
  await phone.locator('.badge.ready').waitFor();
  await laptop.getByText('小李 连上了，是助手').waitFor();
  await look(laptop, 'laptop-paired', ['dark']);
  await laptop.getByRole('button', { name: '关上', exact: true }).click();
  expect(requests.every((request) => !`${request.url()}${request.postData() ?? ''}`.includes(scanned.split('#')[1])), 'the secret was never sent', '');
  await phone.getByText('只有主播能开播和下播').waitFor();
  expect(await phone.getByRole('button', { name: /开始直播/ }).isDisabled(), 'an assistant does not start', '');
  await look(phone, 'phone-assistant');
  await phone.locator('.phone-open').tap();
  await phone.getByText('这台手机是助手：小李').waitFor();
  await look(phone, 'phone-who', ['dark']);
  await phone.getByRole('button', { name: '关上', exact: true }).tap();

  // it helps: both sides see who pressed what
  await program.command('live.start');
  await phone.getByRole('tab', { name: '商品' }).tap();
  const shown = async () => (await program.state()).layers.some(({ layer, id }) => layer === 'product_card' && id === 'mushroom');
  const sent = phone.waitForRequest((request) => request.url().endsWith('/api/command'));
  await phone.getByRole('button', { name: '上屏 山林干香菇' }).tap();
  await laptop.getByText('小李：商品上屏 · 山林干香菇').waitFor();
  await laptop.screenshot({ path: path.join(pictures, 'pairing-laptop-news.png') });
  await until('the product is on air', shown);
  await laptop.getByRole('button', { name: '收起 山林干香菇' }).click();
  await phone.getByText(/电脑上：收起商品/).waitFor();
  await phone.screenshot({ path: path.join(pictures, 'pairing-phone-news.png') });
  await until('the product is off', async () => !(await shown()));

  // what a listener on the Wi-Fi could try
  const request = await sent;
  const { 'content-length': _length, ...headers } = await request.allHeaders();
  const home = `http://${lan}:${port}`;
  const try_again = async (more, body = request.postData()) => {
    const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
    const answer = await fetch(`${home}/api/command`, { method: 'POST', headers: { ...plain, ...more }, body });
    return [answer.status, (await answer.json()).code];
  };
  const cookie = (await phone_context.cookies()).find(({ name }) => name === 'xiangbo_session');
  expect(cookie.httpOnly && cookie.sameSite === 'Strict', 'the cookie is the browser\'s own', cookie);
  headers.cookie = `xiangbo_session=${cookie.value}`;
  headers.origin = home;
  expect(String(await try_again({})) === '403,pair.repeated', 'a replay does nothing', await try_again({}));
  const other = JSON.stringify({ id: 'evil-1', name: 'product.show', args: { product: 'mushroom' } });
  const forged = await try_again({ 'x-xiangbo-counter': '9007199254740991' }, other);
  expect(String(forged) === '403,pair.unproven', 'nor does the cookie alone', forged);
  const foreign = await try_again({ origin: 'http://evil.example' }, other);
  expect(foreign[0] === 403, 'nor another page', foreign);
  expect(!(await shown()), 'nothing is on air because of it', '');

  // it is sent away
  await laptop.locator('.phone-open').click();
  const began = performance.now();
  await laptop.getByRole('button', { name: '断开 小李' }).click();
  await phone.getByText('这台手机的协助已经结束').waitFor();
  const took = performance.now() - began;
  expect(took < 3000, 'it is told at once', took);
  await look(phone, 'phone-ended', ['light']);
  expect((await fetch(`${home}/api/state`, { headers: { cookie: headers.cookie } })).status === 401, 'its cookie opens nothing', '');

  // and comes back by six digits, which it gets wrong at first
  await laptop.getByRole('radio', { name: '观众' }).check({ force: true });
  await laptop.getByRole('button', { name: /出一个配对码|再连一台/ }).click();
  const digits = (await laptop.locator('.phone-digits').textContent()).trim();
  await phone.getByRole('link', { name: '填配对码' }).tap();
  const typed = phone.getByLabel('6 位数字');
  await typed.fill(digits === '123 456' ? '654321' : '123456');
  await phone.getByRole('button', { name: '连上' }).tap();
  await phone.getByText(/配对码不对/).waitFor();
  await look(phone, 'phone-wrong');
  await typed.fill(digits);
  await phone.getByRole('button', { name: '连上' }).tap();
  await phone.locator('.badge').waitFor();
  await phone.getByRole('tab', { name: '商品' }).tap();
  await until('a viewer presses nothing', async () => phone.getByRole('button', { name: '上屏 山林干香菇' }).isDisabled());

  // the door is closed again
  await laptop.getByRole('button', { name: /关上入口/ }).click();
  await phone.getByText('这台手机的协助已经结束').waitFor();
  await until('loopback alone listens', async () => String(await listening(program, port)) === String(only_here), { seconds: 5 });
  await laptop.getByText('还没有手机连上').waitFor();
  const { session } = await program.state();
  await program.end();
  const kept = await ledger(session.folder, "select json from entries where kind = 'command'");
  const who = kept.map(({ json }) => JSON.parse(json)).filter(({ name }) => name.startsWith('product.')).map((one) => `${one.who}: ${one.name}`);
  expect(String(who) === 'assistant 小李: product.show,operator: product.hide', 'the ledger knows who', who);
  expect(errors.filter((line) => !/WebSocket|Failed to load/.test(line)).length === 0, 'the pages complain of nothing', errors);
});
