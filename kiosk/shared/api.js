// Commands and questions to the daemon. A refusal is an answer, not an exception.

import { language, t } from './words.js'

const answerTimeout = 4000
const pauseBetweenTries = 600

/** A key per press. randomUUID exists only on https and localhost; the screens of a centre speak plain http. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * post('counters/3/call-next', {}) → { ok, status, body, problem }
 * The same Idempotency-Key goes with every try of one press, so a lost answer never acts twice.
 * patience: milliseconds for one answer, where the daemon itself has to wait for something.
 * status 0 and problem.type "no-answer": nobody knows whether it was done; asking again with the same key is safe.
 */
export async function post(path, body = {}, { key = newKey(), retries = 3, method = 'POST', patience = answerTimeout } = {}) {
  const request = {
    method,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(body),
  }
  for (let tryNumber = 1; ; tryNumber += 1) {
    const answer = await ask(path, request, patience)
    if (answer.status !== 0 || tryNumber >= retries) return answer
    await new Promise((resolve) => setTimeout(resolve, pauseBetweenTries))
  }
}

export function put(path, body, options = {}) {
  return post(path, body, { ...options, method: 'PUT' })
}

export function remove(path, options = {}) {
  return post(path, {}, { ...options, method: 'DELETE' })
}

/**
 * Sends a file as it is; its name goes in the address.
 * patience: milliseconds for the answer; a big file over a slow line takes its time.
 */
export function postFile(path, file, { patience = 120_000 } = {}) {
  return ask(`${path}?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: file }, patience)
}

export function get(path) {
  return ask(path, { method: 'GET' })
}

/** Reads the refusal out of a response, its title in the language of the screen; a page of a proxy becomes a problem too. */
export async function problemOf(response) {
  try {
    const problem = JSON.parse(await response.text())
    if (problem?.type) return { status: response.status, ...problem, title: (language() === 'en' && problem.titleEn) || problem.title }
  } catch { /* not JSON: below */ }
  return { type: 'no-answer', status: response.status, title: t('noAnswer'), detail: '' }
}

async function ask(path, request, patience = answerTimeout) {
  const url = path.startsWith('/') ? path : `/api/v1/${path}`
  try {
    const response = await fetch(url, { ...request, cache: 'no-store', signal: AbortSignal.timeout(patience) })
    if (!response.ok) return { ok: false, status: response.status, body: null, problem: await problemOf(response) }
    const text = await response.text()
    return { ok: true, status: response.status, body: text ? JSON.parse(text) : null, problem: null }
  } catch {
    return { ok: false, status: 0, body: null, problem: { type: 'no-answer', status: 0, title: t('noAnswer'), detail: '' } }
  }
}
