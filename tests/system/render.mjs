// Offline composing: the same each time, and a clear word for wrong events.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ffmpeg } from './media.mjs';
import { expect, run, start, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const folder = temporary_folder();
const show = write_show(folder);
const clip = path.join(folder, 'clip.mp4');

function write_events(name, lines) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n');
  return file;
}

async function render(events, output) {
  return run(xiangbo, ['render', show, '--input', clip, '--events', events, '--output', output]);
}

test('makes a clip', async () => {
  await ffmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=4', '-f', 'lavfi', '-i', 'sine=440:d=4', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', clip]);
});

test('the same input makes the same frames twice', async () => {
  const events = write_events('good.jsonl', [
    { kind: 'follow', platform: 'test', id: 'f-1', user: { id: 'u-1', name: '春燕🌾' }, time_ms: 300 },
    { name: 'product.show', args: { product: 'dumpling' }, time_ms: 500 },
    { kind: 'chat', platform: 'test', id: 'c-1', user: { id: 'u-2', name: '李大爷' }, text: '饺子几点下锅？', time_ms: 900 },
    { name: 'caption.show', args: { caption: 'kitchen' }, time_ms: 2000 },
    { name: 'slate.show', args: { slate: 'away' }, time_ms: 3000 },
  ]);
  const sums = [];
  for (const name of ['one.mp4', 'two.mp4']) {
    const output = path.join(folder, name);
    const done = await render(events, output);
    expect(done.code === 0, 'render exits 0', done.err);
    sums.push(await ffmpeg(['-i', output, '-f', 'framemd5', '-']));
  }
  const frames = sums[0].split('\n').filter((line) => line.startsWith('0,')).map((line) => line.split(',').at(-1).trim());
  expect(frames.length === 120, '4 s at 30 a second are 120 frames', frames.length);
  expect(new Set(frames).size > 90, 'the picture moves', new Set(frames).size);
  expect(sums[0] === sums[1], 'identical frame sums', 'they differ');
});

test('never writes over what it reads, and says which file', async () => {
  const events = write_events('mine.jsonl', [{ kind: 'chat', platform: 'test', id: 'a', text: 'x', time_ms: 0 }]);
  const picture = fs.readdirSync(path.join(show, 'pictures')).map((name) => path.join(show, 'pictures', name))[0];
  for (const file of [clip, events, path.join(show, 'show.toml'), path.join(show, 'products.csv'), path.join(show, 'captions.csv'), picture]) {
    const before = fs.readFileSync(file);
    const done = await render(events, file);
    expect(done.code === 2 && done.err.includes(path.basename(file)), `exit 2 and ${path.basename(file)} is named`, done);
    expect(file !== clip || done.err.includes(`--output 会盖掉 ${clip}`), 'in Chinese', done.err);
    expect(fs.readFileSync(file).equals(before), `${file} is as it was`, 'changed');
  }
});

test('a film that cannot be finished leaves what was there, and nothing beside it', async () => {
  const events = write_events('pin.jsonl', [
    { kind: 'chat', platform: 'test', id: 'a', user: { id: 'u', name: '春燕' }, text: '好', time_ms: 0 },
    { name: 'chat.pin', args: { seq: 1 }, time_ms: 500 },
    { name: 'chat.pin', args: { seq: 99 }, time_ms: 2000 },
  ]);
  const output = path.join(folder, 'kept.mp4');
  fs.writeFileSync(output, 'the film of yesterday');
  const done = await render(events, output);
  expect(done.code === 2 && /pin\.jsonl:3: 99/.test(done.err), 'exit 2, the line and the number', done);
  expect(fs.readFileSync(output, 'utf8') === 'the film of yesterday', 'the former film is there', fs.statSync(output));
  const program = start(xiangbo, ['render', show, '--input', clip, '--output', output]);
  await until('it writes', () => fs.existsSync(output + '.part'));
  program.kill('SIGTERM');
  await once(program, 'exit');
  expect(fs.readFileSync(output, 'utf8') === 'the film of yesterday', 'the former film is there', fs.statSync(output));
  expect(!fs.existsSync(output + '.part'), 'no half film', fs.readdirSync(folder));
});

test('events behind the end are told', async () => {
  const events = write_events('late.jsonl', [
    { kind: 'chat', platform: 'test', id: 'a', text: 'x', time_ms: 0 },
    { name: 'slate.show', args: { slate: 'away' }, time_ms: 4_500 },
    { kind: 'chat', platform: 'test', id: 'b', text: 'y', time_ms: 60_000 },
  ]);
  const done = await render(events, 'null:');
  expect(done.code === 0 && /2 events .*late\.jsonl:2/.test(done.err), 'exit 0 and a note with count and line', done);
});

test('options that do not go together are told in both languages', async () => {
  const wrong = [
    [[], '还要用 --input 写一个视频文件', 'name a film with --input'],
    [['--input', clip, '--theme', 'plain'], '--show 和 --theme 只用于场次', '--show and --theme are for a Session'],
  ];
  for (const [more, zh, en] of wrong) {
    const done = await run(xiangbo, ['render', show, '--output', 'null:', ...more]);
    expect(done.code === 2 && done.err.includes(zh) && done.err.includes(en), 'exit 2 and both sentences', done);
  }
});

test('a name that promises another kind of film is refused before anything is read', async () => {
  for (const name of ['film.avi', 'film.mp4.mkv', '片子.mov']) {
    const output = path.join(folder, name);
    const done = await run(xiangbo, ['render', show, '--input', clip, '--output', output]);
    expect(done.code === 2 && done.err.includes(`要以 .mp4 结尾，写的是 ${output}`) && done.err.includes('has to end in .mp4'), 'exit 2 and a sentence in both languages', done);
    expect(!fs.existsSync(output) && !fs.existsSync(output + '.part'), 'no such file', fs.readdirSync(folder));
  }
});

test('the ending counts in capitals too', async () => {
  const output = path.join(folder, 'FILM.MP4');
  const done = await run(xiangbo, ['render', show, '--input', clip, '--output', output]);
  expect(done.code === 0 && fs.existsSync(output), 'the film is there', done);
});

test('composes without encoding to null:', async () => {
  const done = await run(xiangbo, ['render', show, '--input', clip, '--output', 'null:'], { cwd: folder });
  expect(done.code === 0, 'exit 0', done.err);
  expect(!fs.existsSync(path.join(folder, 'null:')), 'no file called null:', fs.readdirSync(folder));
});

const hostile = {
  'text that is no JSON': 'not json',
  'an event of no known kind': { kind: 'earthquake', platform: 'test', time_ms: 1 },
  'an event without time_ms of a wrong type': { kind: 'chat', platform: 'test', text: 'x', time_ms: 'now' },
  'a command nobody knows': { name: 'rm.rf', args: {}, time_ms: 5 },
  'arguments of a wrong type': { name: 'product.show', args: { product: 7 }, time_ms: 5 },
  'brackets without end': '['.repeat(5000),
  'a line of a megabyte': `{"kind":"chat","platform":"test","text":"${'长'.repeat(400000)}"}`,
};

for (const [what, line] of Object.entries(hostile)) {
  test(`${what}: exit 2 with file and line`, async () => {
    const events = write_events('hostile.jsonl', [{ kind: 'chat', platform: 'test', id: 'ok', text: 'x', time_ms: 0 }, line]);
    const done = await render(events, 'null:');
    expect(done.code === 2, 'exit 2', done);
    expect(/hostile\.jsonl:2\b/.test(done.err), 'hostile.jsonl:2 in the message', done.err.slice(0, 400));
    expect(done.err.length < 2000, 'one clear sentence in two languages', done.err.slice(0, 2000));
  });
}

test('an input that is no film: exit 2 and a sentence', async () => {
  const garbage = path.join(folder, 'garbage.mp4');
  fs.writeFileSync(garbage, Buffer.from(Array.from({ length: 50000 }, (_, i) => (i * 7919) % 251)));
  const done = await run(xiangbo, ['render', show, '--input', garbage, '--output', 'null:']);
  expect(done.code === 2 && done.err.includes('garbage.mp4'), 'exit 2, the file named', done);
});
