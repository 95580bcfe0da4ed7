// What was pasted: an address in one piece, or the two lines that a platform shows, server and key.
// SPDX-License-Identifier: Apache-2.0

export function splitLines(text: string): { url: string; key: string } {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const at = words.findIndex((word) => /(rtmps?|srt):\/\//i.test(word));
  if (at < 0) return { url: words[0] ?? '', key: '' };
  // "服务器：rtmp://..." is copied with its name
  const url = words[at]!.replace(/^.*?((rtmps?|srt):\/\/)/i, '$1');
  const next = (words[at + 1] ?? '').replace(/^.*[：]/, '') || (words[at + 2] ?? '');
  return { url, key: next };
}

const hosts: [RegExp, string][] = [
  [/douyin|bytefcdn|toutiao/, 'douyin'],
  [/kuaishou|gifshow|voip\.yximgs/, 'kuaishou'],
  [/weixin|wechat|wxlivecdn|qq\.com/, 'channels'],
  [/bilivideo|bilibili/, 'bilibili'],
  [/alicdn|taobao|tbcdn/, 'taobao'],
  [/xiaohongshu|xhscdn/, 'xiaohongshu'],
];
// Whose address it is, by its host alone.
export function platformOf(url: string, name: (word: string) => string, usual: string): string {
  const host = /^[a-z]+:\/\/([^/:?]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const found = hosts.find(([pattern]) => pattern.test(host));
  return found ? name(found[1]) : usual;
}
