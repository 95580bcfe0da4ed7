// Every platform's source against a strict simulator of it: a full script with duplicates, a lost
// line and malformed messages in the middle, and exact counts at its end.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Bilibili, BilibiliOpen, brotlied, plain, zlibbed } from './bilibili.mjs';
import { Blivechat, LocalRelay, Owncast, SocialStream, Youtube } from './others.mjs';
import { Probe, until } from './probe.mjs';
import { EventSub, TwitchIrc } from './twitch.mjs';

const baseline = 1000;
const deep = `${'['.repeat(100_000)}`;
const long_line = 'x'.repeat(100_000);

// Waits until `count` events of a kind came, and a moment for one too many.
async function settled(probe, kind, count) {
  await until(`${count} ${kind}, there are ${probe.of(kind).length}`, () => probe.of(kind).length >= count);
  await pause(600);
  assert.equal(probe.of(kind).length, count, `${kind}: exactly ${count}`);
}
const names = (events) => events.map((event) => event.user?.name);
function refused(probe, name) {
  return Object.values(probe.source(name).refused).reduce((sum, n) => sum + n, 0);
}

test('bilibili: room, key and servers are found, follows count once in whatever form they come', async () => {
  const platform = await Bilibili.start();
  platform.refuse_signatures = 1; // the first right signature is refused: the key is fetched anew
  const probe = Probe.start([{ platform: 'bilibili', name: 'B站', api: platform.url, room: '1017' }]);
  await probe.connected('B站');
  assert.equal(platform.calls.filter((path) => path === '/x/web-interface/nav').length, 2);

  const follow = (uid, type = 2, at = 1700000000 + uid) => ({ cmd: 'INTERACT_WORD', data: { msg_type: type, uid, uname: `新粉${uid}`, timestamp: at } });
  const v2 = { cmd: 'INTERACT_WORD_V2', data: { pb: 'CO0HEgbmlrDnsokoAjABOIDiz6oGsgEJEgcSBWYuanBn' } };
  const v1_of_the_same = { cmd: 'INTERACT_WORD', data: { msg_type: 2, uid: 1005, uname: '新粉', timestamp: 1700000000 } };
  platform.send(plain(follow(1)));
  platform.send(zlibbed(Buffer.concat([plain(follow(2)), plain(follow(1)), plain(v1_of_the_same)])));
  platform.send(brotlied(Buffer.concat([plain(v2), zlibbed(plain(follow(3, 4)))])));
  platform.send(plain({ cmd: 'DANMU_MSG', info: [[0, 1, 25, 1, 1700000000123, 0, 0, '', 0, 0, 0, '', 0, '{}', '{}', { extra: '{"id_str":"d1"}' }], '你好', [1, '张三', 0], [], [], [], 0, 0] }));
  platform.send(plain({ cmd: 'ROOM_REAL_TIME_MESSAGE_UPDATE', data: { fans: 4571 } }));
  await settled(probe, 'follow', 4);
  assert.deepEqual(names(probe.of('follow')), ['新粉1', '新粉2', '新粉', '新粉3']);

  // bombs, lying lengths, depth, wrong types, a text message: each is one message lost
  const lying = plain('{}');
  lying.writeUInt32BE(0xffffffff, 0);
  platform.send(lying);
  platform.send(zlibbed(Buffer.alloc(5 << 20)));
  platform.send(zlibbed(Buffer.from('not packets')));
  platform.send(Buffer.from('short'));
  platform.send(plain(deep));
  platform.send(plain({ cmd: 'INTERACT_WORD', data: { msg_type: 'two' } }));
  platform.send(plain(Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')));
  platform.send('text', false);
  let nested = plain(follow(99));
  for (let depth = 0; depth < 40; depth += 1) nested = zlibbed(nested);
  platform.send(nested);
  platform.send(plain(follow(4)));
  await settled(probe, 'follow', 5);
  await until('the refused are told', () => refused(probe, 'B站') === 8);
  assert.equal(platform.connections, 1, 'the connection lived on');

  // the line breaks; the platform has a new key and token, and repeats what it said last
  platform.renew();
  platform.followers = 4573;
  platform.cut();
  await probe.connected('B站', 2);
  platform.send(plain(follow(4)));
  platform.send(plain(follow(5)));
  platform.send(plain({ cmd: 'LIVE', live_key: 'k' }));
  platform.send(plain({ cmd: 'LIVE', live_key: 'k' }));
  await settled(probe, 'follow', 6);
  assert.equal(probe.of('stream').length, 1);
  platform.send(plain({ cmd: 'ROOM_REAL_TIME_MESSAGE_UPDATE', data: { fans: 4570 } }));
  await until('the total falls to what the platform says', () => probe.last.figures.total === 4570);
  const end = await probe.end();
  assert.equal(end.figures.gained, 6);
  assert.ok(platform.heartbeats >= 2);
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('bilibili: a room that is not there is told', async () => {
  const platform = await Bilibili.start();
  const probe = Probe.start([{ platform: 'bilibili', name: 'B站', api: platform.url, room: '404' }]);
  await until('it says what to do', () => probe.source('B站')?.error?.startsWith('chat.room_unknown'));
  assert.match(probe.source('B站').error_zh, /检查 \[\[chat\]\] 的 room/);
  await probe.end();
  await platform.stop();
});

test('bilibili_open: signed calls, a session of its own, begun anew when the platform ends it', async () => {
  const platform = await BilibiliOpen.start();
  const secrets = { key_id: platform.keys.id, key_secret: platform.keys.secret, code: platform.code };
  const probe = Probe.start([{ platform: 'bilibili_open', name: '开放', api: platform.url, room: String(platform.app), secrets }]);
  await probe.connected('开放');
  await until('the total is asked for', () => probe.last.figures.total === 800);
  const say = (n) => plain({ cmd: 'LIVE_OPEN_PLATFORM_DM', data: { room_id: 77, open_id: `o${n}`, uname: `人${n}`, msg: `话${n}`, msg_id: `m${n}`, timestamp: 1700000000 } });
  platform.send(zlibbed(Buffer.concat([say(1), say(2), say(1)])));
  platform.send(plain({ cmd: 'LIVE_OPEN_PLATFORM_SEND_GIFT', data: { open_id: 'o1', uname: '人1', gift_name: '花', gift_num: 2, r_price: 100, paid: true, msg_id: 'g1' } }));
  platform.send(plain({ cmd: 'LIVE_OPEN_PLATFORM_DM', data: null }));
  await settled(probe, 'chat', 2);
  assert.equal(refused(probe, '开放'), 1);
  platform.send(plain({ cmd: 'LIVE_OPEN_PLATFORM_INTERACTION_END', data: { game_id: 'game-1' } }));
  await probe.connected('开放', 2);
  assert.equal(platform.games, 2);
  platform.send(say(2));
  platform.send(say(3));
  await settled(probe, 'chat', 3);
  await probe.end();
  assert.deepEqual(platform.ended, ['game-2'], 'what stands is ended at the end');
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('bilibili_open: a wrong identity code is told once and not hammered; no secret is repeated', async () => {
  const platform = await BilibiliOpen.start();
  const secrets = { key_id: platform.keys.id, key_secret: platform.keys.secret, code: 'WRONG-CODE-9' };
  const probe = Probe.start([{ platform: 'bilibili_open', name: '开放', api: platform.url, room: '1', secrets }, { platform: 'bilibili_open', name: '无', api: platform.url, room: '1' }]);
  await until('it says the token is refused', () => probe.source('开放')?.error?.startsWith('chat.login_refused'));
  await until('it says the secret is missing', () => probe.source('无')?.error?.startsWith('chat.no_secret'));
  await pause(2500);
  assert.equal(probe.source('开放').connects, 1);
  const end = await probe.end();
  assert.ok(!JSON.stringify(end).includes('WRONG-CODE-9') && !probe.err.includes('WRONG-CODE-9'));
  await platform.stop();
});

test('twitch: logs in as a guest, answers PING, moves on RECONNECT, counts each message once', async () => {
  const platform = await TwitchIrc.start();
  const probe = Probe.start([{ platform: 'twitch', name: 'T', url: platform.ws_url, room: 'Village' }]);
  await probe.connected('T');
  const line = (n, text = `text ${n}`) => `@display-name=;id=m${n};room-id=1234;tmi-sent-ts=1700000000123;user-id=${n} :user${n}!u@u PRIVMSG #village :${text}\r\n`;
  platform.send(line(1) + line(2) + line(1));
  platform.send(`${long_line}\r\n`);
  platform.send(`@id=long;user-id=1 :a!a@a PRIVMSG #village :${'长'.repeat(6000)}\r\n`);
  platform.send(Buffer.concat([Buffer.from(':a!a@a PRIVMSG #village :'), Buffer.from([0xff, 0xfe]), Buffer.from('\r\n')]));
  platform.send('\x00\r\n:x\r\n@a\r\n');
  platform.send('@target-msg-id=m2 :tmi.twitch.tv CLEARMSG #village :text 2\r\n');
  platform.send('@target-user-id=1 :tmi.twitch.tv CLEARCHAT #village :user1\r\n');
  platform.ping();
  platform.send(line(3));
  await settled(probe, 'chat', 3);
  await until('PONG', () => platform.pongs === 1);
  assert.equal(probe.of('moderation').length, 2);
  await until('the refused are told', () => refused(probe, 'T') >= 4);
  assert.equal(platform.connections, 1, 'the connection lived on');
  platform.send(':tmi.twitch.tv RECONNECT\r\n');
  await probe.connected('T', 2);
  platform.send(line(3) + line(4));
  await settled(probe, 'chat', 4);
  await probe.end();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('twitch_events: subscribes, hands over without a gap, counts what is sent again once', async () => {
  const platform = await EventSub.start();
  const secrets = { token: platform.token, client_id: platform.client };
  platform.refuse.set('channel.chat.message', 403);
  const probe = Probe.start([{ platform: 'twitch_events', name: 'E', url: `${platform.ws_url}/ws`, api: `${platform.url}/helix`, room: '1234', secrets }]);
  await probe.connected('E');
  await until('all subscriptions are asked for', () => platform.subscribed === 5);
  await until('the total', () => probe.last.figures.total === 4560);
  await until('the missing scope is told', () => probe.source('E').error?.includes('channel.chat.message: HTTP 403'));
  const follow = (n) => ({ user_id: String(n), user_login: `u${n}`, user_name: `U${n}`, broadcaster_user_id: '1234', followed_at: new Date().toISOString() });
  platform.notify('channel.follow', follow(1), { id: 'n1' });
  platform.notify('channel.follow', follow(1), { id: 'n1' });
  platform.notify('channel.follow', follow(2), { id: 'n2' });
  platform.notify('channel.follow', follow(9), { id: 'n9', at: new Date(Date.now() - 11 * 60_000) });
  platform.notify('channel.follow', { user_id: 7 }, { id: 'n3' });
  platform.notify('channel.follow', 'nonsense', { id: 'n4' });
  platform.current.send('{');
  platform.current.send(deep);
  const former = platform.move();
  platform.notify('channel.follow', follow(3), { id: 'n5', socket: former }); // still on the old one
  await until('the old socket is closed after the welcome', () => platform.handed_over);
  platform.notify('channel.follow', follow(3), { id: 'n5' });
  platform.notify('channel.follow', follow(4), { id: 'n6' });
  await settled(probe, 'follow', 5);
  assert.equal(platform.subscribed, 5, 'the subscriptions moved along');
  assert.equal(probe.source('E').connects, 1);
  assert.equal(refused(probe, 'E'), 3);
  platform.total = 4567;
  platform.subscriptions.clear();
  platform.cut();
  await probe.connected('E', 2);
  await until('subscribed again', () => platform.subscriptions.has('channel.follow'));
  platform.notify('channel.follow', follow(4), { id: 'n6' });
  platform.notify('channel.follow', follow(5), { id: 'n7' });
  await settled(probe, 'follow', 6);
  const end = await probe.end();
  assert.equal(end.figures.gained, 6);
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('twitch_events: without the scope it says so; a revoked one too', async () => {
  const platform = await EventSub.start();
  platform.refuse.set('channel.follow', 403);
  const secrets = { token: platform.token, client_id: platform.client };
  const at = { url: `${platform.ws_url}/ws`, api: `${platform.url}/helix`, room: '1234' };
  const probe = Probe.start([{ platform: 'twitch_events', name: 'E', ...at, secrets }]);
  await until('it says what is refused', () => probe.source('E')?.error?.startsWith('chat.login_refused'));
  await probe.end();
  await platform.stop();
});

test('owncast: registers once, several objects a frame, followers told and counted', async () => {
  const platform = await Owncast.start();
  const probe = Probe.start([{ platform: 'owncast', name: '村台', api: `${platform.url}/` }]);
  await probe.connected('村台');
  await until('total and viewers', () => probe.last.figures.total === 1041 && probe.last.figures.viewers === 5);
  const chat = (n) => ({ type: 'CHAT', id: `c${n}`, timestamp: '2026-01-02T03:04:05.000000006Z', body: `<p>第 ${n} 句 &amp; <img class="emoji" alt=":ok:"></p>`, visible: true, user: { id: `u${n}`, displayName: `人${n}` } });
  const follow = (n) => ({ type: 'FEDIVERSE_ENGAGEMENT_FOLLOW', id: `f${n}`, timestamp: '2026-01-02T03:04:05Z', body: '<p>x</p>', title: `a${n}@example.org`, image: null, user: { displayName: '村台' } });
  platform.send(chat(1), follow(1), '{broken', chat(1), follow(1));
  platform.send(deep);
  platform.send({ type: 'CHAT', id: 7, body: 7 }, { type: 'VISIBILITY-UPDATE', id: 'v', ids: ['c1'], visible: false }, follow(2));
  await settled(probe, 'follow', 2);
  assert.deepEqual(probe.of('chat').map((event) => event.text), ['第 1 句 & :ok:']);
  assert.deepEqual(probe.of('moderation')[0].ids, ['c1']);
  assert.equal(refused(probe, '村台'), 3);
  platform.cut();
  await probe.connected('村台', 2);
  assert.equal(platform.registered, 1, 'the name is kept');
  platform.send(follow(2), follow(3));
  await settled(probe, 'follow', 3);
  platform.forget();
  platform.cut();
  await until('it registers again', () => platform.registered === 2);
  await until('it is in again', () => probe.source('村台').state === 'useful' || probe.source('村台').state === 'open', 30);
  const end = await probe.end();
  assert.equal(end.figures.gained, 3);
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('youtube: history is not counted, pages are asked for as slowly as told', async () => {
  const platform = await Youtube.start();
  const item = (n, more = {}) => ({ id: `y${n}`, snippet: { type: 'textMessageEvent', publishedAt: '2026-01-02T03:04:05Z', displayMessage: `text ${n}`, ...more }, authorDetails: { channelId: `C${n}`, displayName: `人${n}` } });
  platform.pages = [{ items: [item(0)] }, { items: [item(1), item(0), 7, item(2, { displayMessage: null })] }, { items: [] }];
  const probe = Probe.start([{ platform: 'youtube', name: 'Y', api: `${platform.url}/youtube/v3`, room: platform.video, secrets: { token: platform.token } }]);
  await probe.connected('Y');
  await until('subscribers and viewers', () => probe.last.figures.total === 12300 && probe.last.figures.viewers === 17);
  await settled(probe, 'chat', 2); // y1 and y0: it was history, which nobody had counted
  assert.equal(refused(probe, 'Y'), 2);
  platform.pages = [...platform.pages, { items: [item(1), item(3)] }, { status: 403, reason: 'liveChatEnded' }];
  await until('the end is told', () => probe.source('Y').error?.startsWith('chat.over'), 40);
  assert.deepEqual(probe.of('chat').map((event) => event.id), ['y1', 'y0', 'y3']);
  await probe.end();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('ssn: totals are set, followers are people, numbers that begin again hide nobody', async () => {
  const platform = await SocialStream.start();
  const probe = Probe.start([{ platform: 'ssn', name: 'S', url: platform.ws_url, secrets: { token: platform.session } }]);
  await probe.connected('S');
  platform.send({ id: 1, type: 'tiktok', event: 'new_follower', chatname: '甲', userid: 'a' });
  platform.send({ id: 1, type: 'tiktok', event: 'new_follower', chatname: '甲', userid: 'a' });
  platform.send({ id: 2, type: 'tiktok', chatname: '甲', userid: 'a', chatmessage: '<b>好</b>', event: false });
  platform.send('{');
  platform.send({ type: 'tiktok', event: 'follower_update', meta: {} });
  platform.cut();
  await probe.connected('S', 2);
  platform.send({ id: 1, type: 'tiktok', event: 'new_follower', chatname: '乙', userid: 'b' });
  platform.send({ id: 2, type: 'tiktok', event: 'new_follower', chatname: '甲', userid: 'a' });
  await until('two people', () => probe.last.figures.gained === 2);
  platform.send({ type: 'tiktok', event: 'follower_update', meta: 1777 });
  await until('the total is set', () => probe.last.figures.total === 1777);
  assert.equal(refused(probe, 'S'), 2);
  const end = await probe.end();
  assert.equal(end.figures.gained, 2);
  assert.ok(!JSON.stringify(end).includes(platform.session));
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('blivechat: listens as a plug-in with its token', async () => {
  const platform = await Blivechat.start();
  const probe = Probe.start([{ platform: 'blivechat', name: 'V', url: `${platform.ws_url}/api/plugin/websocket`, secrets: { token: platform.token } }]);
  await probe.connected('V');
  const text = (n) => ({ cmd: 50, data: ['', 1700000000, `人${n}`, 0, `话${n}`, 0, 0, 1, 0, 1, 0, `id-${n}`, '', 0, [], [], String(n), ''], extra: { roomId: 1 } });
  platform.send(text(1));
  platform.send(text(1));
  platform.send({ cmd: 50, data: {} });
  platform.cut();
  await probe.connected('V', 2);
  platform.send(text(1));
  platform.send(text(2));
  await settled(probe, 'chat', 2);
  assert.equal(refused(probe, 'V'), 1);
  assert.ok(platform.heartbeats >= 2);
  await probe.end();
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});

test('generic: a mapping file makes a program of any shape a source', async () => {
  const platform = await LocalRelay.start('{"hello":1}');
  const map = {
    platform: 'local', hello: '{"hello":1}', parse_again: ['/Data'], split_lines: true, ignore_case: true,
    fields: { type: '/Type', id: '/Data/MsgId', 'user.id': '/Data/User/Id', 'user.name': '/Data/User/Nickname', text: '/Data/Content' },
    kinds: { 1: 'chat', 4: 'follow', 6: { kind: 'viewers', total: '/Data/OnlineUserCount' } },
  };
  const probe = Probe.start([{ platform: 'generic', name: 'G', url: platform.ws_url, map }]);
  await probe.connected('G');
  const say = (type, data) => `{"Type":${type},"Data":${JSON.stringify(data)}}`;
  const follow = (n) => say(4, `{"MsgId":741200000000000000${n},"User":{"Id":690000000000000000${n},"Nickname":"新${n}","FollowerCount":99999}}`);
  platform.send([follow(1), follow(2), follow(1), 'broken', say(4, '{'), say(7, '{}')].join('\n'));
  platform.send(say(6, '{"MsgId":1,"User":null,"OnlineUserCount":120}'));
  platform.send(long_line);
  platform.cut();
  await probe.connected('G', 2);
  platform.send(`${follow(2)}\n${follow(3)}`);
  await settled(probe, 'follow', 3);
  const end = await probe.end();
  assert.deepEqual(end.figures, { total: baseline + 3, gained: 3, viewers: 120, likes: 0 });
  assert.deepEqual(probe.of('follow').map((event) => event.user.id), [1, 2, 3].map((n) => `690000000000000000${n}`));
  assert.equal(refused(probe, 'G'), 3);
  assert.equal(platform.greeted, 2);
  assert.deepEqual(platform.faults, []);
  await platform.stop();
});
