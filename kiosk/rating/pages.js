// What stands on the tablet on each page. Every builder gives { main, foot }: the class and the contents of both parts.

import { el, icon } from '/shared/dom.js'
import { language, pick, t } from '/shared/words.js'

const SVG = 'http://www.w3.org/2000/svg'

/** The level on the wire; the best first, as on the paper form. */
export const levels = [5, 4, 3, 2, 1]

export function restPage({ frame, press }) {
  const { officer, counter } = frame
  if (frame.state === 'closed' || !officer) return closedPage(frame)
  return {
    key: `idle ${JSON.stringify([officer, counter, frame.centre?.name])}`,
    name: 'duty',
    main: [
      silhouette(),
      el('div', { class: 'who' },
        el('p', { class: 'cnt' }, `${t('counter')} `, el('b', { text: counter })),
        el('h1', { class: officer.name.length > 18 ? 'long' : '', text: officer.name }),
        el('p', { class: 'job', text: officer.title ?? '' }),
        officer.phone ? el('p', { class: 'tel' }, icon('phone'), officer.phone) : null,
        el('p', { class: 'hint', text: t('invitation') })),
    ],
    foot: [...centreName(frame), help(frame, press)],
  }
}

// "Trung tâm … / phường …" where the daemon says where the name breaks.
function nameLines(centre) {
  return (centre?.nameLines ?? [centre?.name ?? '']).map((line, index) => [index > 0 ? ' ' : null, el('span', { class: 'line', text: line })])
}

function closedPage(frame) {
  return {
    key: `closed ${frame.centre?.name}`,
    name: 'closed',
    main: [el('div', null, icon('mark'), el('h1', null, nameLines(frame.centre)))],
    foot: [],
  }
}

export function questionPage({ flow, press }) {
  const { currentQuestion: question, frame } = flow
  return {
    key: `question ${flow.step} ${flow.question} ${language()}`,
    name: 'q',
    main: [
      corner(flow, press),
      el('p', { class: 'step' }, t('step', { n: flow.question + 1, of: frame.questions.length }), ' · ', t(`topic.${question.id}`)),
      heading(pick(question)),
      el('div', { class: 'faces', role: 'group', 'aria-labelledby': 'heading' }, levels.map((level) =>
        el('button', { type: 'button', class: `face-${level}`, 'aria-keyshortcuts': level, onclick: () => press.choose(level) },
          icon(`face${level}`, 'face'), el('span', { text: t(`level.${level}`) }), el('kbd', { class: 'key', 'aria-hidden': 'true', text: level })))),
    ],
    foot: [...kept(), timer(), el('button', { type: 'button', class: 'btn', onclick: press.skip, text: t('skip') })],
  }
}

export function reasonsPage({ flow, press }) {
  const { reasons } = flow.frame
  return {
    key: `reasons ${flow.step} ${language()}`,
    name: 'q why',
    main: [
      corner(flow, press),
      heading(t('why'), el('small', { text: t('whyHint') })),
      el('div', { class: reasons.length > 8 ? 'reasons many' : 'reasons', role: 'group', 'aria-labelledby': 'heading' }, reasons.map((reason) =>
        el('button', { type: 'button', class: 'btn', 'aria-pressed': String(flow.reasons.has(reason.id)), dataset: { reason: reason.id }, onclick: () => press.toggle(reason.id) },
          el('span', { class: 'box' }, icon('check')), pick(reason)))),
    ],
    foot: [...kept('keptShort'), timer(),
      el('button', { type: 'button', class: 'btn', onclick: press.skip, text: t('noReason') }),
      el('button', { type: 'button', class: 'btn primary', onclick: press.submit }, t('send'), ' ', icon('arrow'))],
  }
}

export function sendingPage({ frame, waiting }) {
  return {
    key: `sending ${waiting} ${language()}`,
    name: waiting ? 'said' : 'said soon',
    main: [el('div', null, icon('clock'), heading(t(waiting ? 'waiting' : 'sending')), el('p', { text: waiting ? t('waitingHint') : '' }))],
    foot: centreName(frame),
  }
}

export function thanksPage({ frame, press }) {
  return {
    key: `thanks ${language()}`,
    name: 'said thanks',
    main: [el('div', null, icon('seal'), heading(t('thanks')), el('p', { text: t('thanksKept') }), el('p', { text: t('thanksWish') }))],
    foot: [...centreName(frame), help(frame, press)],
  }
}

export function notSentPage({ frame, press }) {
  return {
    key: `notSent ${language()}`,
    name: 'said',
    main: [el('div', null, icon('info'), heading(t('notSent')), el('p', { text: t('notSentHint') }))],
    foot: [...centreName(frame), help(frame, press)],
  }
}

/** For whoever puts the tablet up: it does not know its counter. */
export function misplacedPage(text, hint = '') {
  return { key: `misplaced ${text}`, name: 'said', main: [el('div', null, icon('info'), heading(text), el('p', { text: hint }))], foot: [] }
}

// Parts ----------------------------------------------------------------------------------------------

function heading(text, ...more) {
  return el('h1', { id: 'heading', tabindex: '-1' }, text, more.map((part) => [' ', part]))
}

function corner(flow, press) {
  const hasBack = flow.page === 'reasons' || flow.question > 0
  return el('div', { class: 'corner' },
    hasBack ? el('button', { type: 'button', class: 'btn quiet', onclick: press.back }, icon('left'), t('back')) : el('span'),
    el('button', { type: 'button', class: 'btn quiet', lang: language() === 'vi' ? 'en' : 'vi', onclick: press.switchLanguage }, icon('globe'), t('otherLanguage')))
}

function kept(words = 'kept') {
  return [icon('lock'), el('span', { class: 'kept', text: t(words) })]
}

function timer() {
  return el('span', { class: 'timer silence', 'aria-hidden': 'true' }, el('i'))
}

function centreName(frame) {
  return [icon('mark'), el('span', { class: 'cut', text: frame?.centre?.name ?? '' })]
}

/** The state of the call for help changes without the page being built again: see showHelp. */
function help(frame, press) {
  return el('div', { class: 'help', role: 'status' },
    el('button', { type: 'button', class: 'btn', onclick: press.help }, icon('bell'), el('span', null, t('help'), el('small'))),
    el('p', { class: 'answer' }, icon('check'), t('helpOn')))
}

/** state: none · sending · on · failed · offline */
export function showHelp(root, state) {
  const box = root.querySelector('.help')
  if (!box || box.dataset.state === state) return
  box.dataset.state = state
  const button = box.querySelector('.btn')
  button.hidden = state === 'on'
  button.disabled = state === 'sending' || state === 'offline'
  box.querySelector('.answer').hidden = state !== 'on'
  const why = { failed: 'helpFailed', offline: 'helpOffline' }[state]
  button.querySelector('small').textContent = why ? t(why) : ''
}

// No photograph: nobody is judged by looks here.
function silhouette() {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 340 424')
  svg.setAttribute('aria-hidden', 'true')
  for (const [tag, attributes] of [['circle', { cx: 170, cy: 170, r: 78 }], ['path', { d: 'M28 424c0-92 62-150 142-150s142 58 142 150z' }]]) {
    const shape = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value)
    svg.append(shape)
  }
  return el('div', { class: 'photo' }, svg)
}
