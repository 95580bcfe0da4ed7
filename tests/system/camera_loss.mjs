// A camera that goes and stands still, again and again: nothing else stops, and it is back by itself.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { judge } from './media.mjs';
import { expect, free_port, median, pause, Program, start, temporary_folder, until, write_show } from './support.mjs';

// Losses by turns: killed, and stopped for a while. XB_LOSSES=50: an evening with a bad cable.
const losses = Number(process.env.XB_LOSSES ?? 4);

test(`a camera that is lost ${losses} times`, async () => {
  const folder = temporary_folder();
  const port = await free_port();
  const begin = () => start('ffmpeg', ['-v', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'mpegts', `tcp://127.0.0.1:${port}?listen=1`]);
  const end = async (child) => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  let feeder = begin();
  const program = await Program.live(folder, write_show(folder, { width: 640, height: 360 }), ['--source', `tcp://127.0.0.1:${port}`]);
  const signal = async () => (await program.state()).source.signal;
  // The state is made ten times a second: what is read is at most that old.
  const seconds_until = async (what, is_so, within) => {
    const began = performance.now();
    await until(what, async () => is_so(await signal()), { seconds: within, every_ms: 20 });
    return (performance.now() - began) / 1000;
  };
  await until('there is a picture', async () => (await signal()) === 'fresh');
  await program.command('live.start');
  await until('it records', async () => (await program.state()).recorder?.state === 'live');
  await pause(1500);
  const seen = { held: [], frozen: [], back: [] };
  for (let i = 0; i < losses; ++i) {
    const is_killed = i % 2 === 0;
    if (is_killed) {
      await end(feeder);
      seen.held.push(await seconds_until('the holding picture', (now) => now === 'lost', 5));
    } else {
      feeder.kill('SIGSTOP');
      seen.frozen.push(await seconds_until('it is said that the picture stands still', (now) => now !== 'fresh', 5));
      await pause(1500);
      await until('a plain sentence', async () => (await program.state()).problems.some(({ component, zh, en }) => component.startsWith('capture') && zh && en), { seconds: 2 });
      await end(feeder);
    }
    feeder = begin();
    seen.back.push(await seconds_until('the camera is back', (now) => now === 'fresh', 10));
    await pause(1000);
  }
  const worst = (values) => (values.length ? Math.max(...values) : 0);
  for (const [what, values] of Object.entries(seen)) console.log(`# ${what}: median ${median(values)?.toFixed(2)} s, worst ${worst(values).toFixed(2)} s of ${values.length}`);
  expect(worst(seen.held) <= 1.15, 'the holding picture within 1 s, in a state that is a tenth of one old', seen.held);
  expect(worst(seen.frozen) <= 2.1, 'a stall is seen within 2 s', seen.frozen);
  expect(worst(seen.back) <= 3.1, 'back within 3 s', seen.back);
  const { session } = await program.state();
  await program.command('live.end');
  const { frames } = await program.stats();
  await program.end();
  const file = path.join(session.folder, 'program-000.mp4');
  const facts = await judge(file);
  console.log(`# ${JSON.stringify(facts)} ${JSON.stringify(frames)}`);
  expect(facts.complaints === '', 'the recording decodes', facts.complaints);
  expect(facts.missing <= frames.skipped, `no picture missing but the ${frames.skipped} that were counted`, facts);
  expect(facts.audio_gap.ms <= 50, 'sound without a gap', facts.audio_gap);
});
