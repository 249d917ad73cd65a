import type { JsonValue, Strategy } from '~/systems/data-map'

/** A strategy as a data map writes it: a bare word, or `{fixed: …}` and its sisters. */
export function strategyWords(strategy: Strategy): JsonValue {
  switch (strategy.kind) {
    case 'fixed':
      return { fixed: strategy.value }
    case 'generalise':
      return { generalise: strategy.to }
    case 'truncate':
      return { truncate: strategy.length }
    case 'json':
      return {
        json: Object.fromEntries(
          strategy.paths.map((each) => [each.path, 'strategy' in each ? strategyWords(each.strategy) : each.value]),
        ),
      }
    case 'derived':
      return strategy.from ? { derived: { from: [...strategy.from], join: strategy.join } } : 'derived'
    default:
      return strategy.kind
  }
}
