// Behind «Khác…»: when the time limit of a dossier starts, where that isn't its receipt. Rarely used, so it is folded away
// until somebody wants it, and again after each dossier.

import { el } from '/shared/dom.js'
import { t } from '/shared/words.js'

/** Returns { element, value() → { day, time? } or null, isWrong(), clear() }. */
export function clockStart() {
  const day = el('input', { type: 'date', name: 'start', 'aria-label': t('case.start'), title: t('case.start.why') })
  // A plain field and not type="time": a browser in another language would show 02:30 PM.
  const time = el('input', { name: 'startTime', class: 'clock', maxlength: 5, placeholder: '07:30', inputmode: 'numeric', autocomplete: 'off', 'aria-label': t('case.start.time') })
  const fields = el('label', { class: 'start', hidden: true }, t('case.start'), day, time)
  const more = el('button', { class: 'btn quiet more', type: 'button', 'aria-expanded': 'false', title: t('case.start.why'), onclick: () => show(fields.hidden), text: t('case.more') })

  function show(open) {
    fields.hidden = !open
    more.setAttribute('aria-expanded', String(open))
    if (open) day.focus()
    else day.value = time.value = ''
  }

  // What is typed here is no slip, and Enter must not receive anything.
  for (const input of [day, time]) input.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); input.blur() } })

  const clock = () => /^(\d{1,2})[:hg.](\d{2})$/.exec(time.value.trim())
  return {
    element: [more, fields],
    isWrong: () => time.value.trim() !== '' && (!clock() || !day.value),
    value() {
      if (!day.value) return null
      const [, hour, minute] = clock() ?? []
      return { day: day.value, ...(hour && { time: `${hour.padStart(2, '0')}:${minute}` }) }
    },
    clear: () => show(false),
  }
}
