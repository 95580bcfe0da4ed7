// The first start without a Show, and the ways out: restart and leave, from the page's own door.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import { expect, start, temporary_folder, until, xiangbo } from './support.mjs';

test('the first start makes a Show of one\'s own; a restart takes up what was set up; leaving ends in order', async () => {
  const folder = temporary_folder();
  const data = path.join(folder, 'data');
  const child = start(xiangbo, ['live', '--data', data, '--secrets', path.join(folder, 'secrets.toml'), '--source', 'test:', '--control', '127.0.0.1:0', '--audience', '127.0.0.1:0']);
  const ended = once(child, 'close');
  let out = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  await until('the addresses are printed', () => /audience/.test(out));
  const control = /^control (\S+)/m.exec(out)[1];
  const show = path.join(data, 'shows/main');
  expect(fs.existsSync(path.join(show, 'show.toml')) && fs.existsSync(path.join(show, 'products.csv')), 'a Show of one\'s own is there', fs.readdirSync(data));
  const post = async (where, body) => {
    const answer = await fetch(control + where, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, said: await answer.json() };
  };
  const state = async () => (await fetch(`${control}api/state`)).json();

  const setup = await (await fetch(`${control}api/setup`)).json();
  const saved = await post('api/setup/publish', { version: setup.publish.version, list: [{ name: '县里', url: 'rtmp://127.0.0.1:1/live', enabled: true, key: 'canary-key-1234567' }] });
  expect(saved.status === 200, 'a platform is saved', saved);
  expect(!(await state()).outputs.some(({ name }) => name === '县里'), 'it waits for a restart', await state());

  expect((await post('api/command', { id: 'a', name: 'live.start' })).status === 200, 'on air');
  const refused = await post('api/program', { do: 'leave' });
  expect(refused.status === 409 && refused.said.code === 'program.on_air', 'no way out while on air', refused);
  expect((await post('api/command', { id: 'b', name: 'live.end' })).status === 200, 'ended');

  expect((await post('api/program', { do: 'restart' })).status === 200, 'restart');
  await until('it is back with the platform', async () => (await state().catch(() => null))?.outputs.some(({ name }) => name === '县里'));
  expect((await state()).state === 'ready', 'ready, not on air', await state());
  const files = fs.readdirSync(show, { recursive: true }).map(String).filter((name) => fs.statSync(path.join(show, name)).isFile());
  expect(!files.some((name) => fs.readFileSync(path.join(show, name)).includes('canary-key')), 'no key in the Show', files);

  expect((await post('api/program', { do: 'leave' })).status === 200, 'leave');
  const [code] = await ended;
  expect(code === 0, 'exit 0', code);
});
