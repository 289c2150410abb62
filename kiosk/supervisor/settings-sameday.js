// Thiết lập: the day without appointment and without waiting. A plan that has begun is ended and followed by a new one, so
// that the weeks behind it are counted as they were.

import { el, icon } from '/shared/dom.js'
import { weekdayText } from '/shared/time.js'
import { t } from '/shared/words.js'
import { clockTyped, panel } from './settings-parts.js'

/** procedures: all of the commune's list, [{ code, name, short }]. */
export function sameDay({ draft, field, changed, again }, procedures, today) {
  return panel('sameDay', t('set.sameDay'), t('set.sameDay.lead'),
    draft.sameDay.map((plan, index) => entry(plan, index)),
    !draft.sameDay.length && el('p', { class: 'muted', text: t('set.sameDay.none') }),
    el('button', { class: 'btn small', type: 'button', onclick: () => {
      const last = draft.sameDay.at(-1)
      draft.sameDay.push({ weekday: last?.weekday ?? 4, procedures: [...last?.procedures ?? []], document: '', from: today, waitMinutes: last?.waitMinutes ?? 15, cutoff: last?.cutoff ?? '15:00', escalateMinutes: last?.escalateMinutes ?? 60 })
      again('sameDay', draft.sameDay.length - 1)
    } }, icon('seal'), t('set.sameDay.add')))

  function entry(plan, index) {
    const at = `sameDay[${index}]`
    // An empty date means without end, and is not sent.
    const until = el('input', { type: 'date', value: plan.until ?? '', dataset: { path: `sameDay.${index}.until` }, oninput: () => { if (until.value) plan.until = until.value; else delete plan.until; changed() } })
    return el('details', { class: 'entry', dataset: { path: `sameDay.${index}`, keep: `sd-${index}` } },
      el('summary', {}, icon('seal'), el('span', { class: 'cut', text: `${weekdayText(plan.weekday)} · ${plan.document || t('set.sameDay.new')}` }), el('span', { class: 'muted', text: [plan.from, plan.until].filter(Boolean).map(onPaper).join(' – ') })),
      el('span', { class: 'bad bad-note', role: 'alert' }),
      el('div', { class: 'fields' },
        field(`${at}.weekday`, t('set.sameDay.weekday'), { type: 'select', width: 'w3', options: [1, 2, 3, 4, 5, 6, 7].map((n) => [n, weekdayText(n)]) }),
        field(`${at}.from`, t('set.sameDay.from'), { type: 'date', width: 'w3' }),
        el('label', { class: 'field w3' }, el('span', { text: t('set.sameDay.until') }), until, el('span', { class: 'bad', role: 'alert' })),
        cutoff(plan, index),
        field(`${at}.document`, t('set.sameDay.document'), { width: 'w6', maxlength: 120 }),
        field(`${at}.waitMinutes`, t('set.sameDay.waitMinutes'), { type: 'number', width: 'w3', min: 1, max: 240 }),
        field(`${at}.escalateMinutes`, t('set.sameDay.escalateMinutes'), { type: 'number', width: 'w3', min: 0, max: 240 })),
      list(plan, index),
      // What hasn't begun may go; what has is ended, so that its weeks stay as they were.
      plan.from >= today && el('button', { class: 'btn quiet small', type: 'button', onclick: () => { draft.sameDay.splice(index, 1); again('sameDay') } }, t('set.sameDay.remove')))
  }

  // As the opening hours are typed: 15, 15h, 1500. What is no time is said here, not only when it is sent.
  function cutoff(plan, index) {
    const bad = el('span', { class: 'bad', role: 'alert' })
    const input = el('input', { class: 'clock24', inputmode: 'numeric', maxlength: 5, autocomplete: 'off', value: plan.cutoff, dataset: { path: `sameDay.${index}.cutoff` }, onchange() {
      plan.cutoff = input.value = clockTyped(input.value)
      const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(plan.cutoff)
      bad.textContent = isTime ? '' : t('wrongValue')
      if (isTime) input.removeAttribute('aria-invalid')
      else input.setAttribute('aria-invalid', 'true')
      changed()
    } })
    return el('label', { class: 'field w3' }, el('span', { text: t('set.sameDay.cutoff') }), input, bad)
  }

  function list(plan, index) {
    // Those of the list that the table has lost stay visible, or nobody could take them off.
    const known = new Set(procedures.map((each) => each.code))
    const all = [...plan.procedures.filter((code) => !known.has(code)).map((code) => ({ code, name: code })), ...procedures]
    const count = el('span', { class: 'muted' })
    const tell = () => { count.textContent = `(${plan.procedures.length})` }
    tell()
    return el('fieldset', { class: 'proclist', dataset: { path: `sameDay.${index}.procedures` } }, el('legend', {}, t('set.sameDay.procedures'), ' ', count), el('span', { class: 'bad', role: 'alert' }),
      el('div', { class: 'columns' }, all.map((each) => {
        const box = el('input', { type: 'checkbox', checked: plan.procedures.includes(each.code), onchange() {
          plan.procedures = box.checked ? [...plan.procedures, each.code] : plan.procedures.filter((code) => code !== each.code)
          tell()
          changed()
        } })
        return el('label', { class: 'check' }, box, el('span', {}, each.name, ' ', el('small', { class: 'muted', text: each.code })))
      })))
  }
}

function onPaper(day) {
  return `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}
