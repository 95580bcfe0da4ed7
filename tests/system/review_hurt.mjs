// Evenings that were hurt: ledgers cut, locked, newer, foreign and gone, recordings cut, foreign and gone, clocks that were wrong. What
// can be shown is shown, what is missing is named, nothing is changed; and what a reviewer asked for waits at the next start.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser, note_errors, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { expect, Ingest, of_pages, open_review, pause, Program, run, start, temporary_folder, until, write_show } from './support.mjs';

const laptop = { viewport: { width: 1366, height: 768 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const sql = (folder, text) => run('python3', ['-c', 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.commit()', path.join(folder, 'ledger.db'), text]);

async function record(folder, show) {
  const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const session = (await program.state()).session.folder;
  const ingest = await Ingest.open(program);
  for (let i = 0; i < 3; ++i) await ingest.send({ kind: 'chat', platform: 'test', id: `c-${i}`, user: { id: `u-${i}`, name: `乡亲${i}` }, text: '蘑菇多少钱一斤？' });
  await pause(9000); // some key pictures
  await program.command('live.end');
  ingest.close();
  // a busy machine takes its time to make it a plain file
  await until('the recording is finished', () => program.err.includes('is a plain MP4 now'));
  await program.end();
  return session;
}
const facts_of = (library) => fs.readdirSync(library).flatMap((id) => fs.readdirSync(path.join(library, id)).map((name) => {
  const { size, mtimeMs } = fs.statSync(path.join(library, id, name));
  return `${id}/${name} ${size} ${mtimeMs}`;
})).sort();

test('of what is hurt the rest is shown, what is missing is named, nothing is changed', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { width: 640, height: 360 });
  const session = await record(folder, show);
  const library = path.join(folder, 'library');
  const id = path.basename(session);
  const make = async (name, does = () => {}) => {
    const to = path.join(library, `${id}-${name}`);
    fs.cpSync(session, to, { recursive: true, preserveTimestamps: true });
    await does(to, path.join(to, 'ledger.db'), path.join(to, 'program-000.mp4'));
    return to;
  };
  const cut = (file, part) => fs.truncateSync(file, Math.floor(fs.statSync(file).size * part));
  await make('whole');
  await make('cut', (_, ledger) => cut(ledger, 0.6));
  await make('foreign', (_, ledger) => fs.writeFileSync(ledger, 'not ours\n'.repeat(2000)));
  await make('empty', (_, ledger) => fs.writeFileSync(ledger, ''));
  await make('newer', (to) => sql(to, 'PRAGMA user_version = 99'));
  await make('gone', (_, ledger) => fs.rmSync(ledger));
  const locked = await make('locked');
  await make('film-cut', (to, ledger, film) => cut(film, 0.5));
  await make('film-foreign', (to, ledger, film) => fs.writeFileSync(film, 'no film\n'.repeat(5000)));
  await make('film-other', (to, ledger, film) => run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=5:d=1', film]));
  await make('film-gone', (to, ledger, film) => fs.rmSync(film));
  await make('clock', (to) => sql(to, "UPDATE meta SET value='4102444800000' WHERE name='began_wall_ms'"));
  const lock = start('python3', ['-c', 'import sqlite3,sys,time; d=sqlite3.connect(sys.argv[1],isolation_level=None); d.execute("BEGIN EXCLUSIVE"); print("locked",flush=True); time.sleep(600)', path.join(locked, 'ledger.db')]);
  await once(lock.stdout, 'data');
  const before = facts_of(library);

  const review = await open_review(library, path.join(folder, 'cache'));
  const { at } = review;
  const get = async (target) => {
    const answer = await fetch(at + target);
    return { status: answer.status, said: await answer.json() };
  };
  await until('all are read', async () => (await get('api/review/sessions')).said.sessions.every(({ pending }) => !pending), { seconds: 30 });
  const rows = Object.fromEntries((await get('api/review/sessions')).said.sessions.map((one) => [one.id.slice(id.length + 1), one]));
  const told = {};
  for (const name of Object.keys(rows)) {
    const of = `api/review/sessions/${encodeURIComponent(`${id}-${name}`)}`;
    await until(`${name} is heard and seen`, async () => (await get(`${of}/sound`)).said.ready && (await get(`${of}/pictures`)).said.ready, { seconds: 30 });
    told[name] = { of, e: (await get(of)).said, chat: (await get(`${of}/chat?from=0&kinds=chat`)).said };
    expect(told[name].chat.lines !== undefined, `${name}: the chat is answered`, told[name].chat);
  }
  const missing = (name) => told[name].e.missing.map(({ zh }) => zh).join();
  expect(missing('whole') === '' && told.whole.chat.lines.length === 3, 'nothing is missing from the whole one', told.whole.e);
  for (const name of ['foreign', 'empty', 'newer', 'gone']) {
    const { e, chat } = told[name];
    expect(rows[name].state === 'unreadable' && rows[name].has_video && rows[name].comments === null && rows[name].problem.zh.includes('账本'), `${name} says why`, rows[name]);
    expect(!rows[name].problem.zh.includes(library), 'and not where on this computer', rows[name].problem);
    expect(e.state === 'unreadable' && e.summary === null && e.segments.length === 1 && e.duration_ms > 4000 && chat.lines.length === 0, `${name}: the recording is there`, e);
    expect(missing(name).includes('只有录像'), `${name} names what is missing`, e.missing);
    const part = await fetch(at + e.segments[0].url.slice(1), { headers: { Range: 'bytes=0-9' } });
    expect(part.status === 206, 'and can be watched', part.status);
  }
  expect(rows.cut.state === 'interrupted' && missing('cut').includes('账本坏了') && told.cut.e.segments.length === 1, 'what a cut ledger lacks is named, the recording is there', told.cut.e);
  expect(missing('locked') === '' && told.locked.chat.lines.length === 3, 'a lock hides nothing', told.locked);
  for (const name of ['film-cut', 'film-foreign', 'film-other', 'film-gone']) {
    expect(missing(name).includes('program-000.mp4') && told[name].chat.lines.length === 3, `${name}: named, with all that is known`, told[name].e.missing);
  }
  expect(missing('clock').includes('钟不准'), 'a wrong clock is named', told.clock.e.missing);
  expect(String(facts_of(library)) === String(before), 'nothing was changed', facts_of(library).filter((one) => !before.includes(one)));

  // a part of what has no ledger is cut out, and all of it copied
  const job_of = async (of, what, body) => {
    const asked = await (await fetch(`${at}${of}/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
    return until(`${what} is done`, async () => {
      const job = (await get(`api/review/jobs/${asked.job}`)).said;
      return job.state !== 'running' && job;
    }, { seconds: 30 });
  };
  const clip = await job_of(told.foreign.of, 'clips', { from: 1000, to: 2000 });
  expect(clip.state === 'done', 'a part is cut out', clip);
  const stick = path.join(folder, 'stick');
  fs.mkdirSync(stick);
  const copied = await job_of(told.foreign.of, 'copy', { to: stick });
  expect(copied.state === 'done' && fs.existsSync(path.join(stick, `${id}-foreign`, 'program-000.mp4')), 'it is copied', copied);
  const removed = await job_of(told.foreign.of, 'copy', { to: stick, without: [{ from: 1000, to: 2000 }] });
  expect(removed.state === 'failed' && removed.error.zh !== '', 'without a ledger nobody knows what else would have to go', removed);

  for (const [size, screen] of Object.entries({ laptop, phone })) {
    for (const [locale, theme] of [['zh-CN', 'light'], ['en', 'dark']]) {
      const context = await browser.newContext({ ...screen, locale: 'zh-CN' });
      context.setDefaultTimeout(20000);
      const page = await context.newPage();
      const errors = [];
      note_errors(page, errors);
      await page.addInitScript(([language, colours]) => {
        localStorage.setItem('xiangbo.locale', language);
        localStorage.setItem('xiangbo.theme', colours);
      }, [locale, theme]);
      const look = async (name) => {
        await page.screenshot({ path: path.join(pictures, `review-hurt-${name}-${size}-${locale}-${theme}.png`) });
        const faults = await faults_of(page);
        expect(faults.length === 0, `${name} ${size} ${locale}: everything can be read and pressed`, faults);
      };
      await page.goto(`${at}review.html`);
      const link = page.locator(`a[href="#evening/${encodeURIComponent(`${id}-foreign`)}"]`);
      await link.getByText(locale === 'en' ? 'The recordings can be watched' : '录像还能看').waitFor();
      await look('list');
      await link.click();
      await until('the picture is there', () => page.evaluate(() => document.querySelector('video')?.readyState >= 2));
      await page.getByText(locale === 'en' ? 'recordings alone' : '只有录像').first().waitFor();
      await look('evening');
      await page.locator('.review-top .accent').click();
      expect((await page.locator('.export[data-kind]').count()) === 0 && (await page.locator('.export').count()) >= 1, 'the recordings can be taken away, tables there are none', '');
      await look('export');
      expect(errors.length === 0, 'no error on the page', errors);
      await context.close();
    }
  }

  // the month leaves them out
  const month = Buffer.from(await (await fetch(`${at}api/review/month/${id.slice(0, 7)}.xlsx`)).arrayBuffer());
  const { default: read_sheet } = await import(of_pages.resolve('read-excel-file/node'));
  const [{ data: sheet }] = await read_sheet(month);
  const readable = Object.values(rows).filter((one) => one.state !== 'unreadable' && new Date(one.began_wall_ms).getFullYear() < 2090).length;
  expect(sheet.length === readable + 2 && sheet[1][sheet[0].indexOf('最多同时在看')] === null, 'a row for each that was counted, blank where nothing is known', sheet);
  review.child.kill('SIGTERM');
});

test('what a reviewer asked for waits where the next evening begins; a taken port is passed over', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { width: 640, height: 360 });
  const session = await record(folder, show);
  const { at, child } = await open_review(path.dirname(session), path.join(folder, 'cache'));
  const of = `${at}api/review/sessions/${encodeURIComponent(path.basename(session))}`;
  const post = async (target, body) => (await fetch(of + target, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  for (let n = 1; n <= 6; ++n) {
    const said = await post('/notes', { id: uuid(n), t: n * 500, kind: n === 6 ? 'task' : 'comment', author: '王老师', text: `意见第 ${n} 条` });
    expect(said.ok, 'it is written', said);
  }
  await post(`/notes/${uuid(1)}`, { author: '小李', state: 'done' });
  await post('/sign', { author: '王老师' });

  // two more reviews while the usual port is taken, or by the first of them
  const said = [];
  for (const n of [1, 2]) {
    const another = start(process.env.XIANGBO, ['review', path.dirname(session)], { env: { ...process.env, XDG_CACHE_HOME: path.join(folder, `cache-${n}`) } });
    let out = '';
    another.stdout.on('data', (bytes) => (out += bytes));
    said.push(await until('its address is printed', () => /^control (http:\S+)/m.exec(out)?.[1]));
  }
  expect(new Set(said).size === 2, 'each has its own', said);
  for (const one of said) expect((await (await fetch(`${one}api/review/sessions`)).json()).sessions[0].signed_by === '王老师', 'and shows the same', one);
  child.kill('SIGTERM');

  const program = await Program.live(folder, show, ['--source', 'test:']);
  for (const [size, screen] of Object.entries({ laptop, phone })) {
    const context = await browser.newContext({ ...screen, locale: 'zh-CN' });
    context.setDefaultTimeout(30000);
    const page = await context.newPage();
    await page.goto(program.control);
    const line = page.locator('[data-item="notes"]');
    await line.getByText('还有 5 条没办').waitFor();
    const shown = await line.locator('.check-words').innerText();
    expect(shown.includes('意见第 6 条') && shown.includes('意见第 2 条') && !shown.includes('意见第 1 条') && shown.includes('还有 1 条'), 'the task first, what is done not at all', shown);
    await line.scrollIntoViewIfNeeded();
    await page.screenshot({ path: path.join(pictures, `review-open-notes-${size}.png`) });
    await line.getByRole('link').click();
    await page.locator('.thread', { hasText: '意见第 6 条' }).first().waitFor({ state: 'attached' });
    await context.close();
  }
  await program.end();
});
