// F9: where the visit goes on. F6 finishes here first, F9 sends it on undone.

import { el, icon } from '/shared/dom.js'
import { t } from '/shared/words.js'
import { refill } from './refill.js'
import { closeButton } from './lists.js'

/** Returns { element, update(view), focus(), letter(), digit(), finish(), transfer() }. */
export function transferPanel({ onPress, onClose }) {
  const heading = el('h2')
  const targets = el('div')
  const verbs = el('div', { class: 'verbs' })
  const element = [heading, el('div', { class: 'move' }, targets, verbs)]
  let view = null
  let target = null   // { service } or { counter }, and its name

  const options = () => {
    const { services = [], counters = [] } = view.frame.transferTargets ?? {}
    const own = view.frame.current?.service
    return [
      ...services.filter((each) => each.id !== own).map((each) => ({ id: `s-${each.id}`, body: { service: each.id }, name: each.name, short: `${each.prefix} · ${each.name.split(' – ')[0]}`, prefix: each.prefix })),
      ...counters.filter((each) => each.number !== view.frame.number).map((each) => ({ id: `c-${each.number}`, body: { counter: each.number }, name: t('counter', { counter: each.number }), digit: String(each.number), closed: each.open === false })),
    ]
  }

  function choose(option) {
    target = option
    update(view)
  }

  function radio(option) {
    const chosen = option.id === target?.id
    return el('button', {
      class: `btn${option.closed ? ' is-closed' : ''}`, type: 'button', role: 'radio', 'aria-checked': String(chosen), tabindex: chosen || (!target && option.first) ? '0' : '-1',
      title: option.closed ? t('move.closed', { name: option.name }) : option.name, dataset: { focus: option.id }, onclick: () => choose(option),
    }, option.prefix && el('b', { text: option.prefix }), el('span', { class: 'cut', text: option.name }))
  }

  function verb(key, word, possible, press, primary) {
    return el('button', { class: `btn${primary ? ' primary' : ''}`, type: 'button', disabled: !possible, dataset: { focus: key }, onclick: press }, el('span', { text: word }), el('kbd', { class: 'key', text: key }))
  }

  function update(next) {
    view = next
    const current = view.frame?.current
    if (!current) return onClose()   // someone else moved it on meanwhile
    refill(heading, [current.number], () => [el('span', { text: t('move', { number: current.number }) }), closeButton(onClose)])
    const all = options()
    if (all[0]) all[0].first = true
    if (target && !all.some((each) => each.id === target.id)) target = null
    refill(targets, [all, target?.id], () => [
      el('div', { class: 'targets', role: 'radiogroup', 'aria-label': t('move.service'), onkeydown: arrows }, all.filter((each) => each.body.service).map(radio)),
      el('div', { class: 'targets counters', role: 'radiogroup', 'aria-label': t('move.counter'), onkeydown: arrows }, all.filter((each) => each.body.counter).map(radio)),
    ])
    const canFinish = target && view.hindrance('finish') === null
    const canMove = target && view.hindrance('transfer') === null
    refill(verbs, [target?.id, canFinish, canMove], () => target
      ? [verb('F6', t('move.finish', { to: target.short ?? target.name }), canFinish, finish, true), verb('F9', t('move.undone', { to: target.short ?? target.name }), canMove, transfer, false)]
      : [verb('F6', t('move.finish.none'), false), verb('F9', t('move.undone.none'), false), el('p', { text: t('move.choose') })])
  }

  function arrows(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!by) return
    event.preventDefault()
    const all = options()
    const at = all.findIndex((each) => each.id === event.target.dataset.focus)
    const option = all[(at + by + all.length) % all.length]
    choose(option)
    targets.querySelector(`[data-focus="${option.id}"]`)?.focus()
  }

  function pickWhere(test) {
    const option = options().find(test)
    if (option) choose(option)
    return Boolean(option)
  }

  const finish = () => target && onPress('finish', { next: target.body }, 'F6')
  const transfer = () => target && onPress('transfer', target.body, 'F9')

  return {
    element, update, finish, transfer,
    focus: () => targets.querySelector('[tabindex="0"]')?.focus(),
    letter: (letter) => pickWhere((each) => each.prefix === letter),
    digit: (digit) => pickWhere((each) => each.digit === digit),
    hasTarget: () => target !== null,
  }
}
