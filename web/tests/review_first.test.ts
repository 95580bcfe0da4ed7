// What is asked for before the page's own script is there: the same evening the page will ask for, once.
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';
import vm from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import { readEvening } from '../review/api';

const script = fs.readFileSync(new URL('../public/review-first.js', import.meta.url), 'utf8');
const answered = (title: string): Promise<Response> => Promise.resolve(new Response(JSON.stringify({ title })));
function run(hash: string, search = ''): { asked: string[]; first: unknown } {
  const asked: string[] = [];
  const window: { xiangboFirst?: unknown } = {};
  vm.runInNewContext(script, { window, URLSearchParams, location: { hash, search }, fetch: (path: string) => (asked.push(path), answered('first')) });
  return { asked, first: window.xiangboFirst };
}
afterEach(() => vi.unstubAllGlobals());

it('asks for the evening in the address, whatever its name is, and for nothing else', () => {
  const named = '/api/review/sessions/2026-05-01T1930-%E6%9C%9B%E6%BA%AA%E6%9D%91';
  const id = encodeURIComponent('2026-05-01T1930-望溪村');
  expect(run(`#evening/${id}`).asked).toEqual([named]);
  expect(run(`#evening/${id}/73000`).asked).toEqual([named]);
  expect(run('', `?session=${id}`).asked).toEqual([named]);
  expect(run('#', `?control&session=${id}`).asked).toEqual([named]);
  for (const hash of ['', '#', '#compare/a,b', '#search/%E8%98%91', '#evening/', '#evening/%E0%A4%A']) expect(run(hash).asked).toEqual([]);
});

it('is what the page reads, once', async () => {
  const { first } = run('#evening/a%20b');
  vi.stubGlobal('xiangboFirst', first);
  const paths: string[] = [];
  vi.stubGlobal('fetch', (path: string) => (paths.push(path), answered('asked again')));
  expect((await readEvening('a b')).value?.title).toBe('first');
  expect((await readEvening('a b')).value?.title).toBe('asked again');
  vi.stubGlobal('xiangboFirst', first);
  expect((await readEvening('other')).value?.title).toBe('asked again');
  expect((await readEvening('a b')).value?.title).toBe('asked again'); // the first answer is old by now
  expect(paths).toEqual(['/api/review/sessions/a%20b', '/api/review/sessions/other', '/api/review/sessions/a%20b']);
});
