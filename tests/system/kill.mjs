// kill -9 in the middle of a Session, three times: what is on disk plays, what was acknowledged is there.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { Crowd, expect, Feed, Ingest, ledger, pause, Program, temporary_folder, until, write_show } from './support.mjs';

const baseline = 500;
const kills = Number(process.env.XB_KILLS ?? 3);
const file_of = (round) => `program-${String(round).padStart(3, '0')}.mp4`;
const is_follow = (id) => Number(id.slice(2)) % 3 === 0;
const newest_seq = (feed) => feed.items.reduce((seq, item) => Math.max(seq, item.seq ?? 0), 0);

test(`a Session that is killed ${kills} times goes on complete`, async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { baseline });
  const acknowledged = new Set();
  let session;
  let sent = 0;
  let highest_seq = 0;
  for (let round = 0; round <= kills; ++round) {
    const program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
    const state = await program.state();
    session ??= state.session.folder;
    expect(state.session.folder === session, `round ${round}: the Session goes on in ${session}`, state.session);
    const counted = baseline + [...acknowledged].filter(is_follow).length;
    const at_most = baseline + Math.floor(sent / 3);
    expect(state.followers.total >= counted && state.followers.total <= at_most, `round ${round}: the count goes on from ${counted} acknowledged, at most ${at_most} sent`, state.followers);
    expect(state.followers.total - baseline === state.followers.gained, 'all that came today is gain', state.followers);
    expect(state.recorder.file === null || state.recorder.file === file_of(round), `recording into ${file_of(round)}`, state.recorder);
    const feed = await Feed.open(program);
    const ingest = await Ingest.open(program);
    const crowd = new Crowd(ingest, { first: sent + 1, make: (n) => (n % 3 === 0 ? { kind: 'follow' } : { kind: 'chat', text: `第 ${n} 句` }) });
    if (round === kills) {
      await pause(2000);
      crowd.stop();
      // an answer waits for the disk, and a disk shared with others may take its time
      await until('in the end every event is acknowledged', async () => crowd.acknowledged.length === crowd.sent, { seconds: 30 });
      const kept = (await ledger(session, `select event_id id from entries where kind = 'chat'`)).filter(({ id }) => is_follow(id)).length;
      await until(`the count at the end is ${baseline} and the ${kept} follows that are kept`, async () => (await program.state()).followers.total === baseline + kept, { seconds: 5 });
    } else {
      await pause(2500 + Math.random() * 3000);
    }
    const before = fs.readdirSync(session).filter((name) => name.endsWith('.mp4') && name !== file_of(round)).reduce((sum, name) => sum + fs.statSync(path.join(session, name)).size, 0);
    const { bytes } = (await program.state()).recorder;
    expect(bytes > before, 'the bytes of the recording are those of all rounds', { bytes, before });
    const killed_ms = Date.now();
    await program.end(round === kills ? 'SIGTERM' : 'SIGKILL');
    crowd.stop();
    for (const id of crowd.acknowledged) acknowledged.add(id);
    expect(feed.events.length > 0 && feed.events[0].seq > highest_seq, `round ${round}: numbers rise above ${highest_seq}`, feed.events[0]);
    highest_seq = newest_seq(feed);
    sent += crowd.sent;
    const begins = await ledger(session, `select wall_ms from entries where kind in ('begin', 'resume') order by n`);
    const length = (killed_ms - begins[round].wall_ms) / 1000;
    const file = path.join(session, file_of(round));
    const facts = await judge(file);
    expect(facts.complaints === '', `${path.basename(file)} plays without repair`, facts.complaints);
    const lost = length - facts.seconds;
    console.log(`# round ${round}: ${length.toFixed(2)} s since the command, ${facts.seconds.toFixed(2)} s on disk, lost ${lost.toFixed(2)} s`);
    expect(lost <= 1.0, 'at most 1.0 s lost', { length, facts });
  }
  const files = fs.readdirSync(session).filter((name) => name.endsWith('.mp4'));
  expect(files.length === kills + 1, 'one file a round', files);
  const kept = new Set((await ledger(session, `select event_id id from entries where kind = 'chat'`)).map(({ id }) => id));
  const missing = [...acknowledged].filter((id) => !kept.has(id));
  expect(missing.length === 0, `all ${acknowledged.size} acknowledged events are in the ledger`, missing);
  const kinds = Object.fromEntries((await ledger(session, 'select kind, count(*) many from entries group by kind')).map(({ kind, many }) => [kind, many]));
  expect(kinds.begin === 1 && kinds.resume === kills && kinds.end === 1, `begun once, resumed ${kills} times, ended once`, kinds);
  const ordered = await ledger(session, `select seq from entries where kind = 'chat' order by n`);
  expect(ordered.every(({ seq }, i) => i === 0 || seq > ordered[i - 1].seq), 'numbers in the ledger rise', ordered.length);
});
