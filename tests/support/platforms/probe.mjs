// The chat room of the program alone, as a process: takes sources, says events and states.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const started = new Set();
after(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all([...started].map((child) => once(child, 'exit')));
});

export async function until(what, look, seconds = 20) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`expected within ${seconds} s: ${what}`);
    await pause(20);
  }
}

export class Probe {
  events = [];
  states = [];
  err = '';

  // `sources`: [{platform, name, url, api, room, map, secrets}]
  static start(sources) {
    const probe = new Probe();
    probe.child = spawn(process.env.XB_CHAT_PROBE, [JSON.stringify(sources)], { stdio: ['pipe', 'pipe', 'pipe'] });
    started.add(probe.child);
    probe.child.once('exit', () => started.delete(probe.child));
    probe.child.stderr.on('data', (bytes) => (probe.err += bytes));
    readline.createInterface({ input: probe.child.stdout }).on('line', (line) => {
      const json = JSON.parse(line);
      if (json.event) probe.events.push(json.event);
      else probe.last = json;
    });
    return probe;
  }
  source(name) {
    return this.last?.sources.find((one) => one.name === name);
  }
  async connected(name, connects = 1) {
    await until(`${name} is connected the ${connects}. time, it is ${JSON.stringify(this.source(name))} ${this.err}`, () => {
      const source = this.source(name);
      return source && source.connects >= connects && (source.state === 'open' || source.state === 'useful');
    });
  }
  of(kind) {
    return this.events.filter((event) => event.kind === kind);
  }
  // Ends it in order: every word it has to say was said. Returns what it ended with.
  async end() {
    this.child.stdin.end();
    const [code, signal] = await once(this.child, 'close');
    if (code !== 0) throw new Error(`the probe ended with ${code ?? signal}: ${this.err}`);
    return this.last;
  }
}
