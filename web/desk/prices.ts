// Another price: typed, seen beside the old one, and only then sent. Pure but for the command.
// SPDX-License-Identifier: Apache-2.0
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { StationDesk } from '../shared/station';
import { mayDo } from '../shared/standing';
import type { Product } from '../shared/wire';

export interface Prices {
  products: ComputedRef<Product[]>;
  id: Ref<string>;
  typed: Ref<string>;
  price: ComputedRef<string | null>; // of what is typed, when it is one and another one
  asked: Ref<{ product: Product; price: string } | null>; // to be confirmed
  canAct: ComputedRef<boolean>;
  ask: () => void;
  confirm: () => Promise<void>;
}

// As the program has it: "２９．９０" -> "29.9". Nothing when it is no price.
export function priceOf(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s¥￥元]/g, '').replace(/。/g, '.');
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(plain) || Number(plain) <= 0) return null;
  return String(Number(plain));
}

export function usePrices(desk: StationDesk): Prices {
  const { station, run } = desk;
  const id = ref('');
  const typed = ref('');
  const asked = ref<Prices['asked']['value']>(null);
  const products = computed(() => station.show?.products ?? []);
  const chosen = computed(() => products.value.find((one) => one.id === id.value) ?? null);
  const price = computed(() => {
    const said = priceOf(typed.value);
    return said === null || said === chosen.value?.price ? null : said;
  });
  const canAct = computed(() => station.isConnected && mayDo(station, 'assistant'));
  const ask = (): void => {
    if (chosen.value && price.value && canAct.value) asked.value = { product: { ...chosen.value }, price: price.value };
  };
  // What was confirmed is what was seen: changed by another one meanwhile, the program refuses it.
  const confirm = async (): Promise<void> => {
    const now = asked.value;
    asked.value = null;
    if (!now) return;
    if (await run('price.set', { product: now.product.id, old: now.product.price, price: now.price })) typed.value = '';
  };
  return { products, id, typed, price, asked, canAct, ask, confirm };
}
