// The phone desk in a real Chromium at 390x844: a thumb and a keyboard count followers, take back, type a total; and
// everything on it can be read and pressed in both languages.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, ledger, Program, temporary_folder, until, write_show } from './support.mjs';

const baseline = 1286;

test('one hand counts on a phone', async () => {
  const folder = temporary_folder();
  const publish = [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }, { name: '一个名字特别长的直播平台', url: 'rtmp://127.0.0.1:9/other' }];
  const program = await Program.live(folder, write_show(folder, { baseline, publish }), ['--source', 'test:', '--no-record']);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  const errors = [];
  note_errors(page, errors);
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

test('a price on air is changed from the phone, seen twice before it is sent, and kept as old, new, who and when', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder), ['--source', 'test:', '--no-record']);
  await program.command('live.start');
  await program.command('product.show', { product: 'orange' });
  const price_of = async () => (await program.get('api/show')).products.find(({ id }) => id === 'orange').price;
  const old = await price_of();
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  await page.goto(`${program.control}desk`);
  await page.getByLabel('选商品').selectOption('orange');
  const change = page.getByRole('button', { name: '改价' });
  for (const wrong of ['免费', '0', '-1', '1.234', old]) {
    await page.getByLabel('新价格（元）').fill(wrong);
    expect(await change.isDisabled(), `${wrong} cannot be sent`, '');
  }
  await page.getByLabel('新价格（元）').fill('１８．８０');
  await change.tap();
  const asked = page.getByRole('alertdialog');
  await asked.getByText(`¥${old}`).waitFor();
  await asked.getByText('¥18.8').waitFor();
  await page.screenshot({ path: path.join(pictures, 'desk-price.png') });
  expect((await faults_of(page)).length === 0, 'everything can be read and pressed', await faults_of(page));
  expect((await price_of()) === old, 'nothing is changed before it is confirmed', await price_of());
  await asked.getByRole('button', { name: '就改成这个' }).tap();
  await until('the price is the new one', async () => (await price_of()) === '18.8', { seconds: 10 });

  // another hand that still sees the old price changes nothing
  const late = await fetch(`${program.control}api/command`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: 'late', name: 'price.set', args: { product: 'orange', old, price: '5' } }) });
  const said = await late.json();
  expect(late.status === 409 && said.code === 'show.price_changed' && said.zh.includes('18.8'), 'told what it is now', said);
  const { folder: session } = (await program.state()).session;
  await until('it is on the picture', async () => (await ledger(session, `select json from entries where kind = 'values'`)).some(({ json }) => json.includes('"18.8"')), { seconds: 10 });
  await program.end();
  const [asking] = await ledger(session, `select json from entries where kind = 'command' and json like '%price.set%' order by n`);
  const command = JSON.parse(asking.json);
  expect(command.args.old === old && command.args.price === '18.8' && command.who === 'operator' && command.ok, 'the command with both prices and who', command);
  const changes = (await ledger(session, `select json from entries where kind = 'values'`)).flatMap(({ json }) => JSON.parse(json).changes ?? []);
  const priced = changes.find((one) => one.id === 'orange' && one.after?.price === '18.8');
  expect(priced?.before.price === old && priced.who === 'operator', 'and what the picture showed, by whom', changes);
  await context.close();
});
