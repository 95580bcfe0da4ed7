// What somebody on the same network or behind a viewer's name could try, all at one program that is on air: nothing is opened,
// kept, run or delayed by it. Each limit by itself is in the tests of src/net and src/control.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { browser } from './browser.mjs';
import { expect, Ingest, of_pages, pause, Program, run, start, temporary_folder, until, write_show } from './support.mjs';

const { WebSocket } = of_pages('ws');
const mib = 1048576;

// The first line of the answer; empty when the socket was closed without one.
const raw = (port, bytes, { patience = 5000, from } = {}) => new Promise((answer) => {
  const socket = net.connect({ host: '127.0.0.1', port: Number(port), localAddress: from });
  let said = '';
  const done = () => answer(said.split('\r\n')[0]) || socket.destroy();
  socket.setTimeout(patience, done);
  socket.on('connect', () => socket.write(bytes));
  socket.on('data', (more) => (said += more) && said.includes('\r\n') && done());
  socket.on('close', done);
  socket.on('error', done);
});
const host = (port) => `Host: 127.0.0.1:${port}\r\n`;

const paths = ['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%5c..%5cetc/passwd', '/....//....//etc/passwd', '/assets/..%00/canary', '/assets/%252e%252e/canary',
  'http://evil.example/', '//evil.example/canary', '/./../canary', '/api/pictures/..%2f..%2fcanary', '/api/pictures/%2e%2e', '/api/review/sessions/..%2f..%2fcanary', '/api/review/sessions/../media/canary',
  '/api/shows/zip?name=..%2f..%2fcanary', '/live/..%2f..%2fcanary', '/%c0%ae%c0%ae/canary', '/\x01canary', '/?file=../../canary', '/assets/canary%0d%0aX: y'];

// Header bytes of pictures that would be large, and pictures that are none.
function pictures() {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : 0, 8 + data.length);
    return out;
  };
  const png = (width, height) => {
    const about = Buffer.alloc(13);
    about.writeUInt32BE(width, 0);
    about.writeUInt32BE(height, 4);
    about.set([1, 0, 0, 0, 0], 8);
    const row = Buffer.alloc(Math.min(height, 30000) * (Math.ceil(Math.min(width, 30000) / 8) + 1));
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', about), chunk('IDAT', zlib.deflateSync(row)), chunk('IEND', Buffer.alloc(0))]);
  };
  return [png(30000, 30000), png(4097, 8), png(0, 10), png(0xffffffff, 0xffffffff), png(64, 64).subarray(0, 60), Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF', 'latin1'), Buffer.from('GIF89a\xff\xff\xff\xff', 'latin1'),
    Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X', 'latin1'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), Buffer.from('#EXTM3U\nfile:///etc/passwd'), Buffer.alloc(8 * mib - 1, 0x41), Buffer.alloc(0)];
}

const texts = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>', "';alert(1)//", '{{constructor.constructor("alert(1)")()}}', '<b>粗</b>', '&lt;i&gt;', '%s%n%x', '{}{0}', '=HYPERLINK("http://evil")',
  '\u202egnp.exe', '\u2066x\u2069', '\u200b\u200b看不见', 'a' + '\u0301'.repeat(60), '👨‍👩‍👧‍👦'.repeat(20), '\ufdfd'.repeat(60), '\u0000\u0007\u001b[31m', '好'.repeat(3000), 'مرحبا بكم', '\ud83c\udff4\u{e0067}\u{e007f}', '\ufeff', '<marquee>', 'javascript:alert(1)'];

test('attacks on a program that is on air', async () => {
  const folder = temporary_folder();
  fs.writeFileSync(path.join(folder, 'canary'), 'canary-7f3a');
  const mask = process.umask(0);
  const program = await Program.live(folder, write_show(folder, { width: 640, height: 360 }), ['--source', 'test:']);
  process.umask(mask);
  const control = new URL(program.control).port;
  const audience = new URL(program.audience).port;
  await program.command('live.start');
  await until('it is recorded', async () => (await program.stats()).recorder.bytes > 0);

  // nobody else reads what is kept, whatever the umask is
  const open_to_others = (await run('find', [path.join(folder, 'data'), '-perm', '/077', '-not', '-type', 'l'])).out.trim();
  expect(open_to_others === '', 'files of the data folder are for their owner alone', open_to_others);
  expect((fs.statSync(path.join(folder, 'data')).mode & 0o777) === 0o700, 'the data folder is 0700', '');

  // what is opened while paths are tried, as the kernel tells it
  const trace = path.join(folder, 'trace');
  const tracer = (await run('sh', ['-c', 'command -v strace'])).code === 0 ? start('strace', ['-f', '-qq', '-e', 'trace=openat,open,openat2', '-o', trace, '-p', String(program.child.pid)]) : null;
  if (tracer) await until('it is traced', () => fs.existsSync(trace) && /TracerPid:\s+[1-9]/.test(fs.readFileSync(`/proc/${program.child.pid}/status`, 'utf8')));
  for (const port of [control, audience])
    for (const one of paths) {
      const answer = await raw(port, `GET ${one} HTTP/1.1\r\n${host(port)}Connection: close\r\n\r\n`);
      expect(/^$| (200|302|400|403|404|405|503) /.test(answer), `an answer of ours to ${one}`, answer);
      const whole = await fetch(`http://127.0.0.1:${port}${one.startsWith('/') && !/[\x00-\x1f]/.test(one) ? one : '/'}`).then((got) => got.text());
      expect(!whole.includes('canary-7f3a') && !whole.includes('root:'), `nothing from outside by ${one}`, whole.slice(0, 200));
    }
  if (tracer) {
    tracer.kill('SIGINT');
    await once(tracer, 'exit');
    const opened = [...fs.readFileSync(trace, 'utf8').matchAll(/open\w*\([^"]*"([^"]*)"/g)].map(([, name]) => name);
    const odd = opened.filter((name) => /passwd|\/canary|\.\./.test(name));
    console.log(`# ${opened.length} files opened meanwhile`);
    // one of that name below the pages' own folder may be looked for
    expect(odd.length === 0, 'no such file was even tried', odd);
  }

  // two hundred that dribble, fifty bodies that never end, three hundred that sit there: others do not notice
  const before = (await program.stats()).frames;
  const began = performance.now();
  const sockets = [];
  const crowd = (count, port, bytes, drip) => {
    for (let i = 0; i < count; ++i) {
      const socket = net.connect({ host: '127.0.0.1', port: Number(port), localAddress: `127.0.1.${1 + (i % 50)}` });
      socket.on('error', () => {});
      socket.on('close', () => (socket.is_over = true));
      socket.resume();
      if (bytes) socket.write(bytes);
      sockets.push({ socket, drip });
    }
  };
  crowd(100, control, `GET / HTTP/1.1\r\n${host(control)}`, 'X');
  crowd(100, audience, `GET / HTTP/1.1\r\n${host(audience)}`, 'X');
  crowd(50, control, `POST /api/command HTTP/1.1\r\n${host(control)}Content-Length: 60000\r\n\r\n`, 'x');
  crowd(300, audience, '', null);
  const waits = [];
  while (performance.now() - began < 11500) {
    for (const { socket, drip } of sockets) if (drip && !socket.is_over) socket.write(drip);
    for (let i = 0; i < 5; ++i) {
      const asked = performance.now();
      await fetch(`${program.control}api/state`).then((answer) => answer.text());
      waits.push(performance.now() - asked);
      await pause(50);
    }
  }
  const after = (await program.stats()).frames;
  waits.sort((a, b) => a - b);
  const p99 = waits[Math.floor(waits.length * 0.99)];
  const dribblers = sockets.slice(0, 200).filter(({ socket }) => !socket.is_over).length;
  const missed = after.missed - before.missed + after.skipped - before.skipped;
  console.log(`# p99 ${p99.toFixed(0)} ms of ${waits.length}, ${dribblers} dribblers left, ${missed} frames missed of ${after.program - before.program}`);
  expect(p99 <= 250, 'others are answered as ever', p99);
  expect(dribblers === 0, 'who dribbles is closed after ten seconds', dribblers);
  expect(missed <= (after.program - before.program) * 0.02, 'and the picture goes on', missed);
  for (const { socket } of sockets) socket.destroy();

  // large heads, large messages, messages of nothing, and what is not unpacked here
  const rss = async () => (await program.stats()).rss_bytes;
  const rest = await rss();
  const long = 'a'.repeat(mib);
  for (const bytes of [`GET /${long} HTTP/1.1\r\n`, `GET / HTTP/1.1\r\n${host(control)}Cookie: ${long}\r\n\r\n`, `GET / HTTP/1.1\r\n${host(control)}${Array.from({ length: 1000 }, (_, i) => `X-${i}: y\r\n`).join('')}\r\n`])
    expect(/^$| (400|414|431) /.test(await raw(control, bytes)), 'refused or closed', '');
  const closed_by = (bytes) => new Promise((answer) => {
    const socket = new WebSocket(`${program.audience.replace('http', 'ws')}api/audience?id=aaaaaaaaaaaaaaaaaaaaaaaa`, { perMessageDeflate: false });
    socket.on('open', () => socket._socket.write(bytes));
    socket.on('close', answer);
    socket.on('error', () => {});
  });
  const frame = (first, size, body = Buffer.alloc(0)) => {
    const head = Buffer.alloc(14);
    head.set([first, 0x80 | 127]);
    head.writeBigUInt64BE(BigInt(size), 2);
    return Buffer.concat([size === 0 ? Buffer.from([first, 0x80, 0, 0, 0, 0]) : head, body]);
  };
  const codes = {
    large: await closed_by(frame(0x81, 10 * mib, Buffer.alloc(65536, 0x61))),
    nothing: await closed_by(Buffer.concat([frame(0x01, 0), ...Array.from({ length: 20000 }, () => frame(0x00, 0))])),
    packed: await closed_by(frame(0xc1, 0)),
  };
  expect(codes.large === 1009 && [1008, 1009].includes(codes.nothing) && codes.packed === 1002, 'closed with the reason', codes);
  const grown = ((await rss()) - rest) / mib;
  console.log(`# ${grown.toFixed(1)} MiB more after all of them`);
  expect(grown <= 16, 'none of it is kept', grown);

  // no picture is believed before its header was read, and none delays the air
  const seen = (await program.stats()).frames;
  for (const bytes of pictures()) {
    const asked = performance.now();
    const answer = await fetch(`${program.control}api/setup/picture`, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: bytes });
    expect(answer.status >= 400 && answer.status < 500 && performance.now() - asked < 1000, 'refused within a second', { status: answer.status, size: bytes.length, took: performance.now() - asked });
  }
  const later = (await program.stats()).frames;
  expect(later.missed - seen.missed <= 1, 'no frame was late for it', { later, seen });

  // what viewers write is text
  const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })).newPage();
  const dialogs = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
  await page.goto(program.control);
  await page.locator('.chat, [role=log]').first().waitFor();
  const parts = () => page.evaluate(() => ({ scripts: document.scripts.length, foreign: document.querySelectorAll('[role=log] script, [role=log] img, [role=log] iframe, [role=log] marquee, [role=log] svg[onload]').length }));
  const at_first = await parts();
  const ingest = await Ingest.open(program);
  await Promise.all(texts.map((text, i) => ingest.send({ platform: 'test', kind: 'chat', id: `t-${i}`, user: { id: `u-${i}`, name: i % 2 ? text.slice(0, 20) : '村民' }, text })));
  await page.getByText('<marquee>').first().waitFor();
  expect(JSON.stringify(await parts()) === JSON.stringify(at_first) && dialogs.length === 0, 'the page runs nothing of it', { at_first, now: await parts(), dialogs });
  const shown = await page.locator('[role=log]').first().textContent();
  expect(!/[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u0000-\u0008]/.test(shown), 'nothing turns the text around', shown.match(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u0000-\u0008]/)?.[0].charCodeAt(0).toString(16));
  ingest.close();
  expect((await program.state()).state === 'recording', 'the evening goes on', (await program.state()).state);
  await program.end();
});
