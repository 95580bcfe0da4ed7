// A chat platform behind TLS: one whose certificate nobody vouches for, one that is somebody else and one whose time is over
// are refused with a sentence of their own, and the others go on; one that is right is heard.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, test } from 'node:test';
import { expect, of_pages, Program, run, temporary_folder, until, write_show } from './support.mjs';

const { WebSocketServer } = of_pages('ws');
const folder = temporary_folder();
const at = (name) => path.join(folder, name);
const servers = [];
after(() => servers.forEach((server) => server.close()));

async function openssl(...args) {
  const done = await run('openssl', args, { seconds: 30 });
  expect(done.code === 0, `openssl ${args[0]}`, done.err);
}

const key = (name) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', at(`${name}.key`)];

// Its certificate names `host`; by the authority, or by itself when `issuer` is null.
async function certificate(name, { host = 'localhost', issuer = 'authority', days = '30' } = {}) {
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  if (issuer === null) return openssl('req', '-x509', ...key(name), '-out', at(`${name}.pem`), '-days', days, ...names);
  await openssl('req', ...key(name), '-out', at(`${name}.csr`), ...names);
  fs.writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${host}\n`);
  return openssl('x509', '-req', '-in', at(`${name}.csr`), '-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`), '-CAcreateserial',
    '-days', days, '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`));
}

// Tells whoever comes of one follower, again and again: nothing is counted before the Session is on.
async function serve(name) {
  const server = https.createServer({ key: fs.readFileSync(at(`${name}.key`)), cert: fs.readFileSync(at(`${name}.pem`)) },
    (request, response) => response.end(JSON.stringify({ accessToken: 'x' })));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    const timer = setInterval(() => socket.send(JSON.stringify({ t: 4, i: name, u: name })), 200);
    socket.on('close', () => clearInterval(timer));
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return server.address().port;
}

test('a platform whose certificate cannot be trusted is refused, and said so', async () => {
  await openssl('req', '-x509', ...key('authority'), '-out', at('authority.pem'), '-days', '30', '-subj', '/CN=village',
    '-addext', 'keyUsage=critical,keyCertSign');
  const wrong = { 'self-signed': { issuer: null }, 'somebody else': { host: 'other.example' }, 'out of date': { days: '-1' } };
  for (const [name, how] of Object.entries(wrong)) await certificate(name, how);
  await certificate('right');
  const ports = {};
  for (const name of [...Object.keys(wrong), 'right']) ports[name] = await serve(name);
  const source = (name) => `[[chat]]\nplatform = "generic"\nname = "${name}"\nurl = "wss://localhost:${ports[name]}/chat"\nmap = "relay.json"\n`;
  const show = write_show(folder, {
    baseline: 100,
    toml: `${Object.keys(ports).map(source).join('')}[[chat]]\nplatform = "owncast"\nname = "site"\napi = "https://localhost:${ports['self-signed']}"\n`,
  });
  fs.writeFileSync(path.join(show, 'relay.json'), JSON.stringify({ platform: 'local', fields: { type: '/t', id: '/i', 'user.id': '/u' }, kinds: { 4: 'follow' } }));
  // Where the system keeps the authorities it trusts: OpenSSL looks there for the authority of the test.
  const env = { ...process.env, SSL_CERT_FILE: at('authority.pem') };
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--on-air'], { env });
  const refused = await until('each is refused', async () => {
    const { chat } = await program.state();
    const wanted = [...Object.keys(wrong), 'site'].map((name) => chat.find((one) => one.name === name));
    return wanted.every((one) => one?.error) && wanted;
  });
  for (const one of refused) {
    console.log(`# ${one.name}: ${one.error.zh}`);
    expect(one.error.code === 'output.certificate' && one.error.zh.includes('证书') && one.error.en.includes('certificate'), `${one.name}: the certificate is named`, one);
    expect(one.state !== 'connected' && one.messages === 0, `${one.name} is not heard`, one);
  }
  const { chat, followers } = await until('the right one is heard', async () => {
    const now = await program.state();
    return now.followers.gained === 1 ? now : null;
  }, { seconds: 20 });
  const right = chat.find((one) => one.name === 'right');
  expect(right.state === 'connected' && right.error === null && followers.total === 101, 'it is connected', right);
  await program.end();
});
