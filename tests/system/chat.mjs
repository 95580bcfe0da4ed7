// Chat platforms in the whole program: tokens from the secrets file, the state of each connection, a
// follower count that is right after repeats and a lost line, and a token that is nowhere.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Owncast, LocalRelay } from '../support/platforms/others.mjs';
import { EventSub } from '../support/platforms/twitch.mjs';
import { expect, pause, Program, temporary_folder, token, until, write_show } from './support.mjs';

const baseline = 1000;

test('chat platforms are told in the state and counted once', async () => {
  const folder = temporary_folder();
  const owncast = await Owncast.start();
  const twitch = await EventSub.start();
  twitch.total = baseline + 5;
  twitch.token = 'CANARY-TOKEN-OF-TWITCH';
  const relay = await LocalRelay.start();
  owncast.followers = 50;
  const show = write_show(folder, {
    baseline,
    toml: `[[chat]]
platform = "twitch_events"
name = "T"
url = "${twitch.ws_url}/ws"
api = "${twitch.url}/helix"
room = "1234"
[[chat]]
platform = "generic"
name = "relay"
url = "${relay.ws_url}/"
map = "relay.json"
[[chat]]
platform = "bilibili_open"
name = "no token"
api = "${owncast.url}"
room = "1"
[[chat]]
platform = "owncast"
name = "off"
api = "${owncast.url}"
enabled = false
`,
  });
  fs.writeFileSync(path.join(show, 'relay.json'), JSON.stringify({ platform: 'local', fields: { type: '/t', id: '/i', 'user.id': '/u' }, kinds: { 4: 'follow' } }));
  fs.writeFileSync(path.join(folder, 'secrets.toml'), `[chat]\ningest = "${token}"\n[chat.T]\ntoken = "${twitch.token}"\nclient_id = "${twitch.client}"\n`, { mode: 0o600 });

  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const source = async (name) => (await program.state()).chat.find((one) => one.name === name);
  await until('T and relay are connected', async () => (await source('T'))?.state === 'connected' && (await source('relay'))?.state === 'connected');
  const state = await program.state();
  expect(state.chat.map((one) => one.name).join() === 'T,relay,no token', 'the platforms that are on, in the order of the Show', state.chat);
  const without = await until('the missing secret is told', async () => {
    const one = await source('no token');
    return one.error !== null && one;
  });
  expect(without.state === 'waiting' && without.error.code === 'chat.no_secret' && without.error.zh.includes('密钥文件') && without.next_try_s > 0, 'waits and says what to do', without);
  await until('the total of the platform', async () => (await program.state()).followers.total === baseline + 5);

  const follow = (n) => ({ user_id: String(n), user_login: `u${n}`, user_name: `U${n}`, broadcaster_user_id: '1234', followed_at: new Date().toISOString() });
  twitch.notify('channel.follow', follow(1), { id: 'n1' });
  twitch.notify('channel.follow', follow(1), { id: 'n1' });
  twitch.notify('channel.follow', follow(2), { id: 'n2' });
  twitch.current.send('nonsense');
  relay.send({ t: 4, i: 1, u: 'a' });
  await until('three new followers', async () => (await program.state()).followers.gained === 3);
  twitch.total = baseline + 7;
  twitch.subscriptions.clear();
  twitch.cut();
  relay.cut();
  await until('T is connected again', async () => twitch.subscriptions.has('channel.follow') && (await source('T')).state === 'connected');
  await until('relay is connected again', async () => relay.sockets.size === 1);
  twitch.notify('channel.follow', follow(2), { id: 'n2' });
  relay.send({ t: 4, i: 1, u: 'a' });
  relay.send({ t: 4, i: 2, u: 'b' });
  await until('four new followers', async () => (await program.state()).followers.gained === 4);
  await pause(1000);
  const last = await program.state();
  expect(last.followers.gained === 4, 'exactly four', last.followers);
  expect(last.followers.total === baseline + 7 + 2, 'the total of one platform and the follows of the other', last.followers);
  const told = last.chat.find((one) => one.name === 'T');
  expect(told.refused === 1 && told.quiet_s !== null && told.messages > 0, 'messages, age and refused are told', told);
  const stats = await program.stats();
  await program.end();

  const said = JSON.stringify([last, stats]) + program.out + program.err;
  expect(!said.includes(twitch.token), 'the token is nowhere', 'CANARY');
  for (const file of fs.readdirSync(folder, { recursive: true })) {
    const whole = path.join(folder, file);
    if (file === 'secrets.toml' || !fs.statSync(whole).isFile()) continue;
    expect(!fs.readFileSync(whole).includes(twitch.token), 'the token is in no file', file);
  }
  expect(twitch.faults.length === 0 && relay.faults.length === 0, 'the platforms have nothing to complain of', [twitch.faults, relay.faults]);
  for (const platform of [owncast, twitch, relay]) await platform.stop();
});

test('two rooms of one platform have a total each, and the sum is shown', async () => {
  const folder = temporary_folder();
  const rooms = { 上村: await Owncast.start(), 下村: await Owncast.start() };
  rooms['上村'].followers = 1000;
  rooms['下村'].followers = 300;
  const toml = Object.entries(rooms).map(([name, { url }]) => `[[chat]]\nplatform = "owncast"\nname = "${name}"\napi = "${url}"\n`).join('');
  const show = write_show(folder, { baseline: 900, toml });
  const args = ['--source', 'test:', '--no-record', '--on-air'];
  let program = await Program.live(folder, show, args);
  const told = async () => Object.fromEntries((await program.state()).chat.map(({ name, followers }) => [name, followers]));
  await until('both have told their total', async () => (await told())['上村'] === 1000 && (await told())['下村'] === 300);
  expect((await program.state()).followers.total === 1300, '1000 and 300', (await program.state()).followers);
  await program.end('SIGKILL');
  rooms['下村'].followers = 305;
  program = await Program.live(folder, show, args);
  await until('the sum of what both say now', async () => (await program.state()).followers.total === 1305);
  await program.end();
  for (const room of Object.values(rooms)) {
    expect(room.faults.length === 0, 'the room has nothing to complain of', room.faults);
    await room.stop();
  }
});
