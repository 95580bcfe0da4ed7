// Asking the program about its evenings; every answer is checked for being one.
// SPDX-License-Identifier: Apache-2.0
import { fetchJson, post } from '../shared/command';
import type { Before, Compared, Evening, Hit, Job, Keeping, Library, Lines, Notes, Peak, Pictures, Sound, Words } from './wire';

// What is said or done by somebody; that people come in and go is not shown line by line.
export const spokenKinds = ['chat', 'follow', 'gift', 'paid', 'member', 'notice'];

const at = (id: string): string => `/api/review/sessions/${encodeURIComponent(id)}`;
const query = (values: Record<string, string | number | null>): string =>
  new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))).toString();

export type Got<T> = { value: T; wrong?: never; isGone?: never; isDenied?: never } | { value: null; wrong: Words | null; isGone: boolean; isDenied: boolean };

// What review-first.js has asked for already; once.
interface First {
  path: string;
  answer: Promise<Response>;
}
function ask(path: string): Promise<Response> {
  if (!/^\/api\/review\/sessions\/[^/]+$/.test(path)) return fetch(path);
  const page = globalThis as { xiangboFirst?: First | undefined };
  const first = page.xiangboFirst;
  page.xiangboFirst = undefined; // what is not the first evening asked for is old by then
  return first?.path === path ? first.answer : fetch(path);
}
// Tells apart: nobody answers, not allowed, and refused with a reason.
export async function get<T>(path: string): Promise<Got<T>> {
  let response: Response;
  try {
    response = await ask(path);
  } catch {
    return { value: null, wrong: null, isGone: true, isDenied: false };
  }
  const said = (await response.json().catch(() => null)) as (T & Partial<Words>) | null;
  if (response.ok && said) return { value: said };
  const wrong = said?.zh && said.en ? { zh: said.zh, en: said.en } : null;
  return { value: null, wrong, isGone: !wrong && response.status >= 500, isDenied: response.status === 401 || response.status === 403 };
}

export const readLibrary = (): Promise<Got<Library>> => get('/api/review/sessions');
export const readEvening = (id: string): Promise<Got<Evening>> => get(at(id));
export const readNotes = (id: string): Promise<Notes | null> => fetchJson(`${at(id)}/notes`);
export const readSound = (id: string): Promise<Sound | null> => fetchJson(`${at(id)}/sound`);
export const readPictures = (id: string): Promise<Pictures | null> => fetchJson(`${at(id)}/pictures`);
export const readKeeping = (id: string): Promise<Keeping | null> => fetchJson(`${at(id)}/keeping`);
export const readBefore = (id: string, t: number): Promise<Before | null> => fetchJson(`${at(id)}/before?${query({ t: Math.round(t) })}`);
export const readChat = (id: string, from: number, to: number, seqAfter: number | null): Promise<Lines | null> =>
  fetchJson(`${at(id)}/chat?${query({ from, to, limit: 1000, seq_after: seqAfter, kinds: spokenKinds.join() })}`);
export const readPeaks = (id: string): Promise<{ peaks: Peak[] } | null> => fetchJson(`${at(id)}/peaks`);
export const search = (q: string, session: string | null): Promise<Got<{ hits: Hit[]; more: boolean; indexed?: number; of?: number }>> => get(`/api/review/search?${query({ q, session })}`);
export const readCompared = (ids: string[]): Promise<Got<{ sessions: Compared[] }>> => get(`/api/review/compare?${query({ ids: ids.join(',') })}`);
export const readJob = (job: string): Promise<Job | null> => fetchJson(`/api/review/jobs/${encodeURIComponent(job)}`);

export function exportUrl(id: string, kind: string, withNames: boolean, locale: string): string {
  const asked = query({ names: withNames ? 1 : null, lang: locale === 'en' ? 'en' : null });
  return `${at(id)}/export/${kind}${asked ? `?${asked}` : ''}`;
}
export const monthUrl = (month: string, locale: string): string => `/api/review/month/${month}.xlsx${locale === 'en' ? '?lang=en' : ''}`;

// Null: nobody answered. The same request can be sent again: what is made has its name from here.
export interface Told {
  ok: boolean;
  code?: string;
  zh?: string;
  en?: string;
  job?: string;
  notes_added?: number;
  deleted?: boolean;
}
async function tellOnce(path: string, json: object): Promise<Told | null> {
  try {
    const response = await post(path, JSON.stringify(json), { signal: AbortSignal.timeout(15_000) });
    const said = (await response.json()) as Told;
    return { ...said, ok: response.ok && said.ok !== false };
  } catch {
    return null;
  }
}
async function tell(path: string, json: object): Promise<Told | null> {
  const said = await tellOnce(path, json);
  // its number was used by another tab: nothing was done
  return said?.code === 'pair.repeated' ? tellOnce(path, json) : said;
}

export const sendNote = (id: string, note: object): Promise<Told | null> => tell(`${at(id)}/notes`, note);
export const changeNote = (id: string, note: string, change: object): Promise<Told | null> => tell(`${at(id)}/notes/${encodeURIComponent(note)}`, change);
export const signOff = (id: string, author: string, isBack: boolean): Promise<Told | null> => tell(`${at(id)}/sign`, { author, ...(isBack ? { removed: true } : {}) });
export const agreeToDelete = (id: string, author: string, agree: boolean): Promise<Told | null> => tell(`${at(id)}/delete`, { author, agree });
export const askClip = (id: string, clip: object): Promise<Told | null> => tell(`${at(id)}/clips`, clip);
export const askCopy = (id: string, copy: object): Promise<Told | null> => tell(`${at(id)}/copy`, copy);
export const askImport = (asked: object): Promise<Told | null> => tell('/api/review/import', asked);
export const askMerge = (from: string): Promise<Told | null> => tell('/api/review/merge', { from });

export async function cancelJob(job: string): Promise<void> {
  await tell(`/api/review/jobs/${encodeURIComponent(job)}`, { cancel: true });
}
