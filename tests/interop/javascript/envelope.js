// Records as lines of JSON, in the envelope of `barnabas consume -J`.
const { readFileSync } = require('node:fs')

const encode = text => (text === null || text === undefined ? null : Buffer.from(text))
const decode = bytes => (bytes === null || bytes === undefined ? null : bytes.toString())

exports.readAll = () =>
  readFileSync(0, 'utf8').split('\n').filter(Boolean).map(line => {
    const fields = JSON.parse(line)
    const headers = []
    for (let at = 0; at < (fields.headers || []).length; at += 2) headers.push([fields.headers[at], encode(fields.headers[at + 1])])
    return { key: encode(fields.key), value: encode(fields.payload), timestamp: fields.ts, partition: fields.partition, headers }
  })

// headers: a list of pairs of name and bytes
exports.show = (topic, partition, offset, timestamp, key, value, headers) => {
  const line = { topic, partition, offset: Number(offset), ts: Number(timestamp), headers: headers.flatMap(([name, bytes]) => [name, decode(bytes)]), key: decode(key), payload: decode(value) }
  process.stdout.write(JSON.stringify(line) + '\n')
}
