// Owncast, YouTube, Social Stream Ninja, blivechat and a local relay as servers that check what they
// are sent. SPDX-License-Identifier: Apache-2.0
import crypto from 'node:crypto';
import { Simulator } from './simulator.mjs';

export class Owncast extends Simulator {
  tokens = new Set();
  registered = 0;
  followers = 1041;
  viewers = 5;

  serve(url, request, body, answer) {
    if (url.pathname === '/api/chat/register') {
      this.expect(request.method === 'POST', 'register by POST');
      this.expect(typeof JSON.parse(body).displayName === 'string', 'a display name');
      this.registered += 1;
      const token = crypto.randomBytes(16).toString('base64'); // with characters that need escaping
      this.tokens.add(token);
      return answer(200, { id: 'me', accessToken: token, displayName: 'x' });
    }
    if (url.pathname === '/api/followers') return answer(200, { total: this.followers, results: [] });
    if (url.pathname === '/api/status') return answer(200, { online: true, viewerCount: this.viewers, versionNumber: '0.2.0' });
    this.fault(`unknown call ${url.pathname}`);
    return answer(404, {});
  }
  opened(ws, url) {
    this.expect(url.pathname === '/ws', `socket at ${url.pathname}`);
    ws.on('message', () => this.fault('nothing was asked for'));
    if (!this.tokens.has(url.searchParams.get('accessToken'))) {
      ws.send(JSON.stringify({ type: 'ERROR_NEEDS_REGISTRATION' }));
      return ws.close();
    }
    return ws.send(JSON.stringify({ type: 'CONNECTED_USER_INFO', id: crypto.randomUUID(), timestamp: new Date().toISOString(), user: { id: 'me', displayName: 'x' } }));
  }
  forget() {
    this.tokens.clear();
  }
  // Several objects in one frame, as a busy server sends them.
  send(...objects) {
    for (const ws of this.sockets) ws.send(objects.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  }
}

export class Youtube extends Simulator {
  token = 'oauth-token';
  video = 'abcdefghijk';
  chat = 'chat-of-the-video';
  subscribers = '12300';
  pages = [{ items: [] }]; // page n is asked for with token n; the last one is answered until another comes
  asked = [];
  wait_ms = 200;

  serve(url, request, body, answer) {
    if (request.headers.authorization !== `Bearer ${this.token}`) return answer(401, { error: { errors: [{ reason: 'authError' }] } });
    if (url.pathname === '/youtube/v3/videos') {
      if (url.searchParams.get('id') !== this.video) return answer(200, { items: [] });
      return answer(200, { items: [{ snippet: { channelId: 'UC1' }, liveStreamingDetails: { activeLiveChatId: this.chat, concurrentViewers: '17' } }] });
    }
    if (url.pathname === '/youtube/v3/channels') {
      this.expect(url.searchParams.get('id') === 'UC1', 'the channel of the video');
      return answer(200, { items: [{ statistics: { subscriberCount: this.subscribers } }] });
    }
    if (url.pathname !== '/youtube/v3/liveChat/messages') {
      this.fault(`unknown call ${url.pathname}`);
      return answer(404, {});
    }
    this.expect(url.searchParams.get('liveChatId') === this.chat, 'the chat of the video');
    this.expect(url.searchParams.get('part') === 'snippet,authorDetails', 'both parts');
    const last = this.asked.at(-1);
    if (last) this.expect(Date.now() - last >= this.wait_ms, `asked again after ${Date.now() - last} ms`);
    this.asked.push(Date.now());
    const at = Number((url.searchParams.get('pageToken') ?? 'page-0').slice(5));
    const page = this.pages[at] ?? { items: [] };
    const next = Math.min(at + 1, this.pages.length);
    if (page.status) return answer(page.status, { error: { errors: [{ reason: page.reason }] } });
    return answer(200, { nextPageToken: `page-${next}`, pollingIntervalMillis: this.wait_ms, items: page.items, ...page.more });
  }
}

// A WebSocket that sends and must hear nothing.
class Speaker extends Simulator {
  opened(ws, url) {
    this.check?.(url);
    ws.on('message', (bytes) => this.heard(bytes.toString(), ws));
  }
  heard(text) {
    this.fault(`was sent ${text.slice(0, 40)}`);
  }
  send(message) {
    for (const ws of this.sockets) ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  serve(url, request, body, answer) {
    return answer(404, {});
  }
}

export class SocialStream extends Speaker {
  session = 'session/with?signs';
  check(url) {
    this.expect(url.pathname === `/join/${encodeURIComponent(this.session)}/4`, `joined ${url.pathname}`);
  }
}

export class Blivechat extends Speaker {
  token = 'plugin-token';
  heartbeats = 0;
  admit(request) {
    return request.headers.authorization === `Bearer ${this.token}` ? 101 : 403;
  }
  heard(text, ws) {
    const { cmd } = JSON.parse(text);
    if (!this.expect(cmd === 0, `cmd ${cmd}`)) return;
    this.heartbeats += 1;
    ws.send(JSON.stringify({ cmd: 0, data: {} }));
  }
}

// Any JSON program; what it is greeted with is told.
export class LocalRelay extends Speaker {
  constructor(hello = null) {
    super();
    this.hello = hello;
    this.greeted = 0;
  }
  heard(text) {
    if (this.hello === null) return super.heard(text);
    this.greeted += 1;
    return this.expect(text === this.hello, `greeted with ${text}`);
  }
}
