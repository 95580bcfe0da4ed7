// The review page on the real program and a real browser: how long an evening of 2 h, 100 000 events and five recordings takes to open,
// a press on "+1" to show its picture, and what a step of pushing the axis costs. Ends in a table of claims, each PASS or SHORT.
// Options: --quick (four minutes of recording instead of two hours; events are the same). SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { browser } from '../system/browser.mjs';
import { expect, median, pause, run, start, temporary_folder, until, xiangbo } from '../system/support.mjs';

const is_quick = process.argv.includes('--quick');
const claims = [];
const claim = (what, is, goal) => claims.push({ what, is, goal });
const folder = temporary_folder();
const library = path.join(folder, 'sessions');

// Five recordings that fill the evening, each 24 minutes of the same minute.
async function make(id, hours, events) {
  const session = path.join(library, id);
  const made = await run(process.env.XB_REVIEW_BENCH ?? 'build/release/tests/bench/review_bench', ['--make', session, String(hours), String(events)]);
  expect(made.code === 0, 'the ledger is made', made.err);
  const minute = path.join(folder, 'minute.mp4');
  if (!fs.existsSync(minute)) {
    const film = await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=60', '-f', 'lavfi', '-i', 'sine=440:r=48000:d=60',
      '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-b:v', '400k', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest', minute]);
    expect(film.code === 0, 'a minute of film', film.err);
  }
  const long = path.join(folder, `long-${hours}.mp4`);
  if (!fs.existsSync(long)) await run('ffmpeg', ['-v', 'error', '-stream_loop', String(is_quick ? 3 : hours * 12 - 1), '-i', minute, '-c', 'copy', '-movflags', '+faststart', long]);
  for (let n = 0; n < 5; ++n) {
    const file = path.join(session, `program-00${n}.mp4`);
    fs.rmSync(file, { force: true });
    fs.linkSync(long, file);
  }
  return session;
}
// What lies on the disk is read from there again.
const leave_memory = async (session) => {
  await run('sync', []);
  for (const name of fs.readdirSync(session)) await run('dd', [`if=${path.join(session, name)}`, 'of=/dev/null', 'iflag=nocache', 'count=0']);
};

async function serve(cache) {
  const child = start(xiangbo, ['review', library, '--control', '127.0.0.1:0'], { env: { ...process.env, XDG_CACHE_HOME: path.join(folder, cache) } });
  let out = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.resume();
  return { child, at: await until('the address is printed', () => /^control (http:\S+)$/m.exec(out)?.[1], { seconds: 20 }) };
}

// From the address typed to the lanes drawn, and to the picture shown.
async function open(at, id) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', bypassCSP: true });
  const page = await context.newPage();
  await page.addInitScript(() => {
    localStorage.setItem('xiangbo.locale', 'zh-CN');
    window.marks = {};
    const fill = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (...all) {
      window.marks.lanes ??= performance.now();
      return fill.apply(this, all);
    };
    // the first picture of another recording is there without a seek
    for (const event of ['seeked', 'loadeddata']) document.addEventListener(event, ({ target }) => target.seeking || (window.marks.seeked = performance.now()), true);
    // it may be read before it stands in the page: looked at, not listened for
    const look = () => {
      if ((document.querySelector('video')?.readyState ?? 0) >= 3) window.marks.picture ??= performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${at}review.html#evening/${encodeURIComponent(id)}`);
  await page.waitForFunction(() => window.marks.lanes && window.marks.picture, null, { timeout: 60000 });
  return { page, marks: await page.evaluate(() => window.marks), close: () => context.close() };
}

test('the review page on an evening of two hours', async () => {
  const id = '2h-100k';
  const session = await make(id, 2, 100000);
  await leave_memory(session);
  let served = await serve('cold');
  const cold = await open(served.at, id);
  claim('2 h, 100 000 events: lanes drawn, nothing in any cache', cold.marks.lanes, 2000);
  claim('2 h, 100 000 events: picture there, nothing in any cache', cold.marks.picture, 2000);
  await cold.close();
  const warm = await open(served.at, id);
  claim('2 h, 100 000 events: lanes drawn, opened again', warm.marks.lanes, 2000);
  claim('2 h, 100 000 events: picture there, opened again', warm.marks.picture, 2000);

  // presses on the curve, each on somebody who follows
  const { page } = warm;
  const of = `${served.at}api/review/sessions/${id}`;
  const { lanes, segments, duration_ms } = await (await fetch(of)).json();
  const box = await page.locator('.lanes').boundingBox();
  const seeks = [];
  for (const part of [0.1, 0.62, 0.31, 0.87, 0.5, 0.22, 0.75, 0.43]) {
    const plus = lanes.pluses.reduce((best, one) => (Math.abs(one.t - part * duration_ms) < Math.abs(best.t - part * duration_ms) ? one : best));
    const x = box.x + (plus.t / duration_ms) * box.width;
    const wanted = segments.some((one) => !is_quick && !one.missing && plus.t >= one.from && plus.t < one.to);
    let is_found = false;
    for (let y = box.y + 26; y < box.y + 140 && !is_found; y += 2) {
      await page.mouse.move(x, y);
      is_found = (await page.locator('.lanes').getAttribute('title'))?.includes('+1') ?? false;
    }
    if (!is_found) continue;
    await page.evaluate(() => {
      delete window.marks.seeked;
      document.addEventListener('pointerdown', () => (window.marks.pressed = performance.now()), { capture: true, once: true });
    });
    await page.mouse.down();
    await page.mouse.up();
    await page.locator('.aside-card').waitFor();
    await page.waitForFunction((has_picture) => !has_picture || window.marks.seeked, wanted, { timeout: 20000 });
    await page.waitForFunction(() => document.querySelectorAll('.aside-card .said, .aside-card li').length > 0, null, { timeout: 20000 });
    const told = await page.evaluate(() => ({ seeked: (window.marks.seeked ?? performance.now()) - window.marks.pressed, told: performance.now() - window.marks.pressed }));
    seeks.push(Math.max(told.seeked, told.told));
    await page.keyboard.press('Escape');
  }
  expect(seeks.length >= 4, 'enough of them were found', { seeks, pluses: lanes.pluses.length });
  console.log(`# presses on +1: ${seeks.map((ms) => Math.round(ms)).join(' ')} ms`);
  claim(`a press on +1 to its picture and the 30 s before, the slowest of ${seeks.length}`, Math.max(...seeks), 1000);

  // script alone, as the browser counts it, for each turn of the wheel
  await page.mouse.move(box.x + 600, box.y + 100);
  for (let i = 0; i < 6; ++i) await page.mouse.wheel(0, -240);
  await pause(500);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const script = async () => (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration').value * 1000;
  const steps = [];
  await page.keyboard.down('Shift');
  for (let i = 0; i < 60; ++i) {
    const before = await script();
    await page.mouse.wheel(0, i < 30 ? 60 : -60);
    await pause(50);
    steps.push((await script()) - before);
  }
  await page.keyboard.up('Shift');
  steps.sort((a, b) => a - b);
  console.log(`# script of a step: median ${median(steps).toFixed(2)} ms, most ${steps.at(-1).toFixed(2)} ms`);
  claim('script of a step of pushing the axis, nine of ten at most', steps[Math.floor(steps.length * 0.9)], 8);
  await warm.close();
  served.child.kill('SIGTERM');

  if (!is_quick) {
    const long = await make('8h-1M', 8, 1000000);
    await leave_memory(long);
    served = await serve('cold8');
    const great = await open(served.at, '8h-1M');
    claim('8 h, 1 000 000 events: lanes drawn, nothing in any cache', great.marks.lanes, 3000);
    await great.close();
    served.child.kill('SIGTERM');
  }
  console.log('');
  for (const { what, is, goal } of claims) console.log(`${is <= goal ? 'PASS ' : 'SHORT'} ${what}: ${is.toFixed(1)} ms of ${goal}`);
});
