// What was promised of the relay, and what came of it. SPDX-License-Identifier: Apache-2.0

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// `found`: "scenario/server" -> a result for each round, null where it failed. True when every promise is kept.
export function print_claims(found) {
  const rows = [];
  const results = (scenario, server) => found.get(`${scenario}/${server}`);
  // Rounds in which both worked: they met the same weather.
  const pairs = (scenario, us, peer) => {
    const [ours, theirs] = [results(scenario, us), results(scenario, peer)];
    if (!ours || !theirs) return null;
    return ours.map((one, i) => [one, theirs[i]]).filter(([one, other]) => one && other);
  };
  const row = (what, ours, theirs, ratio, goal, is_met) => rows.push([what, ours, theirs, ratio, goal, is_met ? 'PASS' : 'short']);

  // A row of two servers. `at_most` and `at_least` are ratios; `further` is what is aimed at beyond it.
  const beside = (what, scenario, field, { us = 'xiangbo', peer = 'bun', name = 'Bun', at_most, at_least, further, text }) => {
    const both = pairs(scenario, us, peer);
    if (both === null) return;
    const goal = at_most !== undefined ? `<= ${at_most.toFixed(2)}x` : `>= ${at_least.toFixed(2)}x${further ? `, then ${further.toFixed(2)}x` : ''}`;
    if (both.length === 0) return row(`${what} / ${name}`, 'failed', 'failed', '-', goal, false);
    const ratio = median(both.map(([one, other]) => one[field] / other[field]));
    const is_met = at_most !== undefined ? ratio <= at_most : ratio >= at_least;
    row(`${what} / ${name}`, text(median(both.map(([one]) => one[field]))), text(median(both.map(([, other]) => other[field]))), `${ratio.toFixed(2)}x`, goal, is_met);
  };
  // A row about ourselves.
  const own = (what, scenario, of, goal, is_met, text, us = 'xiangbo') => {
    const all = results(scenario, us);
    if (!all) return;
    const good = all.filter(Boolean);
    if (good.length < all.length) return row(what, 'failed', '-', '-', goal, false);
    const value = median(good.map(of));
    row(what, text(value), '-', '-', goal, is_met(value));
  };
  const millions = (v) => `${(v / 1e6).toFixed(2)} M/s`;
  const us_each = (v) => `${v.toFixed(3)} us`;
  const ms = (v) => `${v.toFixed(1)} ms`;
  const mb = (v) => `${v.toFixed(1)} MB`;
  const kib = (v) => `${v.toFixed(0)} KiB`;

  for (const clients of [100, 1000, 10000]) {
    const most = (options) => beside(`most delivered, ${clients} clients`, `max ${clients}`, 'delivered', { ...options, text: millions });
    most({ at_least: 1, further: 1.3 });
    most({ peer: 'nchan', name: 'nchan', at_least: 8 });
    most({ peer: 'ws', name: 'Node ws', at_least: 15 });
  }
  beside('CPU a delivery, 1000 clients at 100/s', '1000 at 100/s', 'us', { at_most: 0.65, text: us_each });
  beside('CPU a delivery, 1000 clients at 1000/s', '1000 at 1000/s', 'us', { at_most: 1, text: us_each });
  beside('p99, 1000 clients at 100/s, unpaced', '1000 at 100/s unpaced', 'p99', { us: 'unpaced', at_most: 1.2, text: ms });
  beside('p99, 1000 clients at 1000/s', '1000 at 1000/s', 'p99', { at_most: 0.8, text: ms });
  beside('p99, 1000 clients, bursts of 50', '1000 in bursts of 50', 'p99', { at_most: 0.75, text: ms });
  own('p99 of a listener in the process beside 1000 clients at 100/s', 'listener beside 1000 at 100/s',
    (r) => (r.server.seen > 0 ? r.server.p99 : Infinity), '<= 10 ms', (v) => v <= 10, ms, 'listener');
  own('p99 of the control room beside 1000 clients at 100/s, whole program', 'control room beside 1000 at 100/s',
    (r) => (r.control_seen > 0 ? r.control_p99 : Infinity), '<= 10 ms', (v) => v <= 10, ms, 'program');
  own('memory of an idle client at 10 000', '10000 idle', (r) => ((r.idle_mb - r.empty_mb) * 1024) / 10000, '<= 8 KiB', (v) => v <= 8, (v) => `${v.toFixed(1)} KiB`);
  own('memory for 20 stopped readers at 2000 x 1 kB/s', '2000 x 1 kB/s beside 20 stopped', (r) => r.rss_mb - r.idle_mb, 'idle + 24 MB', (v) => v <= 24, mb);
  own('memory in a storm of 3 x 5000', 'storm 3 x 5000', (r) => r.peak_mb - r.empty_mb, 'idle + 72 MB', (v) => v <= 72, mb);
  own('failures in a storm of 3 x 5000', 'storm 3 x 5000', (r) => r.failures, '0', (v) => v === 0, String);
  beside('connects/s in a storm of 3 x 5000', 'storm 3 x 5000', 'connects', { at_least: 0.55, text: (v) => `${(v / 1000).toFixed(1)} k/s` });

  // "unchanged": within a fifth, by which two runs of the same differ, or a millisecond.
  for (const [without, within] of [['100 at 500/s', '100 at 500/s beside 100 silent'], ['2000 x 1 kB/s', '2000 x 1 kB/s beside 100 silent']]) {
    const [calm, beside_them] = [without, within].map((name) => results(name, 'xiangbo')?.filter(Boolean));
    if (!calm?.length || !beside_them?.length) continue;
    const [before, after] = [calm, beside_them].map((all) => median(all.map((r) => r.p99)));
    row(`p99 beside 100 that never read, ${without}`, ms(after), `${ms(before)} without`, `${(after / before).toFixed(2)}x`, '<= 1.20x or + 1 ms', after <= Math.max(1.2 * before, before + 1));
    // Without them the same stream takes memory, too: the log of the last events. The kernel's part is bounded by the send buffer.
    const grown = (all) => median(all.map((r) => r.rss_mb - r.idle_mb));
    const held = (Math.max(0, grown(beside_them) - grown(calm)) * 1024) / 100;
    const unsent = (all) => median(all.map((r) => r.unsent_mb));
    const in_kernel = ((unsent(beside_them) - unsent(calm)) * 1024) / 100;
    row(`held for each that never reads, ${without}`, kib(held), `${kib(in_kernel)} in the kernel`, '-', '<= 256 KiB', held <= 256);
  }
  const lost = [...found].filter(([key]) => /\/(xiangbo|unpaced|listener|program)$/.test(key)).flatMap(([, all]) => all)
    .reduce((sum, r) => sum + (r?.missing ?? 0) + (r?.wrong ?? 0), 0);
  row('lost, doubled or out of order', String(lost), '-', '-', '0', lost === 0);

  const head = ['claim', 'ours', 'peer', 'ratio', 'goal', 'verdict'];
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((one) => one[column].length)));
  console.log('');
  for (const one of [head, ...rows]) console.log(one.map((word, i) => word.padEnd(widths[i])).join('  ').trimEnd());
  return rows.every((one) => one.at(-1) === 'PASS');
}
