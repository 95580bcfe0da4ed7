// A phone as the camera: pushed to this computer, lost, back; and everybody who must not get in.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { browser, pictures } from './browser.mjs';
import { faults_of } from './fit.mjs';
import { judge } from './media.mjs';
import { expect, pause, Program, start, temporary_folder, until, write_show } from './support.mjs';

const push = (url, colour = 'testsrc2') => start('ffmpeg', ['-v', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', `${colour}=size=640x360:rate=30`, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000',
  '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', url.startsWith('srt') ? 'mpegts' : 'flv', url]);
const end = async (child) => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};
// As a phone on this very computer would name it.
const here = (url) => url.replace(/\/\/[^:/]+:/, '//127.0.0.1:');

for (const protocol of ['rtmp', 'srt']) {
  test(`a phone that pushes ${protocol}`, async () => {
    const folder = temporary_folder();
    const program = await Program.live(folder, write_show(folder, { width: 640, height: 360 }), ['--source', `listen:${protocol}`]);
    const listen = async () => (await (await fetch(`${program.control}api/listen`)).json()).listen;
    const signal = async () => (await program.state()).source.signal;
    const first = await until('the address is known', listen);
    expect(first.protocol === protocol && first.port > 0 && first.key.length === 12, 'protocol, port and secret', first);
    const { whole } = first.addresses[0];
    const key_file = path.join(folder, 'data/listen.key');
    expect(fs.readFileSync(key_file, 'utf8').trim() === first.key && (fs.statSync(key_file).mode & 0o777) === 0o600, 'the secret is kept for its owner alone', fs.statSync(key_file).mode.toString(8));
    await until('it is said that it waits', async () => (await program.state()).problems.some(({ component, zh }) => component === 'capture.camera' && zh.includes(String(first.port))));

    // noise, silence and a stranger
    const callers = [];
    for (let i = 0; i < (protocol === 'rtmp' ? 12 : 0); ++i) {
      const caller = net.connect(first.port, '127.0.0.1');
      caller.on('error', () => {});
      if (i % 3 === 0) caller.write(Buffer.alloc(4000, i));
      callers.push(caller);
    }
    const stranger = push(here(whole).replace(first.key, 'wrongwrong22'), 'smptebars');
    await pause(1500);
    expect((await signal()) === 'none', 'a stranger is not seen', await signal());
    let phone = push(here(whole));
    await until('the phone is on', async () => (await signal()) === 'fresh', { seconds: 8 });
    await end(stranger);
    await program.command('live.start');
    await until('it records', async () => (await program.state()).recorder?.state === 'live');
    await pause(1500);
    for (let i = 0; i < 2; ++i) {
      await end(phone);
      const gone = performance.now();
      await until('the holding picture', async () => (await signal()) === 'lost', { seconds: 3, every_ms: 20 });
      const held = (performance.now() - gone) / 1000;
      expect(held <= 1.15, 'the holding picture within 1 s, in a state that is a tenth of one old', held);
      await pause(protocol === 'srt' && i === 0 ? 2500 : 300);
      phone = push(here(whole));
      const came = performance.now();
      await until('the phone is back', async () => (await signal()) === 'fresh', { seconds: 8, every_ms: 20 });
      console.log(`# ${protocol}: held after ${held.toFixed(2)} s, back ${((performance.now() - came) / 1000).toFixed(2)} s after its start`);
      await pause(700);
    }
    expect((await listen()).addresses[0].whole === whole, 'the address is still the same', await listen());
    const { session } = await program.state();
    expect((await program.state()).state !== 'ended', 'the evening went on', session);
    await program.command('live.end');
    await program.end();
    await end(phone);
    for (const caller of callers) caller.destroy();
    const facts = await judge(path.join(session.folder, 'program-000.mp4'));
    expect(facts.complaints === '' && facts.audio_gap.ms <= 50, 'one recording without a gap in the sound', facts);
    for (const name of fs.readdirSync(session.folder)) {
      const file = path.join(session.folder, name);
      if (fs.statSync(file).isFile()) expect(!fs.readFileSync(file).includes(first.key), 'the secret is in no file of the Session', name);
    }
    expect(!program.err.includes(first.key), 'and in no line of the log', program.err);
  });
}

const sizes = {
  'laptop-1366x768': { viewport: { width: 1366, height: 768 } },
  'phone-390x844': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
// Each language and each colour scheme; XB_ALL=1: each with each.
const dresses = [['zh-CN', 'light'], ['en-US', 'dark'], ['zh-CN', 'dark'], ['en-US', 'light']];
test('the page shows where to push', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { width: 640, height: 360, toml: '[source]\nfrom = "listen:rtmp"\n' });
  const program = await Program.live(folder, show);
  const { listen } = await program.get('api/listen');
  for (const [size, screen] of Object.entries(sizes)) {
    for (const [locale, scheme] of process.env.XB_ALL ? dresses : dresses.slice(0, 2)) {
      const context = await browser.newContext({ ...screen, locale, colorScheme: scheme });
      const page = await context.newPage();
      await page.addInitScript(([language, theme]) => {
        localStorage.setItem('xiangbo.locale', language);
        localStorage.setItem('xiangbo.theme', theme);
      }, [locale === 'en-US' ? 'en' : 'zh-CN', scheme]);
      await page.goto(`${program.control}setup.html#devices`);
      await page.getByText(listen.addresses[0].whole, { exact: true }).waitFor();
      await until('the code is shown', () => page.evaluate(() => document.querySelector('.listen img')?.naturalWidth > 0));
      const file = path.join(pictures, `${size}-listen-${locale}-${scheme}.png`);
      await page.locator('.listen').scrollIntoViewIfNeeded();
      await page.screenshot({ path: file });
      console.log(`# ${file}`);
      const faults = await faults_of(page);
      expect(faults.length === 0, `${locale} ${scheme}: everything can be read and pressed`, faults);
      await context.close();
    }
  }
  await program.end();
});
