// Six new followers, two of them told twice: every place that shows a number says +6, the picture too.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { difference_box, ffmpeg, grey_picture, judge, psnr } from './media.mjs';
import { expect, Feed, Ingest, ledger, pause, Program, run, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const baseline = 1286;
const width = 1280;
const follow = (n, user = n) => ({ kind: 'follow', platform: 'test', id: `f-${n}`, user: { id: `900719925474099${user}`, name: `新朋友${n}` } });

// The same Show with the events of a file, composed offline; one picture of it, well after the last event.
async function rendered(folder, show, clip, name, events) {
  const file = path.join(folder, `${name}.jsonl`);
  fs.writeFileSync(file, events.map((event, i) => JSON.stringify({ ...event, time_ms: 500 + i * 400 })).join('\n') + '\n');
  const output = path.join(folder, `${name}.mp4`);
  const done = await run(xiangbo, ['render', show, '--input', clip, '--events', file, '--output', output]);
  expect(done.code === 0, 'render exits 0', done.err);
  return grey_picture(output, 7);
}

test('six new followers count six everywhere', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline });
  const clip = path.join(folder, 'clip.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', `color=c=0x405060:s=${width}x720:r=30:d=8`, '-f', 'lavfi', '-i', 'sine=440:d=8', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', clip]);
  const program = await Program.live(folder, show, ['--source', `file:${clip}`, '--on-air']);
  const began = await program.state();
  expect(began.followers.total === baseline && began.followers.gained === 0, `begins at ${baseline}, +0`, began.followers);

  const feed = await Feed.open(program);
  const first = await Ingest.open(program);
  const send = async (ingest, event) => {
    const answer = await ingest.send(event);
    expect(answer?.ok === event.id, `{"ok":"${event.id}"}`, answer);
    await pause(400);
  };
  for (const n of [1, 2, 3]) await send(first, follow(n));
  await send(first, follow(2));
  first.close();
  const second = await Ingest.open(program);
  await send(second, follow(3));
  for (const n of [4, 5, 6]) await send(second, follow(n));

  await until('the Feed tells the total of the six', () => feed.followers?.followers.total === baseline + 6);
  expect(feed.followers.followers.gained === 6, 'the Feed says gained 6', feed.followers);
  const ids = feed.events.map((event) => event.id);
  expect(ids.join() === 'f-1,f-2,f-3,f-4,f-5,f-6', 'each follow comes once in the Feed', ids);
  const state = await program.state();
  expect(state.followers.total === baseline + 6 && state.followers.gained === 6, `/api/state says ${baseline + 6}, +6`, state.followers);
  await pause(3000);
  const stats = await program.stats();
  await program.end();

  const { folder: session } = state.session;
  const [{ entries, people }] = await ledger(session, `select count(*) entries, count(distinct user_id) people from entries where kind = 'chat' and json_extract(json, '$.kind') = 'follow'`);
  expect(entries === 6 && people === 6, 'the ledger holds six follows of six people', { entries, people });
  const [{ json }] = await ledger(session, `select json from entries where kind = 'values' order by n desc limit 1`);
  const values = JSON.parse(json);
  expect(values.total === baseline + 6 && values.gained === 6, 'the last values in the ledger are the six', values);

  console.log(`# ingest to picture: median ${stats.picture_latency_ms?.toFixed(1)} ms`);
  expect(stats.picture_latency_ms !== null && stats.picture_latency_ms <= 100, 'the picture follows the ingest within 100 ms (median)', stats.picture_latency_ms);

  // What the digits should look like comes from the offline composer. The fifth follower once more under the sixth's
  // name leaves the chat panel alike and the count at +5: where the two differ, there are the digits.
  const six = await rendered(folder, show, clip, 'six', [1, 2, 3, 4, 5, 6].map((n) => follow(n)));
  const five = await rendered(folder, show, clip, 'five', [...[1, 2, 3, 4, 5].map((n) => follow(n)), follow(6, 5)]);
  const digits = difference_box(six, five, width);
  expect(digits !== null && digits.right - digits.left < 400 && digits.bottom - digits.top < 200, '+6 and +5 differ in the digits only', digits);
  const recording = path.join(session, 'program-000.mp4');
  const { seconds } = await judge(recording);
  const shown = await grey_picture(recording, seconds - 0.7);
  const like_six = psnr(shown, six, width, digits);
  const like_five = psnr(shown, five, width, digits);
  console.log(`# digits of the recording: ${like_six.toFixed(1)} dB like +6, ${like_five.toFixed(1)} dB like +5`);
  expect(like_six >= 28 && like_six >= like_five + 8, 'the recorded digits are those of +6', { like_six, like_five });
});
