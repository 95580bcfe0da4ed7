// An evening from elsewhere, at both sizes: imported, looked through by the machine, cut, taken away, copied, merged and deleted; each
// thing opened again by another program. SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, of_pages, open_review, run, temporary_folder, until } from './support.mjs';

const sizes = { laptop: { viewport: { width: 1366, height: 768 } }, phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } };

// 18 s that move, 18 s of night, 18 s in which nothing moves, 6 s that move.
async function film(file) {
  const moving = (seconds) => ['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=10:d=${seconds}`];
  const made = await run('ffmpeg', ['-v', 'error', ...moving(18), '-f', 'lavfi', '-i', 'color=0x050505:s=320x180:r=10:d=18', '-f', 'lavfi', '-i', 'smptebars=s=320x180:r=10:d=18', ...moving(6),
    '-f', 'lavfi', '-i', 'sine=440:r=48000:d=60', '-filter_complex', '[0][1][2][3]concat=n=4', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-pix_fmt', 'yuv420p', '-map', '4:a', '-c:a', 'aac', '-shortest', file]);
  expect(made.code === 0, 'the film is made', made.err);
}
const jpeg_size = async (file) => JSON.parse((await run('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', file])).out).streams[0];

test('from elsewhere: imported, looked through, cut, exported, copied, merged and deleted, at both sizes', async () => {
  const folder = temporary_folder();
  const library = path.join(folder, 'sessions');
  fs.mkdirSync(library);
  await film(path.join(folder, 'foreign.mkv'));
  fs.writeFileSync(path.join(folder, 'chat.xml'), '<?xml version="1.0"?><i><d p="3.5,1,25,16777215,1700000000,0,abc,1">蘑菇怎么卖</d><d p="9.0,1,25,16777215,1700000000,0,def,2">老乡好</d></i>');
  const { child, at } = await open_review(library, path.join(folder, 'cache'));
  const get = async (target) => (await fetch(at + target)).json();
  const post = async (target, body) => {
    const answer = await fetch(at + target, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, said: await answer.json() };
  };
  const ids = [];
  for (const [size, screen] of Object.entries(sizes)) {
    const context = await browser.newContext({ ...screen, locale: 'zh-CN' });
    context.setDefaultTimeout(20000);
    const page = await context.newPage();
    const errors = [];
    note_errors(page, errors);
    const look = async (name) => {
      await page.screenshot({ path: path.join(pictures, `review-${name}-${size}.png`) });
      const faults = await faults_of(page);
      expect(faults.length === 0, `${name} ${size}: everything can be read and pressed`, faults);
    };
    await page.goto(`${at}review.html`);
    await page.getByRole('button', { name: '导入' }).click();
    await page.getByLabel('起个名字').fill(`集市${size}`);
    await page.getByLabel('录像文件').fill(path.join(folder, 'foreign.mkv'));
    await page.getByLabel('弹幕文件（可以没有）').fill(path.join(folder, 'chat.xml'));
    await page.getByLabel('弹幕从录像的第几秒开始').fill('2');
    await page.getByRole('button', { name: '导入', exact: true }).last().click();
    await page.getByText('导入好了').waitFor();
    await look('import');
    await page.getByRole('link', { name: '打开看看' }).click();
    await page.locator('.lanes canvas').waitFor({ state: 'attached' });
    const id = decodeURIComponent(new URL(page.url()).hash.split('/')[1]);
    ids.push(id);
    const of = `api/review/sessions/${encodeURIComponent(id)}`;
    const { lines } = await get(`${of}/chat?from=0`);
    expect(lines.map(({ t, text }) => `${t} ${text}`).join() === '5500 蘑菇怎么卖,11000 老乡好', 'the words at their time', lines);

    // what the machine saw
    const seen = await until('the pictures are looked through', async () => {
      const told = await get(`${of}/pictures`);
      return told.ready && told;
    });
    const near = (one, from, to) => one && Math.abs(one.from - from) <= 1500 && Math.abs(one.to - to) <= 2600;
    expect(near(seen.problems.find(({ kind }) => kind === 'dark'), 18000, 36000), 'the night is found', seen.problems);
    expect(near(seen.problems.find(({ kind }) => kind === 'frozen'), 36000, 54000) && seen.problems.length === 2, 'and where nothing moves', seen.problems);
    const wall = path.join(folder, 'wall.jpg');
    fs.writeFileSync(wall, Buffer.from(await (await fetch(at + seen.url.slice(1))).arrayBuffer()));
    const { width, height, codec_name } = await jpeg_size(wall);
    expect(codec_name === 'mjpeg' && width === seen.columns * seen.width && height === Math.ceil(seen.count / seen.columns) * seen.height, 'the wall is a JPEG of that size', { width, height, seen });
    await until('they are on the axis', async () => (await get(of)).lanes.problems.some(({ kind }) => kind === 'dark'));
    expect((await get(of)).summary.dark_ms > 15000, 'and among the figures', (await get(of)).summary);
    for (const strange of ['pictures.json', 'ledger.db', '..%2fledger.db', 'wall.jpg%00'])
      expect((await fetch(`${at}${of}/thumbnails/${strange}`)).status >= 400, `${strange} is no small picture`, '');

    if (size === 'phone') await page.getByRole('tab', { name: '时间轴' }).click();
    const box = await page.locator('.lanes').boundingBox();
    if (size === 'laptop') {
      await page.mouse.move(box.x + box.width * 0.8, box.y + 60);
      const peek = await page.locator('.peek').boundingBox();
      expect(peek && Math.abs(peek.x + peek.width / 2 - (box.x + box.width * 0.8)) < 5 && peek.y + peek.height < box.y + 5, 'a small picture stands above the pointer', { peek, box });
      await look('peek');
      await page.mouse.move(10, 10);
    }
    await look('machine');

    // a part cut out, by the dialog
    await page.getByRole('button', { name: '录像和导出' }).click();
    await page.getByRole('button', { name: '剪一段' }).click();
    await page.getByRole('button', { name: '剪下来' }).click();
    await page.getByText('剪好了').waitFor();
    await look('clip');
    const clip = (await get(of)).clips[0];
    const cut = path.join(folder, 'cut.mp4');
    fs.writeFileSync(cut, Buffer.from(await (await fetch(at + clip.url.slice(1))).arrayBuffer()));
    const { format } = JSON.parse((await run('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', cut])).out);
    expect(format.duration > 10 && format.duration <= 30.2, 'the clip is a film', format);
    await page.keyboard.press('Escape');

    // a copy on a stick, with its small pictures, and what was written into it
    const stick = path.join(folder, `stick-${size}`);
    fs.mkdirSync(stick);
    await page.getByRole('button', { name: '录像和导出' }).click();
    await page.getByRole('button', { name: '拷到 U 盘' }).click();
    await page.getByLabel('拷到哪个文件夹').fill(stick);
    await page.getByRole('button', { name: '开始拷' }).click();
    await page.getByText('拷好了，每个字节都对').waitFor();
    await page.keyboard.press('Escape');
    const copy = path.join(stick, id);
    expect(fs.readFileSync(path.join(copy, 'thumbnails/wall.jpg')).equals(fs.readFileSync(wall)), 'the small pictures went along', fs.readdirSync(copy));
    const other = await open_review(stick, path.join(folder, `cache-${size}`));
    const at_once = await (await fetch(`${other.at}${of}/pictures`)).json();
    expect(at_once.ready && at_once.problems.length === 2, 'and are there at once where it is opened', at_once);
    const there = await fetch(`${other.at}${of}/notes`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: `00000000-0000-4000-8000-00000000000${ids.length}`, t: 20000, kind: 'comment', author: '王老师', text: '这里没开灯' }) });
    expect(there.status === 200, 'a note on the copy', there.status);
    other.child.kill('SIGTERM');
    await page.goto(`${at}review.html`);
    await page.getByRole('button', { name: '导入' }).click();
    await page.getByRole('button', { name: '别人的意见' }).click();
    await page.getByLabel('那份拷贝在哪个文件夹').fill(stick);
    await page.getByRole('button', { name: '并进来' }).click();
    await page.getByText('加进来 1 条').waitFor();
    await page.keyboard.press('Escape');
    await until('the covers are there', async () => (await get('api/review/sessions')).sessions.filter(({ cover }) => cover).length === ids.length, { seconds: 20, every_ms: 300 });
    await page.reload();
    await page.locator('.cover img').first().waitFor();
    await until('the covers are pictures', () => page.evaluate(() => [...document.querySelectorAll('.cover img')].every((one) => one.complete && one.naturalWidth > 0)));
    await look('covers');
    expect(errors.length === 0, 'no error on the page', errors);
    await context.close();
  }

  // every kind of export, by another program
  const [id, second] = ids;
  const of = `api/review/sessions/${encodeURIComponent(id)}`;
  const fetched = async (kind) => Buffer.from(await (await fetch(`${at}${of}/export/${kind}?names=1`)).arrayBuffer());
  const { default: read_sheet } = await import(of_pages.resolve('read-excel-file/node'));
  expect((await read_sheet(await fetched('session.xlsx'))).length > 3, 'the sheet has rows', '');
  for (const [kind, marks] of [['chapters.vtt', 'WEBVTT'], ['captions.srt', '']]) {
    const file = path.join(folder, kind);
    fs.writeFileSync(file, await fetched(kind));
    expect(fs.readFileSync(file, 'utf8').startsWith(marks), `${kind} is one`, fs.readFileSync(file, 'utf8').slice(0, 60));
  }
  const cues = await run('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path.join(folder, 'chapters.vtt')]);
  expect(cues.code === 0 && cues.out.trim().split('\n').length >= 1, 'chapters are read as WebVTT', cues);
  const each = String(await fetched('chat.jsonl')).trim().split('\n').map((line) => JSON.parse(line));
  expect(each.length === 2 && each[0].text === '蘑菇怎么卖', 'a message a line', each);
  const counted = await run('python3', ['-c', 'import csv,sys,xml.dom.minidom as m; print(len(m.parse(sys.argv[1]).getElementsByTagName("d")), sum(1 for _ in csv.reader(open(sys.argv[2],encoding="utf-8-sig"))))',
    ...(await Promise.all(['chat.xml', 'chat.csv'].map(async (kind) => { fs.writeFileSync(path.join(folder, kind), await fetched(kind)); return path.join(folder, kind); })))]);
  expect(counted.out.trim() === '2 3', 'danmaku and table', counted);

  // nothing young is deleted by one alone; what is old enough is, and who said so is kept
  const before = await get(`${of}/keeping`);
  expect(before.needed.join() === 'operator,reviewer' && before.agreed.length === 0, 'both are needed', before);
  const one = await post(`${of}/delete`, { author: '刘姐', agree: true });
  expect(one.status === 200 && one.said.deleted === false && one.said.missing.join() === 'reviewer' && fs.existsSync(path.join(library, id)), 'the operator alone does not', one);
  expect((await post(`${of}/delete`, { author: '', agree: true })).status >= 400, 'nobody without a name', '');
  await run('python3', ['-c', 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute("UPDATE meta SET value=? WHERE name=\'began_wall_ms\'", (str(int(sys.argv[2])),)); d.commit()', path.join(library, second, 'ledger.db'), String(Date.now() - 1100 * 86400000)]);
  const old = `api/review/sessions/${encodeURIComponent(second)}`;
  // what was read a moment ago is not read again at once
  await until('it is read anew', async () => (await get(old)).began_wall_ms < Date.now() - 1000 * 86400000);
  expect((await get(`${old}/keeping`)).needed.join() === 'operator,reviewer', 'when an import took place is a guess: it stays young', await get(`${old}/keeping`));
  fs.rmSync(path.join(library, second, 'imported'));
  fs.utimesSync(path.join(library, second, 'ledger.db'), new Date(), new Date(Date.now() - 1100 * 86400000));
  await get(old);
  const gone = await post(`${old}/delete`, { author: '刘姐', agree: true });
  expect(gone.said.deleted === true, 'three years later the operator does', gone);
  await until('it is gone', () => !fs.existsSync(path.join(library, second)) && fs.readdirSync(library).every((name) => !name.startsWith('.deleted')));
  const kept = fs.readFileSync(path.join(library, 'deletions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  expect(kept.map(({ does }) => does).join() === 'agree,agree,deleted' && kept.every(({ author, wall_ms, role }) => author === '刘姐' && role === 'operator' && Date.now() - wall_ms < 60000), 'who and when is kept', kept);
  expect((await get('api/review/sessions')).sessions.length === 1, 'the other one is there', '');
  child.kill('SIGTERM');
});
