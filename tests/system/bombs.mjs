// Packets that were made to hurt, from a chat platform while live: each is over within 200 ms and takes 8 MiB at the most, and
// the good packet behind it is counted. SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { Bilibili, brotlied, packet, plain, zlibbed } from '../support/platforms/bilibili.mjs';
import { expect, Feed, pause, Program, temporary_folder, until, write_show } from './support.mjs';

const mib = 1 << 20;
const follow = (uid) => ({ cmd: 'INTERACT_WORD', data: { msg_type: 2, uid, uname: `新粉${uid}`, timestamp: 1700000000 + uid } });

// The longest window there is: an unpacker that made room for it at once would take 16 MiB.
const wide = (bytes) => packet(5, zlib.brotliCompressSync(bytes, {
  params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5, [zlib.constants.BROTLI_PARAM_LGWIN]: 24, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
}), 3);
function with_length(length, head = 16) {
  const bytes = plain(follow(1));
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt16BE(head, 4);
  return bytes;
}
function nested(depth, wrap) {
  let bytes = plain(follow(1));
  for (let i = 0; i < depth; ++i) bytes = wrap(bytes);
  return bytes;
}
const zeros = Buffer.alloc(64 * mib);
const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x0f]), bytes]);
const v2 = (bytes) => plain({ cmd: 'INTERACT_WORD_V2', data: { pb: bytes.toString('base64') } });

const packets = {
  '64 MiB of zeros in zlib': zlibbed(zeros),
  '64 MiB of zeros in brotli': wide(zeros),
  '64 MiB of packets in brotli': wide(Buffer.alloc(64 * mib, plain(follow(1)))),
  'a bomb inside a bomb': wide(Buffer.concat([zlibbed(zeros), zlibbed(zeros)])),
  'as many small packets as fit': Buffer.alloc(mib - 16, packet(5, '', 0)),
  'as many commands as fit': wide(Buffer.alloc(2 * mib - 16, plain({ cmd: 'DANMU_MSG', info: [] }))),
  'length 0': with_length(0),
  'length 15': with_length(15),
  'length 2^32-1': with_length(0xffffffff),
  'head 0': with_length(16, 0),
  'head 65535': with_length(16, 65535),
  'a head cut off': plain(follow(1)).subarray(0, 9),
  'zlib in zlib, 40 times': nested(40, zlibbed),
  'brotli in brotli, 40 times': nested(40, brotlied),
  'zlib cut off': zlibbed(plain(follow(1))).subarray(0, 40),
  'noise as zlib': packet(5, Buffer.from(Array.from({ length: 60000 }, (_, i) => (i * 48271) % 253)), 2),
  'noise as brotli': packet(5, Buffer.from(Array.from({ length: 60000 }, (_, i) => (i * 48271) % 253)), 3),
  'an unknown format': packet(5, '{}', 9),
  'JSON 500 000 deep': plain('['.repeat(500000)),
  'an object 100 000 deep': plain('{"a":'.repeat(100000)),
  'a string of 1 MiB': plain(`{"cmd":"${'x'.repeat(mib - 100)}"}`),
  'protobuf with a length of 2^32-1': v2(field(2, Buffer.from('short'))),
  'protobuf without end': v2(Buffer.alloc(300000, 0xff)),
};

// Of the whole process, since the last call, in bytes: the highest.
function reset_peak(pid) {
  fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
function memory(pid, row) {
  return Number(new RegExp(`${row}:\\s+(\\d+) kB`).exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

// How long the chat thread was ready to run and got no processor, in ms: on a machine that does other things, too, that is
// not what a packet cost.
function waited(pid) {
  const folder = `/proc/${pid}/task`;
  const chat = fs.readdirSync(folder).find((task) => fs.readFileSync(`${folder}/${task}/comm`, 'utf8').trim() === 'chat');
  return Number(fs.readFileSync(`${folder}/${chat}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
}

test('hostile packets cost little and take no good one with them', async () => {
  const platform = await Bilibili.start();
  const folder = temporary_folder();
  const show = write_show(folder, {
    baseline: 100, width: 640, height: 360,
    toml: `[[chat]]\nplatform = "bilibili"\nname = "B"\napi = "${platform.url}"\nroom = "${platform.room}"\n`,
  });
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air']);
  const { pid } = program.child;
  const feed = await Feed.open(program);
  await until('it is connected', async () => (await program.state()).chat[0]?.state === 'connected' && platform.is_in);
  let heard;
  feed.socket.on('message', () => heard?.());
  let uid = 1000;
  // From the sending of what came before it to the Feed.
  const follow_after = async (bytes) => {
    const expected = `新粉${++uid}`;  // the audience is told no id of a platform
    const is_there = () => feed.events.some((event) => event.kind === 'follow' && event.user?.name === expected);
    const began = performance.now();
    const done = new Promise((there) => {
      heard = () => is_there() && there(performance.now() - began);
      setTimeout(() => there(null), 10000).unref();
    });
    if (bytes) platform.send(bytes);
    platform.send(plain(follow(uid)));
    return done;
  };
  for (let i = 0; i < 20; ++i) await follow_after(null);
  await pause(3000);
  const wrong = [];
  for (const [name, bytes] of Object.entries(packets)) {
    expect(bytes.length <= mib, `${name} is a message that platforms could send`, bytes.length);
    reset_peak(pid);
    const before = memory(pid, 'VmRSS');
    const waited_before = waited(pid);
    const took = await follow_after(bytes);
    const ms = took === null ? null : took - (waited(pid) - waited_before);
    await pause(100);
    const peak = (memory(pid, 'VmHWM') - before) / mib;
    console.log(`# ${name}: ${bytes.length} bytes, ${ms?.toFixed(1)} ms (and ${(took - ms).toFixed(0)} ms without a processor), +${peak.toFixed(1)} MiB`);
    if (ms === null || ms > 200 || peak > 8) wrong.push({ name, ms, peak });
  }
  const state = await program.state();
  const { chat } = await program.stats();
  const connections = platform.connections;
  await program.end();
  await platform.stop();
  expect(wrong.length === 0, 'each within 200 ms and 8 MiB, the next good packet counted', wrong);
  expect(connections === 1 && state.chat[0].state === 'connected', 'the connection lives through all of them', { connections, chat: state.chat });
  const sent = uid - 1000;
  expect(state.followers.gained === sent, `exactly the ${sent} good follows`, state.followers);
  const refused = (chat.dropped.malformed ?? 0) + (chat.dropped.too_large ?? 0) + (chat.dropped.json ?? 0);
  expect(refused >= Object.keys(packets).length - 2, 'what was lost is counted by reason', chat.dropped);
  expect(platform.faults.length === 0, 'the platform has nothing to complain of', platform.faults);
});
