// From nothing to on air: an empty data folder, the built-in sample, one pasted address, three presses, and the platform sees
// the stream; then the platform is killed and comes back, and the evening ends. And the Shows afterwards: another one, shared as a zip and opened again.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { Platform } from './platform.mjs';
import { expect, Program, run, temporary_folder, until } from './support.mjs';

const canary = 'stream-canary-4b7d2e9f1a';

// Without a Show, and with what is there when no camera is plugged in.
const first_start = (folder) => Program.live(folder, null, ['--source', 'sample:']);
const errors_of = (page) => {
  const errors = [];
  note_errors(page, errors, (text) => /WebSocket|Failed to load|status of 4\d\d/.test(text));
  return errors;
};

test('first start to live in three presses, nothing typed but the push address', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open({ only_key: canary });
  const program = await first_start(folder);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', colorScheme: 'light', permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  const errors = errors_of(page);
  let presses = 0;
  const press = async (name) => {
    ++presses;
    await page.getByRole('button', { name }).click();
  };
  const keep = async (moment) => {
    await page.screenshot({ path: path.join(pictures, `walk-laptop-${moment}.png`) });
    const faults = await faults_of(page);
    expect(faults.length === 0, `${moment}: everything can be read and pressed`, faults);
  };
  await page.goto(program.control);
  await page.waitForURL('**/start.html');
  await page.getByText('看到画面了').waitFor();
  await page.getByText('听到声音了').waitFor();
  await until('the picture is there', () => page.evaluate(() => document.querySelector('.preview img')?.naturalWidth > 0));
  await keep('devices');
  await press(/下一步/);
  await page.getByLabel('村名').waitFor();
  await keep('village');

  // left, and gone on with where it was
  await page.getByRole('button', { name: '以后再说' }).click();
  await page.getByText('第一次的设置还没有做完').waitFor();
  await page.screenshot({ path: path.join(pictures, 'walk-laptop-left.png') });
  await page.getByRole('link', { name: '接着做' }).click();
  await page.getByLabel('村名').waitFor();

  await press(/下一步/);
  await page.getByText('没有填地址').waitFor();
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${platform.url}/${canary}`);
  const field = page.getByLabel(/推流地址/);
  await field.focus();
  await page.keyboard.press('Control+V');
  await page.getByText('直播码收好了').waitFor();
  const start = page.getByRole('button', { name: '开始直播' });
  await page.getByText(/连得上/).waitFor({ timeout: 90000 }); // the program begins again before it asks
  await until('it is the button to press once the platform answers', async () => /primary/.test(await start.getAttribute('class')) && (await start.isEnabled()));
  expect(platform.arrived().length === 0, 'nothing was published by asking', platform.arrived());
  await keep('go');
  await press('开始直播');
  await page.waitForURL(program.control);
  await until('the platform sees it', async () => (await program.state()).state === 'live', { seconds: 40 });
  await until('bytes arrive', () => platform.arrived().length > 0);
  expect(presses <= 3, 'three presses at the most', presses);
  expect((await program.get('api/walk')).is_open === false, 'the walk is done', await program.get('api/walk'));
  const ending = page.getByRole('button', { name: /按住 2 秒/ });
  await ending.waitFor();
  await keep('live');
  const show = path.join(folder, 'data', 'shows', 'main');
  const in_show = fs.readdirSync(show).filter((name) => fs.statSync(path.join(show, name)).isFile() && fs.readFileSync(path.join(show, name)).includes(canary));
  expect(in_show.length === 0, 'no key in the Show', in_show);

  // the platform goes away for some attempts and comes back: one cut, as the page tells it then and afterwards
  await platform.kill();
  await page.locator('.badge.reconnecting').waitFor();
  await page.locator('.banner').getByText(/一通就自动接上.*录像没有断/).waitFor();
  await page.locator('.output').getByText('正在重连').waitFor();
  await keep('cut-off');
  await platform.begin();
  await page.locator('.badge.live').waitFor();
  await page.locator('.output').getByText('断过 1 次').waitFor();
  await ending.hover();
  await page.mouse.down();
  await page.locator('.badge.ended').waitFor();
  await page.mouse.up();
  await page.getByText('录像存在这个文件夹').waitFor();
  await page.locator('.tiles').getByText('1 次').waitFor();
  await keep('ended');
  expect(errors.length === 0, 'no error on the page', errors);
  await context.close();
  await program.end();
  await platform.end();
});

test('another Show: made, chosen, shared as a zip without a key, and opened on another computer', async () => {
  const folder = temporary_folder();
  const program = await first_start(folder);
  const order = async (body) => {
    const answer = await fetch(`${program.control}api/shows`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, ...(await answer.json()) };
  };
  const setup = await program.get('api/setup');
  const saved = await fetch(`${program.control}api/setup/publish`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ version: setup.publish.version, list: [{ name: '县里', url: 'rtmp://127.0.0.1:1/live', key: canary }] }) });
  expect(saved.status === 200, 'a platform with a key', saved.status);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN', colorScheme: 'light' });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  const errors = errors_of(page);
  await page.goto(`${program.control}setup.html#shows`);
  await page.locator('[data-show="main"]').getByText('正在用').waitFor();
  await page.getByRole('button', { name: '新建' }).click();
  await page.locator('dialog[open] .choice').getByText('竖屏').click();
  await page.getByLabel('名字').fill('国庆专场');
  await page.locator('dialog[open]').getByRole('button', { name: '新建' }).click();
  const fresh = page.locator('[data-show="国庆专场"]');
  await fresh.waitFor();
  await fresh.getByRole('button', { name: '打开 国庆专场' }).click();
  await page.screenshot({ path: path.join(pictures, 'shows-phone.png') });
  expect((await faults_of(page)).length === 0, 'everything can be read and pressed', await faults_of(page));
  await fresh.getByRole('button', { name: '换', exact: true }).click();
  await fresh.getByText('正在用').waitFor();
  await until('it is the one on screen', async () => (await program.get('api/show').catch(() => null))?.video.height > 1000);

  // on air nothing is changed
  await program.command('live.start');
  const refused = await order({ do: 'choose', show: 'main' });
  expect(refused.status === 409 && refused.code === 'program.on_air', 'never while on air', refused);
  await page.getByText('下播以后才能换方案').waitFor();
  await program.command('live.end');

  const zip = Buffer.from(await (await fetch(`${program.control}api/shows/zip?show=main`)).arrayBuffer());
  const file = path.join(folder, '晚会.zip');
  fs.writeFileSync(file, zip);
  const listed = await run('python3', ['-c', `import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); z.testzip(); print(b"".join(z.read(n) for n in z.namelist()).count(sys.argv[2].encode()), *z.namelist())`, file, canary]);
  expect(listed.code === 0 && listed.out.startsWith('0 '), 'a zip that others read, without the key', listed);
  expect(/main\/show\.toml/.test(listed.out) && !/secret|former/.test(listed.out), 'the files of a Show and no others', listed.out);
  await page.locator('.shows input[type=file]').setInputFiles(file);
  await page.locator('dialog[open]').getByRole('button', { name: '打开' }).click();
  await page.locator('[data-show="晚会"]').waitFor();

  // a bomb is refused in a sentence, at once, and leaves nothing
  const bomb = path.join(folder, 'bomb.zip');
  await run('python3', ['-c', `import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED); z.writestr("show.toml","[station]\\nname='x'\\n"); z.writestr("pictures/a.png", b"\\0"*400_000_000)`, bomb]);
  const began = performance.now();
  await page.locator('.shows input[type=file]').setInputFiles(bomb);
  await page.locator('dialog[open]').getByRole('button', { name: '打开' }).click();
  await page.locator('dialog[open] [role=alert]').getByText(/压得太狠|太大/).waitFor();
  console.log(`# a bomb refused after ${Math.round(performance.now() - began)} ms`);
  expect(!fs.existsSync(path.join(folder, 'data/shows/bomb')), 'nothing is left of it', fs.readdirSync(path.join(folder, 'data/shows')));
  await page.locator('dialog[open]').getByRole('button', { name: '取消' }).click();
  const { shows } = await program.get('api/shows');
  expect(shows.map(({ name }) => name).sort().join() === ['main', '国庆专场', '晚会'].sort().join(), 'three Shows', shows);

  // the one that was chosen is the one of the next start
  expect(errors.length === 0, 'no error on the page', errors);
  await context.close();
  await program.end();
  const again = await first_start(folder);
  expect((await again.get('api/shows')).shows.find(({ is_open }) => is_open).name === '国庆专场', 'opened again', await again.get('api/shows'));
  await again.end();
});
