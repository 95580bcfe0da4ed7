// The Feed of a live program for those who come back, and the ingest for those who wait for each answer.
// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test';
import { expect, Feed, Ingest, median, Program, temporary_folder, until, write_show } from './support.mjs';

const baseline = 500;
const say = (n) => ({ kind: 'chat', platform: 'test', id: `c-${n}`, user: { id: `u-${n}`, name: `村民${n}` }, text: `第 ${n} 句` });
const follow = (n) => ({ ...say(n), kind: 'follow', text: undefined });
const numbers = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test('who comes back with from=SEQ has missed nothing', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { baseline }), ['--source', 'test:', '--no-record', '--on-air']);
  const ingest = await Ingest.open(program);
  const send = (events) => Promise.all(events.map((event) => ingest.send(event)));

  const before = await Feed.open(program);
  await send(numbers(1, 20).map(say));
  await until('the first twenty are there', () => before.events.length === 20);
  before.close();
  const { seq } = before.events.at(-1);
  await send([...numbers(21, 40).map(say), follow(41), follow(42)]);

  const back = await Feed.open(program, { from: seq });
  await until('what was missed and the state are there', () => back.followers);
  expect(back.events.map((event) => event.seq).join() === numbers(seq + 1, seq + 22).join(), `exactly ${seq + 1} to ${seq + 22}`, back.items);
  expect(back.events.map((event) => event.id).join() === numbers(21, 42).map((n) => `c-${n}`).join(), 'the events of these numbers', back.items);
  expect(!back.items.some((item) => item.gap), 'no gap', back.items);
  const { followers, v } = back.followers;
  expect(followers.total === baseline + 2 && followers.gained === 2 && v === seq + 22, 'the figures after the newest number', back.followers);

  await send([say(43)]);
  await until('what comes now follows on', () => back.events.at(-1)?.seq === seq + 23);
  const all = await Feed.open(program, { from: 0 });
  await until('all is there', () => all.events.at(-1)?.seq === seq + 23);
  expect(all.events.map((event) => event.seq).join() === numbers(1, seq + 23).join(), 'from=0: everything there is', all.items);
  const stranger = await Feed.open(program, { from: 1e9 });
  await until('a number from another folder gets the state', () => stranger.followers);
  expect(stranger.items.length === 1, 'and nothing else', stranger.items);
  await program.end();
});

test('a sender who waits for each answer gets it soon', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { baseline }), ['--source', 'test:', '--no-record', '--on-air']);
  const ingest = await Ingest.open(program);
  const took = [];
  for (const n of numbers(1, 101)) {
    const asked = performance.now();
    const answer = await ingest.send(say(n));
    expect(answer?.ok === `c-${n}`, `{"ok":"c-${n}"}`, answer);
    took.push(performance.now() - asked);
  }
  console.log(`# an answer takes ${median(took).toFixed(1)} ms (median)`);
  // what the Ledger adds of its own is tested by its clock; the rest is the disk of this machine
  expect(median(took) <= 500, 'an answer within 500 ms (median)', median(took));
  await program.end();
});

test('who is turned away is counted, at the port and by reason', async () => {
  const folder = temporary_folder();
  const program = await Program.live(folder, write_show(folder, { baseline }), ['--source', 'test:', '--no-record', '--on-air']);
  await Ingest.open(program, { bearer: 'wrong' }).then(() => expect(false, 'no upgrade with a wrong token', 101), () => {});
  const wrong = await fetch(`${program.audience}api/nothing`);
  expect(wrong.status === 404, '404', wrong.status);
  const stats = await until('both are in the stats', async () => {
    const seen = await program.stats();
    return seen.chat.unauthorised === 1 && seen.ports.audience.refused.path === 1 && seen;
  });
  expect(stats.ports.control.refused.admission === 1, 'and the handshake at the control port', stats.ports);
  await program.end();
});
