// "小李：商品上屏 · 高山橙子": what another one has just pressed.
// SPDX-License-Identifier: Apache-2.0
import type { Deed, Me, Show } from '../shared/wire';

// The name of what a command was about, as the lists show it.
function thing(deed: Deed, show: Show | null): string {
  const { product, caption, price } = deed.args;
  if (product) {
    const name = show?.products.find((one) => one.id === product)?.name ?? product;
    return price ? `${name} ¥${price}` : name;
  }
  return caption ? (show?.captions.find((one) => one.id === caption)?.title ?? caption) : '';
}

export function deedText(deed: Deed, show: Show | null, locale: 'zh-CN' | 'en', computer: string): string {
  const who = deed.device === 0 ? computer : deed.who;
  const what = thing(deed, show);
  const did = locale === 'en' ? deed.en : deed.zh;
  return `${who}${locale === 'en' ? ': ' : '：'}${did}${what ? ` · ${what}` : ''}`;
}

// The newest one that this page did not give itself and has not told yet; nothing of what was before it came.
export function newsOf(deeds: Deed[], told: number | null, me: Me | null): Deed | null {
  if (told === null) return null;
  const news = deeds.filter((deed) => deed.n > told && deed.device !== (me?.device ?? 0));
  return news.at(-1) ?? null;
}
