// What an evening brought and what it lacked, for the page after its end. Pure: only what the Ledger of the evening says;
// that somebody came while something was shown is told as that, never as its effect.
// SPDX-License-Identifier: Apache-2.0
import type { Evening, Plus } from '../review/wire';
import type { Question } from '../shared/wire';

export interface Finding {
  name: string;
  tone: 'ok' | 'warn';
  icon: string;
  values: Record<string, string | number>;
  seconds?: number; // to be written out as {time}
  note: string; // what to do next time, or what came of it
  noteValues: Record<string, string | number>;
}
export interface Told {
  id: string;
  title: string;
  ms: number;
  gained: number;
}

const mostFindings = 4;
const startMs = 5000;
const endMs = 1000;
const idOf = (folder: string): string => folder.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
export const eveningId = (folder: string | null): string | null => (folder ? idOf(folder) || null : null);

// How long each product was shown, the longest first; shown again counts together.
export function toldOf(evening: Evening): Told[] {
  const out = new Map<string, Told>();
  for (const card of evening.lanes.products) {
    const one = out.get(card.id) ?? { id: card.id, title: card.title, ms: 0, gained: 0 };
    one.ms += card.to - card.from;
    one.gained += card.gained;
    out.set(card.id, one);
  }
  return [...out.values()].sort((a, b) => b.ms - a.ms);
}

// The names of those who came, each once, in the order they came.
export const namesOf = (evening: Evening): string[] => [...new Set(evening.lanes.pluses.map((one) => one.name).filter((name) => name.trim() !== ''))];

const cameIn = (pluses: readonly Plus[], from: number, to: number): number => pluses.filter((one) => one.t >= from && one.t < to).length;

// What was missing first, then what went well; at least one line.
export function findingsOf(evening: Evening, questions: readonly Question[]): Finding[] {
  const { summary, lanes } = evening;
  const out: Finding[] = [];
  const add = (name: string, tone: Finding['tone'], icon: string, values: Finding['values'] = {}, more: Partial<Finding> = {}): void => {
    out.push({ name, tone, icon, values, note: `afterwards.${name}_note`, noteValues: {}, ...more });
  };
  const unanswered = summary.questions - summary.answered;
  if (unanswered > 0) {
    const asked = [...questions].sort((a, b) => b.count - a.count)[0];
    const often = asked && asked.count > 1 ? { note: 'afterwards.unanswered_often', noteValues: { n: asked.count, text: asked.text } } : {};
    add('unanswered', 'warn', 'chat', { n: unanswered }, often);
  }
  const silences = lanes.problems.filter((one) => one.kind === 'silence');
  const first = silences[0];
  if (first && first.from <= startMs) add('silent_start', 'warn', 'clock', {}, { seconds: (first.to - first.from) / 1000 });
  else if ((summary.silence_ms ?? 0) > 0) add('silent', 'warn', 'clock', {}, { seconds: summary.silence_ms! / 1000 });
  if ((summary.dark_ms ?? 0) > 0) add('dark', 'warn', 'sun', {}, { seconds: summary.dark_ms! / 1000 });
  const { drops } = summary;
  const isBack = lanes.problems.every((one) => one.kind !== 'outage' || one.to < evening.duration_ms - endMs);
  const isWhole = evening.missing.length === 0 && lanes.problems.every((one) => one.kind !== 'gap' && one.kind !== 'interrupted');
  const isHarmless = drops.count > 0 && drops.count < 3 && isBack && isWhole;
  if (drops.count > 0 && !isHarmless) add('drops_many', 'warn', 'wifioff', { n: drops.count }, { seconds: drops.ms / 1000 });
  const best = lanes.captions
    .map((one) => ({ text: one.text, n: cameIn(lanes.pluses, one.from, one.to) }))
    .sort((a, b) => b.n - a.n)[0];
  if (best && best.n > 0) {
    const words = [...(best.text.split(/[，。！？；：,.!?;:\n]/)[0] ?? '')];
    add('caption', 'ok', 'check', {}, { noteValues: { n: best.n, text: words.length > 12 ? `${words.slice(0, 11).join('')}…` : words.join('') } });
  }
  if (isHarmless) add('drops', 'ok', 'wifi', {}, { seconds: drops.ms / 1000 });
  if (out.length === 0) add('fine', 'ok', 'check');
  return out.slice(0, mostFindings);
}
