// The phone desk in a real Chromium at 390x844: a thumb and a keyboard count followers, take back, type a total; and
// everything on it can be read and pressed in both languages.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { browser, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, Program, temporary_folder, until, write_show } from './support.mjs';

const baseline = 1286;

test('one hand counts on a phone', async () => {
  const folder = temporary_folder();
  const publish = [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }, { name: '一个名字特别长的直播平台', url: 'rtmp://127.0.0.1:9/other' }];
  const program = await Program.live(folder, write_show(folder, { baseline, publish }), ['--source', 'test:', '--no-record']);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
  const keep = async (moment) => {
    for (const language of ['EN', '中']) {
      await page.getByRole('button', { name: language, exact: true }).click();
      const file = path.join(pictures, `desk-390x844-${moment}-${language === 'EN' ? 'en' : 'zh'}.png`);
      await page.screenshot({ path: file });
      console.log(`# ${file}`);
      const faults = await faults_of(page);
      expect(faults.length === 0, `${moment}, ${language}: everything can be read and pressed`, faults);
    }
  };
  const followers = async () => (await program.state()).followers;
  const count = (total, gained) => until(`${total} and +${gained}`, async () => {
    const now = await followers();
    return now.total === total && now.gained === gained;
  }, { seconds: 10 });

  await page.goto(`${program.control}desk`);
  const add = page.getByRole('button', { name: /来了一位/ });
  await add.waitFor();
  expect(await add.isDisabled(), 'nothing can be counted before the live', '');
  await page.getByText('开播后才能记').waitFor();
  await keep('ready');

  await program.command('live.start');
  await until('the button is there for the thumb', () => add.isEnabled());
  const { width, height } = await add.boundingBox();
  expect(width >= 300 && height >= 160, 'the thumb cannot miss it', { width, height });
  await add.tap();
  await add.tap();
  await count(baseline + 2, 2);
  await page.getByText(/人工记的数/).waitFor();
  await page.getByRole('button', { name: /收回一位/ }).tap();
  await count(baseline + 1, 1);
  await keep('counted');

  // by keys alone: the plus sign, and the total typed with a Chinese keyboard's digits
  await page.keyboard.press('+');
  await count(baseline + 2, 2);
  await page.keyboard.press('-');
  await count(baseline + 1, 1);
  await page.getByLabel(/抖音 上显示的粉丝总数/).focus();
  await page.keyboard.type('１，５００');
  await page.keyboard.press('Enter');
  await count(1500, 1);
  await page.getByLabel(/抖音 上显示的粉丝总数/).fill('150');
  await page.getByRole('button', { name: '照着填' }).tap();
  await page.getByText(/连填三次才算/).waitFor();
  await count(1500, 1);
  await page.getByRole('radio', { name: '一个名字特别长的直播平台' }).focus();
  await page.keyboard.press('Space');
  await page.getByLabel(/一个名字特别长的直播平台 上显示/).waitFor();
  await keep('typed');

  program.child.kill('SIGSTOP');
  await page.getByText('断开了，正在重新连').waitFor();
  expect(await add.isDisabled(), 'no button pretends to work', '');
  program.child.kill('SIGCONT');
  await until('it is back by itself', () => add.isEnabled());
  const { session } = await program.state();
  expect(session.folder !== null, 'the Session goes on', session);
  await context.close();
  await program.end();
  expect(errors.filter((line) => !/WebSocket|Failed to load/.test(line)).length === 0, 'the page complains of nothing', errors);
});
