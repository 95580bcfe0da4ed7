// Our relay and its peers, each started alone on the first core; the load on the other. SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.join(here, '../..');
const build = process.env.XB_BENCH_BUILD ?? path.join(repository, 'build/release');
const peers = path.join(here, 'peers');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xiangbo-bench-'));
const token = 'bench-token';
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

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

// The whole of it, on air with a small picture.
function program_command(port, control_port) {
  const show = path.join(folder, 'show');
  fs.cpSync(path.join(repository, 'assets/shows/landscape'), show, { recursive: true });
  fs.writeFileSync(path.join(show, 'show.toml'), `[station]
name = "测试村"
[video]
width = 640
height = 360
rate = 30
[limits]
sockets = 20000
sockets_per_address = 20000
[[chat]]
platform = "ingest"
name = "本机入口"
enabled = true
`);
  const secrets = path.join(folder, 'secrets.toml');
  fs.writeFileSync(secrets, `[chat]\ningest = "${token}"\n`, { mode: 0o600 });
  return [path.join(build, 'xiangbo'), 'live', show, '--data', path.join(folder, `data-${port}`), '--secrets', secrets,
    '--control', `127.0.0.1:${control_port}`, '--audience', `127.0.0.1:${port}`, '--source', 'test:', '--no-record', '--on-air'];
}

const ours = (...words) => ({ command: (port, pub_port) => [path.join(build, 'tests/bench/relay_server'), String(port), String(pub_port), ...words], sub: '/api/feed', has_pub: true });
export const servers = {
  xiangbo: ours(),
  unpaced: ours('unpaced'),
  listener: ours('listener'),
  program: { command: program_command, sub: '/api/feed', has_control: true },
  bun: { command: (port) => [path.join(peers, 'node_modules/bun/bin/bun.exe'), path.join(peers, 'bun_relay.js'), String(port)] },
  nchan: { command: (port) => ['nginx', '-c', nginx_conf(port), '-p', folder] },
  ws: { command: (port) => ['node', path.join(peers, 'ws_relay.mjs'), String(port)] },
};

const children_of = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const rss_of = (pids) => pids.reduce((sum, pid) => sum + Number(fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096, 0);

async function until_listening(name, port, child) {
  for (let tries = 0; ; ++tries) {
    const socket = net.connect(port, '127.0.0.1');
    const is_there = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
    socket.destroy();
    if (is_there) return;
    if (tries > 200 || child.exitCode !== null) throw new Error(`${name} does not listen`);
    await pause(50);
  }
}

// One server, one load: what relay_load says, the memory before anybody came, and what the server said at its end.
export async function measure(name, load, seconds) {
  const port = await free_port();
  const { command, sub = '/sub', has_control = false, has_pub = false } = servers[name];
  const second_port = has_control || has_pub ? await free_port() : 0;
  const child = spawn(...pinned(0, command(port, second_port)), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said_by_server = '';
  child.stdout.on('data', (bytes) => (said_by_server += bytes));
  try {
    await until_listening(name, port, child);
    if (second_port > 0) await until_listening(name, second_port, child);
    await pause(has_control ? 2000 : 100);
    const pids = [child.pid, ...children_of(child.pid)];
    const empty = rss_of(pids);
    const second = has_control ? { pub_port: second_port, pub: '/api/ingest', bearer: token, control_port: second_port, control: '/api/updates' } : has_pub ? { pub_port: second_port } : {};
    const words = Object.entries({ sub, seconds, ...second, ...load }).map(([key, value]) => `${key}=${value}`);
    const { stdout } = await promisify(execFile)(...pinned(1, [path.join(build, 'tests/bench/relay_load'), String(port), ...words, ...pids.map((pid) => `pid=${pid}`)]),
      { timeout: (seconds + 120) * 1000 });
    child.kill('SIGTERM');
    await end_of(child);
    return { ...JSON.parse(stdout), empty_mb: empty / 1048576, server: JSON.parse(said_by_server.split('\n').find((line) => line.startsWith('{')) ?? '{}') };
  } finally {
    child.kill('SIGTERM');
    await end_of(child);
  }
}

async function end_of(child) {
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  clearTimeout(timer);
}
