// What the program says about the Show and takes from the setup page (docs/wire.md section 12).
// SPDX-License-Identifier: Apache-2.0

import { post as postSigned } from '../shared/command';

export interface Words {
  zh: string;
  en: string;
}
export type TableName = 'products' | 'captions';
export type Cells = Record<string, string>;
export interface Row {
  version: string;
  cells: Cells;
}
export interface Table {
  version: string;
  columns: { name: string; required: boolean; most: number }[];
  rows: Row[];
  unreadable: Words | null;
}
export interface FieldProblem extends Words {
  file: string;
  field: string;
  row: number;
  id: string;
}
export type Value = string | number | boolean | string[] | number[] | null;
export interface Section {
  version: string;
  values: Record<string, Value>;
  restart: string[];
}
export interface Push {
  name: string;
  url: string;
  enabled: boolean;
  canvas: string;
  has_key: boolean;
  key_tail: string | null;
}
export interface Publish {
  version: string;
  list: Push[];
  canvases: string[];
  secrets_problems: Words[];
}
// A [[list]] of the Show that is saved whole.
export interface ListOfShow {
  version: string;
  entries: { values: Record<string, Value>; has?: string[]; for?: string[] }[];
}
export interface Setup {
  lists: Record<'chat' | 'canvas', ListOfShow>;
  sections: Record<string, Section>;
  publish: Publish;
  products: Table;
  captions: Table;
  show_problems: (Words & { line: number })[];
  problems: FieldProblem[];
}
export interface Device {
  name: string;
  spec: string;
  is_default: boolean;
  is_monitor: boolean;
  error: (Words & { code: string }) | null;
  modes: { format: string; width: number; height: number; rate: number }[];
}
export interface Devices {
  cameras: Device[];
  microphones: Device[];
}

// The answer to an edit. `present` is what stands there now, when somebody else was faster.
export interface Saved {
  ok: boolean;
  code?: string;
  zh?: string;
  en?: string;
  problems?: FieldProblem[];
  present?: unknown;
  row?: Row;
  at?: number;
  version?: string;
  restart?: string[];
  section?: Section;
  publish?: Publish;
  list?: ListOfShow;
  picture?: string;
  knows_application?: boolean;
  took_ms?: number;
}

const patience = 20_000;

// Not answered: nobody knows whether it was saved, and a second try is based on what stands there then.
export async function post(path: string, body: object | Blob): Promise<Saved> {
  const saved = await postOnce(path, body);
  // its number was used by another tab: nothing was done
  return saved.code === 'pair.repeated' ? postOnce(path, body) : saved;
}

async function postOnce(path: string, body: object | Blob): Promise<Saved> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  const isPicture = body instanceof Blob;
  try {
    const sent = isPicture ? new Uint8Array(await body.arrayBuffer()) : JSON.stringify(body);
    const response = await postSigned(`/api/setup/${path}`, sent, {
      signal: stop.signal,
      type: isPicture ? body.type : 'application/json',
      // a cell that was left by leaving the page is saved, too; browsers keep 64 KiB alive
      keepalive: typeof sent === 'string' && sent.length < 20_000,
    });
    const said = (await response.json()) as Saved;
    return typeof said.ok === 'boolean' ? said : { ok: false, code: 'no_answer' };
  } catch {
    return { ok: false, code: 'no_answer' };
  } finally {
    clearTimeout(timer);
  }
}

export const isChanged = (saved: Saved): boolean => saved.code === 'setup.changed';
