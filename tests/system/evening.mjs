// The evening of the design picture as the program would tell of it, and a stand-in for the program: what the page says when
// something is missing can be looked at without breaking anything.
// SPDX-License-Identifier: Apache-2.0

const minute = 60000;
export const id = '20261123-1430-果园直播';
const whole = 84.6 * minute;
const began = new Date(2026, 10, 23, 14, 30).getTime();

function random(seed) {
  let s = seed;
  return () => (s = (s * 16807) % 2147483647) / 2147483647;
}

const names = ['老家在仁寿', '竹林小院', '路过的云', '成都老饕', '山里的月亮', '春燕', '赶集大叔', '云上人家'];
const talk = ['橙子甜不甜？', '甜！我上个月买了两箱', '这个背景好漂亮', '五斤大概有多少个呀？', '上次买的特别甜，又来啦🍊', '第一次来，关注了！', '能寄到新疆吗？', '讲讲老水缸吧'];
const came = [3.5, 19, 34, 41.5, 58, 73.3];

export function chat_lines(count = 236) {
  const chance = random(11);
  const lines = Array.from({ length: count }, (_, i) => ({ i, t: Math.round(chance() * whole) })).sort((a, b) => a.t - b.t);
  const roles = ['', '', 'fan', '', 'mod', 'fan', 'new', 'host'];
  return lines.map(({ t }, i) => ({ seq: i + 1, t, kind: i % 37 === 5 ? 'follow' : 'chat', platform: '抖音', name: names[i % 8], text: i % 37 === 5 ? '' : talk[(i * 5) % 8], role: roles[i % 8], hidden: i % 61 === 7 }));
}

export function evening({ gained = came, duration = whole, title = '果园直播', at = began, of = id } = {}) {
  const chance = random(77);
  const watching = Array.from({ length: Math.ceil(duration / minute) }, (_, i) => [i * minute, Math.round(Math.max(2, (i < 4 ? i * 9 : i < 42 ? 36 + i * 0.9 : 72 - (i - 42) * 0.7) + chance() * 14))]);
  const peak = watching.reduce((best, one) => (one[1] > best[1] ? one : best));
  const card = (number, name, from, to, n) => ({ id: `p${number}`, number, title: name, from: from * minute, to: to * minute, questions: n * 3, gained: n, spoken_ms: (to - from) * minute });
  const caption = (from, text) => ({ id: `c${from}`, text, kind: 'heritage', from: from * minute, to: (from + 2) * minute });
  return {
    id: of, title, station: '望溪村', began_wall_ms: at, live_from: 12000, duration_ms: duration, state: 'ended',
    segments: [0, 1, 2].map((n) => ({ name: `program-00${n}.mp4`, url: `/api/review/sessions/${encodeURIComponent(of)}/media/program-00${n}.mp4`, from: (n * duration) / 3, to: ((n + 1) * duration) / 3, bytes: 3e8 + n, missing: false })),
    clean: [], clips: [],
    summary: { gained: gained.length, gained_before: 4, total: 1286, peak_watching: { value: peak[1], t: peak[0] }, comments: 236, gifts: 3, likes: 900, questions: 36, answered: 29, cards_ms: 44.25 * minute, drops: { count: 1, ms: 14000 }, silence_ms: 40000, dark_ms: 6 * minute, missed_frames: 0 },
    lanes: {
      gained: [[0, 0], ...gained.map((m, i) => [m * minute, i + 1])], total: [[0, 1280]], watching,
      pluses: gained.map((m, i) => ({ t: Math.round(m * minute), seq: 100 + i, name: names[(i * 3 + 5) % 8], platform: '抖音', by: 'feed', gains: true })),
      comments: [],
      products: [card(4, '豆瓣酱', 6, 18.1, 1), card(3, '果冻橙', 31, 40.3, 1), card(6, '饺子', 46.5, 56.2, 0), card(5, '香菇', 61, 65.2, 0), card(3, '返场', 70, 79, 1)].filter((one) => one.to < duration),
      captions: [caption(18.4, ''), caption(40.6, '1935 红军在望溪村'), caption(57, '今天现摘'), caption(66.9, '老水缸')],
      markers: [{ t: 66 * minute, to: null, note: '返场前', by: '刘姐' }],
      slates: [{ kind: 'opening', from: 0, to: 12000 }], live: [{ output: '抖音', from: 12000, to: 50.2 * minute }, { output: '抖音', from: 50.45 * minute, to: duration }],
      problems: [
        { kind: 'silence', lane: 'sound', from: 0, to: 40000, zh: '开头 40 秒没有出声', en: 'No sound for the first 40 s' },
        { kind: 'outage', lane: 'live', from: 50.2 * minute, to: 50.2 * minute + 14000, zh: '断线 14 秒，录像完整', en: 'Drop-out of 14 s, the recording is complete' },
      ],
    },
    missing: [],
  };
}

export const notes = [
  { id: 'n1', t: 24000, to: null, parent: null, kind: 'comment', author: '王老师（培训）', text: '开头 40 秒没有出声，观众走了 9 个', state: 'open', wall_ms: began + 9e7, edited: false },
  { id: 'n2', t: 41.5 * minute, to: null, parent: null, kind: 'comment', author: '小陈', text: '讲水缸这段最好，2 分钟来了两位粉丝', state: 'done', wall_ms: began + 9.1e7, edited: true },
  { id: 'n3', t: 62.1 * minute, to: 63 * minute, parent: null, kind: 'task', author: '王老师（培训）', text: '讲香菇干没有说价钱', state: 'open', wall_ms: began + 9.2e7, edited: false },
  { id: 'n4', t: 62.1 * minute, to: null, parent: 'n3', kind: 'comment', author: '刘姐', text: '下次记得，先报价再讲', state: 'open', wall_ms: began + 9.3e7, edited: false },
];

export function sound() {
  const chance = random(5);
  const peaks = Array.from({ length: Math.ceil(whole / 500) }, (_, i) => {
    const m = (i * 500) / minute;
    return m < 0.7 ? 0 : Math.round(100 * (0.35 + 0.6 * chance() * (0.7 + 0.3 * Math.sin(i / 220))));
  });
  return { ready: true, progress: 1, step_ms: 500, peaks, problems: [], error: null };
}

export function library() {
  const day = 86400000;
  const one = (of, title, days, more) => ({
    id: of, title, station: '望溪村', began_wall_ms: began - days * day, duration_ms: whole, state: 'ended', gained: 6, peak_watching: 87, comments: 236, open_notes: 0, bytes: 3.2e9, has_video: true, signed_by: null, problem: null, ...more,
  });
  return {
    library: 'sessions',
    sessions: [
      one(id, '果园直播', 0, { open_notes: 2 }),
      one('b', '包饺子直播', 7, { gained: 4, peak_watching: 64, comments: 151, duration_ms: 71 * minute, signed_by: '王老师（培训）' }),
      one('d', '雨天没有录像的一场', 10, { has_video: false, state: 'interrupted', gained: 0, bytes: 200000 }),
      { ...one('x', '20261111-2000', 12, { state: 'unreadable', problem: { code: 'review.foreign', zh: '记录打不开：ledger.db 不是乡播的记录，或者坏了。录像还在这个文件夹里', en: 'The ledger cannot be read: ledger.db is not ours or is damaged. The recordings are still in the folder' } }), began_wall_ms: null, duration_ms: null, gained: null, peak_watching: null, comments: null, open_notes: null, bytes: null, has_video: null },
      one('c', '第一次开播', 14, { gained: 2, peak_watching: 31, comments: 58, duration_ms: 48 * minute }),
    ],
    disk: { free_bytes: 212e9, used_bytes: 9.6e9, hours_left: 190 },
  };
}

export function compared() {
  const of = (one, more) => ({ id: one.id, title: one.title, began_wall_ms: one.began_wall_ms, live_from: one.live_from, duration_ms: one.duration_ms, gained: [...one.lanes.gained, [one.duration_ms, one.lanes.gained.at(-1)[1]]], watching: one.lanes.watching, summary: { ...one.summary, ...more } });
  const week = 7 * 86400000;
  return {
    sessions: [
      { ...of(evening(), {}), best: { t: 41.5 * minute, came: 2, caption: '水缸，1935 年', product: '' } },
      of(evening({ of: 'b', title: '包饺子直播', gained: [12, 30, 52, 60], duration: 71 * minute, at: began - week }), { peak_watching: { value: 64, t: 0 }, comments: 151, cards_ms: 22.67 * minute, drops: { count: 3, ms: 50000 }, answered: 12, questions: 30, silence_ms: 115000 }),
      of(evening({ of: 'c', title: '第一次开播', gained: [22, 44], duration: 48 * minute, at: began - 2 * week }), { peak_watching: { value: 31, t: 0 }, comments: 58, cards_ms: 9.16 * minute, drops: { count: 6, ms: 90000 }, answered: 5, questions: 19, silence_ms: 260000 }),
    ],
  };
}

// What the program would answer to a path: {status, json}, or null for what is not told of here. `told` replaces parts.
export function answer(path, query, told = {}) {
  const all = told.lines ?? chat_lines();
  const routes = [
    [/^\/api\/review\/sessions$/, () => told.library ?? library()],
    [/^\/api\/review\/sessions\/[^/]+$/, () => told.evening ?? evening()],
    [/\/chat$/, () => {
      const [from, to, after] = ['from', 'to', 'seq_after'].map((name) => Number(query.get(name) ?? 0));
      const lines = all.filter((one) => one.t >= from && one.t < to && one.seq > after);
      const limit = Number(query.get('limit') ?? 500);
      return { lines: lines.slice(0, limit), more: lines.length > limit };
    }],
    [/\/before$/, () => {
      const t = Number(query.get('t'));
      const { lanes } = told.evening ?? evening();
      const on = (list) => list.find((one) => one.from <= t && one.to >= t - 30000) ?? null;
      return { from: t - 30000, to: t, product: on(lanes.products), caption: on(lanes.captions), lines: all.filter((one) => one.t > t - 30000 && one.t <= t) };
    }],
    [/\/sound$/, () => told.sound ?? sound()],
    [/\/notes$/, () => told.notes ?? { notes, signed: [], unread: 0 }],
    [/\/peaks$/, () => ({ peaks: [{ from: 41 * minute, to: 42 * minute, why_zh: '聊天热闹，来了 2 位', why_en: 'Lively chat, 2 new fans', score: 0.9 }] })],
    [/^\/api\/review\/compare$/, () => told.compared ?? compared()],
    [/^\/api\/review\/search$/, () => ({ hits: all.filter((one) => one.text.includes(query.get('q'))).slice(0, 30).map((one) => ({ session: id, title: '果园直播', t: one.t, where: 'chat', name: one.name, text: one.text })), more: false, indexed: 4, of: 5 })],
    [/^\/api\/me$/, () => ({ ok: true, role: 'operator', name: '', device: 0, is_here: true })],
  ];
  const route = routes.find(([pattern]) => pattern.test(path));
  return route ? route[1]() : null;
}
