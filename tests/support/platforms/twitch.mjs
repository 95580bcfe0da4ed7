// Twitch's IRC over WebSocket and EventSub as servers that check what they are sent.
// SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import { Simulator } from './simulator.mjs';

export class TwitchIrc extends Simulator {
  constructor(channel = 'village') {
    super();
    this.channel = channel;
    this.joined = new Set();
    this.pongs = 0;
  }

  opened(ws) {
    let nick = null;
    let has_tags = false;
    ws.on('message', (bytes, is_binary) => {
      this.expect(!is_binary, 'a binary message');
      const lines = bytes.toString().replace(/(\r\n)+$/, '').split('\r\n');
      this.expect(lines.length === 1, 'more than one command in a frame');
      for (const line of lines) {
        const [command, ...rest] = line.split(' ');
        const trailing = rest.join(' ').replace(/^:/, '');
        if (command === 'CAP') {
          this.expect(nick === null, 'CAP comes before NICK');
          const wanted = trailing.replace(/^REQ :/, '').split(' ');
          has_tags = wanted.includes('twitch.tv/tags') && wanted.includes('twitch.tv/commands');
          ws.send(`:tmi.twitch.tv CAP * ACK :${wanted.join(' ')}\r\n`);
        } else if (command === 'PASS') {
          this.pass = trailing;
        } else if (command === 'NICK') {
          nick = trailing;
          this.expect(/^justinfan\d+$/.test(nick), `nick ${nick}`);
          this.expect(has_tags, 'no tags asked for');
          ws.send(`:tmi.twitch.tv 001 ${nick} :Welcome, GLHF!\r\n:tmi.twitch.tv 376 ${nick} :>\r\n`);
        } else if (command === 'JOIN') {
          this.expect(nick !== null, 'JOIN comes after the welcome');
          this.expect(trailing === `#${this.channel}`, `JOIN ${trailing}`);
          const me = `${nick}.tmi.twitch.tv`;
          ws.send(`:${nick}!${nick}@${me} JOIN #${this.channel}\r\n:${me} 353 ${nick} = #${this.channel} :${nick}\r\n:${me} 366 ${nick} #${this.channel} :End of /NAMES list\r\n`);
          ws.send(`@emote-only=0;room-id=1234;slow=0 :tmi.twitch.tv ROOMSTATE #${this.channel}\r\n`);
          this.joined.add(ws);
          ws.once('close', () => this.joined.delete(ws));
        } else if (command === 'PONG') {
          this.pongs += 1;
          this.expect(trailing === this.asked, `PONG ${trailing}`);
        } else if (command === 'PING') {
          ws.send(`:tmi.twitch.tv PONG tmi.twitch.tv :${trailing}\r\n`);
        } else {
          this.fault(`unexpected ${command}`);
        }
      }
    });
  }
  ping(text = 'tmi.twitch.tv') {
    this.asked = text;
    this.send(`PING :${text}\r\n`);
  }
  send(text) {
    for (const ws of this.joined) ws.send(text);
  }
  serve(url, request, body, answer) {
    return answer(404, {});
  }
}

export class EventSub extends Simulator {
  broadcaster = '1234';
  token = 'user-token';
  client = 'client-id';
  total = 4560;
  viewers = 33;
  keepalive = 10;
  subscriptions = new Map(); // type -> session
  subscribed = 0;
  sessions = new Map(); // id -> socket
  refuse = new Map(); // type -> status

  opened(ws, url) {
    this.expect(url.pathname === '/ws', `socket at ${url.pathname}`);
    // nothing may ever be sent
    ws.on('message', () => {
      this.fault('application data was sent');
      ws.close(4001);
    });
    const moved = url.searchParams.get('moved');
    const id = moved ?? crypto.randomUUID();
    if (moved) this.expect(url.search === `?moved=${moved}&keep=1`, 'reconnect_url unchanged');
    const former = moved ? this.sessions.get(moved) : null;
    this.sessions.set(id, ws);
    this.current = ws;
    ws.session = id;
    const welcome = () => {
      ws.send(this.frame('session_welcome', { session: { id, status: 'connected', keepalive_timeout_seconds: this.keepalive, reconnect_url: null, connected_at: new Date().toISOString() } }));
      if (former) {
        // the old one is to be closed by the client, after the welcome
        former.once('close', () => { this.handed_over = true; });
        return;
      }
      setTimeout(() => {
        if (ws.readyState === ws.OPEN && this.subscriptions.size === 0) this.expect(false, 'no subscription within 10 s');
      }, 10_000).unref();
    };
    if (moved) setTimeout(welcome, 100);
    else welcome();
  }

  frame(type, payload, id = crypto.randomUUID(), at = new Date()) {
    return JSON.stringify({ metadata: { message_id: id, message_type: type, message_timestamp: at.toISOString() }, payload });
  }
  notify(type, event, { id, at, socket = this.current } = {}) {
    if (!this.subscriptions.has(type)) return this.fault(`nobody subscribed to ${type}`);
    return socket.send(this.frame('notification', { subscription: { id: 's', type, version: '1' }, event }, id, at));
  }
  // Asks the client to move; both sockets stand for a while.
  move() {
    const ws = this.current;
    ws.send(this.frame('session_reconnect', { session: { id: ws.session, status: 'reconnecting', reconnect_url: `${this.ws_url}/ws?moved=${ws.session}&keep=1` } }));
    return ws;
  }

  serve(url, request, body, answer) {
    const is_known = request.headers.authorization === `Bearer ${this.token}` && request.headers['client-id'] === this.client;
    if (!is_known) return answer(401, { status: 401 });
    if (url.pathname === '/helix/channels/followers') {
      this.expect(url.searchParams.get('broadcaster_id') === this.broadcaster, 'followers of the broadcaster');
      return answer(200, { total: this.total, data: [], pagination: {} });
    }
    if (url.pathname === '/helix/streams') return answer(200, { data: [{ viewer_count: this.viewers }] });
    if (url.pathname !== '/helix/eventsub/subscriptions' || request.method !== 'POST') {
      this.fault(`unknown call ${request.method} ${url.pathname}`);
      return answer(404, {});
    }
    const asked = JSON.parse(body);
    this.subscribed += 1;
    if (this.refuse.has(asked.type)) return answer(this.refuse.get(asked.type), {});
    const versions = { 'channel.follow': '2', 'channel.chat.message': '1', 'channel.subscribe': '1', 'stream.online': '1', 'stream.offline': '1' };
    this.expect(versions[asked.type] === asked.version, `${asked.type} version ${asked.version}`);
    this.expect(asked.condition.broadcaster_user_id === this.broadcaster, `condition of ${asked.type}`);
    if (asked.type === 'channel.follow') this.expect(asked.condition.moderator_user_id === this.broadcaster, 'follow needs the moderator');
    if (asked.type === 'channel.chat.message') this.expect(asked.condition.user_id === this.broadcaster, 'chat needs the user');
    this.expect(asked.transport.method === 'websocket' && this.sessions.has(asked.transport.session_id), 'the session of the welcome');
    if (this.subscriptions.get(asked.type) === asked.transport.session_id) return answer(409, {});
    this.subscriptions.set(asked.type, asked.transport.session_id);
    return answer(202, { data: [{}] });
  }
}
