// Paired devices by TLS, as other people's clients see it: a real Chromium that goes on past its warning, curl, openssl and ws;
// and by IPv6.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { browser, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, of_pages, Program, run, temporary_folder, until, write_show } from './support.mjs';

const { WebSocket } = of_pages('ws');
const own = Object.values(os.networkInterfaces()).flat().filter(({ internal }) => !internal);
const lan = own.find(({ family }) => family === 'IPv4')?.address;
const lan6 = own.find(({ family, scopeid }) => family === 'IPv6' && scopeid === 0)?.address;

// What a client that trusts nobody is shown.
const fingerprint_at = (host, port) => new Promise((answer, fail) => {
  const socket = tls.connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
    answer(socket.getPeerCertificate().fingerprint256);
    socket.destroy();
  });
  socket.once('error', fail);
});
const curl = async (...args) => (await run('curl', ['-sS', '--max-time', '5', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', ...args])).out.trim();

test('phones by TLS: the fingerprint is compared, the phone helps, and nothing comes in plain', async (context) => {
  if (lan === undefined) return context.skip('this computer is in no network');
  const folder = temporary_folder();
  const show = write_show(folder);
  const program = await Program.live(folder, show, ['--source', 'test:', '--tls', '--no-record']);
  const { port } = new URL(program.control);
  expect(new URL(program.control).protocol === 'http:', 'the computer itself needs none', program.control);

  const laptop = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
  await laptop.goto(program.control);
  await laptop.locator('.phone-open').click();
  await laptop.getByText('手机用加密连接（https）').waitFor();
  await laptop.getByRole('button', { name: '出一个配对码' }).click();
  const shown = (await laptop.locator('.finger-print code').allTextContents()).join(' ').replaceAll(' ', ':');
  const seen = await fingerprint_at(lan, port);
  expect(shown === seen && /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(seen), 'the page shows the fingerprint that clients see', { shown, seen });
  const look = async (page, name) => {
    for (const language of ['EN', '中']) {
      await page.evaluate((text) => [...document.querySelectorAll('.switch button')].find((one) => one.textContent === text)?.click(), language);
      const file = path.join(pictures, `secure-${name}-${language === 'EN' ? 'en' : 'zh'}.png`);
      await page.screenshot({ path: file });
      console.log(`# ${file}`);
      const faults = await faults_of(page);
      expect(faults.length === 0, `${name}, ${language}: everything can be read and pressed`, faults);
    }
  };
  await look(laptop, 'laptop');
  const desk = await (await fetch(`${program.control}api/pair/devices`)).json();
  const key_file = path.join(folder, 'data/phones.pem');
  expect((fs.statSync(key_file).mode & 0o777) === 0o600, 'its key is nobody else\'s', fs.statSync(key_file).mode.toString(8));

  // other people's clients
  const home = `https://${lan}:${port}`;
  expect((await curl('-k', `${home}/pair.html`)).startsWith('200'), 'curl -k reads the page', await curl('-k', `${home}/pair.html`));
  expect((await curl('--cacert', key_file, `${home}/pair.html`)).startsWith('200'), 'and believes it with the certificate in hand, name and all', '');
  expect((await curl(`${home}/pair.html`)).startsWith('000'), 'but not without', '');
  const sent_on = await curl(`http://${lan}:${port}/pair`);
  expect(sent_on === `307 ${home}/pair`, 'who types the address without https is sent there', sent_on);
  expect((await run('openssl', ['s_client', '-connect', `${lan}:${port}`, '-tls1_1'])).code !== 0, 'nothing older than TLS 1.2', '');

  // a phone scans the code
  const phone_context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: 'zh-CN', ignoreHTTPSErrors: true });
  const phone = await phone_context.newPage();
  await phone.goto(`${home}/pair.html`);
  await phone.locator('.finger-print').waitFor();
  await look(phone, 'phone');
  await phone.getByLabel('6 位数字').fill(desk.offer.code);
  await phone.getByLabel('您怎么称呼').fill('小李');
  await phone.getByRole('button', { name: '连上' }).tap();
  await phone.locator('.badge.ready').waitFor();
  await laptop.getByText('小李 连上了，是助手').waitFor();
  await program.command('live.start');
  await phone.getByRole('tab', { name: '商品' }).tap();
  await phone.getByRole('button', { name: '上屏 山林干香菇' }).tap();
  await until('its command is carried out', async () => (await program.state()).layers.some(({ layer, id }) => layer === 'product_card' && id === 'mushroom'));
  await phone.getByRole('tab').first().tap();
  await until('it sees the picture', () => phone.evaluate(() => [...document.querySelectorAll('.preview video, .preview img, .preview canvas')].some((one) => (one.videoWidth ?? one.naturalWidth ?? one.width) > 0)));
  const cookie = (await phone_context.cookies()).find(({ name }) => name === 'xiangbo_secure_session');
  expect(cookie?.secure && cookie.httpOnly && cookie.sameSite === 'Strict', 'its cookie goes by TLS only', cookie);

  // ws, with that cookie
  const messages = await new Promise((answer, fail) => {
    const socket = new WebSocket(`wss://${lan}:${port}/api/updates`, { rejectUnauthorized: false, origin: home, headers: { cookie: `xiangbo_secure_session=${cookie.value}` } });
    const got = [];
    socket.on('message', (data) => got.push(JSON.parse(data)) >= 3 && (answer(got), socket.close()));
    socket.once('error', fail);
  });
  expect(messages[0].state.state !== undefined, 'a socket has the state', messages[0]);
  if (lan6 !== undefined) expect(desk.addresses.includes(`https://[${lan6}]:${port}/pair`) && (await fingerprint_at(lan6, port)) === seen, 'by IPv6, too', desk.addresses);
  await program.end();

  const again = await Program.live(folder, show, ['--source', 'test:', '--tls', '--no-record']);
  await fetch(`${again.control}api/pair/offer`, { method: 'POST', body: '{"role":"viewer"}' });
  const kept = (await (await fetch(`${again.control}api/pair/devices`)).json()).fingerprint;
  expect(kept === seen, 'another start has the same fingerprint', { kept, seen });
  await again.end();
});

test('a phone in the same IPv6 network is paired like any other', async (context) => {
  if (lan6 === undefined) return context.skip('this computer has no IPv6 address');
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--no-record'], { audience_host: '[::]' });
  const { port } = new URL(program.control);
  const offer = await (await fetch(`${program.control}api/pair/offer`, { method: 'POST', body: '{"role":"assistant"}' })).json();
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })).newPage();
  await page.goto(`http://[${lan6}]:${port}/pair.html`);
  await page.getByLabel('6 位数字').fill(offer.offer.code);
  await page.getByRole('button', { name: '连上' }).click();
  await page.locator('.badge.ready').waitFor();
  const evil = await curl('-H', 'Host: [2001:db8::1]:' + port, `http://[${lan6}]:${port}/`);
  expect(evil.startsWith('421'), 'another name is not ours', evil);
  // the audience's one socket takes both
  const audience = new URL(program.audience).port;
  for (const host of ['127.0.0.1', '[::1]', `[${lan6}]`, ...(lan ? [lan] : [])])
    expect((await curl(`http://${host}:${audience}/`)).startsWith('200'), `the audience page at ${host}`, await curl(`http://${host}:${audience}/`));
  await program.end();
});
