// SPDX-License-Identifier: Apache-2.0
import { expect, it, vi } from 'vitest';
import { openDesk } from '../shared/station';
import { wireText } from './cases';
import { FakeSocket, withFakeSockets } from './socket';

withFakeSockets();

it('waits for each command until its own answer comes', async () => {
  const answers = new Map<string, () => void>();
  vi.stubGlobal('fetch', (_path: string, request?: { body: string }) => {
    if (!request) return Promise.resolve({ ok: false });
    const { name } = JSON.parse(request.body) as { name: string };
    return new Promise((resolve) => answers.set(name, () => resolve({ json: () => Promise.resolve({ ok: true }) })));
  });
  const { station, run } = openDesk();
  FakeSocket.all[0]!.onmessage?.({ data: wireText('updates-snapshot') });
  const end = run('live.end');
  const show = run('product.show', { product: 'a' });
  expect([...station.busy]).toEqual(['live.end', 'product.show']);
  answers.get('product.show')?.();
  expect(await show).toBe(true);
  expect([...station.busy]).toEqual(['live.end']);
  answers.get('live.end')?.();
  expect(await end).toBe(true);
  expect(station.busy.size).toBe(0);
});

it('asks for the Show again when the picture shows another reading of it', () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve({ ok: false });
  });
  openDesk();
  const snapshot = JSON.parse(wireText('updates-snapshot')) as { state: { show_version: number } };
  const tell = (version: number): void =>
    FakeSocket.all[0]!.onmessage?.({ data: JSON.stringify({ state: { ...snapshot.state, show_version: version } }) });
  tell(1);
  tell(1);
  expect(asked.filter((path) => path === '/api/show').length).toBe(1);
  tell(2);
  expect(asked.filter((path) => path === '/api/show').length).toBe(2);
});
