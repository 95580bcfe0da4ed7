// The control page in a real Chromium, on a laptop and on a phone: start, see, show, hide, end.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { expect, of_pages, Program, temporary_folder, until, write_show } from './support.mjs';

const { chromium } = of_pages('playwright-core');
const pictures = process.env.XB_PICTURES ?? temporary_folder();
fs.mkdirSync(pictures, { recursive: true });

const browser = await chromium.launch({
  timeout: 90000,
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
after(() => browser.close());

const sizes = {
  'laptop-1366x768': { viewport: { width: 1366, height: 768 } },
  'phone-390x844': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

for (const [size, screen] of Object.entries(sizes)) {
  test(`steers a Session at ${size}`, async () => {
    const folder = temporary_folder();
    const program = await Program.live(folder, write_show(folder), ['--source', 'sample:']);
    const context = await browser.newContext({ ...screen, locale: 'zh-CN' });
    context.setDefaultTimeout(60000);
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    const foreign = [];
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(program.control).host) foreign.push(request.url());
    });
    const keep = async (moment) => {
      const file = path.join(pictures, `${size}-${moment}.png`);
      await page.screenshot({ path: file });
      console.log(`# ${file}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow <= 0, `${moment}: nothing wider than the screen`, `${overflow} px`);
    };
    const open_tab = async (name) => {
      const tab = page.getByRole('tab', { name });
      if ((await tab.count()) > 0) await tab.click();
    };
    // 16x9 means of what the preview shows
    const sample = () => page.evaluate(() => {
      const picture = document.querySelector('.preview img');
      const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0, 64, 36);
      return [...context.getImageData(0, 0, 64, 36).data].join();
    });

    await page.goto(program.control);
    await page.getByRole('button', { name: '开始直播' }).waitFor();
    // asked from here again and again: the page's own security policy lets nothing be evaluated that waits inside it
    await until('a preview picture', () => page.evaluate(() => document.querySelector('.preview img')?.naturalWidth > 0));
    const first = await sample();
    await until('the preview moves', async () => (await sample()) !== first);
    await keep('ready');

    await page.getByRole('button', { name: '开始直播' }).click();
    await until('the Session has begun', async () => (await program.state()).session.folder !== null);
    const ending = page.getByRole('button', { name: /按住 2 秒/ });
    await ending.waitFor();
    await keep('on-air');

    const shown = async () => (await program.state()).layers.some(({ layer, id }) => layer === 'product_card' && id === 'mushroom');
    await open_tab('商品');
    await page.getByRole('button', { name: '上屏 山林干香菇' }).click();
    await until('the product is on air', shown);
    await page.getByRole('button', { name: '收起 山林干香菇' }).waitFor();
    await keep('product');
    await page.getByRole('button', { name: '收起 山林干香菇' }).click();
    await until('the product is off again', async () => !(await shown()));

    await open_tab('画面');
    await ending.hover();
    await page.mouse.down();
    await page.waitForTimeout(700);
    await page.mouse.up();
    expect((await program.state()).state !== 'ended', 'a short press ends nothing', (await program.state()).state);
    await page.mouse.down();
    await until('a held press ends the Session', async () => (await program.state()).state === 'ended');
    await page.mouse.up();
    await page.getByText('录像存在这个文件夹').waitFor();
    await keep('ended');
    expect(errors.length === 0, 'no error on the page', errors);
    expect(foreign.length === 0, 'no request leaves this computer', foreign);
    await context.close();
    await program.end();
  });
}
