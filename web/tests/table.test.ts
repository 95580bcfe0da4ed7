// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reactive } from 'vue';
import type { Row, Saved, Table } from '../setup/api';
import { TableDesk } from '../setup/table';

const row = (id: string, version: string, cells = {}): Row => ({ version, cells: { id, number: '1', name: id, price: '3', stock: '', ...cells } });
const tableOf = (...rows: Row[]): Table => ({
  version: 't',
  columns: ['id', 'number', 'name', 'price', 'stock'].map((name) => ({ name, required: name !== 'stock', most: 40 })),
  rows,
  unreadable: null,
});

// A program that answers what it is told to; `asked` is what it was asked.
function program(first: Table, answers: Saved[], next: Table[] = []) {
  const data = reactive({ table: first });
  const asked: unknown[] = [];
  vi.stubGlobal('fetch', (_: string, request: { body: string }) => {
    asked.push(JSON.parse(request.body));
    return Promise.resolve({ json: () => Promise.resolve(answers.shift()) });
  });
  const desk = new TableDesk(
    'products',
    () => data.table,
    () => [{ file: 'products.csv', field: 'price', row: 2, id: 'tea', zh: '缺价格', en: 'no price' }],
    () => {
      data.table = next.shift() ?? data.table;
      return Promise.resolve();
    },
  );
  return { desk, asked };
}
const changed = (present: Row | null): Saved => ({ ok: false, code: 'setup.changed', zh: '变了', en: 'changed', present: { row: present } });

afterEach(() => vi.unstubAllGlobals());

describe('a cell', () => {
  it('is sent when it is left, based on the row it was typed into', async () => {
    const { desk, asked } = program(tableOf(row('rice', 'v1')), [{ ok: true, row: row('rice', 'v2', { price: '4' }) }]);
    const line = desk.lines.value[0]!;
    desk.type(line, 'price', '4');
    await desk.commit(line, 'price');
    expect(asked).toEqual([{ table: 'products', row: { id: 'rice', version: 'v1' }, cells: { price: '4' } }]);
    expect(desk.valueOf(desk.lines.value[0]!, 'price')).toBe('4');
    expect(desk.saved.has('rice')).toBe(true);
  });
  it('that is refused keeps what was typed and says why', async () => {
    const wrong = { file: 'products.csv', field: 'price', row: 1, id: 'rice', zh: '价格不对', en: 'wrong' };
    const { desk } = program(tableOf(row('rice', 'v1')), [{ ok: false, code: 'setup.refused', problems: [wrong] }]);
    const line = desk.lines.value[0]!;
    desk.type(line, 'price', '免费');
    await desk.commit(line, 'price');
    expect(desk.valueOf(line, 'price')).toBe('免费');
    expect(desk.wrongOf(line, 'price')?.zh).toBe('价格不对');
  });
  it('is sent again when somebody changed another cell, and nobody loses anything', async () => {
    const now = row('rice', 'v2', { stock: '8' });
    const { desk, asked } = program(tableOf(row('rice', 'v1')), [changed(now), { ok: true, row: row('rice', 'v3', { stock: '8', price: '4' }) }], [tableOf(now)]);
    const line = desk.lines.value[0]!;
    desk.type(line, 'price', '4');
    await desk.commit(line, 'price');
    expect(asked[1]).toMatchObject({ row: { version: 'v2' }, cells: { price: '4' } });
    expect(desk.lines.value[0]!.cells).toMatchObject({ stock: '8', price: '4' });
  });
  it('that somebody else changed meanwhile shows both and lets one choose', async () => {
    const now = row('rice', 'v2', { price: '9' });
    const { desk, asked } = program(tableOf(row('rice', 'v1')), [changed(now), { ok: true, row: row('rice', 'v3', { price: '4' }) }], [tableOf(now)]);
    const line = desk.lines.value[0]!;
    desk.type(line, 'price', '4');
    await desk.commit(line, 'price');
    expect(desk.typed(line, 'price')).toMatchObject({ value: '4', theirs: '9' });
    await desk.takeMine(desk.lines.value[0]!, 'price');
    expect(asked[1]).toMatchObject({ row: { version: 'v2' }, cells: { price: '4' } });
    expect(desk.typed(line, 'price')).toBeUndefined();
  });
  it('of the file that is wrong is told without being touched', () => {
    const { desk } = program(tableOf(row('rice', 'v1'), row('tea', 'v1')), []);
    expect(desk.wrongOf(desk.lines.value[1]!, 'price')?.en).toBe('no price');
    expect(desk.wrongOf(desk.lines.value[0]!, 'price')).toBeNull();
  });
  it('keeps what was typed when the program does not answer', async () => {
    const { desk } = program(tableOf(row('rice', 'v1')), []);
    vi.stubGlobal('fetch', () => Promise.reject(new Error('gone')));
    const line = desk.lines.value[0]!;
    desk.type(line, 'price', '4');
    await desk.commit(line, 'price');
    expect(desk.valueOf(line, 'price')).toBe('4');
    expect(desk.wrongOf(line, 'price')?.zh).toContain('没存上');
  });
});

describe('a row', () => {
  it('that is new is sent once it is complete', async () => {
    const { desk, asked } = program(tableOf(), [{ ok: true, row: row('x', 'v1') }], [tableOf(row('x', 'v1'))]);
    desk.add({ id: 'x', number: '1' });
    const line = desk.lines.value[0]!;
    desk.type(line, 'name', '米');
    await desk.commit(line, 'name');
    expect(asked).toEqual([]);
    desk.type(line, 'price', '3');
    await desk.commit(line, 'price');
    expect(asked).toEqual([{ table: 'products', row: null, cells: { id: 'x', number: '1', name: '米', price: '3' } }]);
    expect(desk.lines.value.map((one) => one.key)).toEqual(['x']);
  });
  it('that was deleted comes back to its place', async () => {
    const both = tableOf(row('a', 'v1'), row('b', 'v1'));
    const { desk, asked } = program(both, [{ ok: true }, { ok: true, row: row('a', 'v1') }], [tableOf(row('b', 'v1')), both]);
    await desk.remove(desk.lines.value[0]!);
    expect(desk.lines.value.map((one) => one.key)).toEqual(['b']);
    await desk.undo();
    expect(asked[1]).toMatchObject({ row: null, at: 0, cells: { id: 'a' } });
    expect(desk.lines.value.map((one) => one.key)).toEqual(['a', 'b']);
    expect(desk.state.gone).toBeNull();
  });
});
