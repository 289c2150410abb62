// "Báo cho tôi khi gần đến lượt": a telephone number for one message, for who puts the phone away.

import { el, icon } from '/shared/dom.js'
import { get, newKey, put, remove } from '/shared/api.js'
import { t } from '/shared/words.js'

/** Returns { parts(frame), load() }; changed() is called when there is something else to draw. */
export function smsOffer(code, changed) {
  const path = `track/${encodeURIComponent(code)}/contact`
  let contact = null
  let busy = false
  let trouble = ''
  let typed = ''
  let agreed = false

  async function run(send) {
    if (busy) return
    busy = true
    trouble = ''
    changed()
    const answer = await send()
    busy = false
    // Sent since this page was opened.
    if (answer.problem?.type === 'message-sent') contact.told = true
    else if (answer.ok) { contact = answer.body; typed = ''; agreed = false } else trouble = answer.problem.detail || answer.problem.title
    changed()
  }

  function form() {
    const phone = el('input', { type: 'tel', name: 'phone', inputmode: 'tel', autocomplete: 'tel', maxlength: 20, value: typed, 'aria-label': t('sms.number'), placeholder: t('sms.number'), oninput() { typed = phone.value } })
    const consent = el('input', { type: 'checkbox', name: 'consent', checked: agreed, onchange() { agreed = consent.checked } })
    return el('form', { class: 'panel sms', onsubmit(event) {
      event.preventDefault()
      if (!typed.trim()) return phone.focus()
      if (!agreed) { trouble = t('sms.askAgree'); return changed() }
      run(() => put(path, { phone: typed, consent: true }, { key: newKey() }))
    } }, el('h2', { text: t('sms.title') }), el('p', { text: t('sms.lead', { n: contact.ahead ?? '' }) }), phone,
    el('label', { class: 'check' }, consent, t('sms.agree')),
    el('button', { class: 'btn', type: 'submit', disabled: busy }, icon('phone'), t('sms.send')), trouble && el('p', { class: 'trouble', role: 'alert', text: trouble }))
  }

  return {
    get enabled() { return contact?.enabled === true },
    /** What is drawn while a number waits; what it depends on is `key`. */
    get key() { return [contact, busy, trouble] },
    parts() {
      if (!contact?.enabled) return []
      if (contact.told) return [el('section', { class: 'panel sms' }, el('p', {}, icon('check'), ' ', t('sms.told')))]
      if (!contact.phone) return [form()]
      return [el('section', { class: 'panel sms' }, el('p', {}, icon('check'), ' ', t('sms.on', { phone: contact.phone })),
        el('button', { class: 'btn quiet', type: 'button', disabled: busy, onclick: () => run(() => remove(path, { key: newKey() })), text: t('sms.forget') }), trouble && el('p', { class: 'trouble', role: 'alert', text: trouble }))]
    },
    async load() {
      const answer = await get(path)
      if (answer.ok) { contact = answer.body; changed() }
    },
  }
}
