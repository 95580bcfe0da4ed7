// The Show set up in the page, without an editor: a price changed on air, two people at one row, a broken spreadsheet, a stream
// key that is nowhere but in its file, and a process that is killed while it saves.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, ledger, Program, repository, run, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const canary = 'canary-7f3a9c2e5b1d';

async function post(program, name, body) {
  const answer = await fetch(`${program.control}api/setup/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return { status: answer.status, said: await answer.json() };
}
const row_of = async (program, id) => (await program.get('api/setup')).products.rows.find(({ cells }) => cells.id === id);

function files_below(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? files_below(file) : [file];
  });
}

async function open(context, program, errors) {
  const page = await context.newPage();
  note_errors(page, errors, (text) => /status of 4\d\d/.test(text));
  await page.goto(`${program.control}setup.html`);
  await page.getByRole('button', { name: '加商品' }).waitFor();
  return page;
}

test('a price, a picture, a spreadsheet and a stream key, typed by hand while it is live', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { publish: [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }] });
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record']);
  await program.command('live.start');
  await program.command('product.show', { product: 'orange' });
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', colorScheme: 'light' });
  context.setDefaultTimeout(30000);
  const errors = [];
  const page = await open(context, program, errors);

  // a price, on air
  const before = (await program.state()).show_version;
  const price = page.locator('[data-row="orange"] .cell-price input');
  await price.fill('18.8');
  await price.press('Enter');
  await until('the new price is on the picture', async () => (await program.state()).show_version > before, { seconds: 10, every_ms: 5 });
  const { show_latency_ms } = await program.stats();
  console.log(`# from the file to the picture: ${Math.round(show_latency_ms)} ms`);
  const priced = (await program.get('api/show')).products.find(({ id }) => id === 'orange');
  expect(priced.price === '18.8', 'the page of the live has the price', priced);
  expect(fs.readFileSync(path.join(show, 'products.csv.former'), 'utf8').includes('orange'), 'the former file is beside it', fs.readdirSync(show));

  // what cannot be is refused at its cell and changes nothing
  const kept = fs.readFileSync(path.join(show, 'products.csv'), 'utf8');
  await price.fill('免费');
  await price.press('Enter');
  await page.locator('[data-row="orange"] .cell-price [role="alert"]').getByText('价格不对').waitFor();
  expect(fs.readFileSync(path.join(show, 'products.csv'), 'utf8') === kept, 'nothing was written', kept);
  await price.press('Escape');

  // two people at one row: the one who is late sees what the other wrote
  const { version } = await row_of(program, 'orange');
  const first = await post(program, 'row', { table: 'products', row: { id: 'orange', version }, cells: { price: '17.7' } });
  expect(first.status === 200, 'the first is taken', first);
  const second = await post(program, 'row', { table: 'products', row: { id: 'orange', version }, cells: { price: '16.6' } });
  expect(second.status === 409 && second.said.present.row.cells.price === '17.7', 'the second is told what stands there now', second);
  await until('the open page shows what somebody else wrote', async () => (await price.inputValue()) === '17.7', { seconds: 10 });

  // a picture, cut to a square
  await page.locator('[data-row="orange"] input[type=file]').setInputFiles(path.join(repository, 'assets/shows/landscape/pictures/mushroom.png'));
  await page.getByRole('button', { name: '就用这一块' }).click();
  await until('the picture is in the table', async () => (await row_of(program, 'orange')).cells.picture.startsWith('pictures/up-'), { seconds: 10 });
  const picture = (await row_of(program, 'orange')).cells.picture;
  expect(fs.existsSync(path.join(show, picture)), 'it lies in the Show', picture);
  const wrong = await fetch(`${program.control}api/setup/picture`, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: '<svg/>' });
  expect(wrong.status === 409 || wrong.status === 400, 'what is no picture is refused', wrong.status);

  // a spreadsheet of an old office program with a row that is broken
  const sheet = path.join(folder, '价目表.csv');
  fs.writeFileSync(`${sheet}.utf8`, '品名,价格,单位\r\n冬笋,12.5,斤\r\n蜂蜜,没定,瓶\r\n');
  const { out } = await run('iconv', ['-f', 'UTF-8', '-t', 'GB18030', `${sheet}.utf8`], { binary: true });
  fs.writeFileSync(sheet, out);
  await page.getByRole('button', { name: '导入表格' }).click();
  await page.locator('.import input[type=file]').setInputFiles(sheet);
  await page.getByText('第 3 行第 2 列').waitFor();
  await page.screenshot({ path: path.join(pictures, 'setup-import.png') });
  await page.getByRole('button', { name: '导入 1 行' }).click();
  await page.getByText('导入了 1 行').waitFor();
  await page.getByRole('button', { name: '关上' }).click();
  const names = (await program.get('api/setup')).products.rows.map(({ cells }) => cells.name);
  expect(names.includes('冬笋') && !names.includes('蜂蜜'), 'the right row is in, the broken one is not', names);

  // out as a workbook and in again
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出 Excel' }).click()]);
  const workbook = path.join(folder, '商品.xlsx');
  await download.saveAs(workbook);
  expect(fs.readFileSync(workbook).subarray(0, 2).toString() === 'PK', 'a workbook went out', fs.statSync(workbook).size);
  await page.getByRole('button', { name: '导入表格' }).click();
  await page.locator('.import input[type=file]').setInputFiles(workbook);
  await page.getByRole('button', { name: `导入 ${names.length} 行` }).click();
  await page.getByText(`导入了 ${names.length} 行`).waitFor();
  await page.getByRole('button', { name: '关上' }).click();
  const again = (await program.get('api/setup')).products.rows.map(({ cells }) => cells.name);
  expect(again.join() === names.join(), 'and the table is as it was', again);

  // a whole push address with its key
  await page.getByRole('link', { name: '推流平台' }).click();
  await page.getByLabel('推流地址').fill(`rtmp://127.0.0.1:9/live/${canary}?t=9`);
  await page.getByRole('button', { name: '存', exact: true }).click();
  await page.getByText('存好了，重开乡播后生效').waitFor();
  expect((await page.getByLabel('推流地址').inputValue()) === 'rtmp://127.0.0.1:9/live', 'the address without the key', '');
  await page.getByText(/连不上平台/).waitFor();
  const secrets = path.join(folder, 'secrets.toml');
  expect(fs.readFileSync(secrets, 'utf8').includes(canary), 'the key is in the secrets file', '');
  expect((fs.statSync(secrets).mode & 0o777) === 0o600, 'which nobody else may read', fs.statSync(secrets).mode);
  const told = (await Promise.all(['api/setup', 'api/show', 'api/state', 'api/stats'].map(async (name) => JSON.stringify(await program.get(name))))).join();
  expect(!told.includes(canary), 'no answer holds it', '');

  expect(errors.length === 0, 'no error on the page', errors);
  const { folder: session } = (await program.state()).session;
  await program.end();
  expect(!program.err.includes(canary) && !program.out.includes(canary), 'no line of the log holds it', '');
  const holders = files_below(folder).filter((file) => fs.readFileSync(file).includes(canary)).map((file) => path.relative(folder, file));
  expect(holders.join() === 'secrets.toml', 'it is nowhere but in the secrets file', holders);
  const changes = (await ledger(session, `select json from entries where kind = 'values'`)).flatMap(({ json }) => JSON.parse(json).changes ?? []);
  const priced_on_air = changes.find((one) => one.id === 'orange' && one.after?.price === '18.8');
  expect(priced_on_air?.before.price !== undefined && priced_on_air.who === 'operator', 'the ledger has the old price, the new one and who', changes);
  await context.close();
});

test('the checklist leads to the price that is missing, and is content once it is there', async () => {
  const folder = temporary_folder();
  const show = write_show(folder);
  const program = await Program.live(folder, show, ['--source', 'test:']);
  const products = path.join(show, 'products.csv');
  fs.writeFileSync(products, fs.readFileSync(products, 'utf8').replace(/^(orange,5,[^,]*,[^,]*,)[^,]*/m, '$1'));
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', colorScheme: 'light' });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  await page.goto(program.control);
  const line = page.locator('[data-item="products"]');
  await line.getByText(/脐橙”：缺价格/).waitFor();
  await page.screenshot({ path: path.join(pictures, 'setup-checklist.png') });
  await line.getByRole('link', { name: '去填' }).click();
  const price = page.locator('[data-row="orange"] .cell-price input');
  await until('the cell that is empty has the focus', () => price.evaluate((cell) => cell === document.activeElement));
  await price.fill('9.9');
  await price.press('Enter');
  await until('it is saved', async () => (await row_of(program, 'orange')).cells.price === '9.9', { seconds: 10 });
  await page.getByRole('link', { name: '回控制台' }).click();
  await line.getByText('都有价格和单位').waitFor();
  const { items } = await program.get('api/checklist');
  expect(items.find(({ item }) => item === 'space').tone === 'ok', 'the room for the recording is known', items);
  expect(!items.some(({ item }) => item === 'light'), 'nothing is said that was not measured', items);
  await context.close();
  await program.end();
});

test('a process that is killed while it saves leaves whole files', async () => {
  const folder = temporary_folder();
  const show = write_show(folder);
  const names = ['products.csv', 'show.toml'];
  for (let round = 0; round < 2; ++round) {
    const program = await Program.live(folder, show, ['--source', 'test:', '--no-record']);
    let saved = 0;
    let last_acknowledged = '';
    const hand = (async () => {
      for (let n = 0; ; ++n) {
        const { version } = await row_of(program, 'orange');
        const price = `${round + 1}${n % 10}.${(n % 9) + 1}`;
        const answer = await post(program, 'row', { table: 'products', row: { id: 'orange', version }, cells: { price } });
        if (answer.status !== 200) continue;
        ++saved;
        last_acknowledged = price;
      }
    })().catch(() => {});
    await until('some are saved', () => saved >= 5 + round * 4, { seconds: 20, every_ms: 1 });
    await program.end('SIGKILL');
    await hand;
    const checked = await run(xiangbo, ['check', show]);
    expect(checked.code === 0, 'the Show is whole', checked);
    const row = fs.readFileSync(path.join(show, 'products.csv'), 'utf8').split('\r\n').find((line) => line.startsWith('orange,'));
    // the last one that was acknowledged, or one after it that was on its way
    expect(row !== undefined && last_acknowledged !== '', 'what was acknowledged is there', { row, last_acknowledged });
    for (const name of names) expect(fs.statSync(path.join(show, name)).size > 100, `${name} is whole`, name);
  }
});

for (const [size, viewport] of Object.entries({ 'laptop-1366x768': { width: 1366, height: 768 }, 'phone-390x844': { width: 390, height: 844 } })) {
  test(`everything can be read and pressed at ${size}`, async () => {
    const folder = temporary_folder();
    const show = write_show(folder, { publish: [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }] });
    const program = await Program.live(folder, show, ['--source', 'test:', '--no-record']);
    const context = await browser.newContext({ viewport, locale: 'zh-CN', ...(viewport.width < 500 ? { deviceScaleFactor: 2, isMobile: true, hasTouch: true } : {}) });
    context.setDefaultTimeout(30000);
    const errors = [];
    const page = await open(context, program, errors);
    for (const part of ['products', 'captions', 'station', 'devices', 'publish', 'chats', 'picture', 'shows']) {
      await page.evaluate((name) => { location.hash = name; }, part);
      for (const language of ['EN', '中']) {
        await page.getByRole('button', { name: language, exact: true }).click();
        for (let i = 0; i < 2; ++i) {
          await page.locator('.setup-top .square').click();
          const theme = await page.evaluate(() => document.documentElement.dataset.theme);
          const dress = `${language === 'EN' ? 'en' : 'zh'}-${theme}`;
          await page.screenshot({ path: path.join(pictures, `setup-${size}-${part}-${dress}.png`) });
          const faults = await faults_of(page);
          expect(faults.length === 0, `${part}, ${dress}: everything can be read and pressed`, faults);
        }
      }
    }
    await page.getByRole('link', { name: '回控制台' }).click();
    await page.getByRole('link', { name: '设置' }).first().waitFor();
    expect(errors.length === 0, 'no error on the page', errors);
    await context.close();
    await program.end();
  });
}

test('chats with their tokens, the second picture and the recording are filled in without an editor', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { publish: [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }] });
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record']);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', colorScheme: 'light' });
  context.setDefaultTimeout(30000);
  const errors = [];
  const page = await open(context, program, errors);

  await page.getByRole('link', { name: '弹幕来源' }).click();
  await page.getByRole('button', { name: '加一个来源' }).click();
  const entry = page.locator('.list-entry').last();
  await entry.getByLabel('平台').selectOption('youtube');
  await entry.getByLabel('房间').fill('dQw4w9WgXcQ');
  await entry.getByLabel('API key').fill(canary);
  await page.screenshot({ path: path.join(pictures, 'setup-chats.png') });
  await page.getByRole('button', { name: '存', exact: true }).click();
  await page.getByText('存好了，重开乡播后生效').waitFor();
  const { lists } = await program.get('api/setup');
  expect(lists.chat.entries.at(-1).values.room === 'dQw4w9WgXcQ' && lists.chat.entries.at(-1).has.join() === 'api_key', 'the chat is there', lists.chat);
  expect(fs.readFileSync(path.join(folder, 'secrets.toml'), 'utf8').includes(canary), 'the key is in the secrets file', '');
  expect(!fs.readFileSync(path.join(show, 'show.toml'), 'utf8').includes(canary) && !JSON.stringify(lists).includes(canary), 'and nowhere else', '');

  await page.getByRole('link', { name: '画面和录像' }).click();
  await page.getByLabel('每秒帧数').fill('25');
  await page.getByLabel('每秒帧数').press('Enter');
  const width = page.getByLabel('画面宽').first();
  await width.fill('1281');
  await width.press('Enter');
  await page.getByText(/偶数/).first().waitFor();
  await page.getByRole('button', { name: '加第二个画面' }).click();
  await page.getByRole('button', { name: '存', exact: true }).click();
  await page.locator('[data-list="canvas"] [role=alert]').waitFor(); // nobody gets it
  await page.getByRole('checkbox', { name: '抖音' }).check();
  await page.getByRole('button', { name: '存', exact: true }).click();
  await page.locator('[data-list="canvas"]').getByText('存好了').waitFor();
  await page.screenshot({ path: path.join(pictures, 'setup-picture.png'), fullPage: true });
  const checked = await run(xiangbo, ['check', show]);
  const text = fs.readFileSync(path.join(show, 'show.toml'), 'utf8');
  expect(checked.code === 0 && /rate = 25/.test(text) && /\[\[canvas\]\]\s/.test(text) && /canvas = "竖屏"/.test(text), 'the Show has all of it', { checked, text: text.slice(0, 3000) });

  // what is said of a product, for the teleprompter
  await page.getByRole('link', { name: '商品' }).click();
  await page.getByRole('button', { name: '讲稿' }).click();
  const script = page.locator('[data-row="orange"] .cell-script textarea');
  await script.fill('自家果园，早上刚摘的');
  await script.blur();
  await until('it is saved', async () => (await row_of(program, 'orange')).cells.script === '自家果园，早上刚摘的', { seconds: 10 });
  expect(errors.length === 0, 'no error on the page', errors);
  await context.close();
  await program.end();
});
