// The program as other programs take it: a window, a camera and a microphone of this computer. Whatever becomes of them, the
// evening goes on.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ffmpeg } from './media.mjs';
import { expect, pause, Program, run, start, temporary_folder, until, write_show } from './support.mjs';

const handed = async (program, name) => (await program.state()).handed.find((one) => one.name === name);
const problem = async (program, code) => (await program.state()).problems.find((one) => one.code === code);
const small = { width: 640, height: 360 };

async function screen(size = '1366x768') {
  const child = start('Xvfb', ['-displayfd', '1', '-screen', '0', `${size}x24`, '-nolisten', 'tcp']);
  const [bytes] = await once(child.stdout, 'data');
  return { child, display: `:${String(bytes).trim()}` };
}

// The mean difference of two pictures in grey and colour, made small.
async function difference(folder, shot, crop, other) {
  const raw = async (name, input, filter) => {
    const file = path.join(folder, name);
    await ffmpeg(['-y', '-i', input, '-frames:v', '1', '-vf', `${filter}scale=64:36`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', file]);
    return fs.readFileSync(file);
  };
  const a = await raw('a.rgb', shot, `crop=${crop},`);
  const b = await raw('b.rgb', other, '');
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}

const seconds_of_thread = (pid, name) => fs.readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
  const stat = fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
  if (!stat.includes(`(${name})`)) return sum;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return sum + (Number(fields[11]) + Number(fields[12])) / 100;
}, 0);

test('a window of the program: its picture, its pace, its keys, and its end', async () => {
  const folder = temporary_folder();
  const { child, display } = await screen();
  const film = path.join(folder, 'bars.mp4');
  await ffmpeg(['-f', 'lavfi', '-i', 'smptehdbars=size=640x360:rate=30', '-t', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_range', 'tv', film]);
  const env = { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: '' };
  const x = async (...args) => (await run('xdotool', args, { env: { ...env, LC_ALL: 'C.UTF-8' } })).out.trim();
  const program = await Program.live(folder, write_show(folder, small), ['--source', `file:${film}`, '--no-record', '--window'], { env });
  await until('the window is there', async () => (await handed(program, 'window'))?.shown > 10, { seconds: 20 });
  const window = await until('it is found by its title', () => x('search', '--name', 'program'));
  const geometry = Object.fromEntries((await x('getwindowgeometry', '--shell', window)).split('\n').map((line) => line.split('=')));
  expect(geometry.WIDTH === '640' && geometry.HEIGHT === '360', 'it has the size of the program', geometry);

  const shot = path.join(folder, 'shot.png');
  await run('ffmpeg', ['-y', '-v', 'error', '-f', 'x11grab', '-draw_mouse', '1', '-video_size', '1366x768', '-i', display, '-frames:v', '1', shot], { env });
  const preview = path.join(folder, 'preview.jpg');
  fs.writeFileSync(preview, Buffer.from(await (await fetch(`${program.control}api/preview.jpg`)).arrayBuffer()));
  const apart = await difference(folder, shot, `640:360:${geometry.X}:${geometry.Y}`, preview);
  expect(apart < 6, 'it shows the frame of the program, in its colours', apart);

  const look = async () => ({ frames: (await program.stats()).frames.program, shown: (await handed(program, 'window')).shown, cpu: seconds_of_thread(program.child.pid, 'window') });
  const from = await look();
  await pause(3000);
  const to = await look();
  const frames = to.frames - from.frames;
  const shown = to.shown - from.shown;
  console.log(`# ${shown} shown of ${frames} frames, ${(((to.cpu - from.cpu) / 3) * 100).toFixed(1)} % of a core at 640x360, ${(await handed(program, 'window')).about}`);
  expect(shown <= frames + 3 && shown >= frames * 0.7, 'as fast as the program and never faster', { frames, shown });

  await x('windowfocus', window, 'key', 'f');
  await x('windowfocus', window, 'key', 'Escape');
  await pause(300);
  expect((await handed(program, 'window')).state === 'live', 'full screen and back', await handed(program, 'window'));
  await x('windowfocus', window, 'key', 'q');
  await until('Q closes the window', async () => (await handed(program, 'window')).state === 'ended');
  const program_does = (what) => fetch(`${program.control}api/program`, { method: 'POST', body: JSON.stringify({ do: what }) });
  await program.command('live.start');
  await until('the evening goes on', async () => (await program.state()).state !== 'ready');
  const pressed = await Promise.all([1, 2, 3, 4].map(() => program_does('show_window')));
  expect(pressed.some(({ status }) => status === 200), 'it can be had back, on air too', '');
  const second = await until('it is there again', async () => {
    const one = await handed(program, 'window');
    return one.state === 'live' && one.shown > to.shown + 10 && x('search', '--name', 'program');
  });
  expect((await program_does('show_window')).status === 404, 'but not twice', second);
  await x('windowfocus', second, 'key', 'q');
  await until('Q closes it again', async () => (await handed(program, 'window')).state === 'ended');
  await pause(600);
  expect((await handed(program, 'window')).state === 'ended', 'for good, however often it was asked for before', await handed(program, 'window'));
  await program.end();
  child.kill('SIGTERM');
});

test('a screen that is too small, goes away, or is not there', async () => {
  const folder = temporary_folder();
  const show = write_show(folder, { width: 1280, height: 720 });
  const { child, display } = await screen('800x600');
  const env = { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: '' };
  const program = await Program.live(folder, show, ['--source', 'test:', '--no-record', '--window'], { env });
  const window = await until('the window is there', async () => {
    const one = await handed(program, 'window');
    return one.state === 'live' && one;
  }, { seconds: 20 });
  expect(window.about.startsWith('800x450 '), 'as large as the screen allows, with its aspect', window);
  child.kill('SIGKILL');
  await until('it is said that the desktop is gone', async () => (await handed(program, 'window')).state === 'refused');
  expect((await problem(program, 'window.failed'))?.zh, 'in a plain sentence', (await program.state()).problems);
  const before = (await program.stats()).frames.program;
  await until('the program goes on', async () => (await program.stats()).frames.program > before + 10);
  await program.end();

  const blind = await Program.live(temporary_folder(), show, ['--source', 'test:', '--no-record', '--window'], { env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' } });
  await until('it is said that there is no desktop', async () => problem(blind, 'window.no_display'));
  expect((await handed(blind, 'window')).state === 'refused', 'the window is not', await handed(blind, 'window'));
  await blind.command('live.start');
  await blind.end();
});

test('a virtual camera that is not there, and a microphone that is', async (context) => {
  if ((await run('sh', ['-c', 'command -v pulseaudio parec'])).code !== 0) return context.skip('no pulseaudio here');
  const folder = temporary_folder();
  const socket = path.join(folder, 'native');
  const env = { ...process.env, PULSE_SERVER: `unix:${socket}`, XDG_RUNTIME_DIR: folder, HOME: folder, XDG_CONFIG_HOME: folder };
  start('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=60', '--use-pid-file=no', '--disable-shm=yes', '--log-target=null', '-L', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`], { env });
  const program = await Program.live(folder, write_show(folder, small), ['--source', 'sample:', '--no-record', '--virtual-camera', '/dev/null'], { env });
  const refusal = await until('it is said that this is no virtual camera', async () => problem(program, 'vcam.unfit'));
  expect(refusal.zh.includes('/dev/null') && refusal.en.includes('/dev/null'), 'which one it was', refusal);
  await until('the microphone is there', async () => (await handed(program, 'virtual-mic')).state === 'live', { seconds: 10 });
  await program.command('live.start');
  // the loudest sample of one second
  const loudest = async () => {
    const { out } = await run('timeout', ['1', 'parec', '-d', 'xiangbo_mic', '--raw', '--format=s16le', '--rate=48000', '--channels=1', '--latency-msec=20'], { env, binary: true });
    let most = 0;
    for (let i = 0; i + 1 < out.length; i += 2) most = Math.max(most, Math.abs(out.readInt16LE(i)));
    return { most, samples: out.length / 2 };
  };
  await until('others hear the program', async () => (await loudest()).most > 300, { seconds: 10 });
  await program.command('sound.panic');
  await pause(500);
  const silent = await loudest();
  expect(silent.most === 0 && silent.samples > 10000, 'panic is heard there, too', silent);
  const devices = await program.get('api/devices');
  expect(devices.microphones.every(({ name, is_monitor }) => is_monitor || !name.includes('乡播')), 'our own sound is not offered as a microphone', devices.microphones);
  await program.end();
  const left = await run('pactl', ['list', 'short', 'sinks'], { env });
  expect(!left.out.includes('xiangbo'), 'nothing is left at the sound server', left.out);
});
