// Hostile folders, files, messages and requests: a clear sentence each, nothing crashes, nothing leaks.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Platform } from './platform.mjs';
import { expect, Feed, Ingest, ledger, of_pages, pause, Program, run, start, temporary_folder, token, until, write_secrets, write_show, xiangbo } from './support.mjs';

const { WebSocket } = of_pages('ws');

describe('a wrong Show', () => {
  const variants = {
    'a key written wrong': [{ toml: '[vidoe]\nwidth = 3\n' }, /show\.toml:\d+:\d+:.*video/s],
    'an odd width': [{ width: 1279 }, /show\.toml:\d+:\d+:/],
    'a width without end': [{ width: '99999999999999999999' }, /show\.toml:\d+:\d+:/],
    'no TOML at all': [{ toml: '\0\x01\x02[[[[' }, /show\.toml:\d+:\d+:/],
    'a negative baseline': [{ baseline: -5 }, /show\.toml:\d+:\d+:/],
    'a push into a file': [{ publish: [{ name: 'x', url: 'file:///etc/passwd' }] }, /show\.toml:\d+:\d+:/],
    'a product without a price': [{ products: 'id,number,name,origin,price,unit,stock,picture,link\na,1,饺子,,,斤,,,\n' }, /products\.csv:2:\d+:/],
    'a picture outside the Show': [{ products: 'id,number,name,origin,price,unit,stock,picture,link\na,1,饺子,,1.5,斤,,../../../etc/passwd,\n' }, /products\.csv:2:\d+:/],
  };
  for (const [what, [show, expected]] of Object.entries(variants)) {
    test(what, async () => {
      const done = await run(xiangbo, ['check', write_show(temporary_folder(), show)], { seconds: 30 });
      expect(done.code === 2, 'exit 2', done);
      expect(expected.test(done.err), `${expected} in the message`, done.err);
    });
  }
  test('no Show there', async () => {
    const done = await run(xiangbo, ['check', '/nowhere/at/all'], { seconds: 30 });
    expect(done.code === 2 && done.err.includes('/nowhere/at/all'), 'exit 2, the folder named', done);
  });
  test('a command line nobody meant', async () => {
    const done = await run(xiangbo, ['live', '--on-moon'], { seconds: 30 });
    expect(done.code === 2 && done.err.length > 0, 'exit 2 and a sentence', done);
  });
});

describe('a wrong source', () => {
  // A film that names other files and addresses must not make the program open them.
  const traps = {
    'list.m3u8': (port) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:${port}/taken.ts\n#EXT-X-ENDLIST\n`,
    'list.mp4': (port) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:${port}/taken.ts\n#EXT-X-ENDLIST\n`,
    'list.ffconcat': (port) => `ffconcat version 1.0\nfile 'http://127.0.0.1:${port}/taken.mp4'\n`,
    'session.sdp': (port) => `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    'garbage.mkv': () => Buffer.from(Array.from({ length: 60000 }, (_, i) => (i * 48271) % 253)),
    'empty.mp4': () => '',
  };
  for (const [name, content] of Object.entries(traps)) {
    test(`file:${name} opens nothing else and stops nothing`, async () => {
      const folder = temporary_folder();
      let visits = 0;
      const door = net.createServer((socket) => {
        ++visits;
        socket.destroy();
      });
      door.listen(0, '127.0.0.1');
      await once(door, 'listening');
      const file = path.join(folder, name);
      fs.writeFileSync(file, content(door.address().port));
      const program = await Program.live(folder, write_show(folder), ['--source', `file:${file}`, '--on-air']);
      const state = await until('the source is said to be wrong', async () => {
        const seen = await program.state();
        return seen.problems.some(({ component }) => component.startsWith('capture')) && seen;
      });
      expect(state.source.has_picture === false && state.recorder.state !== 'refused', 'no picture from it, the recording goes on', state);
      await pause(500);
      await program.end();
      door.close();
      expect(visits === 0, 'nobody came to the address inside the file', visits);
    });
  }
  test('a source of no known kind: exit 2', async () => {
    const folder = temporary_folder();
    for (const source of ['concat:/etc/passwd|/etc/group', 'http://127.0.0.1:9/x', 'lavfi:testsrc']) {
      const done = await run(xiangbo, ['live', write_show(folder), '--data', path.join(folder, 'data'), '--secrets', write_secrets(folder),
        '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0', '--source', source, '--on-air', '--duration', '1'], { seconds: 30 });
      expect(done.code === 2 && done.err.length > 0, `exit 2 and a sentence for ${source}`, done);
    }
  });
});

describe('a wrong data folder', () => {
  test('that is a file: exit 2 before anything is on air', async () => {
    const folder = temporary_folder();
    fs.writeFileSync(path.join(folder, 'data'), 'a file');
    const done = await run(xiangbo, ['live', write_show(folder), '--data', path.join(folder, 'data'), '--secrets', write_secrets(folder),
      '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0', '--source', 'test:', '--on-air', '--duration', '1'], { seconds: 30 });
    expect(done.code === 2 && done.err.includes(path.join(folder, 'data')) && !done.err.includes('on air'), 'exit 2 and a sentence', done);
  });
});

describe('a wrong place', () => {
  const folder = temporary_folder();
  const args = (more) => ['live', path.join(folder, 'show'), '--source', 'test:', '--data', path.join(folder, 'data'), '--secrets', path.join(folder, 'secrets.toml'),
    '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0', ...more];
  before(() => {
    write_show(folder);
    write_secrets(folder);
  });

  test('a second program on one data folder: exit 3', async () => {
    const program = await Program.live(folder, path.join(folder, 'show'), ['--source', 'test:']);
    const second = await run(xiangbo, args([]), { seconds: 30 });
    expect(second.code === 3 && second.err.length > 0, 'exit 3 and a sentence', second);
    expect((await program.state()).state === 'ready', 'the first is as before', await program.state());
    await program.end();
  });
  test('a port that is taken: exit 1 and a sentence that names it', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${other.address().port}`;
    for (const option of ['--control', '--audience']) {
      const done = await run(xiangbo, [...args([]).filter((one, i, all) => one !== option && all[i - 1] !== option), option, address], { seconds: 30 });
      expect(done.code === 1 && done.err.includes(address), `exit 1 and ${address} named`, done);
    }
    other.close();
  });
  test('a control port for everybody: refused', async () => {
    const done = await run(xiangbo, [...args([]).filter((one, i, all) => one !== '--control' && all[i - 1] !== '--control'), '--control', '0.0.0.0:0'], { seconds: 30 });
    expect(done.code === 2 && done.err.length > 0, 'exit 2 and a sentence', done);
  });
  test('secrets that others can read: exit 2', async () => {
    write_secrets(folder, { mode: 0o644 });
    const done = await run(xiangbo, args([]), { seconds: 30 });
    expect(done.code === 2 && done.err.includes('secrets.toml') && done.err.includes('600'), 'exit 2, file and mode named', done);
    expect(!done.err.includes(token), 'no word of what is in it', done.err);
    write_secrets(folder);
  });
});

describe('on air', () => {
  const canary = 'canary-9f3c1e-stream-key';
  const folder = temporary_folder();
  let program;
  let session;
  const answers = [];  // all that the program says to anybody

  // Raw, since a polite client would not send such things.
  const raw = async (port, text) => {
    const socket = net.connect(port, '127.0.0.1');
    const parts = [];
    socket.on('data', (bytes) => parts.push(bytes)).on('error', () => {});
    socket.write(text);
    await Promise.race([once(socket, 'close'), pause(1500)]);
    socket.destroy();
    const answer = Buffer.concat(parts).toString();
    answers.push(answer);
    return answer;
  };
  const port_of = (address) => Number(new URL(address).port);
  const request = (head, body = '') => raw(port_of(program.control), `${head}\r\nConnection: close\r\n\r\n${body}`);
  const expect_status = (answer, statuses) => {
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    expect(statuses.includes(status), `status ${statuses.join(' or ')}`, answer.slice(0, 200) || 'closed without a word');
  };

  before(async () => {
    const platform = await Platform.open();
    const show = write_show(folder, { publish: [{ name: '平台', url: platform.url }] });
    write_secrets(folder, { keys: { 平台: canary } });
    program = await Program.live(folder, show, ['--source', 'test:', '--on-air']);
    session = (await program.state()).session.folder;
    await until('the push is live', async () => (await program.state()).outputs[0].state === 'live');
  });

  describe('ingest', () => {
    const good = (id) => ({ kind: 'chat', platform: 'test', id, text: '好' });
    const refused = {
      'no JSON': 'hello',
      'an array': '[]',
      'no kind': '{"platform":"test"}',
      'an unknown kind': '{"kind":"boom","platform":"test"}',
      'a count that is text': '{"kind":"gift","platform":"test","text":"花","count":"7"}',
      'a negative total': '{"kind":"followers","platform":"test","total":-1}',
      'a total beyond 64 bits': '{"kind":"followers","platform":"test","total":99999999999999999999999}',
      'a user that is a list': '{"kind":"follow","platform":"test","user":[]}',
      'a platform with control characters': '{"kind":"chat","platform":"a\\u0000b","text":"x"}',
      'brackets 5000 deep': `{"kind":"chat","platform":"test","text":${'['.repeat(5000)}`,
      'an id of a kilobyte': JSON.stringify({ kind: 'chat', platform: 'test', id: 'x'.repeat(1025), text: 'x' }),
      'a binary message': Buffer.from('{"kind":"chat","platform":"test","text":"x"}'),
    };
    test('each wrong message is refused with a reason, the connection and others go on', async () => {
      const ingest = await Ingest.open(program);
      for (const [what, message] of Object.entries(refused)) {
        const before_it = ingest.answers.length;
        ingest.socket.send(message, { binary: Buffer.isBuffer(message) });
        await until(`an answer to ${what}`, () => ingest.answers.length > before_it, { seconds: 5, every_ms: 10 });
        const answer = ingest.answers.at(-1);
        expect(typeof answer.error === 'string', `{"error":REASON} for ${what}`, answer);
      }
      const answer = await ingest.send(good('after-the-wrong'));
      expect(answer?.ok === 'after-the-wrong', 'a right one is still taken', answer);
      answers.push(JSON.stringify(ingest.answers));
      ingest.close();
    });
    const closes = {
      'a message of 70 000 bytes': [1009, (socket) => socket.send('x'.repeat(70000))],
      'text that is no UTF-8': [1007, (socket) => socket._sender.sendFrame([Buffer.from([0x81, 0x82, 0, 0, 0, 0]), Buffer.from([0xff, 0xfe])])],
    };
    for (const [what, [code, send]] of Object.entries(closes)) {
      test(`${what} closes with ${code}`, async () => {
        const ingest = await Ingest.open(program);
        const other = await Ingest.open(program);
        send(ingest.socket);
        await until('it is closed', () => ingest.close_code, { seconds: 5 });
        expect(ingest.close_code === code, code, ingest.close_code);
        const answer = await other.send(good(`beside-${code}`));
        expect(answer?.ok, 'another sender does not notice', answer);
        other.close();
      });
    }
    test('a wrong or missing token: 401', async () => {
      for (const bearer of ['wrong', '', token + 'x', token.slice(1)]) {
        const socket = new WebSocket(program.control.replace('http', 'ws') + 'api/ingest', { headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} });
        const [, answer] = await once(socket, 'unexpected-response');
        expect(answer.statusCode === 401, 401, answer.statusCode);
        socket.on('error', () => {});
        socket.terminate();
      }
    });
  });

  describe('HTTP', () => {
    const host = () => `Host: 127.0.0.1:${port_of(program.control)}`;
    const command = '{"id":"x1","name":"marker.add","args":{"note":"x"}}';
    const post = (headers, body = command) => request(`POST /api/command HTTP/1.1\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}`, body);
    test('a foreign Host', async () => expect_status(await request('GET /api/state HTTP/1.1\r\nHost: evil.example'), [400, 403, 421]));
    test('no Host', async () => expect_status(await request('GET /api/state HTTP/1.1'), [400, 403, 421]));
    test('a foreign Origin', async () => expect_status(await post(`${host()}\r\nOrigin: http://evil.example\r\nContent-Type: application/json`), [403]));
    test('a form of another page', async () => expect_status(await post(`${host()}\r\nOrigin: http://127.0.0.1:${port_of(program.control)}\r\nContent-Type: text/plain`), [415]));
    test('paths that climb out', async () => {
      for (const target of ['/../../../../etc/passwd', '/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2f..%2fetc%2fpasswd', '/assets/../../xiangbo', '/api/pictures/../../etc/passwd']) {
        const answer = await request(`GET ${target} HTTP/1.1\r\n${host()}`);
        expect_status(answer, [400, 403, 404]);
        expect(!answer.includes('root:'), 'no file from outside', answer.slice(0, 300));
      }
    });
    test('a body without end', async () => expect_status(await request(`POST /api/command HTTP/1.1\r\n${host()}\r\nContent-Type: application/json\r\nContent-Length: 99999999999`), [400, 413]));
    test('two lengths', async () => expect_status(await request(`POST /api/command HTTP/1.1\r\n${host()}\r\nContent-Length: 1\r\nContent-Length: 2`, 'xx'), [400]));
    test('a header of 100 kB', async () => expect_status(await request(`GET / HTTP/1.1\r\n${host()}\r\nX: ${'x'.repeat(100000)}`), [400, 431]));
    test('no HTTP at all', async () => {
      await raw(port_of(program.control), '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
      await raw(port_of(program.audience), '\0'.repeat(4096));
    });
    test('wrong commands', async () => {
      for (const [body, statuses] of [['{', [400]], ['[]', [400]], ['{"id":"c","name":"rm","args":{}}', [404]], ['{"name":"live.end"}', [400]],
        ['{"id":"d","name":"product.show","args":{"product":"none"}}', [400, 404, 409]], ['{"id":"e","name":"product.show","args":{"product":["x"]}}', [400]]]) {
        const answer = await post(`${host()}\r\nContent-Type: application/json`, body);
        expect_status(answer, statuses);
        const said = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
        expect(said.ok === false && said.code && said.zh && said.en, 'a code and both languages', said);
      }
    });
    test('the same command id twice has no second effect', async () => {
      for (let i = 0; i < 2; ++i) expect_status(await post(`${host()}\r\nContent-Type: application/json`), [200]);
      await pause(1500);
      const [{ many }] = await ledger(session, `select count(*) many from entries where kind = 'marker'`);
      expect(many === 1, 'one marker', many);
    });
    test('two hundred sockets that say nothing hold nobody up', async () => {
      const idle = Array.from({ length: 200 }, () => net.connect(port_of(program.control), '127.0.0.1').on('error', () => {}));
      await pause(300);
      const began = performance.now();
      const state = await program.state();
      expect(state.state === 'live' && performance.now() - began < 2000, 'an answer within 2 s', performance.now() - began);
      for (const socket of idle) socket.destroy();
    });
  });

  test('a reader who writes is closed, a wrong from is refused', async () => {
    const feed = await Feed.open(program);
    feed.socket.send('hello');
    const [code] = await once(feed.socket, 'close');
    expect(code === 1008, 1008, code);
    const answer = await fetch(`${program.audience}api/feed?from=-1`, { headers: { Upgrade: 'websocket' } }).catch(() => null);
    expect(answer === null || answer.status >= 400, 'refused', answer?.status);
  });

  test('lives on, and the stream key is nowhere to be read', async () => {
    const state = await program.state();
    expect(state.state === 'live' && state.outputs[0].state === 'live', 'still live after all of it', state);
    for (const name of ['api/state', 'api/stats', 'api/show', 'api/commands', '', 'metrics']) {
      answers.push(await (await fetch(program.control + name)).text());
    }
    answers.push(fs.readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8'), fs.readFileSync(`/proc/${program.child.pid}/environ`, 'utf8'));
    await program.end();
    answers.push(program.out, program.err);
    for (const name of fs.readdirSync(session)) answers.push(fs.readFileSync(path.join(session, name), 'latin1'));
    answers.push((await run('sqlite3', [path.join(session, 'ledger.db'), '.dump'])).out);
    for (const secret of [canary, token]) {
      const found = answers.filter((text) => text.includes(secret)).map((text) => text.slice(Math.max(0, text.indexOf(secret) - 80), text.indexOf(secret)));
      expect(found.length === 0, `${secret} is in no answer, log, ledger or command line`, found);
    }
  });
});
