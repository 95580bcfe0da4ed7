// What an evening brought and what it lacked, for the page after its end. Pure: only what the Ledger of the evening says;
// that somebody came while something was shown is told as that, never as its effect.
// SPDX-License-Identifier: Apache-2.0
import type { Counted, Plus, Words } from '../review/wire';

export interface Finding {
  name: string;
  tone: 'ok' | 'warn';
  icon: string;
  values: Record<string, string | number>;
  seconds?: number; // to be written out as {time}
  note: string; // what to do next time, or what came of it
  noteValues: Record<string, string | number>;
  said?: Words; // the program's own sentence, instead of the note
}
export interface Told {
  id: string;
  title: string;
  ms: number;
  gained: number;
}

const mostFindings = 4;
const mostWords = 12;
// What has a line of its own.
const toldApart = new Set(['silence', 'dark', 'outage']);
const startMs = 5000;
const endMs = 1000;
const idOf = (folder: string): string => folder.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
export const eveningId = (folder: string | null): string | null => (folder ? idOf(folder) || null : null);

// How long each product was shown, the longest first; shown again counts together.
export function toldOf(evening: Counted): Told[] {
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
export const namesOf = (evening: Counted): string[] => [...new Set(evening.lanes.pluses.map((one) => one.name).filter((name) => name.trim() !== ''))];

const cameIn = (pluses: readonly Plus[], from: number, to: number): number =>
  pluses.filter((one) => one.t >= from && one.t < to).reduce((sum, one) => sum + (one.gains ?? 1), 0);

// The first words of a caption, as much as fits into a line.
function beginOf(caption: string): string {
  const words = [...(caption.split(/[，。！？；：,.!?;:\n]/).find((part) => part.trim() !== '') ?? '').trim()];
  return words.length > mostWords ? `${words.slice(0, mostWords - 1).join('')}…` : words.join('');
}

// Whether a recording that is there has the whole span.
const isRecorded = (evening: Counted, from: number, to: number): boolean => evening.segments.some((one) => !one.missing && one.from <= from && one.to >= to);

// Sound and picture are looked through after the end: until then nothing is known of silence and dark.
export const isLookedThrough = (evening: Counted): boolean => evening.summary.silence_ms !== null && evening.summary.dark_ms !== null;

// What was missing first, then what went well; "no fault" only where everything was looked at and none was found.
export function findingsOf(evening: Counted): Finding[] {
  const { summary, lanes } = evening;
  const out: Finding[] = [];
  const add = (name: string, tone: Finding['tone'], icon: string, values: Finding['values'] = {}, more: Partial<Finding> = {}): void => {
    out.push({ name, tone, icon, values, note: `afterwards.${name}_note`, noteValues: {}, ...more });
  };
  const faults = [...evening.missing, ...lanes.problems.filter((one) => !toldApart.has(one.kind))];
  if (faults[0]) add('faults', 'warn', 'warn', { n: faults.length }, { said: faults[0] });
  const silences = lanes.problems.filter((one) => one.kind === 'silence');
  const silence = summary.silence_ms ?? 0;
  const first = silences[0];
  if (first && first.from <= startMs && 2 * (first.to - first.from) > silence) add('silent_start', 'warn', 'clock', {}, { seconds: (first.to - first.from) / 1000 });
  else if (silence > 0) add('silent', 'warn', 'clock', {}, { seconds: silence / 1000 });
  if ((summary.dark_ms ?? 0) > 0) add('dark', 'warn', 'sun', {}, { seconds: summary.dark_ms! / 1000 });
  const { drops } = summary;
  const outages = lanes.problems.filter((one) => one.kind === 'outage');
  const isHarmless = drops.count > 0 && drops.count < 3 && outages.every((one) => one.to < evening.duration_ms - endMs && isRecorded(evening, one.from, one.to));
  if (drops.count > 0 && !isHarmless) add('drops_many', 'warn', 'wifioff', { n: drops.count }, { seconds: drops.ms / 1000 });
  if (summary.questions > summary.answered) add('unanswered', 'warn', 'chat', { n: summary.questions, m: summary.answered });
  const best = lanes.captions
    .filter((one) => 2 * (one.to - one.from) < evening.duration_ms) // what always stands there tells nothing
    .map((one) => ({ text: beginOf(one.text), n: cameIn(lanes.pluses, one.from, one.to) }))
    .filter((one) => one.text !== '')
    .sort((a, b) => b.n - a.n)[0];
  if (best && best.n > 0) add('caption', 'ok', 'check', { n: best.n, text: best.text });
  if (isHarmless) add('drops', 'ok', 'wifi', {}, { seconds: drops.ms / 1000 });
  if (out.length === 0 && isLookedThrough(evening) && summary.missed_frames === 0) add('fine', 'ok', 'check');
  return out.slice(0, mostFindings);
}
