// One dossier in a line: code, procedure, and the date with its reason.

import { el, icon } from '/shared/dom.js'
import { pick, t } from '/shared/words.js'

/** "17:00, 01/12/2026" */
export function dueWords(dossier) {
  if (!dossier.due) return t('case.noDue')
  const { day, until } = dossier.due
  return `${until}, ${dayWords(day)}`
}

export function dayWords(day) {
  return `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`
}

export function stateTag(dossier) {
  const kind = { finished: 'serving', handedOver: 'off', awaitingSupplement: 'warning', awaitingPayment: 'warning', stopped: 'warning', returned: 'off', withdrawn: 'off', refused: 'off', annulled: 'off' }[dossier.state] ?? 'waiting'
  return el('span', { class: `tag ${kind}`, text: t(`case.state.${dossier.state}`) })
}

export function marksOf(dossier) {
  return [
    dossier.provisionalCode && el('span', { class: 'tag warning', title: t('case.provisional.more') }, icon('warn'), t('case.provisional')),
    dossier.sameDay === 'promised' && el('span', { class: 'tag sameday' }, icon('seal'), t('sameDay')),
    dossier.sameDay === 'afterCutoff' && el('span', { class: 'tag off', text: t('case.afterCutoff') }),
    dossier.due?.provisional && el('span', { class: 'tag warning', title: pick(dossier.dueWhy) }, t('case.dueProvisional')),
  ]
}

export function dossierRow(dossier, { open, annul, print, busy }) {
  return el('li', {},
    icon('doc'),
    el('div', { class: 'who' }, el('p', { class: 'cut' }, el('b', { text: dossier.code }), ' ', dossier.procedureName),
      el('p', { class: 'muted cut', text: pick(dossier.dueWhy), title: pick(dossier.dueWhy) })),
    el('div', { class: 'when' }, dossier.state === 'handedOver' ? stateTag(dossier) : [el('span', { class: 'muted', text: t('case.due') }), ' ', el('b', { class: 'nowrap', text: dueWords(dossier) })], marksOf(dossier)),
    el('button', { class: 'btn', type: 'button', disabled: busy, dataset: { focus: `print-${dossier.id}` }, onclick: () => print(dossier) }, icon('printer'), t('case.print')),
    el('button', { class: 'btn', type: 'button', disabled: busy, dataset: { focus: `open-${dossier.id}` }, onclick: () => open(dossier) }, t('case.open')),
    el('button', { class: 'btn quiet', type: 'button', disabled: busy || !dossier.steps.includes('annul'), dataset: { focus: `annul-${dossier.id}` }, onclick: () => annul(dossier) }, t('case.annul')))
}
