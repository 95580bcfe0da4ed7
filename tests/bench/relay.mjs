// The relay beside Bun (uWebSockets), nginx with nchan, and Node with ws, in interleaved rounds of one run: server on one core,
// load on the other, 300-byte events. Ends in a table: ours, the peer's, the ratio, the goal, PASS or short.
// Options: --quick (one short round, Bun alone beside us), --rounds N (default 3), --seconds N, --only NAME,..
// SPDX-License-Identifier: Apache-2.0
import { print_claims } from './relay_claims.mjs';
import { measure } from './relay_servers.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : process.argv[at + 1];
};
const is_quick = process.argv.includes('--quick');
const rounds = Number(option('rounds', is_quick ? 1 : 3));
const seconds = Number(option('seconds', is_quick ? 1.5 : 3));
const only = option('only', '').split(',').filter(Boolean);

const all = ['xiangbo', 'bun', 'nchan', 'ws'];
const few = ['xiangbo', 'bun'];
const calm = { clients: 100, rate: 500 };
// Readers that stop have to be sent more than the kernels on both sides take.
const stopped = { clients: 50, rate: 2000, bytes: 1000, seconds: Math.max(seconds, 6) };
// As many that read, so that the relay keeps the same pace with the silent ones and without.
const heavy = { ...stopped, clients: 100 };
const scenarios = {
  'max 1': { load: { clients: 1 }, of: few },
  'max 100': { load: { clients: 100 }, of: all },
  'max 1000': { load: { clients: 1000 }, of: all },
  'max 10000': { load: { clients: 10000 }, of: all },
  '1000 at 100/s': { load: { clients: 1000, rate: 100 }, of: few },
  '1000 at 100/s unpaced': { load: { clients: 1000, rate: 100 }, of: ['unpaced', 'bun'] },
  '1000 at 1000/s': { load: { clients: 1000, rate: 1000 }, of: few },
  '1000 in bursts of 50': { load: { clients: 1000, rate: 500, burst: 50 }, of: few },
  'listener beside 1000 at 100/s': { load: { clients: 1000, rate: 100 }, of: ['listener'] },
  'control room beside 1000 at 100/s': { load: { clients: 1000, rate: 100 }, of: ['program'] },
  '10000 idle': { load: { clients: 10000, rate: 1 }, of: few },
  'storm 3 x 5000': { load: { clients: 5000, rate: 2, storms: 3 }, of: few },
  '100 at 500/s': { load: calm, of: ['xiangbo'] },
  '100 at 500/s beside 100 silent': { load: { ...calm, readers: 100 }, of: ['xiangbo'] },
  '2000 x 1 kB/s beside 20 stopped': { load: { ...stopped, readers: 20 }, of: few },
  '2000 x 1 kB/s': { load: heavy, of: ['xiangbo'] },
  '2000 x 1 kB/s beside 100 silent': { load: { ...heavy, readers: 100 }, of: ['xiangbo'] },
};

const line_of = (r) => (r.peak_mb !== undefined
  ? `${r.connects} connects/s  ${r.failures} failures  peak ${r.peak_mb} MB (empty ${r.empty_mb.toFixed(1)})`
  : `${(r.delivered / 1e6).toFixed(3)} M/s  ${r.us.toFixed(3)} us  p50 ${r.p50.toFixed(1)}  p99 ${r.p99.toFixed(1)} ms  core ${r.core.toFixed(2)}  ${r.rss_mb.toFixed(0)} MB  missing ${r.missing} wrong ${r.wrong}` +
    (r.control_seen > 0 ? `  control p50 ${r.control_p50.toFixed(1)} p99 ${r.control_p99.toFixed(1)} ms` : ''));

const found = new Map(); // "scenario/server" -> a result for each round
for (let round = 0; round < rounds; ++round) {
  for (const [name, { load, of }] of Object.entries(scenarios)) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const server of of) {
      if (is_quick && (server === 'nchan' || server === 'ws')) continue;
      const key = `${name}/${server}`;
      try {
        const result = await measure(server, load, load.seconds ?? seconds);
        found.set(key, [...(found.get(key) ?? []), result]);
        console.log(`${name.padEnd(34)} ${server.padEnd(8)} ${line_of(result)}`);
      } catch (error) {
        found.set(key, [...(found.get(key) ?? []), null]);
        console.log(`${name.padEnd(34)} ${server.padEnd(8)} failed: ${String(error.message).split('\n').slice(0, 3).join(' ')}`);
      }
    }
  }
}
process.exitCode = print_claims(found) ? 0 : 1;
