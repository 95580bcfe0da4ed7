// The simulators are right: clients that others wrote for the real platforms work with them.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import WebSocket from 'ws';
import { Bilibili, brotlied, plain, zlibbed } from './bilibili.mjs';
import { Owncast } from './others.mjs';
import { until } from './probe.mjs';
import { EventSub, TwitchIrc } from './twitch.mjs';

const require = createRequire(new URL('../package.json', import.meta.url));

test('bilibili-live-ws logs in, beats and reads all three forms', async () => {
  const { LiveWS } = require('bilibili-live-ws');
  const platform = await Bilibili.start();
  const login = { uid: 0, roomid: platform.room, protover: 3, platform: 'web', type: 2, buvid: platform.buvid, key: platform.token };
  const live = new LiveWS(platform.room, { address: `${platform.ws_url}/sub`, authBody: login });
  const seen = [];
  live.on('DANMU_MSG', ({ info }) => seen.push(info[1]));
  await once(live, 'live');
  const [online] = await once(live, 'heartbeat');
  assert.equal(online, 1234);
  const say = (text) => plain({ cmd: 'DANMU_MSG', info: [[], text, [1, 'a']] });
  platform.send(say('plain'));
  platform.send(zlibbed(Buffer.concat([say('zlib 1'), say('zlib 2')])));
  platform.send(brotlied(say('brotli')));
  await until('four messages', () => seen.length === 4);
  assert.deepEqual(seen.sort(), ['brotli', 'plain', 'zlib 1', 'zlib 2']);
  live.close();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('bilibili-live-ws with a wrong token is not let in', async () => {
  const { LiveWS } = require('bilibili-live-ws');
  const platform = await Bilibili.start();
  const login = { uid: 0, roomid: platform.room, protover: 3, platform: 'web', type: 2, buvid: platform.buvid, key: 'wrong' };
  const live = new LiveWS(platform.room, { address: `${platform.ws_url}/sub`, authBody: login });
  live.on('error', () => {});
  await once(live, 'close');
  assert.equal(platform.is_in, undefined);
  await platform.stop();
});

test('tmi.js joins, chats are read with their tags, PING is answered', async () => {
  const tmi = require('tmi.js');
  const platform = await TwitchIrc.start();
  const client = new tmi.Client({ connection: { server: '127.0.0.1', port: platform.port, secure: false, reconnect: false }, channels: ['village'], logger: { info() {}, warn() {}, error() {} } });
  const seen = [];
  client.on('message', (channel, tags, text) => seen.push([channel, tags['display-name'], tags.id, text]));
  client.on('messagedeleted', (channel, name, text, tags) => seen.push(['gone', tags['target-msg-id']]));
  await client.connect();
  await until('joined', () => platform.joined.size === 1);
  platform.send('@badges=;display-name=小爱;id=m1;room-id=1234;tmi-sent-ts=1700000000123;user-id=5 :alice!alice@alice.tmi.twitch.tv PRIVMSG #village :你好\r\n');
  platform.send('@login=alice;target-msg-id=m1 :tmi.twitch.tv CLEARMSG #village :你好\r\n');
  platform.ping();
  await until('PONG', () => platform.pongs === 1);
  await until('both are read', () => seen.length === 2);
  assert.deepEqual(seen, [['#village', '小爱', 'm1', '你好'], ['gone', 'm1']]);
  await client.disconnect();
  await platform.stop();
});

test('ws moves from session to session as EventSub asks', async () => {
  const platform = await EventSub.start();
  const first = new WebSocket(`${platform.ws_url}/ws`);
  const welcome = JSON.parse((await once(first, 'message'))[0]);
  assert.equal(welcome.metadata.message_type, 'session_welcome');
  const subscribe = (session_id, headers = { Authorization: `Bearer ${platform.token}`, 'Client-Id': platform.client }) =>
    fetch(`${platform.url}/helix/eventsub/subscriptions`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ type: 'channel.follow', version: '2', condition: { broadcaster_user_id: '1234', moderator_user_id: '1234' }, transport: { method: 'websocket', session_id } }) });
  assert.equal((await subscribe(welcome.payload.session.id, {})).status, 401);
  assert.equal((await subscribe(welcome.payload.session.id)).status, 202);
  assert.equal((await subscribe(welcome.payload.session.id)).status, 409);
  platform.move();
  const move = JSON.parse((await once(first, 'message'))[0]);
  const second = new WebSocket(move.payload.session.reconnect_url);
  await once(second, 'message');
  first.close();
  await until('handed over', () => platform.handed_over);
  second.close();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('ws registers at Owncast and is refused with a token nobody gave', async () => {
  const platform = await Owncast.start();
  const { accessToken } = await (await fetch(`${platform.url}/api/chat/register`, { method: 'POST', body: '{"displayName":"x"}' })).json();
  const right = new WebSocket(`${platform.ws_url}/ws?accessToken=${encodeURIComponent(accessToken)}`);
  assert.equal(JSON.parse((await once(right, 'message'))[0]).type, 'CONNECTED_USER_INFO');
  const wrong = new WebSocket(`${platform.ws_url}/ws?accessToken=x`);
  assert.equal(JSON.parse((await once(wrong, 'message'))[0]).type, 'ERROR_NEEDS_REGISTRATION');
  right.close();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});
