// The relay beside Bun (uWebSockets), nginx with nchan, and Node with ws, in interleaved rounds of one run: server on one core,
// load on the other, 300-byte events. Ends in a table of claims, each PASS or short.
// Options: --quick (one short round, no 10 000 clients, no nchan and ws), --rounds N (default 3), --seconds N, --only NAME,..
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, '../../build/release/tests/bench');
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : process.argv[at + 1];
};
const is_quick = process.argv.includes('--quick');
const rounds = Number(option('rounds', is_quick ? 1 : 3));
const seconds = Number(option('seconds', is_quick ? 1 : 3));
const only = option('only', '').split(',').filter(Boolean);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xiangbo-bench-'));
const pinned = (core, command) => ['taskset', ['-c', String(core), ...command]];

async function free_port() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function nginx_conf(port) {
  const file = path.join(folder, `nginx-${port}.conf`);
  fs.writeFileSync(file, `load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; worker_processes 1; worker_rlimit_nofile 30000; pid ${folder}/nginx-${port}.pid; error_log ${folder}/nginx.log error;
events { worker_connections 25000; }
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} backlog=1024;
    location /sub { nchan_subscriber websocket; nchan_channel_id feed; nchan_subscriber_first_message newest; }
    location /pub { nchan_publisher websocket; nchan_channel_id feed; nchan_message_buffer_length 100; }
  } }`);
  return file;
}

const peers = path.join(here, 'peers');
const servers = {
  xiangbo: { command: (port) => [path.join(built, 'relay_server'), String(port)], sub: '/api/feed' },
  bun: { command: (port) => [path.join(peers, 'node_modules/bun/bin/bun.exe'), path.join(peers, 'bun_relay.js'), String(port)] },
  nchan: { command: (port) => ['nginx', '-c', nginx_conf(port), '-p', folder] },
  ws: { command: (port) => ['node', path.join(peers, 'ws_relay.mjs'), String(port)] },
};

const children_of = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const rss_of = (pids) => pids.reduce((sum, pid) => sum + Number(fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096, 0);

// One server, one load: what relay_load says, and the memory before anybody came.
async function measure(name, load) {
  const port = await free_port();
  const { command, sub = '/sub' } = servers[name];
  const child = spawn(...pinned(0, command(port)), { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    for (let tries = 0; ; ++tries) {
      const socket = net.connect(port, '127.0.0.1');
      const is_there = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
      socket.destroy();
      if (is_there) break;
      if (tries > 200 || child.exitCode !== null) throw new Error(`${name} does not listen`);
      await pause(50);
    }
    const pids = [child.pid, ...children_of(child.pid)];
    const empty = rss_of(pids);
    const said = execFileSync(...pinned(1, [path.join(built, 'relay_load'), String(port), `sub=${sub}`, `seconds=${seconds}`,
      ...Object.entries(load).map(([key, value]) => `${key}=${value}`), ...pids.map((pid) => `pid=${pid}`)]), { encoding: 'utf8', maxBuffer: 1 << 20 });
    return { ...JSON.parse(said), empty_mb: empty / 1048576 };
  } finally {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    clearTimeout(timer);
  }
}

const all = Object.keys(servers);
const few = ['xiangbo', 'bun'];
const scenarios = {
  'max 1': { load: { clients: 1 }, of: few },
  'max 100': { load: { clients: 100 }, of: all },
  'max 1000': { load: { clients: 1000 }, of: all },
  'max 10000': { load: { clients: 10000 }, of: all },
  '1000 at 100/s': { load: { clients: 1000, rate: 100 }, of: few },
  '1000 at 1000/s': { load: { clients: 1000, rate: 1000 }, of: few },
  '1000, bursts of 50': { load: { clients: 1000, rate: 500, burst: 50 }, of: few },
  '10000 idle': { load: { clients: 10000, rate: 1 }, of: few },
  '100 at 500/s': { load: { clients: 100, rate: 500 }, of: ['xiangbo'] },
  '100 at 500/s, 100 never read': { load: { clients: 100, rate: 500, readers: 100 }, of: ['xiangbo'] },
};

const found = new Map(); // "scenario/server" -> a result for each round
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (let round = 0; round < rounds; ++round) {
  for (const [name, { load, of }] of Object.entries(scenarios)) {
    if (only.length > 0 && !only.includes(name)) continue;
    if (is_quick && load.clients > 1000) continue;
    for (const server of of) {
      if (is_quick && !few.includes(server)) continue;
      const key = `${name}/${server}`;
      try {
        const result = await measure(server, load);
        found.set(key, [...(found.get(key) ?? []), result]);
        console.log(`${name.padEnd(30)} ${server.padEnd(8)} ${(result.delivered / 1e6).toFixed(3)} M/s  ${result.us.toFixed(3)} us  p50 ${result.p50.toFixed(1)}  p99 ${result.p99.toFixed(1)} ms  core ${result.core.toFixed(2)}  ${result.rss_mb.toFixed(0)} MB  missing ${result.missing} wrong ${result.wrong}`);
      } catch (error) {
        console.log(`${name.padEnd(30)} ${server.padEnd(8)} failed: ${String(error.message).split('\n')[0]}`);
      }
    }
  }
}
fs.rmSync(folder, { recursive: true, force: true });

// Ratios of the same round, since both met the same weather.
const ratio = (scenario, field, peer) => {
  const [ours, theirs] = [`${scenario}/xiangbo`, `${scenario}/${peer}`].map((key) => found.get(key) ?? []);
  const both = Math.min(ours.length, theirs.length);
  return both === 0 ? null : median(Array.from({ length: both }, (_, i) => ours[i][field] / theirs[i][field]));
};
const own = (scenario, of) => {
  const results = found.get(`${scenario}/xiangbo`) ?? [];
  return results.length === 0 ? null : median(results.map(of));
};
const claims = [];
const claim = (what, value, goal, is_met, text = (v) => `${v.toFixed(2)}x`) => {
  if (value !== null) claims.push([what, text(value), goal, is_met(value) ? 'PASS' : 'short']);
};
for (const clients of ['100', '1000', '10000']) {
  claim(`most delivered/s, ${clients} clients / Bun`, ratio(`max ${clients}`, 'delivered', 'bun'), '>= 1.00x', (v) => v >= 1);
  claim(`most delivered/s, ${clients} clients / nchan`, ratio(`max ${clients}`, 'delivered', 'nchan'), '>= 8.00x', (v) => v >= 8);
  claim(`most delivered/s, ${clients} clients / Node ws`, ratio(`max ${clients}`, 'delivered', 'ws'), '>= 15.00x', (v) => v >= 15);
}
claim('CPU per delivery, 1000 clients at 100/s / Bun', ratio('1000 at 100/s', 'us', 'bun'), '<= 0.65x', (v) => v <= 0.65);
claim('CPU per delivery, 1000 clients at 1000/s / Bun', ratio('1000 at 1000/s', 'us', 'bun'), '<= 1.00x', (v) => v <= 1);
claim('p99, 1000 clients at 1000/s / Bun', ratio('1000 at 1000/s', 'p99', 'bun'), '<= 0.80x', (v) => v <= 0.8);
claim('p99, 1000 clients, bursts of 50 / Bun', ratio('1000, bursts of 50', 'p99', 'bun'), '<= 0.75x', (v) => v <= 0.75);
claim('memory of an idle client at 10 000', own('10000 idle', (r) => ((r.rss_before_mb - r.empty_mb) * 1024) / 10000), '<= 8 kB', (v) => v <= 8, (v) => `${v.toFixed(1)} kB`);
claim('connects/s, 10 000 clients / Bun', ratio('10000 idle', 'connects', 'bun'), '>= 0.55x', (v) => v >= 0.55);
const [calm, beside] = ['100 at 500/s', '100 at 500/s, 100 never read'].map((name) => own(name, (r) => r.p99));
if (calm !== null && beside !== null) claim('p99 beside 100 that never read / without them', beside / calm, '<= 1.20x', (v) => v <= 1.2);
claim('held for each that never reads', own('100 at 500/s, 100 never read', (r) => ((r.rss_mb - r.empty_mb) * 1024) / 100), '<= 256 KiB', (v) => v <= 256, (v) => `${v.toFixed(0)} KiB`);
const lost = [...found].filter(([key]) => key.endsWith('/xiangbo')).flatMap(([, results]) => results).reduce((sum, r) => sum + r.missing + r.wrong, 0);
claim('lost, doubled or out of order', lost, '0', (v) => v === 0, String);
const widths = [0, 1, 2].map((column) => Math.max(...claims.map((row) => row[column].length), 5));
console.log(`\n${['claim', 'found', 'goal'].map((word, i) => word.padEnd(widths[i])).join('  ')}  verdict`);
for (const row of claims) console.log(`${row.slice(0, 3).map((word, i) => word.padEnd(widths[i])).join('  ')}  ${row[3]}`);
process.exitCode = claims.every((row) => row[3] === 'PASS') ? 0 : 1;
