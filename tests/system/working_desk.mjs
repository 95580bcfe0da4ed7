// The working desk: messages hidden and given back, people muted, questions answered, a line of the host; the preview with
// sound; the rundown, the rotation and the way back; the teleprompter on a second page.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, Feed, Ingest, ledger, Program, temporary_folder, until, write_show } from './support.mjs';

const laptop = { viewport: { width: 1366, height: 768 }, locale: 'zh-CN' };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'zh-CN' };
const door = '[[chat]]\nplatform = "audience"\nname = "手机"\n';
const products = `id,number,name,price,unit,stock,script
rice,1,梯田新米,45,10 斤装,,米是十月收的。先煮一锅给大家看。
sauce,2,豆瓣酱,18,1 瓶,0,
orange,3,山泉脐橙,29.9,5 斤装,12,早上六点摘的。
`;

const layer_of = (state, layer) => state.layers.find((one) => one.layer === layer)?.id ?? null;
async function has_layer(program, layer, id) {
  await until(`${layer} is ${id}`, async () => layer_of(await program.state(), layer) === id, { seconds: 15 });
}

test('moderates, looks, listens, goes on and back', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { products, toml: door }), ['--source', 'sample:']);
  const context = await browser.newContext(laptop);
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const keep = async (name, of = page) => {
    await of.screenshot({ path: path.join(pictures, `working-desk-${name}.png`) });
    const faults = await faults_of(of);
    expect(faults.length === 0, `${name}: everything can be read and pressed`, faults);
  };
  await page.goto(program.control);
  await page.getByRole('button', { name: '开始直播' }).click();
  await until('it is on air', async () => (await program.state()).session.seconds !== null);

  // the encoded program instead of stills, near its edge, silent until asked
  await page.getByRole('button', { name: '听声音' }).waitFor();
  const video = () => page.evaluate(() => {
    const el = document.querySelector('.preview video');
    return { width: el.videoWidth, muted: el.muted, time: el.currentTime, lag: el.buffered.length ? el.buffered.end(el.buffered.length - 1) - el.currentTime : 99 };
  });
  await until('it stays within a second of the newest', async () => (await video()).lag < 1);
  const before = await video();
  expect(before.width === 1280 && before.muted, 'the program itself, muted', before);
  await page.getByRole('button', { name: '听声音' }).click();
  await until('it goes on with sound', async () => { const now = await video(); return !now.muted && now.time > before.time; });
  await page.getByRole('button', { name: '关声音' }).click();

  // the chat
  const feed = await Feed.open(program);
  const ingest = await Ingest.open(program);
  const say = (n, text) => ingest.send({ kind: 'chat', platform: 'test', id: `c-${n}`, user: { id: `u-${n}`, name: `老乡${n}` }, text });
  await say(1, '二手手机便宜卖');
  await say(2, '脐橙怎么卖呀？');
  await say(3, '请问脐橙多少钱');
  await page.getByRole('button', { name: '1 个没回答' }).waitFor();
  await page.getByText('二手手机便宜卖').click();
  await page.getByRole('button', { name: '隐藏', exact: true }).click();
  await page.getByRole('button', { name: '广告', exact: true }).click();
  await page.getByText('二手手机便宜卖').waitFor({ state: 'detached' });
  await keep('hidden');
  await page.locator('.regret').getByRole('button', { name: '撤销' }).click();
  await page.getByText('二手手机便宜卖').click();
  await page.getByRole('button', { name: '隐藏', exact: true }).click();
  await page.getByRole('button', { name: '骂人', exact: true }).click();
  await page.getByRole('button', { name: '已隐藏 1' }).click();
  await page.getByText('主播隐藏：骂人').waitFor();
  await page.getByRole('button', { name: '全部' }).or(page.getByRole('button', { name: '已隐藏 1' })).first().click();
  await page.getByText('脐橙怎么卖呀').click();
  await page.getByRole('button', { name: /不让 老乡2 说话/ }).click();
  await page.getByRole('button', { name: '10 分钟' }).click();
  await page.locator('.regret').getByText('老乡2').waitFor();
  await say('2b', '还没有人回我');
  const muted = await ingest.send({ kind: 'chat', platform: 'test', id: 'm-1', user: { id: 'u-2', name: '老乡2' }, text: '我还在说' });
  expect(muted.ok === 'm-1', 'what a muted person says is kept', muted);
  expect((await page.getByText('我还在说').count()) === 0, 'and not shown', '');

  // questions on the second phone
  const second = await browser.newContext(phone);
  const prompter = await second.newPage();
  prompter.on('pageerror', (error) => errors.push(String(error)));
  await prompter.goto(`${program.control}prompter`);
  await prompter.getByText('脐橙怎么卖呀？').waitFor();
  await prompter.getByText('米是十月收的').waitFor(); // comes next
  await keep('prompter', prompter);
  await prompter.getByRole('button', { name: /^已回答/ }).click();
  await prompter.getByText('没有等着回答的问题').waitFor();
  await page.getByRole('button', { name: '1 个没回答' }).waitFor({ state: 'detached' });

  // a line of the host goes to everybody who listens
  await page.getByLabel('以主播身份回一句').fill('脐橙 29.9 一箱');
  await page.getByLabel('以主播身份回一句').press('Enter');
  const line = await until('the audience gets it', () => feed.items.find((one) => one.text === '脐橙 29.9 一箱'));
  expect(line.role === 'host' && line.platform === 'audience', 'as a line of the host', line);
  await page.locator('.role.host').waitFor();

  // the rundown: over what is sold out, back at Ctrl+Z
  await page.locator('body').click({ position: { x: 300, y: 40 } });
  await page.keyboard.press('n');
  await has_layer(program, 'product_card', 'rice');
  await page.getByRole('button', { name: /^下一个/ }).click();
  await has_layer(program, 'product_card', 'orange');
  await prompter.getByText('早上六点摘的').waitFor();
  await page.getByText('商品上屏：山泉脐橙').waitFor();
  await keep('rundown');
  await page.keyboard.press('Control+z');
  await has_layer(program, 'product_card', 'rice');
  await page.getByText('撤销了：商品上屏：山泉脐橙').waitFor();
  const { undo } = await program.state();
  expect(undo?.zh === '商品上屏：梯田新米', 'the one before can be taken back next', undo);
  await page.getByRole('button', { name: '轮播' }).click();
  await page.getByRole('button', { name: '15 秒' }).click();
  await until('the cards turn', async () => (await program.state()).cues.rotation_s === 15);
  await has_layer(program, 'product_card', 'orange');
  await program.command('product.hide');
  await until('who hides a card ends that', async () => (await program.state()).cues.rotation_s === null);

  const curve = await program.get('api/curve');
  expect(curve.points.length >= 1 && curve.points[0][2] === 1286, 'the curve has the program’s own points', curve);
  const { session } = await program.state();
  ingest.close();
  expect(errors.length === 0, 'no error on the pages', errors);
  await second.close();
  await context.close();
  await program.end();
  const kept = (await ledger(session.folder, "select json from entries where kind = 'chat'")).map((row) => JSON.parse(row.json ?? row));
  const hidden = kept.filter((one) => one.kind === 'moderation');
  expect(hidden.some((one) => one.why === '骂人' && one.by === 'operator'), 'the ledger knows who hid it and why', hidden);
  expect(kept.some((one) => one.role === 'host' && one.by === 'operator' && one.text === '脐橙 29.9 一箱'), 'and what the host said', kept.length);
});

test('a host’s line is refused where nobody could read it, and the box is not there', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { products }), ['--source', 'test:', '--no-record', '--on-air']);
  const context = await browser.newContext(phone);
  const page = await context.newPage();
  await page.goto(program.control);
  await page.getByRole('tab', { name: '聊天' }).click();
  await page.getByText('还没有人说话').waitFor();
  expect((await page.getByLabel('以主播身份回一句').count()) === 0, 'no box', '');
  const body = JSON.stringify({ id: 'say-1', name: 'chat.say', args: { text: '有人吗' } });
  const answer = await fetch(`${program.control}api/command`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const said = await answer.json();
  expect(answer.status === 409 && said.code === 'chat.closed' && said.zh.includes('audience'), 'refused, with what to do', said);
  const manifest = await program.get('manifest.webmanifest');
  for (const icon of manifest.icons) expect((await fetch(new URL(icon.src, program.control))).status === 200, `${icon.src} is there`, icon);
  expect(fs.statSync(path.join(folder, 'show')).isDirectory(), 'the Show is as it was', '');
  await context.close();
  await program.end();
});
