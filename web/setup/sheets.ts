// Office tables in and out: .csv in whatever encoding the office program writes, and .xlsx.
// SPDX-License-Identifier: Apache-2.0
import en from '../../assets/locale/en.json';
import zh from '../../assets/locale/zh-CN.json';
import type { Cells, TableName } from './api';

export interface Sheet {
  rows: string[][];
  first: number; // the number of the first row as a spreadsheet counts
}

// What villages write above a column, beside our own names and what we write ourselves in either language.
const titles: Record<TableName, Record<string, string[]>> = {
  products: {
    id: ['编号', '商品编号', '货号'],
    number: ['链接号', '号', '序号', '链接', '几号链接'],
    name: ['名字', '品名', '名称', '商品', '商品名', '商品名称', '产品', '产品名称'],
    origin: ['产地', '来自'],
    price: ['价格', '单价', '售价', '价钱', '价格(元)', '单价(元)', '售价(元)'],
    unit: ['单位', '规格', '包装'],
    stock: ['库存', '数量', '存货'],
    picture: ['图片', '照片'],
    link: ['网址', '购买网址', '商品网址'],
    script: ['讲稿', '台词', '口播'],
  },
  captions: {
    id: ['编号'],
    year: ['年份', '年'],
    title: ['标题', '题目'],
    text: ['正文', '内容', '文字'],
    source: ['来源', '出处'],
    kind: ['种类', '类别'],
    style: ['排法', '排版'],
    script: ['讲稿', '台词', '口播'],
  },
};

export const largestSheet = 5 * 1024 * 1024;

const plainTitle = (text: string): string => text.trim().toLowerCase().replace(/（/g, '(').replace(/）/g, ')').replace(/\s/g, '');

export function columnOf(table: TableName, title: string): string | null {
  const wanted = plainTitle(title);
  for (const [name, others] of Object.entries(titles[table])) {
    const own = [zh, en].map((texts) => plainTitle((texts.setup.column as Record<string, string>)[name] ?? name));
    if (wanted === name || others.includes(wanted) || own.includes(wanted)) return name;
  }
  return null;
}

// UTF-8 with or without its mark, else GB18030, as old office programs write Chinese.
export function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function separatorOf(text: string): string {
  const heading = text.slice(0, (text + '\n').search(/[\r\n]/));
  const count = (sign: string): number => heading.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

// RFC 4180. A quote that is never closed ends with the file.
export function parseCsv(text: string): string[][] {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (++at; at < text.length; ++at) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[at++];
        else break;
      }
      ++at;
    }
    const end = at + text.slice(at).search(new RegExp(`[${separator}\\r\\n]|$`));
    cell += text.slice(at, end);
    row.push(cell.trim().replace(/^'(?='*[=+\-@\t\r])/, ''));
    at = end;
    if (text[at] === separator) {
      ++at;
      if (at < text.length) continue;
      row.push('');
    }
    if (text[at] === '\r') ++at;
    if (text[at] === '\n') ++at;
    rows.push(row);
    row = [];
  }
  return rows;
}

// 29.900000000000002 is what a spreadsheet has where 29.9 was typed.
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return String(value).trim();
}

// Throws where the file is no table.
export async function readSheetFile(file: File): Promise<Sheet> {
  if (file.size > largestSheet) throw new Error('large');
  const bytes = await file.arrayBuffer();
  const isZip = new Uint8Array(bytes.slice(0, 2)).join() === '80,75';
  if (!isZip) return { rows: parseCsv(decode(bytes).replace(/^\uFEFF/, '')), first: 1 };
  const { readSheet } = await import('read-excel-file/universal');
  const rows = await readSheet(bytes);
  return { rows: rows.map((row) => row.map(textOf)), first: 1 };
}

export interface Imported {
  cells: Cells;
  row: number; // in the file, as a spreadsheet counts
}
export interface Import {
  rows: Imported[];
  columns: Record<string, number>; // the place of each column in the file, from 1
  unknown: string[]; // headings that were passed over
}

// Nothing when no heading is there.
export function take(table: TableName, sheet: Sheet): Import | null {
  const head = sheet.rows.findIndex((row) => row.filter((cell) => columnOf(table, cell)).length >= 2);
  if (head < 0 || head > 20) return null;
  const columns: Record<string, number> = {};
  const unknown: string[] = [];
  sheet.rows[head]!.forEach((title, i) => {
    const name = columnOf(table, title);
    if (name && columns[name] === undefined) columns[name] = i + 1;
    else if (title.trim() !== '') unknown.push(title.trim().slice(0, 40));
  });
  const rows: Imported[] = [];
  sheet.rows.slice(head + 1).forEach((row, i) => {
    if (row.every((cell) => cell.trim() === '')) return;
    const cells: Cells = {};
    for (const [name, column] of Object.entries(columns)) cells[name] = (row[column - 1] ?? '').trim();
    if (cells.price) cells.price = cells.price.replace(/^[¥￥]\s*|\s*元$/g, '');
    rows.push({ cells, row: sheet.first + head + 1 + i });
  });
  return { rows, columns, unknown };
}

export const newRowId = (table: TableName): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return (table === 'products' ? 'p-' : 'c-') + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

// The rows of the file put over those that stand there: by id, else by number, else by name. What the
// file has no column for stays.
export function merge(table: TableName, present: Cells[], incoming: Import): { rows: Cells[]; from: (Imported | null)[] } {
  const rows = present.map((cells) => ({ ...cells }));
  const from: (Imported | null)[] = present.map(() => null);
  const keys = table === 'products' ? ['id', 'number', 'name'] : ['id', 'title'];
  let next = Math.max(0, ...present.map((cells) => Number(cells.number) || 0));
  for (const one of incoming.rows) {
    const key = keys.find((name) => one.cells[name]);
    const at = key ? rows.findIndex((cells, i) => from[i] === null && cells[key] === one.cells[key]) : -1;
    if (at >= 0) {
      rows[at] = { ...rows[at], ...one.cells, id: rows[at]!.id ?? '' };
      from[at] = one;
      continue;
    }
    const cells = { ...one.cells };
    if (!cells.id) cells.id = newRowId(table);
    if (table === 'products') {
      if (!cells.number) cells.number = String(++next);
      else next = Math.max(next, Number(cells.number) || 0);
    }
    rows.push(cells);
    from.push(one);
  }
  return { rows, from };
}

// An office program must not take somebody's words for a formula; parseCsv() takes the mark away again.
const plain = (cell: string): string => (/^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
const quoted = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
export function csvText(columns: string[], rows: Cells[]): string {
  const lines = [columns, ...rows.map((cells) => columns.map((name) => cells[name] ?? ''))];
  return '\uFEFF' + lines.map((line) => line.map((cell) => quoted(plain(cell))).join(',') + '\r\n').join('');
}

export async function xlsxBlob(headings: string[], columns: string[], rows: Cells[]): Promise<Blob> {
  const { default: write } = await import('write-excel-file/universal');
  const cell = (value: string): { value: string; type: StringConstructor } => ({ value, type: String });
  const data = [headings.map((value) => ({ ...cell(value), fontWeight: 'bold' as const })), ...rows.map((cells) => columns.map((name) => cell(cells[name] ?? '')))];
  return (await write(data, { columns: columns.map(() => ({ width: 18 })) })).toBlob();
}
