// kafkajs for ../client_scenario.sh; the actions are described there.
const { CompressionCodecs, CompressionTypes, Kafka, PartitionAssigners, logLevel } = require('kafkajs')
const snappy = require('kafkajs-snappy')
const envelope = require('./envelope')

CompressionCodecs[CompressionTypes.Snappy] = snappy
const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy }
const [bootstrap, action, ...names] = process.argv.slice(2)
const kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: process.env.CLIENT_DEBUG ? logLevel.DEBUG : logLevel.ERROR })
const stopped = new Promise(resolve => process.on('SIGTERM', resolve))

async function produce(topic, codec) {
  const messages = envelope.readAll().map(r => {
    const headers = {}
    for (const [name, value] of r.headers) headers[name] = value
    return { key: r.key, value: r.value, timestamp: String(r.timestamp), partition: r.partition, headers }
  })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  await producer.send({ topic, acks: -1, compression: codecs[codec], messages })
  await producer.disconnect()
}

// kafkajs's own assigner of that name calls itself RoundRobinAssigner, which no other client knows.
const roundrobin = given => {
  const assigner = PartitionAssigners.roundRobin(given)
  return { ...assigner, name: 'roundrobin', protocol: subscription => ({ ...assigner.protocol(subscription), name: 'roundrobin' }) }
}

async function consume(topic, groupId, count) {
  const consumer = kafka.consumer({ groupId, heartbeatInterval: 200, partitionAssigners: [roundrobin], maxWaitTimeInMs: 500 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let left = count
  const enough = new Promise(resolve => {
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        if (left === 0) return
        const headers = Object.entries(message.headers).flatMap(([name, value]) => [].concat(value).map(bytes => [name, bytes]))
        envelope.show(topic, partition, message.offset, message.timestamp, message.key, message.value, headers)
        await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
        if (--left === 0) resolve()
      }
    })
  })
  await Promise.race([enough, stopped])
  await consumer.disconnect()
}

async function administer() {
  const admin = kafka.admin()
  await admin.connect()
  const print = { topics: async () => admin.listTopics(), groups: async () => (await admin.listGroups()).groups.map(group => group.groupId) }
  if (action === 'create') await admin.createTopics({ topics: [{ topic: names[0], numPartitions: Number(names[1]), replicationFactor: 1 }] })
  else if (action === 'delete') await admin.deleteTopics({ topics: names })
  else if (action === 'describe') {
    const { groups: [group] } = await admin.describeGroups(names)
    console.log(group.state, group.members.length)
  } else console.log((await print[action]()).join('\n'))
  await admin.disconnect()
}

const actions = { produce: () => produce(...names), consume: () => consume(names[0], names[1], Number(names[2])), member: () => consume(names[0], names[1], -1) }
;(actions[action] || administer)().catch(error => {
  console.error(error)
  process.exit(1)
})
