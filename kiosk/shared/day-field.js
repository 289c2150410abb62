// A day as people here write it, 03/12/2026, whatever language the browser speaks: in an English one the browser's own field
// takes 03/12 for the twelfth of March, and a promise made so is wrong by months.

import { el } from './dom.js'
import { dayOf } from './time.js'

const two = (n) => String(n).padStart(2, '0')

/**
 * "3/12/2026", "3-12-26", "03122026" or "2026-12-03" → "2026-12-03"; null where it isn't a day. Without a year ("3/12") it is
 * the one nearest to `today`.
 */
export function readDay(text, today) {
  const plain = text.trim()
  let [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(plain) ?? []
  if (!year) [, day, month, year] = /^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?$/.exec(plain) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(plain) ?? []
  if (!day) return null
  if (!year) return nearest([-1, 0, 1].map((by) => real(Number(today.slice(0, 4)) + by, month, day)), today)
  return real(year.length === 2 ? `20${year}` : year, month, day)
}

function real(year, month, day) {
  const text = `${year}-${two(Number(month))}-${two(Number(day))}`
  const at = new Date(`${text}T00:00Z`)
  return !Number.isNaN(+at) && at.toISOString().slice(0, 10) === text && text >= '2000' ? text : null
}

function nearest(days, today) {
  const far = (day) => Math.abs(Date.parse(day) - Date.parse(today))
  return days.filter(Boolean).sort((a, b) => far(a) - far(b))[0] ?? null
}

/** "2026-12-03" → "03/12/2026" */
export const dayText = (day) => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`

/**
 * An input with `day`: "2026-12-03", '' where it is empty, null where what stands there is no day. It lets go of the keyboard
 * once a whole day stands there, because a scanner or a digit comes next and must not end in it.
 */
export function dayField({ name, label, title, stays = false }) {
  const input = el('input', { name, class: 'day', maxlength: 10, inputmode: 'numeric', autocomplete: 'off', spellcheck: 'false', placeholder: 'dd/mm/yyyy', 'aria-label': label, title })
  const read = () => (input.value.trim() ? readDay(input.value, dayOf(Date.now())) : '')
  const mark = () => input.setAttribute('aria-invalid', String(input.day === null))
  function take() {
    if (input.day) input.value = dayText(input.day)
    mark()
  }
  Object.defineProperty(input, 'day', { get: read })
  input.clear = () => { input.value = ''; mark() }
  input.addEventListener('input', () => {
    input.removeAttribute('aria-invalid')
    if (!input.day || !/^(\d{8}|\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{4}|\d{4}-\d\d-\d\d)$/.test(input.value.trim())) return
    take()
    if (!stays) input.blur()
  })
  input.addEventListener('change', take)
  return input
}
