// SPDX-License-Identifier: Apache-2.0
import en from '../../assets/locale/en.json';
import zh from '../../assets/locale/zh-CN.json';
import { describe, expect, it } from 'vitest';
import { settle } from '../setup/crop';
import { columnOf, csvText, decode, merge, parseCsv, readSheetFile, take, xlsxBlob } from '../setup/sheets';

const columns = ['id', 'number', 'name', 'price', 'unit'];
const bytes = (...all: number[]): ArrayBuffer => new Uint8Array(all).buffer;

describe('a spreadsheet', () => {
  it.each(['products', 'captions'] as const)('of %s knows its own headings in both languages', (table) => {
    const names = table === 'products' ? ['id', 'number', 'name', 'origin', 'price', 'unit', 'stock', 'picture', 'link', 'script'] : ['id', 'year', 'title', 'text', 'source', 'kind', 'style', 'script'];
    for (const texts of [zh, en]) for (const name of names) expect(columnOf(table, (texts.setup.column as Record<string, string>)[name]!), name).toBe(name);
  });
  it('is read in the encodings of office programs', () => {
    expect(decode(bytes(0xcf, 0xe3, 0xb9, 0xbd))).toBe('香菇'); // GB18030
    expect(decode(bytes(0xe9, 0xa6, 0x99))).toBe('香');
  });
  it('is taken apart with quotes, line ends and separators of every kind', () => {
    expect(parseCsv('a,"b ""x"", c"\r\n"two\nlines",d\n')).toEqual([['a', 'b "x", c'], ['two\nlines', 'd']]);
    expect(parseCsv('a;b;c\n1;2,5;')).toEqual([['a', 'b', 'c'], ['1', '2,5', '']]);
    expect(parseCsv('')).toEqual([]);
    expect(parseCsv('a,"never closed')).toEqual([['a', 'never closed']]);
    expect(parseCsv("'n Abend,'-5,''=x")).toEqual([["'n Abend", '-5', "'=x"]]);
  });
  it('names its columns in Chinese or as we do', () => {
    expect(columnOf('products', ' 商品名称 ')).toBe('name');
    expect(columnOf('products', '单价（元）')).toBe('price');
    expect(columnOf('captions', 'Title')).toBe('title');
    expect(columnOf('products', '备注')).toBeNull();
  });
  it('finds the heading below a title and counts rows as the office program does', () => {
    const found = take('products', { rows: [['合作社价目表'], ['品名', '价格', '备注'], ['米', '¥3.5', 'x'], ['', '', ''], ['茶', '45元', '']], first: 1 });
    expect(found?.unknown).toEqual(['备注']);
    expect(found?.columns).toEqual({ name: 1, price: 2 });
    expect(found?.rows).toEqual([
      { row: 3, cells: { name: '米', price: '3.5' } },
      { row: 5, cells: { name: '茶', price: '45' } },
    ]);
    expect(take('products', { rows: [['a', 'b']], first: 1 })).toBeNull();
  });
  it('updates what is there and adds what is new, each with a number of its own', () => {
    const present = [{ id: 'rice', number: '4', name: '米', price: '3', unit: '斤', picture: 'p.png' }];
    const incoming = take('products', { rows: [['名字', '价格'], ['米', '4'], ['茶', '45']], first: 1 })!;
    const { rows, from } = merge('products', present, incoming);
    expect(rows[0]).toEqual({ id: 'rice', number: '4', name: '米', price: '4', unit: '斤', picture: 'p.png' });
    expect(rows[1]).toMatchObject({ name: '茶', number: '5' });
    expect(rows[1]!.id).toMatch(/^p-[0-9a-f]{8}$/);
    expect(from.map((one) => one?.row)).toEqual([2, 3]);
  });
  it('comes back from .csv and .xlsx as it went out', async () => {
    const rows = [
      { id: 'a', number: '1', name: '=1+1', price: '29.9', unit: '5 斤, "装"' },
      { id: 'b', number: '2', name: '𠮷🍊', price: '3', unit: "两\n行" },
    ];
    const text = csvText(columns, rows);
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text).toContain("'=1+1");
    expect(parseCsv(text.slice(1))).toEqual([columns, ...rows.map((row) => columns.map((name) => row[name as 'id']))]);
    const blob = await xlsxBlob(columns, columns, rows);
    const sheet = await readSheetFile(new File([await blob.arrayBuffer()], 'a.xlsx'));
    expect(sheet.rows).toEqual([columns, ...rows.map((row) => columns.map((name) => row[name as 'id']))]);
  });
  it('that is none is refused', async () => {
    await expect(readSheetFile(new File(['PK\u0003\u0004rubbish'], 'a.xlsx'))).rejects.toThrow();
    await expect(readSheetFile(new File([new Uint8Array(6 * 1024 * 1024)], 'a.csv'))).rejects.toThrow('large');
  });
});

describe('the square of a photo', () => {
  it('stays inside', () => {
    expect(settle({ x: -50, y: 900, side: 400 }, 1000, 800)).toEqual({ x: 200, y: 600, side: 400 });
    expect(settle({ x: 500, y: 400, side: 5000 }, 1000, 800)).toEqual({ x: 500, y: 400, side: 800 });
    expect(settle({ x: 500, y: 400, side: 1 }, 1000, 800).side).toBe(64);
    expect(settle({ x: 10, y: 10, side: 1 }, 20, 20)).toEqual({ x: 10, y: 10, side: 20 });
  });
});
