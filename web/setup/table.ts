// One table as it is edited: what stands there, what is being typed, what was refused, who was faster.
// SPDX-License-Identifier: Apache-2.0
import { computed, reactive, type ComputedRef } from 'vue';
import { isChanged, post, type Cells, type FieldProblem, type Row, type Saved, type Table, type TableName, type Words } from './api';

export interface Typing {
  value: string;
  was: string; // what stood there when it began
  wrong: Words | null;
  theirs: string | null; // somebody else has put this there meanwhile
}
export interface Line {
  key: string;
  row: Row | null; // null: a new one that is not complete yet
  cells: Cells;
}
export interface Gone {
  cells: Cells;
  at: number;
}

const noAnswer: Words = { zh: '没存上：程序没有回答，请再试一次', en: 'Not saved: the program gave no answer, please try again' };
const wordsOf = (saved: Saved): Words => (saved.zh && saved.en ? { zh: saved.zh, en: saved.en } : noAnswer);
const typingKey = (line: string, field: string): string => `${line}\n${field}`;

export class TableDesk {
  readonly typing = reactive(new Map<string, Typing>());
  readonly fresh = reactive<{ key: string; cells: Cells }[]>([]);
  readonly saved = reactive(new Map<string, number>()); // the line, and when
  readonly state = reactive({ isSaving: false, wrong: null as Words | null, gone: null as Gone | null });
  readonly lines: ComputedRef<Line[]>;
  private last: Promise<unknown> = Promise.resolve();
  private made = 0;

  constructor(
    readonly name: TableName,
    private readonly table: () => Table | null,
    private readonly problems: () => FieldProblem[],
    private readonly reload: () => Promise<void>,
  ) {
    this.lines = computed(() => {
      const seen = new Map<string, number>();
      const rows = (this.table()?.rows ?? []).map((row) => {
        const id = row.cells.id ?? '';
        const times = (seen.get(id) ?? 0) + 1;
        seen.set(id, times);
        return { key: times === 1 ? id : `${id}#${times}`, row, cells: row.cells };
      });
      return [...rows, ...this.fresh.map((one) => ({ key: one.key, row: null, cells: one.cells }))];
    });
  }

  // Something was typed that is not saved.
  hasUnsaved(): boolean {
    return this.fresh.length > 0 || [...this.typing.values()].some((one) => one.value !== one.was);
  }
  valueOf(line: Line, field: string): string {
    return this.typing.get(typingKey(line.key, field))?.value ?? line.cells[field] ?? '';
  }
  typed(line: Line, field: string): Typing | undefined {
    return this.typing.get(typingKey(line.key, field));
  }
  // What is wrong with a cell: what was just refused, else what the file has.
  wrongOf(line: Line, field: string): Words | null {
    const typed = this.typed(line, field);
    if (typed) return typed.wrong;
    if (!line.row) return null;
    const index = this.table()?.rows.indexOf(line.row) ?? -1;
    return this.problems().find((one) => one.file === `${this.name}.csv` && one.row === index + 1 && one.field === field) ?? null;
  }

  type(line: Line, field: string, value: string): void {
    const typed = this.typed(line, field);
    if (typed) typed.value = value;
    else this.typing.set(typingKey(line.key, field), { value, was: line.cells[field] ?? '', wrong: null, theirs: null });
  }
  forget(line: Line, field: string): void {
    this.typing.delete(typingKey(line.key, field));
  }

  // One edit after the other, so that each is based on what the one before it left.
  private queue<T>(job: () => Promise<T>): Promise<T> {
    const run = this.last.then(async () => {
      this.state.isSaving = true;
      try {
        return await job();
      } finally {
        this.state.isSaving = false;
      }
    });
    this.last = run.catch(() => undefined);
    return run;
  }

  // Called when a cell is left.
  commit(line: Line, field: string): Promise<void> {
    return this.queue(async () => {
      const typed = this.typed(line, field);
      if (!typed) return;
      if (!line.row) return this.commitFresh(line, field, typed);
      const now = this.lines.value.find((one) => one.key === line.key);
      if (!now?.row) return;
      if (typed.value === now.cells[field]) return this.forget(line, field);
      if (now.cells[field] !== typed.was) {
        typed.theirs = now.cells[field] ?? '';
        return;
      }
      await this.send(now.row, line, field, typed);
    });
  }

  private async send(row: Row, line: Line, field: string, typed: Typing): Promise<void> {
    const answer = await this.postRow(row, { [field]: typed.value });
    if (answer.ok && answer.row) {
      this.put(row, answer.row);
      if (answer.row.cells.id !== line.key) await this.reload();
      this.forget(line, field);
      return this.tell(line.key);
    }
    if (isChanged(answer)) {
      const present = (answer.present as { row: Row | null }).row;
      await this.reload();
      // another cell was changed: nobody loses anything
      if (present && present.cells[field] === typed.was) return this.send(present, line, field, typed);
      if (present) typed.theirs = present.cells[field] ?? '';
      else typed.wrong = wordsOf(answer);
      return;
    }
    typed.wrong = answer.problems?.find((one) => one.field === field) ?? wordsOf(answer);
  }

  private postRow(row: Row | null, cells: Cells | null, at?: number): Promise<Saved> {
    return post('row', {
      table: this.name,
      row: row ? { id: row.cells.id ?? '', version: row.version } : null,
      cells,
      ...(at === undefined ? {} : { at }),
    });
  }

  // Replaces the row in what is shown, at once; the next reading says the same.
  private put(former: Row, now: Row): void {
    const rows = this.table()?.rows;
    const at = rows?.findIndex((one) => one.version === former.version && one.cells.id === former.cells.id) ?? -1;
    if (rows && at >= 0) rows[at] = now;
  }
  private tell(key: string): void {
    this.saved.set(key, Date.now());
    this.state.wrong = null;
    setTimeout(() => this.saved.delete(key), 2500);
  }

  takeMine(line: Line, field: string): Promise<void> {
    const typed = this.typed(line, field);
    if (typed && typed.theirs !== null) {
      typed.was = typed.theirs;
      typed.theirs = null;
    }
    return this.commit(line, field);
  }

  add(cells: Cells): string {
    const key = `new-${++this.made}`;
    this.fresh.push({ key, cells });
    return key;
  }
  private async commitFresh(line: Line, field: string, typed: Typing): Promise<void> {
    const fresh = this.fresh.find((one) => one.key === line.key);
    if (!fresh) return;
    fresh.cells[field] = typed.value;
    this.forget(line, field);
    const columns = this.table()?.columns ?? [];
    if (columns.some((one) => one.required && !fresh.cells[one.name]?.trim())) return;
    const answer = await this.postRow(null, { ...fresh.cells });
    if (answer.ok && answer.row) {
      this.fresh.splice(this.fresh.indexOf(fresh), 1);
      await this.reload();
      return this.tell(answer.row.cells.id ?? '');
    }
    for (const one of answer.problems ?? []) this.typing.set(typingKey(line.key, one.field), { value: fresh.cells[one.field] ?? '', was: '', wrong: one, theirs: null });
    if (!answer.problems) this.state.wrong = wordsOf(answer);
  }

  remove(line: Line): Promise<void> {
    if (!line.row) {
      this.fresh.splice(this.fresh.findIndex((one) => one.key === line.key), 1);
      return Promise.resolve();
    }
    return this.queue(async () => {
      const row = this.lines.value.find((one) => one.key === line.key)?.row;
      if (!row) return;
      const at = this.table()?.rows.indexOf(row) ?? 0;
      const answer = await this.postRow(row, null);
      if (answer.ok) this.state.gone = { cells: { ...row.cells }, at };
      this.state.wrong = answer.ok ? null : wordsOf(answer);
      await this.reload();
    });
  }
  undo(): Promise<void> {
    return this.queue(async () => {
      const gone = this.state.gone;
      if (!gone) return;
      const answer = await this.postRow(null, gone.cells, gone.at);
      if (answer.ok) this.state.gone = null;
      this.state.wrong = answer.ok ? null : wordsOf(answer);
      await this.reload();
      if (answer.ok) this.tell(gone.cells.id ?? '');
    });
  }
  move(line: Line, by: number): Promise<void> {
    return this.queue(async () => {
      const row = this.lines.value.find((one) => one.key === line.key)?.row;
      const rows = this.table()?.rows ?? [];
      const to = (row ? rows.indexOf(row) : -1) + by;
      if (!row || to < 0 || to >= rows.length) return;
      const answer = await this.postRow(row, {}, to);
      this.state.wrong = answer.ok ? null : wordsOf(answer);
      await this.reload();
      if (answer.ok) this.tell(line.key);
    });
  }
}
