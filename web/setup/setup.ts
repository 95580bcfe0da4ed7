// The Show as the setup page knows it: read at the beginning, and again whenever the program has taken a change up.
// SPDX-License-Identifier: Apache-2.0
import { inject, reactive, watch, type InjectionKey } from 'vue';
import type { StationDesk } from '../shared/station';
import { isChanged, post, type Section, type Setup, type Value, type Words } from './api';
import { TableDesk } from './table';

export interface SetupDesk {
  readonly data: { setup: Setup | null; isLost: boolean; isDenied: boolean };
  readonly products: TableDesk;
  readonly captions: TableDesk;
  reload: () => Promise<void>;
  // What is wrong with the value, or nothing when it was saved.
  saveValue: (section: string, key: string, value: Value) => Promise<Words | null>;
}

export const setupKey: InjectionKey<SetupDesk> = Symbol('setup');
export function useSetup(): SetupDesk {
  const desk = inject(setupKey);
  if (!desk) throw new Error('no setup desk above this component');
  return desk;
}

export function openSetup(station: StationDesk['station']): SetupDesk {
  const data = reactive({ setup: null as Setup | null, isLost: false, isDenied: false });
  let reading: Promise<void> | null = null;
  let isStale = false;
  const read = async (): Promise<void> => {
    do {
      isStale = false;
      const response = await fetch('/api/setup').catch(() => null);
      data.isDenied = response?.status === 403;
      const setup = response?.ok ? ((await response.json()) as Setup) : null;
      data.isLost = !setup;
      if (setup) data.setup = setup;
    } while (isStale);
  };
  const reload = (): Promise<void> => {
    if (reading) isStale = true;
    reading ??= read().finally(() => (reading = null));
    return reading;
  };
  watch(
    // a list of getters: one getter of a list would be another list with each state
    [
      () => station.isConnected,
      () => station.state?.show_version,
      () =>
        station.state?.problems
          .filter((one) => one.component.startsWith('show'))
          .map((one) => one.zh)
          .join(),
    ],
    () => {
      if (station.isConnected) void reload();
    },
  );

  const problems = (): Setup['problems'] => data.setup?.problems ?? [];
  const saveOnce = async (name: string, section: Section, key: string, value: Value): Promise<Words | null | Section> => {
    const answer = await post('section', { section: name, version: section.version, values: { [key]: value } });
    if (answer.ok && answer.section && data.setup) {
      data.setup.sections[name] = answer.section;
      return null;
    }
    if (isChanged(answer)) return answer.present as Section;
    const wrong = answer.problems?.find((one) => one.field === `${name}.${key}`) ?? answer.problems?.[0];
    if (wrong) return wrong;
    return answer.zh && answer.en
      ? { zh: answer.zh, en: answer.en }
      : { zh: '没存上：程序没有回答，请再试一次', en: 'Not saved: the program gave no answer, please try again' };
  };
  // One after the other: each is based on what the one before it left.
  let last: Promise<unknown> = Promise.resolve();
  const saveValue = (name: string, key: string, value: Value): Promise<Words | null> => {
    const run = last.then(async () => {
      const section = data.setup?.sections[name];
      if (!section) return null;
      const was = JSON.stringify(section.values[key]);
      const first = await saveOnce(name, section, key, value);
      if (first === null || !('version' in first)) return first;
      if (data.setup) data.setup.sections[name] = first;
      // somebody changed another key of this part: nobody loses anything
      if (JSON.stringify(first.values[key]) === was) {
        const second = await saveOnce(name, first, key, value);
        if (second === null || !('version' in second)) return second;
      }
      const theirs = String(first.values[key] ?? '');
      return { zh: `别人刚刚把这里改成了“${theirs}”，您的还没有存`, en: `Somebody has just made this "${theirs}"; yours is not saved` };
    });
    last = run.catch(() => undefined);
    return run;
  };
  return {
    data,
    products: new TableDesk('products', () => data.setup?.products ?? null, problems, reload),
    captions: new TableDesk('captions', () => data.setup?.captions ?? null, problems, reload),
    reload,
    saveValue,
  };
}
