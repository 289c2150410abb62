// A telephone number for messages about one dossier: asked for, agreed to, masked once it is kept.

import { el, icon } from '/shared/dom.js'
import { get, newKey, put, remove } from '/shared/api.js'
import { t } from '/shared/words.js'

/** Returns { element }. It stays hidden where the centre sends no messages; tell(words, wrong) says what came of it. */
export function contactField({ dossier, tell }) {
  const element = el('div', { class: 'contact', hidden: true })
  let id = dossier.id
  let sending = false

  function show(contact) {
    element.hidden = !contact.enabled
    id = contact.dossier ?? id
    element.replaceChildren(contact.phone ? kept(contact.phone) : form())
  }

  async function send(run, words) {
    if (sending) return
    sending = true
    const answer = await run()
    sending = false
    if (!answer.ok) return tell(answer.problem.detail || answer.problem.title, true)
    show(answer.body)
    tell(words(answer.body))
  }

  function kept(phone) {
    return el('p', { class: 'caseform' }, icon('phone'), el('span', { text: t('case.phone.has', { phone }) }),
      el('button', { class: 'btn quiet', type: 'button', onclick: () => send(() => remove(`dossiers/${id}/contact`, { key: newKey() }), () => t('case.phone.forgotten')), text: t('case.phone.forget') }))
  }

  function form() {
    const phone = el('input', { type: 'tel', name: 'phone', inputmode: 'tel', autocomplete: 'off', maxlength: 20, placeholder: t('case.phone.number'), 'aria-label': t('case.phone.number') })
    const consent = el('input', { type: 'checkbox', name: 'consent' })
    return el('form', { class: 'caseform', onsubmit(event) {
      event.preventDefault()
      if (!phone.value.trim()) return phone.focus()
      if (!consent.checked) return tell(t('case.phone.ask'), true)
      send(() => put(`dossiers/${id}/contact`, { phone: phone.value, consent: true }, { key: newKey() }), (body) => t('case.phone.done', { phone: body.phone }))
    } }, icon('phone'), el('label', { class: 'nowrap', text: t('case.phone.for') }), phone,
    el('label', { class: 'check nowrap' }, consent, t('case.phone.agreed')), el('button', { class: 'btn', type: 'submit', text: t('case.phone.write') }))
  }

  if (!['refused', 'withdrawn', 'returned', 'handedOver', 'annulled'].includes(dossier.state)) {
    get(`dossiers/${id}/contact`).then((answer) => { if (answer.ok) show(answer.body) })
  }
  return { element }
}
