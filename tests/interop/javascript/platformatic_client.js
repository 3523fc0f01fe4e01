// @platformatic/kafka for ../client_scenario.sh; the actions are described there.
const { Admin, compatibilityPartitioner, Consumer, Producer } = require('@platformatic/kafka')
const envelope = require('./envelope')

const [bootstrap, action, ...names] = process.argv.slice(2)
const options = { clientId: 'platformatic', bootstrapBrokers: bootstrap.split(',') }
let stop
const stopped = new Promise(resolve => { stop = resolve })
process.on('SIGTERM', () => stop())

async function produce(topic, compression) {
  const messages = envelope.readAll().map(r => ({ topic, partition: r.partition, key: r.key ?? undefined, value: r.value ?? undefined, timestamp: BigInt(r.timestamp), headers: new Map(r.headers.map(([name, value]) => [Buffer.from(name), value])) }))
  const producer = new Producer({ ...options, idempotent: true, partitioner: compatibilityPartitioner })
  await producer.send({ messages, acks: -1, compression })
  await producer.close()
}

async function consume(topic, groupId, count) {
  const consumer = new Consumer({ ...options, groupId, heartbeatInterval: 200, sessionTimeout: 20000, rebalanceTimeout: 20000 })
  const stream = await consumer.consume({ topics: [topic], autocommit: false, mode: 'committed', fallbackMode: 'earliest', maxWaitTime: 500 })
  let left = count
  await Promise.race([stopped, new Promise((resolve, reject) => {
    stream.on('error', reject)
    stream.on('data', async message => {
      if (left === 0) return
      envelope.show(message.topic, message.partition, message.offset, message.timestamp, message.key, message.value, [...message.headers].map(([name, value]) => [name.toString(), value]))
      const last = --left === 0
      try { await message.commit() } catch (error) { reject(error) }
      if (last) resolve()
    })
  })])
  await consumer.close(true)
}

async function administer() {
  const admin = new Admin(options)
  if (action === 'create') await admin.createTopics({ topics: [names[0]], partitions: Number(names[1]), replicas: 1 })
  else if (action === 'delete') await admin.deleteTopics({ topics: names })
  else if (action === 'topics') console.log((await admin.listTopics()).join('\n'))
  else if (action === 'groups') console.log([...(await admin.listGroups()).keys()].join('\n'))
  else if (action === 'describe') {
    const group = (await admin.describeGroups({ groups: names })).get(names[0])
    console.log(group.state[0] + group.state.slice(1).toLowerCase(), group.members.size)
  }
  await admin.close()
}

const actions = { produce: () => produce(...names), consume: () => consume(names[0], names[1], Number(names[2])), member: () => consume(names[0], names[1], -1) }
;(actions[action] || administer)().catch(error => {
  console.error(error)
  process.exit(1)
})
