// A slow network lowers the stream and not the recording: it has an encoder of its own meanwhile, in the same file.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { end_live, expect_sound } from './media.mjs';
import { narrow_way } from './narrow.mjs';
import { Platform } from './platform.mjs';
import { expect, pause, Program, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const cpu_s = (pid) => {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

test('the recording keeps its quality while the stream is lowered', async () => {
  const folder = temporary_folder();
  const platform = await Platform.open();
  const way = await narrow_way(platform.port);
  // "always": here others may need the processor, too
  const show = write_show(folder, { publish: [{ name: 'village', url: `rtmp://127.0.0.1:${way.port}/live` }], toml: '[record]\nown_quality = "always"\n' });
  write_secrets(folder, { keys: { village: 'k' } });
  const program = await Program.live(folder, show, ['--source', 'sample:', '--on-air']);
  const is_own = async () => (await program.stats()).recorder.own_quality;
  await until('the push is live', async () => program.output(await program.state(), 'village').state === 'live');
  const rates = async (seconds) => {
    const [before, used, began] = [await program.stats(), cpu_s(program.child.pid), performance.now()];
    await pause(seconds * 1000);
    const after = await program.stats();
    const s = (performance.now() - began) / 1000;
    const kbps = (a, b) => Math.round((b - a) / 125 / s);
    return { stream: kbps(before.outputs[0].bytes, after.outputs[0].bytes), recording: kbps(before.recorder.bytes, after.recorder.bytes), cores: Number(((cpu_s(program.child.pid) - used) / s).toFixed(2)) };
  };
  await pause(1000);
  const whole = await rates(3);
  expect(!(await is_own()), 'one encoder while the network takes it', await program.stats());

  way.set(1200);
  await until('the recording has an encoder of its own', is_own, { seconds: 5 });
  await pause(2000);
  const narrow = await rates(3);
  way.set(0);
  await until('it shares again', async () => !(await is_own()), { seconds: 40 });
  await pause(1000);
  console.log(`# whole ${JSON.stringify(whole)}, narrow ${JSON.stringify(narrow)}`);
  expect(narrow.recording > 1.5 * narrow.stream, 'the recording has the bits the stream has not', narrow);
  expect(narrow.recording > 0.7 * whole.recording, 'as many as before', { whole, narrow });
  const { session } = await program.state();
  const lost = await end_live(program);
  await program.end();
  const files = fs.readdirSync(session.folder).filter((name) => name.endsWith('.mp4'));
  expect(files.length === 1, 'one file', files);
  const facts = await expect_sound(path.join(session.folder, files[0]), 'the recording', lost);
  console.log(`# ${JSON.stringify(facts)}; ${lost} left out`);
});
