import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, textAt, valueAt } from './json.ts'
import { type Interference, status } from './testing/fake-api.ts'
import { createInstallerWorld } from './testing/installer-world.ts'
import { autoscaler, configMap, devicePlugin, pathOf, roleBinding } from './testing/sample-objects.ts'

const names = ['a', 'b', 'c', 'd'] as const
/** Names under which objects of somebody else exist from the start, and so are in no bundle. */
const foreign = ['x', 'y'] as const

const bundle = fc
  .record({
    configMaps: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom('1', '2') }), {
      selector: ({ name }) => name,
    }),
    role: fc.constantFrom(undefined, 'one', 'two'),
    image: fc.constantFrom(undefined, 'autoscaler:1', 'autoscaler:2'),
    plugin: fc.boolean(),
  })
  .map(({ configMaps, role, image, plugin }) => [
    ...configMaps.map(({ name, value }) => configMap(name, { [`key-${value}`]: value })),
    ...(role === undefined ? [] : [roleBinding(role)]),
    ...(image === undefined ? [] : [autoscaler(image)]),
    ...(plugin ? [devicePlugin()] : []),
  ])

/** From which request on, and for how many, something goes wrong. */
const trouble = fc.record({
  after: fc.nat(60),
  count: fc.oneof(fc.nat(3), fc.constant(10_000)),
  kind: fc.constantFrom('refuse', 'lose', 500, 403, 400),
})

/** Somebody replaces one of our objects by a namesake of theirs. */
const meddling = fc.option(fc.constantFrom(...names), { nil: undefined })

const steps = fc.array(
  fc.record({
    action: fc.constantFrom('create', 'update', 'delete', 'old delete'),
    bundle,
    trouble: fc.option(trouble, { nil: undefined }),
    meddling,
  }),
  { minLength: 1, maxLength: 6 },
)

function interference({
  after,
  count,
  kind,
}: {
  after: number
  count: number
  kind: string | number
}): () => Interference {
  let seen = 0
  return () => {
    seen += 1
    if (seen <= after || seen > after + count) return undefined
    if (kind === 'refuse' || kind === 'lose') return kind
    return status(Number(kind), 'Trouble', 'trouble')
  }
}

test('whatever goes wrong, the last bundle is what remains, and nobody else’s object is ever touched', async () => {
  await fc.assert(
    fc.asyncProperty(steps, bundle, async (history, last) => {
      const world = createInstallerWorld()
      for (const name of foreign) world.api.put(pathOf('configmaps', name), configMap(name, { theirs: name }))
      const theirs = new Map<string, string>()
      const own = new Set<string>()

      for (const [index, step] of history.entries()) {
        if (step.trouble !== undefined) world.api.interfere = interference(step.trouble)
        const options = { requestId: `step-${index}` }
        const run =
          step.action === 'old delete'
            ? world.run('delete', step.bundle, { ...options, environmentObjects: [configMap('another')] })
            : world.run(step.action, step.bundle, options)
        await run.catch((error: unknown) => expect(error).toMatchObject({ name: expect.stringMatching(/^Installer/) }))
        world.api.interfere = () => undefined
        for (const name of names)
          if (textAt(world.api.get(pathOf('configmaps', name)), 'metadata', 'uid') !== '') own.add(name)

        const target = step.meddling
        if (target !== undefined && own.has(target)) {
          world.api.delete(pathOf('configmaps', target))
          world.api.put(pathOf('configmaps', target), configMap(target, { theirs: target }))
          theirs.set(target, textAt(world.api.get(pathOf('configmaps', target)), 'metadata', 'uid'))
        }
        for (const [name, uid] of theirs) {
          expect(world.api.get(pathOf('configmaps', name))).toMatchObject({ data: { theirs: name }, metadata: { uid } })
        }
      }

      // What others hold now cannot be in the bundle: that is refused, and changes nothing.
      const wanted = last.filter((object) => !theirs.has(textAt(object, 'metadata', 'name')))
      expect(await world.run('create', wanted, { requestId: 'last' })).toMatchObject({
        ok: true,
        applied: wanted.length,
      })

      const ours = world.api
        .paths()
        .map((path) => world.api.get(path))
        .filter((object) => textAt(object, 'metadata', 'labels', 'app.kubernetes.io/managed-by') === 'eks-gpu-clusters')
        .filter((object) => !['Lease'].includes(textAt(object, 'kind')))
        .filter((object) => textAt(object, 'metadata', 'name') !== 'eks-gpu-clusters-inventory')
      const title = (object: unknown) => `${textAt(object, 'kind')} ${textAt(object, 'metadata', 'name')}`
      expect(ours.map(title).sort()).toEqual(wanted.map(title).sort())
      for (const object of wanted) {
        const live = ours.find((candidate) => title(candidate) === title(object))
        for (const field of ['data', 'roleRef']) expect(valueAt(live, field)).toEqual(valueAt(object, field))
        expect(valueAt(live, 'spec', 'template', 'spec')).toEqual(valueAt(object, 'spec', 'template', 'spec'))
      }
      const inventory = parseJson(
        textAt(world.api.get(pathOf('configmaps', 'eks-gpu-clusters-inventory')), 'data', 'objects'),
      )
      expect(
        Array.isArray(inventory)
          ? inventory.map((entry) => `${textAt(entry, 'kind')} ${textAt(entry, 'name')}`).sort()
          : undefined,
      ).toEqual(wanted.map(title).sort())
      for (const [name, uid] of theirs) {
        expect(world.api.get(pathOf('configmaps', name))).toMatchObject({ data: { theirs: name }, metadata: { uid } })
      }
      for (const name of foreign)
        expect(world.api.get(pathOf('configmaps', name))).toMatchObject({ data: { theirs: name } })

      await world.run('delete', wanted, { requestId: 'end' })
      const left = world.api.paths().filter((path) => !/\/(pods|replicasets)\//.test(path))
      expect(left).toEqual(
        [
          '/api/v1/namespaces/kube-system',
          ...[...foreign, ...theirs.keys()].map((name) => pathOf('configmaps', name)),
        ].sort(),
      )
    }),
    { numRuns: 150 },
  )
}, 120_000)
