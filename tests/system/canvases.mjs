// Two pictures of one evening and the clean feed beside them: each in its size, all of the same frames.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { test } from 'node:test';
import { difference_box, ffmpeg, judge, psnr } from './media.mjs';
import { Platform } from './platform.mjs';
import { expect, ledger, pause, Program, run, temporary_folder, until, write_secrets, write_show } from './support.mjs';

const wide = { width: 1280, height: 720 };
const tall = { width: 720, height: 1280 };

// A picture that stands still, with enough in it to tell its parts apart.
async function make_source(folder) {
  const file = path.join(folder, 'village.mkv');
  await ffmpeg(['-f', 'lavfi', '-i', `testsrc2=s=${wide.width}x${wide.height}:r=15:d=1`, '-vf', 'loop=loop=-1:size=1,trim=duration=4,gblur=sigma=6',
    '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_range', 'tv', '-c:v', 'ffv1', file]);
  return file;
}

async function size_of(file) {
  const { out } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'json', file]);
  const { width, height } = JSON.parse(out).streams[0];
  return { width, height };
}

// The grey picture of a file some seconds after its beginning, through a filter.
function grey(file, seconds, filter = 'null') {
  return ffmpeg(['-i', file, '-ss', String(seconds), '-map', '0:v:0', '-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { binary: true });
}

const whole = ({ width, height }) => ({ left: 0, top: 0, right: width - 1, bottom: height - 1 });
// no Layer is there, on either Canvas
const middle = ({ width, height }) => ({ left: width * 0.4, top: height * 0.3, right: width * 0.6, bottom: height * 0.4 });

async function expect_size(file, { width, height }, what) {
  const size = await size_of(file);
  expect(size.width === width && size.height === height, `${what} is ${width}x${height}`, size);
  const facts = await judge(file);
  expect(facts.complaints === '', `${what} decodes without a complaint`, facts.complaints);
  return facts;
}

test('two Canvases go to two platforms, and the clean feed is kept beside the recording', async () => {
  const folder = temporary_folder();
  const source = await make_source(folder);
  const [landscape, portrait] = [await Platform.open(), await Platform.open()];
  const show = write_show(folder, {
    ...wide, rate: 15,
    publish: [{ name: '横屏平台', url: landscape.url }, { name: '竖屏平台', url: portrait.url, canvas: '竖屏' }],
    toml: `[[canvas]]\nname = "竖屏"\nwidth = ${tall.width}\nheight = ${tall.height}\nbitrate_kbps = 2000\n[record]\nclean = true\n`,
  });
  write_secrets(folder, { keys: { 横屏平台: 'k', 竖屏平台: 'k' } });
  const program = await Program.live(folder, show, ['--source', `file:${source}`, '--mic', 'none', '--on-air']);
  const live = async () => {
    const state = await program.state();
    return state.outputs.every((output) => output.state === 'live') && state;
  };
  const on = await until('both pushes are live', live);
  expect(on.outputs[0].canvas === 'video' && on.outputs[1].canvas === '竖屏', 'each push names its Canvas', on.outputs);
  const { products } = await program.get('api/show');
  await program.command('product.show', { product: products[0].id });
  await until('the card is on air', async () => (await program.state()).layers.some(({ layer }) => layer === 'product_card'));
  await pause(6000);
  await program.command('live.end');
  const { session } = await program.state();
  const stats = await program.stats();
  console.log(`# strands ${stats.strands.map(({ name, skipped }) => `${name} skipped ${skipped}`).join(', ')}; missed ${stats.frames.missed} of ${stats.frames.program}`);
  await program.end();
  await Promise.all([landscape.end(), portrait.end()]);

  const recording = path.join(session.folder, 'program-000.mp4');
  const clean = path.join(session.folder, 'clean-000.mp4');
  const recorded = await expect_size(recording, wide, 'the recording');
  const kept = await expect_size(clean, wide, 'the clean feed');
  const [pushed] = landscape.arrived();
  const [pushed_tall] = portrait.arrived();
  await expect_size(pushed, wide, 'the stream at the first platform');
  await expect_size(pushed_tall, tall, 'the stream at the second platform');

  // every frame is in both files but those that were counted
  const lost = (name, recorder) => stats.strands.find((strand) => strand.name === name).skipped + recorder.dropped;
  const all = [recorded.frames + lost('video', stats.recorder), kept.frames + lost('clean', stats.clean)];
  expect(all[0] === all[1], 'as many frames in the clean feed as in the recording', { all, recorded: recorded.frames, kept: kept.frames });
  expect(recorded.frames >= 15 * 6 * 0.8, 'most of the frames are there', recorded);
  const files = (await ledger(session.folder, "SELECT json FROM entries WHERE kind = 'file' ORDER BY n")).map(({ json }) => JSON.parse(json));
  const first = (name) => files.find((file) => file.name === name && file.first_frame !== undefined)?.first_frame;
  expect(first('program-000.mp4') > 0 && first('program-000.mp4') === first('clean-000.mp4'), 'both begin with the same frame', files);

  // the clean feed is the camera's picture and nothing else; the recording has the nameplate and the card
  const end = recorded.seconds - 1;
  const bare = await grey(source, 0);
  const clean_picture = await grey(clean, end);
  const dressed = await grey(recording, end);
  const likeness = psnr(clean_picture, bare, wide.width, whole(wide));
  console.log(`# clean feed against the source: ${likeness.toFixed(1)} dB`);
  expect(difference_box(clean_picture, bare, wide.width) === null && likeness > 35, 'no overlay pixel in the clean feed', { likeness, box: difference_box(clean_picture, bare, wide.width) });
  const overlays = difference_box(dressed, bare, wide.width);
  expect(overlays !== null && overlays.pixels > 20000, 'nameplate and card are in the recording', overlays);
  expect(psnr(dressed, bare, wide.width, middle(wide)) > 30, 'the recording is of the same picture', psnr(dressed, bare, wide.width, middle(wide)));

  // the second Canvas is cut out of the middle of the camera's picture, with the same card
  const cut = await grey(source, 0, `crop=${wide.height * 9 / 16}:${wide.height},scale=${tall.width}:${tall.height}`);
  const tall_picture = await grey(pushed_tall, 4);
  const tall_likeness = psnr(tall_picture, cut, tall.width, middle(tall));
  console.log(`# second Canvas against the source: ${tall_likeness.toFixed(1)} dB`);
  expect(tall_likeness > 28, 'the second Canvas is the middle of the same picture', tall_likeness);
  const tall_overlays = difference_box(tall_picture, cut, tall.width);
  expect(tall_overlays !== null && tall_overlays.pixels > 20000, 'with nameplate and card of its own', tall_overlays);
});

test('faces are looked for where a card has a second place, and not for tall pictures alone', async () => {
  const looked = async (size) => {
    const folder = temporary_folder();
    const program = await Program.live(folder, write_show(folder, { ...size, rate: 15 }), ['--source', 'test:', '--mic', 'none']);
    await until('three seconds of pictures are made', async () => (await program.stats()).frames.program > 45);
    await program.end();
    return /\[vision\.faces\] running/.test(program.err);
  };
  expect(await looked(wide), 'looked for in a wide picture');
  expect(!(await looked(tall)), 'not looked for in a tall one');
});

test('a Canvas that nobody uses is refused with its place', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { toml: '[[canvas]]\nname = "竖屏"\n' });
  const { default: fs } = await import('node:fs');
  const line = fs.readFileSync(path.join(show, 'show.toml'), 'utf8').split('\n').indexOf('[[canvas]]') + 1;
  const { code, out, err } = await run(process.env.XIANGBO, ['check', show]);
  expect(code === 2 && `${out}${err}`.includes(`show.toml:${line}:`), `refused at line ${line}`, { code, out, err });
});
