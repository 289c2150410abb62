// Behind «Khác…»: what few dossiers have. When the time limit starts, where that isn't the receipt; that something has to be
// verified first, for which the law gives longer; that the day was agreed in writing. Folded away until somebody wants it, and
// again after each dossier.

import { el } from '/shared/dom.js'
import { dayField } from '/shared/day-field.js'
import { t } from '/shared/words.js'

/**
 * Returns { element, start() → { day, time? } or null, isVerified(), isAgreed(), mistake() → words or null, clear() }.
 * `only: 'start'`: without the two marks, for a dossier that is there already.
 */
export function specialTerms({ only } = {}) {
  const day = dayField({ name: 'start', label: t('case.start'), title: t('case.start.why') })
  // A plain field and not type="time": a browser in another language would show 02:30 PM.
  const time = el('input', { name: 'startTime', class: 'clock', maxlength: 5, placeholder: '07:30', inputmode: 'numeric', autocomplete: 'off', 'aria-label': t('case.start.time') })
  const verified = el('input', { type: 'checkbox', name: 'verification' })
  const agreed = el('input', { type: 'checkbox', name: 'agreed' })
  const mark = (box, key) => el('label', { class: 'check', title: t(`${key}.why`) }, box, t(key))
  const fields = el('div', { class: 'start', hidden: true },
    only !== 'start' && [mark(verified, 'case.verification'), mark(agreed, 'case.agreed')],
    el('label', {}, t('case.start'), ' ', day), time)
  const more = el('button', { class: 'btn quiet more', type: 'button', 'aria-expanded': 'false', title: t('case.more.why'), onclick: () => show(fields.hidden), text: t('case.more') })

  function show(open) {
    fields.hidden = !open
    more.setAttribute('aria-expanded', String(open))
    if (open) return (only === 'start' ? day : verified).focus()
    day.clear()
    time.value = ''
    verified.checked = agreed.checked = false
  }

  // What is typed here is no slip, and Enter must not receive anything.
  for (const input of [day, time]) input.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); input.blur() } })
  // A checkbox that keeps the keyboard would keep the digits from being procedures.
  for (const box of [verified, agreed]) box.addEventListener('change', () => box.blur())

  const clock = () => /^(\d{1,2})[:hg.](\d{2})$/.exec(time.value.trim())
  return {
    element: [more, fields],
    mistake: () => (day.day === null ? t('case.day.wrong') : time.value.trim() !== '' && (!clock() || !day.day) ? t('case.start.wrong') : null),
    start() {
      if (!day.day) return null
      const [, hour, minute] = clock() ?? []
      return { day: day.day, ...(hour && { time: `${hour.padStart(2, '0')}:${minute}` }) }
    },
    isVerified: () => verified.checked,
    isAgreed: () => agreed.checked,
    clear: () => show(false),
  }
}
