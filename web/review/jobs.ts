// Work that takes a while and is done by the program: asked for, watched, called off.
// SPDX-License-Identifier: Apache-2.0
import { onUnmounted, reactive } from 'vue';
import { cancelJob, readJob, type Told } from './api';
import type { Job, Words } from './wire';

export interface Work {
  state: 'none' | 'asking' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: number; // 0 to 1
  file: Job['file'];
  session: string | null; // that was made
  wrong: Words | null;
  notes: Words[]; // what differs from what was asked for
}
const lookEveryMs = 400;
const patience = 25; // looks in a row without an answer

export const noAnswer: Words = { zh: '程序没有回答，请再试一次', en: 'The program did not answer. Please try again' };
const notFinished: Words = { zh: '程序不见了，不知道做完没有。请打开乡播后再看', en: 'The program is gone; nobody knows whether it was finished. Open Xiangbo and look again' };

export function useWork(read: typeof readJob = readJob, cancel: typeof cancelJob = cancelJob): { work: Work; begin: (asked: Promise<Told | null>) => Promise<void>; callOff: () => Promise<void> } {
  const work = reactive<Work>({ state: 'none', progress: 0, file: null, session: null, wrong: null, notes: [] });
  let job = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let missed = 0;

  const fail = (wrong: Words): void => {
    Object.assign(work, { state: 'failed', wrong });
  };
  const look = async (): Promise<void> => {
    const now = await read(job);
    if (work.state !== 'running') return;
    missed = now ? 0 : missed + 1;
    if (now) Object.assign(work, { progress: Math.min(1, Math.max(work.progress, now.progress || 0)) });
    if (now?.state === 'done') return void Object.assign(work, { state: 'done', progress: 1, file: now.file, session: now.session ?? null, notes: now.notes ?? [] });
    if (now?.state === 'cancelled') return void (work.state = 'cancelled');
    if (now?.state === 'failed') return fail(now.error ?? noAnswer);
    if (missed >= patience) return fail(notFinished);
    timer = setTimeout(() => void look(), lookEveryMs);
  };
  onUnmounted(() => clearTimeout(timer));
  return {
    work,
    begin: async (asked) => {
      Object.assign(work, { state: 'asking', progress: 0, file: null, wrong: null, notes: [] });
      const said = await asked;
      if (!said?.ok || !said.job) return fail(said?.zh && said.en ? { zh: said.zh, en: said.en } : noAnswer);
      job = said.job;
      missed = 0;
      work.state = 'running';
      await look();
    },
    callOff: async () => {
      clearTimeout(timer);
      if (work.state === 'running') await cancel(job);
      work.state = 'cancelled';
    },
  };
}
