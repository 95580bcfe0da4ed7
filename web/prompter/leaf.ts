// Which text stands on the teleprompter: that of what is on air, else of what comes next.
// SPDX-License-Identifier: Apache-2.0
import { shownId } from '../shared/status';
import type { Caption, Product, Show, State } from '../shared/wire';

export interface Leaf {
  key: string; // "product orange"
  kind: 'product' | 'caption';
  title: string;
  facts: string[];
  script: string;
}

export function productLeaf(one: Product): Leaf {
  return { key: `product ${one.id}`, kind: 'product', title: one.name, facts: [`¥${one.price}`, one.unit], script: one.script };
}
export function captionLeaf(one: Caption): Leaf {
  return { key: `caption ${one.id}`, kind: 'caption', title: one.title, facts: [one.year, one.source].filter(Boolean), script: one.script };
}

// All there are, in the order of the tables: the products, then the captions.
export function leavesOf(show: Show): Leaf[] {
  return [...show.products.map(productLeaf), ...show.captions.map(captionLeaf)];
}

export interface OnAir {
  leaf: Leaf | null;
  isOn: boolean; // false: it comes next
}
// A caption is spoken while it stands there, so it comes before the card beside it.
export function onAirLeaf(state: State, show: Show): OnAir {
  const of = <T extends { id: string }>(rows: T[], id: string | null): T | undefined => rows.find((one) => one.id === id);
  const caption = of(show.captions, shownId(state, 'caption'));
  if (caption) return { leaf: captionLeaf(caption), isOn: true };
  const product = of(show.products, shownId(state, 'product_card') ?? shownId(state, 'countdown'));
  if (product) return { leaf: productLeaf(product), isOn: true };
  const next = of(show.products, state.cues.next);
  return { leaf: next ? productLeaf(next) : null, isOn: false };
}
