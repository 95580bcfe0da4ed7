// An evening that was killed once, looked at days later: the real program serves its library to a client over HTTP.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { once } from 'node:events';
import { expect, Ingest, of_pages, open_review, pause, Program, run, temporary_folder, until, write_show } from './support.mjs';

const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

// Exactly this target, which fetch() would tidy up.
async function raw(at, target) {
  const { hostname, port } = new URL(at);
  const request = http.get({ hostname, port, path: target });
  const [answer] = await once(request, 'response');
  answer.resume();
  return answer.statusCode;
}

// What all files of a folder are.
function facts_of(folder) {
  return fs.readdirSync(folder).sort().map((name) => {
    const { size, mtimeMs } = fs.statSync(path.join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  }).join('\n');
}

// One evening in two runs of the program: what was acknowledged, and when.
async function evening(folder) {
  const show = write_show(folder, { baseline: 100 });
  const follow = (n) => ({ kind: 'follow', platform: 'test', id: `f-${n}`, user: { id: `u-${n}`, name: `乡亲${n}` } });
  const say = (n, text) => ({ kind: 'chat', platform: 'test', id: `c-${n}`, user: { id: `u-${n}`, name: `乡亲${n}` }, text });
  let program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  const session = (await program.state()).session.folder;
  let ingest = await Ingest.open(program);
  await program.command('product.show', { product: 'mushroom' });
  await until('the card is on', async () => (await program.state()).layers.some(({ layer }) => layer === 'product_card'));
  await ingest.send(say(1, '蘑菇怎么卖'));
  await pause(400);
  await ingest.send(follow(1));
  await program.command('marker.add', { note: '好时刻' });
  await pause(1500);
  await program.end('SIGKILL');
  program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
  expect((await program.state()).session.folder === session, 'the Session goes on', session);
  ingest = await Ingest.open(program);
  await ingest.send(say(2, '=HYPERLINK("http://x")'));
  await ingest.send(follow(2));
  await ingest.send(follow(1)); // a repeat
  await pause(1200);
  await program.command('live.end');
  const of_live = await (await fetch(`${program.control}api/review/sessions`)).json();
  expect(of_live.sessions.length === 1, 'the control room shows the same library', of_live);
  await program.end();
  return session;
}

test('an evening that was killed once is there in the review, whole', async () => {
  const folder = temporary_folder();
  const session = await evening(folder);
  const id = path.basename(session);
  const before = facts_of(session);
  const { at, child } = await open_review(path.dirname(session), path.join(folder, 'cache'));
  const get = async (target) => {
    const answer = await fetch(at + target);
    return { status: answer.status, said: await answer.json() };
  };
  const post = async (target, body) => {
    const answer = await fetch(at + target, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, said: await answer.json() };
  };
  const of = `api/review/sessions/${encodeURIComponent(id)}`;

  const { said: e } = await get(of);
  expect(e.id === id && e.state === 'ended', 'the evening is read', e);
  expect(e.summary.gained === 2 && e.summary.total === 102 && e.summary.comments === 2 && e.summary.questions === 1, 'two came, two spoke, one asked', e.summary);
  expect(e.lanes.pluses.map(({ name }) => name).join() === '乡亲1,乡亲2', 'both by name', e.lanes.pluses);
  expect(e.lanes.gained.at(-1)[1] === 2 && e.missing.length === 0, 'the replay ends where the Counter did', { gained: e.lanes.gained, missing: e.missing });
  expect(e.segments.length === 2 && e.segments.every((one) => !one.missing && one.to > one.from), 'two segments', e.segments);
  const problem = e.lanes.problems.find(({ kind }) => kind === 'interrupted');
  expect(problem && problem.from <= e.segments[1].from && problem.to <= e.segments[1].from, 'the interruption is between them', { problem, segments: e.segments });
  const [card] = e.lanes.products;
  expect(card?.id === 'mushroom' && card.questions === 1 && card.gained === 1, 'the card, and what came meanwhile', e.lanes.products);
  expect(e.lanes.markers[0]?.note === '好时刻' && e.lanes.markers[0].by === 'operator', 'the marker and who set it', e.lanes.markers);

  const { said: prior } = await get(`${of}/before?t=${e.lanes.pluses[0].t}`);
  expect(prior.product?.id === 'mushroom' && prior.lines.some(({ text }) => text === '蘑菇怎么卖'), 'before the +1: the card and the words', prior);
  const { said: chat } = await get(`${of}/chat?from=0&limit=2`);
  expect(chat.lines.length === 2 && chat.more === true, 'chat by pages', chat);
  const { said: rest } = await get(`${of}/chat?from=0&seq_after=${chat.lines[1].seq}`);
  expect(rest.more === false && rest.lines.every(({ seq }) => seq > chat.lines[1].seq), 'and the rest', rest);

  const media = `${at}${of}/media/program-000.mp4`;
  const size = fs.statSync(path.join(session, 'program-000.mp4')).size;
  const part = await fetch(media, { headers: { Range: 'bytes=10-19' } });
  const bytes = Buffer.from(await part.arrayBuffer());
  const real = fs.readFileSync(path.join(session, 'program-000.mp4')).subarray(10, 20);
  expect(part.status === 206 && bytes.equals(real) && part.headers.get('content-range') === `bytes 10-19/${size}`, 'a part of the recording', { status: part.status, range: part.headers.get('content-range') });
  expect((await fetch(media, { headers: { Range: `bytes=${size}-` } })).status === 416, 'beyond its end: 416', size);
  const many = await Promise.all(Array.from({ length: 20 }, async () => (await (await fetch(media)).arrayBuffer()).byteLength));
  expect(many.every((one) => one === size), 'twenty at once get all of it', many);
  for (const target of ['media/ledger.db', 'media/notes.jsonl', 'media/..%2fledger.db', 'media/../ledger.db', 'media/%2e%2e/%2e%2e/secrets.toml', 'export/..%2f..%2fsecrets.toml', 'media/program-000.mp4%00']) {
    const status = await raw(at, `/${of}/${target}`);
    expect(status === 404 || status === 400, `${target} is refused`, status);
  }
  expect((await raw(at, '/api/review/sessions/..%2f..%2fdata')) >= 400, 'no Session outside the library', '');

  const note = { id: uuid(1), t: 1000, kind: 'comment', author: '王老师', text: '价格没说清' };
  for (const time of ['first', 'second']) {
    const { status, said } = await post(`${of}/notes`, note);
    expect(status === 200 && said.note.text === note.text, `a note, the ${time} time`, said);
  }
  const copy = path.join(folder, 'usb', id);
  fs.cpSync(session, copy, { recursive: true });
  await post(`${of}/notes/${note.id}`, { author: '小李', state: 'done' });
  const other = await open_review(path.dirname(copy), path.join(folder, 'cache'));
  const there = await fetch(`${other.at}${of}/notes`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...note, id: uuid(2), text: '蘑菇讲得好' }) });
  expect(there.status === 200, 'a note on the copy', there.status);
  const { said: merged } = await post('api/review/merge', { from: copy });
  expect(merged.notes_added === 1, 'one comes from the copy', merged);
  const { said: notes } = await get(`${of}/notes`);
  expect(notes.notes.map(({ text, state }) => `${text} ${state}`).sort().join() === '价格没说清 done,蘑菇讲得好 open', 'nothing is lost by the merge', notes);
  other.child.kill('SIGTERM');

  await until('the Session is in the index', async () => (await get('api/review/search?q=' + encodeURIComponent('蘑菇'))).said.hits.some(({ where }) => where === 'chat'), { seconds: 20 });
  const { said: found } = await get('api/review/search?q=' + encodeURIComponent('蘑菇'));
  expect(new Set(found.hits.map(({ where }) => where)).size >= 2, 'found in chat and notes', found);

  const sheet = Buffer.from(await (await fetch(`${at}${of}/export/session.xlsx`)).arrayBuffer());
  const { default: read_sheet } = await import(of_pages.resolve('read-excel-file/node'));
  const rows = JSON.stringify(await read_sheet(sheet, { sheet: '新增粉丝' }));
  expect(rows.includes('观众 1') && !rows.includes('乡亲1'), 'the sheet opens in another program, without names', rows);
  const csv = await (await fetch(`${at}${of}/export/chat.csv?names=1`)).text();
  expect(csv.includes("'=HYPERLINK") && csv.includes('乡亲1'), 'no formula; names when asked for', csv);
  const { code, out } = await run('python3', ['-c', 'import sys,xml.dom.minidom as m; print(len(m.parseString(sys.stdin.buffer.read()).getElementsByTagName("d")))'],
    { stdio: [await as_file(folder, await (await fetch(`${at}${of}/export/chat.xml`)).text()), 'pipe', 'pipe'] });
  expect(code === 0 && out.trim() === '2', 'the danmaku are XML', out);

  const sound = await until('the sound lane is ready', async () => {
    const { said } = await get(`${of}/sound`);
    return said.ready && said;
  }, { seconds: 20 });
  expect(sound.error === null && sound.peaks.some((peak) => peak > 10), 'it is heard', sound);

  fs.rmSync(path.join(session, 'program-001.mp4'));
  const { said: without } = await get(of);
  expect(without.segments[1].missing && without.missing.some(({ zh }) => zh.includes('program-001.mp4')), 'a missing segment is named', without.missing);
  const left = (facts) => facts.split('\n').filter((line) => !/^(notes\.jsonl|program-001)/.test(line)).join('\n');
  expect(left(facts_of(session)) === left(before), 'nothing else in the folder was changed', facts_of(session));
  child.kill('SIGTERM');
  const [exit] = await once(child, 'exit');
  expect(exit === 0, 'it ends in order', exit);
});

async function as_file(folder, text) {
  const file = path.join(folder, 'stdin');
  fs.writeFileSync(file, text);
  return fs.openSync(file, 'r');
}
