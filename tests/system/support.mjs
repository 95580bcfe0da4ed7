// What every system test needs: the program, folders, free ports, and the ingest and feed clients.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export { pause };
export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const of_pages = createRequire(path.join(repository, 'web/package.json'));
const { WebSocket } = of_pages('ws');

export const xiangbo = process.env.XIANGBO ?? path.join(repository, 'build/release/xiangbo');
export const token = 'system-test-token';

// What this test started, and nothing else, is ended with it.
const started = new Set();
const folders = [];
const witnesses = [];
let has_failed = false;

// Called after a failure, before anything is ended: what its text says stands in the output of the test.
export function add_witness(name, tell) {
  witnesses.push({ name, tell });
}

after(async () => {
  for (const { name, tell } of has_failed ? witnesses : []) {
    const said = await Promise.resolve().then(tell).catch(String);
    console.log(`# ${name}: ${said}`);
  }
  for (const child of started) child.kill('SIGKILL');
  await Promise.all([...started].map((child) => once(child, 'exit')));
  if (has_failed) return console.log(`# kept: ${folders.join(' ')}`);
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

// Also when the test itself is told to go.
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

export function temporary_folder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xiangbo-test-'));
  folders.push(folder);
  return folder;
}

// Every assertion names what was expected; this one adds what was seen.
export function expect(is_true, expected, seen) {
  if (is_true) return;
  has_failed = true;
  throw new Error(`expected: ${expected}\n    seen: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`);
}

export async function until(what, look, { seconds = 60, every_ms = 50 } = {}) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    expect(performance.now() < deadline, `${what} within ${seconds} s`, found ?? 'nothing');
    await pause(every_ms);
  }
}

export async function free_port() {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// Runs to the end: {code, signal, out, err}. A program that hangs is killed and said to have hung.
export async function run(program, args, { seconds = 120, binary = false, ...options } = {}) {
  const child = start(program, args, options);
  const out = [];
  const err = [];
  child.stdout.on('data', (bytes) => out.push(bytes));
  child.stderr.on('data', (bytes) => err.push(bytes));
  let has_hung = false;
  const timer = setTimeout(() => {
    has_hung = true;
    child.kill('SIGKILL');
  }, seconds * 1000);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  const text = Buffer.concat(err).toString();
  expect(!has_hung, `${path.basename(program)} ends within ${seconds} s`, `${args.join(' ')}\n${text}`);
  const all = Buffer.concat(out);
  return { code, signal, out: binary ? all : all.toString(), err: text };
}

// A Show beside the shipped example: its goods and captions, this test's own show.toml.
export function write_show(folder, { width = 1280, height = 720, rate = 30, baseline = 1286, publish = [], products, toml = '' } = {}) {
  const show = path.join(folder, 'show');
  fs.cpSync(path.join(repository, 'assets/shows/landscape'), show, { recursive: true });
  const text = `[station]
name = "测试村"
[video]
width = ${width}
height = ${height}
rate = ${rate}
bitrate_kbps = 2500
[counter]
baseline = ${baseline}
[[chat]]
platform = "ingest"
name = "本机入口"
enabled = true
${publish.map(({ name, url, canvas = 'video' }) => `[[publish]]\nname = "${name}"\nurl = "${url}"\nenabled = true\ncanvas = "${canvas}"\n`).join('')}${toml}`;
  fs.writeFileSync(path.join(show, 'show.toml'), text);
  if (products !== undefined) fs.writeFileSync(path.join(show, 'products.csv'), products);
  return show;
}

export function write_secrets(folder, { keys = {}, mode = 0o600 } = {}) {
  const file = path.join(folder, 'secrets.toml');
  const lines = Object.entries(keys).map(([name, key]) => `"${name}" = "${key}"\n`);
  fs.writeFileSync(file, `[chat]\ningest = "${token}"\n[publish]\n${lines.join('')}`);
  fs.chmodSync(file, mode);
  return file;
}

// One running `xiangbo live`.
export class Program {
  // Returns when both ports answer. `args` come after the folders and ports. Without `show`: the own one.
  static async live(folder, show, args = [], { audience_host = '127.0.0.1', audience_port = 0, ...options } = {}) {
    const program = new Program();
    const secrets = path.join(folder, 'secrets.toml');
    if (!fs.existsSync(secrets)) write_secrets(folder);
    program.args = ['live', ...(show ? [show] : []), '--data', path.join(folder, 'data'), '--secrets', secrets,
      '--control', '127.0.0.1:0', '--audience', `${audience_host}:${audience_port}`, ...args];
    program.child = start(xiangbo, program.args, options);
    program.out = '';
    program.err = '';
    program.child.stdout.on('data', (bytes) => (program.out += bytes));
    program.child.stderr?.on('data', (bytes) => (program.err += bytes));
    program.exited = once(program.child, 'close').then(([code, signal]) => ({ code, signal }));
    add_witness(`the program ${program.child.pid}`, () => program.tell());
    await until('the two addresses are printed', () => {
      const said = /^control (http:\S+)\naudience (http:\S+)\n/m.exec(program.out);
      if (said) [, program.control, program.audience] = said;
      expect(program.is_running(), 'the program runs', program.err);
      return said;
    }, { seconds: 60 });
    return program;
  }

  is_running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async get(name) {
    const answer = await fetch(this.control + name);
    return answer.json();
  }

  state() {
    return this.get('api/state');
  }

  // What is worth reading after a failure.
  async tell() {
    const in_time = { signal: AbortSignal.timeout(3000) };
    const asked = this.is_running() ? fetch(this.control + 'api/state', in_time).then((answer) => answer.json()) : undefined;
    const { outputs, problems } = (await asked?.catch((error) => ({ problems: String(error) }))) ?? {};
    return `${JSON.stringify({ exit: this.child.exitCode, signal: this.child.signalCode, outputs, problems })}\n${this.err.slice(-4000)}`;
  }

  stats() {
    return this.get('api/stats');
  }

  async command(name, args = {}) {
    this.commands = (this.commands ?? 0) + 1;
    const body = JSON.stringify({ id: `${process.pid}-${this.commands}-${Date.now()}`, name, args });
    const answer = await fetch(this.control + 'api/command', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    const said = await answer.json();
    expect(answer.status === 200 && said.ok === true, `${name} answers 200 and ok`, { status: answer.status, said });
    return said;
  }

  output(state, name) {
    return state.outputs.find((output) => output.name === name);
  }

  async end(signal = 'SIGTERM') {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 30000);
    const how = await this.exited;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') expect(how.code === 0, `exit 0 after ${signal}`, { ...how, err: this.err });
    return how;
  }
}

// `xiangbo review` of a folder of Sessions, with a cache of its own. Returns when its pages answer; what it said is a witness.
export async function open_review(library, cache) {
  const child = start(xiangbo, ['review', library, '--control', '127.0.0.1:0'], { env: { ...process.env, XDG_CACHE_HOME: cache } });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (err += bytes));
  add_witness(`the review ${child.pid}`, () => err.slice(-4000));
  const said = await until('the address is printed', () => {
    expect(child.exitCode === null, 'the program runs', err);
    return /^control (http:\S+)\nreview (http:\S+)\n/m.exec(out);
  });
  return { child, at: said[1], page: said[2] };
}

// A sender of ChatEvents. send() resolves to the answer that names its id, or to null when the socket went away first.
export class Ingest {
  static async open(program, { bearer = token } = {}) {
    const ingest = new Ingest();
    ingest.waiting = new Map();
    ingest.answers = [];
    const url = program.control.replace('http', 'ws') + 'api/ingest';
    ingest.socket = new WebSocket(url, { headers: { Authorization: `Bearer ${bearer}` } });
    ingest.socket.on('message', (bytes) => ingest.#take(JSON.parse(bytes)));
    ingest.socket.on('close', (code) => {
      ingest.close_code = code;
      for (const answer of ingest.waiting.values()) answer(null);
      ingest.waiting.clear();
    });
    await once(ingest.socket, 'open');
    ingest.socket.on('error', () => {});
    return ingest;
  }

  #take(answer) {
    this.answers.push(answer);
    const id = answer.ok ?? answer.id;
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }

  send(event) {
    return new Promise((answer) => {
      if (this.socket.readyState !== WebSocket.OPEN) return answer(null);
      this.waiting.set(event.id, answer);
      this.socket.send(JSON.stringify(event));
    });
  }

  close() {
    this.socket.close();
  }
}

// Sends `rate` events a second, each with an id of its own, until stop(). `acknowledged` holds the ids that were.
export class Crowd {
  constructor(ingest, { rate = 30, first = 1, make = (n) => ({ kind: 'chat', text: `第 ${n} 句` }) } = {}) {
    this.sent = 0;
    this.acknowledged = [];
    this.refused = [];
    const began = performance.now();
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * rate);
      while (this.sent < due) {
        const n = first + this.sent++;
        const event = { platform: 'test', id: `e-${n}`, user: { id: `u-${n}`, name: `村民${n % 100}` }, ...make(n) };
        ingest.send(event).then((answer) => {
          if (answer?.ok) this.acknowledged.push(answer.ok);
          else if (answer) this.refused.push(answer);
        });
      }
    }, 10).unref();
  }

  stop() {
    clearInterval(this.timer);
  }
}

// A reader of the Feed; keeps every item.
export class Feed {
  static async open(program, { from } = {}) {
    const feed = new Feed();
    feed.items = [];
    const query = from === undefined ? '' : `?from=${from}`;
    feed.socket = new WebSocket(program.audience.replace('http', 'ws') + 'api/feed' + query);
    feed.socket.on('message', (bytes) => feed.items.push(...JSON.parse(bytes)));
    await once(feed.socket, 'open');
    feed.socket.on('error', () => {});
    return feed;
  }

  get events() {
    return this.items.filter((item) => item.seq !== undefined);
  }

  get followers() {
    return this.items.filter((item) => item.followers).at(-1);
  }

  close() {
    this.socket.close();
  }
}

export async function ledger(folder, query) {
  // who reads waits for a writer, as every program does
  const { code, out, err } = await run('sqlite3', ['-cmd', '.timeout 5000', '-json', path.join(folder, 'ledger.db'), query]);
  expect(code === 0, 'sqlite3 reads the ledger', err);
  return out.trim() === '' ? [] : JSON.parse(out);
}

export function lines_of(file) {
  return fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
