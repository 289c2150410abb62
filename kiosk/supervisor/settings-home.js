// Thiết lập: whom the centre visits at home, and how long it knows where they live.

import { el } from '/shared/dom.js'
import { t } from '/shared/words.js'
import { groupRows, panel } from './settings-parts.js'

export function home({ draft, field, changed, again }) {
  if (!draft.homeVisits) return []
  return panel('home', t('set.home'), t('set.home.more'),
    el('div', { class: 'fields' }, field('homeVisits.keepDays', t('set.home.keepDays'), { type: 'number', width: 'w6', min: 1, max: 365 })),
    groupRows(draft.homeVisits, 'groups', 'homeVisits.groups', 'nhom', t('set.home.add'), changed, () => again('home')))
}
