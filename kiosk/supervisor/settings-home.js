// Thiết lập: whom the centre visits at home, and how long it knows where they live.

import { el } from '/shared/dom.js'
import { t } from '/shared/words.js'
import { freshID, panel, small } from './settings-parts.js'

export function home({ draft, field, again }) {
  if (!draft.homeVisits) return []
  const { groups } = draft.homeVisits
  return panel('home', t('set.home'), t('set.home.more'),
    el('div', { class: 'fields' }, field('homeVisits.keepDays', t('set.home.keepDays'), { type: 'number', width: 'w6', min: 1, max: 365 })),
    groups.map((group, index) => {
      const at = `homeVisits.groups[${index}]`
      return el('div', { class: 'fields', dataset: { path: `homeVisits.groups.${index}` } }, el('span', { class: 'bad bad-note', role: 'alert' }),
        field(`${at}.name`, t('set.home.group'), { width: 'w5', maxlength: 80 }), field(`${at}.nameEn`, t('set.home.groupEn'), { width: 'w4', maxlength: 80 }), field(`${at}.active`, t('set.active'), { type: 'check', width: 'w3' }))
    }), small(t('set.home.add'), 'people', () => {
      groups.push({ id: freshID('nhom', groups.map((each) => each.id)), name: t('set.home.new'), nameEn: '', active: true })
      again('home')
    }))
}
