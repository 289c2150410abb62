// Officers are people, not settings: each is saved alone, and a PIN is written, never read.

import { el } from '/shared/dom.js'
import { get, newKey, post, put } from '/shared/api.js'
import { pick, t } from '/shared/words.js'
import { panel } from './settings-parts.js'

const roles = ['officer', 'supervisor', 'admin']

export async function officersPanel() {
  const list = el('div')
  const section = panel('officers', t('set.officers'), t('set.officers.more'), list, el('button', { class: 'btn small', type: 'button', onclick: () => add(), text: t('set.officer.add') }))

  async function load() {
    const answer = await get('officers')
    list.replaceChildren(...(answer.ok ? answer.body.map((officer) => entry(officer)) : [el('p', { class: 'wrong', text: answer.problem.detail || answer.problem.title })]))
  }

  function add() {
    const node = entry({ name: '', title: '', phone: '', active: true })
    node.open = true
    list.append(node)
    node.querySelector('input').focus()
  }

  function entry(officer) {
    const input = (key, attributes = {}) => el('input', { name: key, value: officer[key] ?? '', autocomplete: 'off', ...attributes })
    const name = input('name', { maxlength: 60 })
    const title = input('title', { maxlength: 80 })
    const board = input('boardTitle', { maxlength: 16 })
    const phone = input('phone', { inputmode: 'tel', maxlength: 24 })
    const pin = el('input', { name: 'pin', type: 'password', inputmode: 'numeric', autocomplete: 'new-password', maxlength: 12 })
    const role = 'role' in officer || !officer.id ? el('select', { name: 'role' }, roles.map((key) => el('option', { value: key, selected: key === (officer.role ?? 'officer'), text: t(`role.${key}`) }))) : null
    const active = el('input', { type: 'checkbox', checked: officer.active !== false })
    const said = el('span', { class: 'said', role: 'status' })
    const wrong = el('span', { class: 'wrong', role: 'alert' })
    const save = el('button', { class: 'btn small', type: 'button', onclick: store, text: t('save') })
    const heading = el('span', { class: 'cut' })
    const node = el('details', { class: 'entry' },
      el('summary', { class: 'person' }, heading, el('span', { class: 'muted' })),
      el('div', { class: 'fields' }, labelled('set.officer.name', name, 'w4'), labelled('set.officer.title', title, 'w5'), labelled('set.officer.phone', phone, 'w3'),
        labelled('set.officer.boardTitle', board, 'w4'), role && labelled('set.officer.role', role, 'w3'), labelled(officer.id ? 'set.officer.pin.new' : 'set.officer.pin', pin, 'w3'),
        el('label', { class: 'check w2' }, active, t('set.active')), el('div', { class: 'w12 line' }, save, said, wrong)))
    const tell = () => {
      heading.replaceChildren(el('b', { text: officer.name || t('set.officer.new') }), officer.title ? ` · ${officer.title}` : '')
      node.querySelector('summary .muted').textContent = officer.active === false ? t('set.off') : officer.phone ?? ''
      node.classList.toggle('off', officer.active === false)
    }
    tell()

    async function store() {
      const news = { name: name.value.trim(), title: title.value.trim(), phone: phone.value.trim(), active: active.checked }
      if (board.value.trim()) news.boardTitle = board.value.trim()
      if (role) news.role = role.value
      if (pin.value) news.pin = pin.value
      said.textContent = ''
      wrong.textContent = ''
      if (!news.name) { wrong.textContent = t('set.officer.nameFirst'); name.focus(); return }
      save.disabled = true
      const answer = officer.id ? await put(`officers/${encodeURIComponent(officer.id)}`, news) : await post('officers', news, { key: newKey() })
      save.disabled = false
      if (!answer.ok) { wrong.textContent = problemWords(answer.problem); return }
      Object.assign(officer, news, answer.body ?? {})
      delete officer.pin
      pin.value = ''
      said.textContent = t('saved')
      tell()
    }
    return node
  }

  await load()
  return section
}

function labelled(word, control, width) {
  return el('label', { class: `field ${width}` }, el('span', { text: t(word) }), control)
}

function problemWords(problem) {
  return problem.problems?.map((each) => pick(each)).join(' ') || problem.detail || problem.title
}
