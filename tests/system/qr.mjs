// The QR code of a card, read back from the encoded picture: it stays when it scans, and goes when it would not.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ffmpeg } from './media.mjs';
import { expect, ledger, pause, Program, run, temporary_folder, until, write_show, xiangbo } from './support.mjs';

const link = 'https://example.com/o';
const products = `id,number,name,origin,price,unit,stock,picture,link\norange,5,山泉脐橙,果园,29.9,5 斤装,12,,${link}\n`;
const told = async (program) => (await program.state()).problems.find(({ component }) => component === 'vision.qr');
const scenes = async (folder) => (await ledger(folder, "select json from entries where kind = 'scene' order by n")).map(({ json }) => JSON.parse(json));

// A Show with an orange to sell, at this bitrate; few frames, since a machine that cannot keep up looks at no code.
function write_stall(folder, bitrate_kbps) {
  const show = write_show(folder, { products });
  const file = path.join(show, 'show.toml');
  const text = fs.readFileSync(file, 'utf8').replace(/^rate = .*$/m, 'rate = 10').replace(/^bitrate_kbps = .*$/m, `bitrate_kbps = ${bitrate_kbps}`);
  fs.writeFileSync(file, text);
  return show;
}

async function on_air(folder, source, bitrate_kbps) {
  const program = await Program.live(folder, write_stall(folder, bitrate_kbps), ['--source', source]);
  await program.command('live.start');
  await program.command('product.show', { product: 'orange' });
  await until('the card is on', async () => (await program.state()).layers.some(({ id }) => id === 'orange'));
  return program;
}

test('a code nobody could scan goes from the card, which stays, and that is said and written down', async () => {
  const folder = temporary_folder();
  // more than any encoder can keep at this bitrate
  const noise = path.join(folder, 'noise.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', 'nullsrc=s=640x360:r=30,geq=lum=random(1)*255:cb=128:cr=128', '-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '8M', '-an', noise]);
  const program = await on_air(folder, `file:${noise}`, 100);
  const problem = await until('the code is said to be unreadable', () => told(program), { seconds: 60 });
  expect(problem.condition === 'degraded' && problem.zh.includes(link) && problem.en.includes(link), 'a sentence with the link, in both languages', problem);
  const state = await program.state();
  expect(state.layers.some(({ id }) => id === 'orange'), 'the card itself stays', state.layers);
  await until('the Ledger has the card without its code', async () => (await scenes(state.session.folder)).some(({ product, qr }) => product === 'orange' && qr === 'hidden'), { seconds: 10 });
  const shown = (await scenes(state.session.folder)).find(({ product }) => product === 'orange');
  expect(shown.qr === 'shown', 'it had come on with its code', shown);

  // the next Session tries again
  await program.command('live.end');
  await program.command('live.start');
  expect((await told(program)) === undefined, 'a new Session does not repeat what was said of the last', (await program.state()).problems);
  await program.end();
});

test('a code that scans stays', async () => {
  const folder = temporary_folder();
  const program = await on_air(folder, 'test:', 2500);
  await pause(9000);  // some four looks, of which three in a row would take it off
  const { session, problems } = await program.state();
  expect(!problems.some(({ component }) => component === 'vision.qr'), 'nothing is said of it', problems);
  await program.end();
  const hidden = (await scenes(session.folder)).filter(({ qr }) => qr === 'hidden');
  expect(hidden.length === 0, 'the card keeps its code', hidden);
});

test('a link too long for a code that scans is told before air', async () => {
  const show = write_stall(temporary_folder(), 2500);
  const file = path.join(show, 'products.csv');
  const short = await run(xiangbo, ['check', show]);
  expect(short.code === 0 && !short.out.includes('二维码'), 'nothing about a short one', short);
  fs.writeFileSync(file, products.replace(link, `${link}?from=live&village=wangxi`));
  const long = await run(xiangbo, ['check', show]);
  expect(long.code === 0 && /山泉脐橙.*46.*26/.test(long.out) && /46 bytes/.test(long.out), 'the product, its bytes and how many scan', long);
});
