// Two people edited the settings at once: what I changed goes on top of what the other saved.

const identities = ['id', 'number', 'from', 'weekday', 'day']
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** merge3(base, mine, theirs) → { value, both: [path…] }; `both` names what we both changed, where mine was kept. */
export function merge3(base, mine, theirs) {
  const both = []
  return { value: merge(base, mine, theirs, '', both), both }
}

function merge(base, mine, theirs, path, both) {
  if (same(mine, theirs) || same(base, theirs)) return mine
  if (same(base, mine)) return theirs
  if (isObject(mine) && isObject(theirs)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
    const merged = {}
    for (const key of keys) {
      const value = merge(base?.[key], mine[key], theirs[key], path ? `${path}.${key}` : key, both)
      if (value !== undefined) merged[key] = value
    }
    return merged
  }
  const identity = Array.isArray(mine) && Array.isArray(theirs) ? identityOf([...mine, ...theirs]) : null
  if (!identity) {
    both.push(path)
    return mine
  }
  const byKey = (list) => new Map((list ?? []).map((each) => [each[identity], each]))
  const [old, ours, others] = [byKey(base), byKey(mine), byKey(theirs)]
  const order = [...others.keys(), ...[...ours.keys()].filter((key) => !others.has(key))]
  return order.map((key) => merge(old.get(key), ours.get(key), others.get(key), `${path}[${key}]`, both)).filter((each) => each !== undefined)
}

function identityOf(list) {
  return identities.find((name) => list.every((each) => isObject(each) && each[name] !== undefined)) ?? null
}
