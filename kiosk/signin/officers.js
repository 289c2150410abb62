// Who is it, and the PIN: the same form on the sign-in page and in place on a counter.

import { el, icon } from '/shared/dom.js'
import { get, newKey, post } from '/shared/api.js'
import { t } from '/shared/words.js'

const longestPIN = 12
const pad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear', '0', 'erase']

/**
 * signInForm({ counter, submitWord, submitKey, withPad, pinNeeded, onSignedIn({ officer, pin }) → problem | null, onMove() })
 * Returns { element, submit(), reload(), choose(officerID) }.
 */
export function signInForm({ counter, submitWord, submitKey, withPad = false, pinNeeded = true, onSignedIn, onMove }) {
  const list = el('div', { class: 'officers', role: 'radiogroup', 'aria-label': t('signin.officer') })
  const wrong = el('p', { class: 'wrong', role: 'alert', id: 'pin-wrong' })
  const pin = el('input', { type: 'password', name: 'pin', inputmode: 'numeric', autocomplete: 'off', maxlength: longestPIN, id: 'pin', 'aria-describedby': 'pin-wrong' })
  const move = el('button', { class: 'btn', type: 'button', hidden: true })
  const send = el('button', { class: 'btn primary', type: 'submit' }, submitWord, submitKey && el('kbd', { class: 'key', text: submitKey }))
  const element = el('form', { class: `signin${withPad ? ' with-pad' : ''}`, novalidate: true },
    el('fieldset', { class: 'who' }, el('legend', { text: t('signin.officer') }), list),
    el('div', { class: 'code' }, el('label', { for: 'pin', text: pinNeeded ? t('signin.pin') : t('signin.pin.demo') }), pin, withPad && keypad(), wrong, move, send))
  let busy = false

  element.addEventListener('submit', (event) => { event.preventDefault(); submit() })
  pin.addEventListener('input', () => say(''))

  function keypad() {
    const press = (key) => {
      if (key === 'clear') pin.value = ''
      else if (key === 'erase') pin.value = pin.value.slice(0, -1)
      else if (pin.value.length < longestPIN) pin.value += key
      say('')
    }
    return el('div', { class: 'pad' }, pad.map((key) => el('button', {
      class: 'btn', type: 'button', onclick: () => press(key), 'aria-label': key.length > 1 ? t(`signin.${key}`) : null,
    }, key === 'clear' ? icon('x') : key === 'erase' ? icon('left') : key)))
  }

  function say(text) {
    wrong.textContent = text
    pin.setAttribute('aria-invalid', String(text !== ''))
    move.hidden = true
  }

  function offerMove({ type, counter: other }) {
    const word = type === 'counter-open' ? t('signin.takeOver') : other ? t('signin.moveHere', { counter: other }) : t('signin.move')
    move.replaceChildren(icon('transfer'), word)
    move.onclick = () => onMove()
    move.hidden = false
  }

  async function reload() {
    const answer = await get('officers?public=1')
    if (!answer.ok) {
      list.replaceChildren(el('p', { class: 'muted', text: answer.problem.detail || answer.problem.title }))
      return
    }
    const chosen = choice()
    list.replaceChildren(...answer.body.filter((officer) => officer.active !== false).map((officer) => el('label', {},
      el('input', { type: 'radio', name: 'officer', value: officer.id, onchange: () => { say(''); pin.focus() } }),
      el('span', {}, el('b', { class: 'cut', text: officer.name }), el('small', { class: 'cut', text: officer.title })))))
    if (!list.children.length) list.append(el('p', { class: 'muted', text: t('signin.nobody') }))
    if (chosen) choose(chosen)
  }

  function choice() {
    return list.querySelector('input:checked')?.value
  }

  function choose(officerID) {
    const radio = list.querySelector(`input[value="${CSS.escape(officerID)}"]`)
    if (radio) { radio.checked = true; pin.focus() }
  }

  async function submit() {
    if (busy) return
    const officer = choice()
    if (!officer) {
      say(t('signin.chooseFirst'))
      list.querySelector('input')?.focus()
      return
    }
    if (pinNeeded && !pin.value) {
      say(t('signin.pinFirst'))
      pin.focus()
      return
    }
    busy = true
    const code = pin.value
    const answer = code || pinNeeded ? await post('session', { officer, pin: code, ...(counter ? { counter } : {}) }, { key: newKey() }) : { ok: true }
    const problem = answer.ok ? await onSignedIn({ officer, pin: code, session: answer.body }) : answer.problem
    busy = false
    if (!problem) { pin.value = ''; return }
    say(problem.detail || problem.title)
    if (onMove && ['officer-elsewhere', 'counter-open'].includes(problem.type)) offerMove(problem)
    pin.focus()
    pin.select()
  }

  reload()
  return { element, submit, reload, choose }
}
