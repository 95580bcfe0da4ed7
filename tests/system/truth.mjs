// The count of 100 000 events through kill -9 under a flow of follows, repeats and unfollows: exact each time, by a model of
// this test. And what hands do to it: once, with who and why, in the state, the Feed and the ledger.
// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test';
import { expect, Feed, Ingest, ledger, pause, Program, temporary_folder, until, write_show } from './support.mjs';

const baseline = 3000;
const rounds = Number(process.env.XB_KILLS ?? 3);
const events = 100_000;

// A fixed sequence of numbers below `limit`.
let seed = 20261128;
const below = (limit) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * limit);
};

// What is on disk, replayed from the words of docs/wire.md section 1.
function model_of(events) {
  const follows = new Map();
  const came = new Set();
  let total = baseline;
  for (const { kind, user } of events) {
    if (kind !== 'follow' && kind !== 'unfollow') continue;
    if (follows.get(user.id) === (kind === 'follow')) continue;
    follows.set(user.id, kind === 'follow');
    total += kind === 'follow' ? 1 : -1;
    if (kind === 'follow') came.add(user.id);
  }
  return { total, gained: came.size };
}

const stored = async (folder) => (await ledger(folder, `select json from entries where kind = 'chat' order by n`)).map(({ json }) => JSON.parse(json));

test(`the count of ${events} events is exact through ${rounds} times kill -9`, async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline, toml: '\n[moderation]\nper_user = 0\nper_second = 0\n' });
  const made = [];
  const acknowledged = new Set();
  const make = () => {
    const n = made.length;
    const dice = below(10);
    const kind = dice < 5 ? 'follow' : dice < 7 ? 'unfollow' : 'chat';
    made.push({ kind, platform: 'test', id: `t-${n}`, user: { id: `u-${below(4000)}`, name: '乡亲' }, ...(kind === 'chat' ? { text: `第 ${n} 句` } : {}) });
    return made.at(-1);
  };
  let session;
  for (let round = 0; round <= rounds; ++round) {
    const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
    const state = await program.state();
    session ??= state.session.folder;
    const on_disk = model_of(await stored(session));
    expect(state.followers.total === on_disk.total && state.followers.gained === on_disk.gained, `round ${round}: begins with what the ledger says`, { state: state.followers, on_disk });
    let ingest;
    const send = (event) => ingest.send(event).then((answer) => answer?.ok && acknowledged.add(answer.ok));
    // first what had no answer, as senders do, in any order; each may be told twice
    const connect = async () => {
      ingest?.close();
      ingest = await Ingest.open(program);
      for (const event of made.filter(({ id }) => !acknowledged.has(id)).sort(() => below(3) - 1)) void send(event);
    };
    await connect();
    const from = made.length;
    const to = Math.round((events * (round + 1)) / (rounds + 1));
    const breaks_off = from + below(to - from);
    let has_broken_off = false;
    while (made.length < to) {
      for (let i = 0; i < 100 && made.length < to; ++i) {
        void send(make());
        // as far back as ids are remembered, and further than any platform repeats
        if (below(10) === 0) void send(made[Math.max(0, made.length - 1 - below(20_000))]);
      }
      if (!has_broken_off && made.length > breaks_off) {
        has_broken_off = true;
        await connect();
      }
      await pause(20);
    }
    if (round < rounds) {
      await program.end('SIGKILL');
      continue;
    }
    await until('every event is acknowledged', () => acknowledged.size === made.length, { seconds: 30 });
    const expected = model_of(await stored(session));
    const counted = await until('the count is that of the ledger', async () => {
      const { followers } = await program.state();
      return followers.total === expected.total && followers.gained === expected.gained ? followers : null;
    }, { seconds: 5 });
    console.log(`# ${made.length} events, ${expected.gained} came, total ${counted.total}`);
    await program.end();
  }
  const kept = await stored(session);
  const ids = new Set(kept.map(({ id }) => id));
  expect(ids.size === kept.length, 'no event is in the ledger twice', kept.length);
  const missing = [...acknowledged].filter((id) => !ids.has(id));
  expect(missing.length === 0, `all ${acknowledged.size} acknowledged events are in the ledger`, missing);
});

async function command(program, id, name, args) {
  const body = JSON.stringify({ id, name, args });
  const answer = await fetch(program.control + 'api/command', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  return { status: answer.status, ...(await answer.json()) };
}

test('what a hand counts is counted once, and said to be by hand', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline, publish: [{ name: '抖音', url: 'rtmp://127.0.0.1:9/live' }] });
  const args = ['--source', 'test:', '--no-record', '--on-air'];
  let program = await Program.live(folder, show, args);
  const feed = await Feed.open(program);
  expect((await program.state()).followers.source === 'show', 'the baseline is of the Show', (await program.state()).followers);
  for (const id of ['tap-1', 'tap-1', 'tap-2']) expect((await command(program, id, 'followers.add', {})).ok, `${id} is taken`, id);
  expect((await command(program, 'tap-3', 'followers.add', { count: -1, note: '点错了' })).ok, 'a tap is taken back', '');
  const refused = await command(program, 'tap-4', 'followers.add', { count: -9 });
  expect(refused.status === 400 && refused.code === 'control.arguments', 'no more is taken back than was added', refused);
  const state = await until('the taps are in the state', async () => {
    const now = await program.state();
    return now.by_hand.length === 3 ? now : null;
  }, { seconds: 5 });
  expect(state.followers.total === baseline + 1 && state.followers.gained === 1, `${baseline + 1}, +1`, state.followers);
  expect(state.followers.source === 'manual' && /^\d\d:\d\d$/.test(state.followers.since), 'by hand, and when', state.followers);
  expect(state.by_hand.map(({ add }) => add).join() === '1,1,-1' && state.by_hand[2].note === '点错了' && state.by_hand[0].who === 'operator', 'each with who and why', state.by_hand);
  expect(state.by_hand[0].platform === '抖音', 'the platform is the one of the Show', state.by_hand);
  expect((await command(program, 'total-1', 'followers.total', { platform: '抖音', total: 3500 })).ok, 'a total is taken', '');
  await until('the total is shown', async () => (await program.state()).followers.total === 3500, { seconds: 5 });
  const low = await command(program, 'total-2', 'followers.total', { platform: '抖音', total: 350 });
  expect(low.ok && low.zh?.includes('三次'), 'a far lower one is asked for again', low);
  expect((await program.state()).followers.total === 3500, 'and changes nothing', (await program.state()).followers);

  await program.end('SIGKILL');
  program = await Program.live(folder, show, args);
  for (const id of ['tap-1', 'tap-3', 'total-1']) expect((await command(program, id, id.startsWith('tap') ? 'followers.add' : 'followers.total', { platform: '抖音', total: 3500 })).ok, `${id} sent again after kill -9 is known`, id);
  const after = await program.state();
  expect(after.followers.total === 3500 && after.followers.gained === 1 && after.followers.source === 'manual', 'the count goes on as it was', after.followers);
  await program.end();
  const { folder: session } = state.session;
  const kept = (await stored(session)).filter(({ kind }) => kind === 'correction');
  expect(kept.length === 5 && kept.every(({ by, why, time_ms }) => by === 'operator' && why && time_ms > 0), 'five corrections with who, why and when', kept);
  const relayed = feed.events.filter(({ kind }) => kind === 'correction');
  expect(relayed.length === 5 && relayed.every((event) => event.by === undefined && event.why === undefined), 'the Feed tells neither who nor why', relayed);
});

test('a hidden message leaves every screen and stays in the ledger with the reason', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline, toml: '\n[moderation]\nwords = "words.txt"\n' });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${show}/words.txt`, '秘密口令\n');
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const feed = await Feed.open(program);
  const ingest = await Ingest.open(program);
  const say = (id, user, text) => ingest.send({ kind: 'chat', platform: 'test', id, user: { id: user, name: user }, text });
  await say('m-1', 'a', '不好吃，差评');
  await say('m-2', 'b', '秘.密​口 令');
  await say('m-3', 'c', '多少钱');
  await say('m-4', 'd', '请问怎么卖呀？');
  await until('what is shown is in the Feed', () => feed.events.length === 3, { seconds: 5 });
  expect(feed.events.every(({ id }) => id !== 'm-2'), 'nobody sees the word', feed.events);
  const { questions } = await until('the question is in the state', async () => {
    const now = await program.state();
    return now.questions[0]?.count === 2 ? now : null;
  }, { seconds: 5 });
  expect(questions.length === 1 && questions[0].text === '多少钱', 'the price is asked once, twice over', questions);
  const seq = feed.events.find(({ id }) => id === 'm-1').seq;
  const silent = await command(program, 'h-0', 'chat.hide', { seq });
  expect(silent.status === 400, 'nothing is hidden without a reason', silent);
  expect((await command(program, 'h-1', 'chat.hide', { seq, reason: '骂人' })).ok, 'it is hidden', '');
  await until('the Feed says so', () => feed.events.some((event) => event.kind === 'moderation' && event.seqs?.[0] === seq), { seconds: 5 });
  const late = await Feed.open(program, { from: 0 });
  await until('a late listener has all', () => late.followers, { seconds: 5 });
  expect(late.events.every(({ id }) => id !== 'm-1'), 'and nobody gets it any more', late.events);
  expect((await command(program, 'h-2', 'chat.mute', { platform: 'test', user: 'c', minutes: 5 })).ok, 'c is muted', '');
  await say('m-5', 'c', '还有吗');
  await say('m-6', 'd', '好的');
  await until('the next is in the Feed', () => feed.events.some(({ id }) => id === 'm-6'), { seconds: 5 });
  expect(!feed.events.some(({ id }) => id === 'm-5'), 'c is not shown', feed.events);
  const { chat } = await until('the stats tell', async () => {
    const now = await program.stats();
    return now.chat.hidden.muted === 1 ? now : null;
  }, { seconds: 5 });
  expect(chat.hidden.words === 1, 'each is counted by its reason', chat.hidden);
  const { folder: session } = (await program.state()).session;
  await program.end();
  const kept = await stored(session);
  expect(kept.some(({ id }) => id === 'm-1'), 'the bad review is in the ledger', kept);
  expect(kept.find(({ id }) => id === 'm-2')?.hidden === 'words' && kept.find(({ id }) => id === 'm-5')?.hidden === 'muted', 'and so is what was never shown', kept);
  const hide = kept.find(({ kind }) => kind === 'moderation');
  expect(hide.why === '骂人' && hide.by === 'operator', 'with who and why', hide);
});
