// Bilibili's web protocol and open platform as servers that check what they are sent.
// SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import { Simulator } from './simulator.mjs';

export function packet(operation, body, format = 1) {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + bytes.length, 0);
  head.writeUInt16BE(16, 4);
  head.writeUInt16BE(format, 6);
  head.writeUInt32BE(operation, 8);
  head.writeUInt32BE(1, 12);
  return Buffer.concat([head, bytes]);
}
export const plain = (command) => packet(5, typeof command === 'string' ? command : JSON.stringify(command), 0);
export const zlibbed = (bytes) => packet(5, zlib.deflateSync(bytes), 2);
export const brotlied = (bytes) => packet(5, zlib.brotliCompressSync(bytes), 3);

function read_packet(bytes) {
  if (bytes.length < 16 || bytes.readUInt32BE(0) !== bytes.length || bytes.readUInt16BE(4) !== 16) return null;
  return { format: bytes.readUInt16BE(6), operation: bytes.readUInt32BE(8), body: bytes.subarray(16) };
}

const order = [46, 47, 18, 2, 53, 8, 23, 32, 15, 50, 10, 31, 58, 3, 45, 35, 27, 43, 5, 49, 33, 9, 42, 19, 29, 28, 14, 39, 12, 38, 41, 13];
const md5 = (text) => crypto.createHash('md5').update(text).digest('hex');

// The live socket, the same for both: login first, then an immediate heartbeat.
class LiveSocket extends Simulator {
  token = `token-${crypto.randomUUID()}`;
  heartbeats = 0;
  logins = 0;

  opened(ws, url) {
    this.expect(url.pathname === '/sub', `socket at ${url.pathname}`);
    let is_in = false;
    const late = setTimeout(() => {
      this.fault('no login within 5 s');
      ws.terminate();
    }, 5000);
    ws.once('close', () => clearTimeout(late));
    ws.on('message', (bytes, is_binary) => {
      const read = is_binary ? read_packet(bytes) : null;
      if (!this.expect(read !== null, 'a message that is no packet')) return ws.terminate();
      this.expect(read.format === 1, `body format ${read.format} upward`);
      if (!is_in) {
        clearTimeout(late);
        if (!this.expect(read.operation === 7, `operation ${read.operation} before login`)) return ws.terminate();
        const is_known = this.check_login(read.body.toString());
        this.logins += 1;
        ws.send(packet(8, JSON.stringify({ code: is_known ? 0 : -101 })));
        if (!is_known) return ws.close();
        is_in = true;
        this.is_in = true;
        ws.first_heartbeat = setTimeout(() => this.fault('no heartbeat right after login'), 2000);
        ws.once('close', () => clearTimeout(ws.first_heartbeat));
        return undefined;
      }
      if (!this.expect(read.operation === 2, `operation ${read.operation} after login`)) return undefined;
      clearTimeout(ws.first_heartbeat);
      this.heartbeats += 1;
      // the length does not count the echo of what was sent
      return ws.send(Buffer.concat([packet(3, Buffer.from([0, 0, 4, 210])), read.body]));
    });
  }
  send(bytes, is_binary = true) {
    for (const ws of this.sockets) ws.send(bytes, { binary: is_binary });
  }
}

export class Bilibili extends LiveSocket {
  room = 22625027;
  short_room = 1017;
  followers = 4567;
  img = crypto.randomBytes(16).toString('hex');
  sub = crypto.randomBytes(16).toString('hex');
  buvid = crypto.randomUUID();
  refuse_signatures = 0; // so many are answered -352 although they are right
  calls = [];

  key() {
    const raw = this.img + this.sub;
    return order.map((at) => raw[at]).join('');
  }
  // A new key and a new token: what was known before is refused.
  renew() {
    this.img = crypto.randomBytes(16).toString('hex');
    this.token = `token-${crypto.randomUUID()}`;
  }

  serve(url, request, body, answer) {
    this.calls.push(url.pathname);
    const agent = request.headers['user-agent'] ?? '';
    this.expect(/^Mozilla\/5\.0 /.test(agent), `user agent ${agent}`);
    this.agent ??= agent;
    this.expect(agent === this.agent, 'the user agent changed');
    if (url.pathname === '/x/frontend/finger/spi') return answer(200, { code: 0, data: { b_3: this.buvid } });
    this.expect((request.headers.cookie ?? '').includes(`buvid3=${this.buvid}`), `cookie ${request.headers.cookie} at ${url.pathname}`);
    if (url.pathname === '/room/v1/Room/get_info') {
      const asked = Number(url.searchParams.get('room_id'));
      if (asked !== this.room && asked !== this.short_room) return answer(200, { code: 1, message: 'no such room', data: [] });
      return answer(200, { code: 0, data: { room_id: this.room, short_id: this.short_room, uid: 9, live_status: 1, title: 't', attention: this.followers } });
    }
    if (url.pathname === '/x/web-interface/nav') {
      const image = (stem) => `https://i0.hdslb.com/bfs/wbi/${stem}.png`;
      return answer(200, { code: -101, message: 'not logged in', data: { isLogin: false, wbi_img: { img_url: image(this.img), sub_url: image(this.sub) } } });
    }
    if (url.pathname === '/xlive/web-room/v1/index/getDanmuInfo') return this.danmu_info(url, answer);
    this.fault(`unknown call ${url.pathname}`);
    return answer(404, { code: -404 });
  }

  danmu_info(url, answer) {
    const asked = url.search.slice(1);
    const [signed, signature] = asked.split('&w_rid=');
    const names = [...url.searchParams.keys()];
    this.expect(names.join() === 'id,type,wts,w_rid', `parameters ${names}`);
    this.expect(url.searchParams.get('id') === String(this.room), 'the real room id');
    const age = Math.abs(Date.now() / 1000 - Number(url.searchParams.get('wts')));
    const is_right = signature === md5(signed + this.key()) && age < 60;
    if (!is_right || this.refuse_signatures-- > 0) return answer(200, { code: -352, message: '-352' });
    return answer(200, { code: 0, data: { token: this.token, host_list: [{ host: '127.0.0.1', port: 1, ws_port: this.port, wss_port: 1 }] } });
  }

  check_login(text) {
    const login = JSON.parse(text);
    this.expect(Object.keys(login).join() === 'uid,roomid,protover,platform,type,buvid,key', `login has ${Object.keys(login)}`);
    this.expect(login.uid === 0 && login.roomid === this.room && login.protover === 3, 'login as a guest of the real room, brotli');
    this.expect(login.platform === 'web' && login.type === 2 && login.buvid === this.buvid, 'login of a web client');
    return login.key === this.token;
  }
}

export class BilibiliOpen extends LiveSocket {
  keys = { id: 'access-key-id', secret: 'access-key-secret' };
  code = 'IDENTITY-CODE';
  app = 1234567890123;
  followers = 800;
  games = 0;
  ended = [];
  heartbeats_of_game = 0;
  nonces = new Set();

  serve(url, request, body, answer) {
    if (url.pathname === '/room/v1/Room/get_info') return answer(200, { code: 0, data: { room_id: 77, attention: this.followers } });
    this.expect(request.method === 'POST', `${request.method} ${url.pathname}`);
    if (!this.is_signed(request, body)) return answer(200, { code: 4002, message: 'signature' });
    const asked = JSON.parse(body);
    if (url.pathname === '/v2/app/start') {
      if (asked.code !== this.code || asked.app_id !== this.app) return answer(200, { code: 7007, message: 'identity code' });
      this.games += 1;
      this.game = `game-${this.games}`;
      return answer(200, { code: 0, data: { game_info: { game_id: this.game }, websocket_info: { auth_body: JSON.stringify({ roomid: 77, key: this.token }), wss_link: [`${this.ws_url}/sub`] }, anchor_info: { room_id: 77, uname: 'a', open_id: 'o' } } });
    }
    if (url.pathname === '/v2/app/heartbeat') {
      this.heartbeats_of_game += 1;
      return answer(200, { code: asked.game_id === this.game ? 0 : 7003 });
    }
    if (url.pathname === '/v2/app/end') {
      this.expect(asked.app_id === this.app, 'end names the app');
      this.ended.push(asked.game_id);
      return answer(200, { code: asked.game_id === this.game ? 0 : 7000 });
    }
    this.fault(`unknown call ${url.pathname}`);
    return answer(404, {});
  }

  is_signed(request, body) {
    const { headers } = request;
    const names = ['x-bili-accesskeyid', 'x-bili-content-md5', 'x-bili-signature-method', 'x-bili-signature-nonce', 'x-bili-signature-version', 'x-bili-timestamp'];
    const text = names.map((name) => `${name}:${headers[name]}`).join('\n');
    const nonce = headers['x-bili-signature-nonce'];
    this.expect(!this.nonces.has(nonce), 'a nonce came twice');
    this.nonces.add(nonce);
    this.expect(headers['content-type'] === 'application/json' && headers.accept === 'application/json', 'JSON both ways');
    return this.expect(
      headers['x-bili-accesskeyid'] === this.keys.id && headers['x-bili-content-md5'] === md5(body) &&
        Math.abs(Date.now() / 1000 - Number(headers['x-bili-timestamp'])) < 60 &&
        headers.authorization === crypto.createHmac('sha256', this.keys.secret).update(text).digest('hex'),
      'a wrong signature');
  }
  check_login(text) {
    return this.expect(text === JSON.stringify({ roomid: 77, key: this.token }), 'the login is sent as it was given');
  }
}
