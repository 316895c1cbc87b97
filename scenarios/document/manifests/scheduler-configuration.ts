/**
 * A real `KubeSchedulerConfiguration` as profiles of our scheduler and settings of its queue.
 *
 * Source: Kubernetes 1.34 `kubescheduler.config.k8s.io/v1` and how the framework merges `multiPoint` with single extension
 * points. What the model does not know is listed once, by path; what is wrong is a problem, by path.
 * Leaves out: extenders, the order of plugins, plugins that Kubernetes does not ship, other API versions.
 */
import type { ScoringStrategy } from '../../../models/scheduling/options.ts';
import type { PluginArguments, ResourceWeight, UtilizationPoint } from '../../../models/scheduling/plugin-arguments.ts';
import { PLUGINS } from '../../../models/scheduling/plugins/index.ts';
import { DEFAULT_SCHEDULER_NAME, type SchedulerProfile } from '../../../models/scheduling/profile.ts';
import { nearestWord } from '../nearest.ts';
import { at, isObject, type JsonObject, listAt, mapAt, numberAt, textAt, textsAt } from './json.ts';
import { nodeAffinityOf } from './label-selector.ts';

/** API version that is read. */
export const CONFIGURATION_VERSION = 'kubescheduler.config.k8s.io/v1';

/** Something about one place of the configuration. */
export interface ConfigurationNote {
  /** `profiles[0].plugins.score.enabled[1].weight` */
  readonly path: string;
  readonly message: string;
}

/** What a configuration says. */
export interface SchedulerConfiguration {
  readonly profiles: readonly SchedulerProfile[];
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
  /** Paths of fields that have no effect here. */
  readonly ignored: readonly string[];
  readonly problems: readonly ConfigurationNote[];
}

/** Fields with an effect, by where they stand. */
const KNOWN = {
  top: [
    'apiVersion',
    'kind',
    'profiles',
    'percentageOfNodesToScore',
    'podInitialBackoffSeconds',
    'podMaxBackoffSeconds',
  ],
  profile: ['schedulerName', 'plugins', 'pluginConfig', 'percentageOfNodesToScore'],
  points: ['multiPoint', 'filter', 'score', 'postFilter'],
};

/** Plugins of upstream that decide nothing here, or whose work is always done. */
const WITHOUT_EFFECT = ['SchedulingGates', 'PrioritySort', 'DefaultBinder', 'DynamicResources'];

const PREEMPTION = 'DefaultPreemption';
/** Stands for every plugin in a list of disabled ones. */
const ALL = '*';
const WEIGHT_MAX = 100;

/** Reads a configuration; `body` is what YAML or JSON gave. */
export function schedulerConfigurationOf(body: JsonObject): SchedulerConfiguration {
  const reading = new Reading();
  reading.version(body);
  reading.unknown(body, KNOWN.top, '');
  const percentage = reading.percentage(body, '');
  const list = listAt(body, 'profiles');
  const profiles = list.length === 0 ? [{}] : list;
  return {
    profiles: profiles.map((each, i) => reading.profile(isObject(each) ? each : {}, `profiles[${i}]`, percentage)),
    podInitialBackoffSeconds: reading.seconds(body, 'podInitialBackoffSeconds', 1),
    podMaxBackoffSeconds: reading.seconds(body, 'podMaxBackoffSeconds', 10),
    ignored: reading.ignored,
    problems: [...reading.problems, ...twice(profiles)],
  };
}

function twice(profiles: readonly unknown[]): ConfigurationNote[] {
  const names = profiles.map((each) => textAt(each, 'schedulerName') || DEFAULT_SCHEDULER_NAME);
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    if (first === i) return [];
    return [{ path: `profiles[${i}].schedulerName`, message: `profiles[${first}] is named "${name}" already.` }];
  });
}

/** What was found while reading. */
class Reading {
  readonly ignored: string[] = [];
  readonly problems: ConfigurationNote[] = [];

  version(body: JsonObject): void {
    const version = textAt(body, 'apiVersion');
    if (version === CONFIGURATION_VERSION) return;
    this.problem(
      'apiVersion',
      `must be ${CONFIGURATION_VERSION}, but it is ${version === '' ? 'missing' : `"${version}"`}.`,
    );
  }

  unknown(place: JsonObject, known: readonly string[], path: string): void {
    for (const key of Object.keys(place)) if (!known.includes(key)) this.ignored.push(joined(path, key));
  }

  profile(body: JsonObject, path: string, percentage: number): SchedulerProfile {
    this.unknown(body, KNOWN.profile, path);
    const points = mapAt(body, 'plugins');
    this.unknown(points, KNOWN.points, joined(path, 'plugins'));
    const enabled = this.merged(points, joined(path, 'plugins'));
    const args = this.pluginConfig(body, path);
    return {
      schedulerName: textAt(body, 'schedulerName') || DEFAULT_SCHEDULER_NAME,
      strategy: args.strategy,
      arguments: args.arguments,
      weights: enabled.weights,
      disabledFilters: enabled.disabledFilters,
      preemption: enabled.preemption,
      percentageOfNodesToScore: this.percentage(body, path) || percentage,
    };
  }

  percentage(body: JsonObject, path: string): number {
    const value = numberAt(body, 'percentageOfNodesToScore') ?? 0;
    if (Number.isInteger(value) && value >= 0 && value <= 100) return value;
    this.problem(joined(path, 'percentageOfNodesToScore'), `must be a whole number from 0 to 100, but it is ${value}.`);
    return 0;
  }

  seconds(body: JsonObject, name: string, otherwise: number): number {
    const value = at(body, name) ?? otherwise;
    if (typeof value === 'number' && value > 0 && value <= 86_400) return value;
    this.problem(name, `must be a number of seconds above 0, but it is ${JSON.stringify(value)}.`);
    return otherwise;
  }

  /** Which plugins filter and score, and with which weights. */
  private merged(
    points: JsonObject,
    path: string,
  ): Pick<SchedulerProfile, 'weights' | 'disabledFilters' | 'preemption'> {
    for (const point of KNOWN.points) this.names(mapAt(points, point), joined(path, point));
    const multi = mapAt(points, 'multiPoint');
    const weights: Record<string, number> = {};
    const disabledFilters: string[] = [];
    for (const { name, weight } of PLUGINS) {
      const score = this.weightAt(points, 'score', name, path);
      const multiWeight = this.weightAt(points, 'multiPoint', name, path);
      if (score === undefined && (isOff(multi, name) || isOff(mapAt(points, 'score'), name))) weights[name] = 0;
      else if ((score ?? multiWeight ?? 0) > 0) weights[name] = (score ?? multiWeight)!;
      if (weights[name] === weight) delete weights[name];
      const filters = mapAt(points, 'filter');
      if (!isOn(filters, name) && (isOff(multi, name) || isOff(filters, name))) disabledFilters.push(name);
    }
    const post = mapAt(points, 'postFilter');
    const preemption = isOn(post, PREEMPTION) || !(isOff(multi, PREEMPTION) || isOff(post, PREEMPTION));
    return { weights, disabledFilters, preemption };
  }

  /** Weight that a point gives a plugin; 0: it is enabled without one; undefined: the point does not enable it. */
  private weightAt(points: JsonObject, point: string, name: string, path: string): number | undefined {
    const list = listAt(points, point, 'enabled');
    const place = list.findIndex((each) => textAt(each, 'name') === name);
    if (place < 0) return undefined;
    const weight = at(list[place], 'weight') ?? 0;
    if (typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= WEIGHT_MAX) return weight;
    const where = `${joined(path, point)}.enabled[${place}].weight`;
    this.problem(where, `must be a whole number from 0 to ${WEIGHT_MAX}, but it is ${JSON.stringify(weight)}.`);
    return 0;
  }

  private names(point: JsonObject, path: string): void {
    const known = [...PLUGINS.map(({ name }) => name), PREEMPTION];
    for (const list of ['enabled', 'disabled']) {
      for (const [i, each] of listAt(point, list).entries()) {
        const name = textAt(each, 'name');
        const where = `${joined(path, list)}[${i}]`;
        if (name === ALL || known.includes(name)) continue;
        if (WITHOUT_EFFECT.includes(name)) this.ignored.push(where);
        else {
          const nearest = nearestWord(name, known);
          this.problem(
            where,
            `no plugin "${name}" is modelled.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
          );
        }
      }
    }
  }

  private pluginConfig(body: JsonObject, path: string): { strategy: ScoringStrategy; arguments: PluginArguments } {
    let strategy: ScoringStrategy = 'LeastAllocated';
    let read: PluginArguments = {};
    for (const [i, each] of listAt(body, 'pluginConfig').entries()) {
      const args = mapAt(each, 'args');
      const where = joined(path, `pluginConfig[${i}].args`);
      const name = textAt(each, 'name');
      const reader = ARGUMENTS[name];
      if (reader === undefined) this.ignored.push(where);
      else {
        this.unknown(args, ['apiVersion', 'kind', ...reader.fields], where);
        read = { ...read, ...reader.read(args) };
      }
      if (name === 'NodeResourcesFit') strategy = this.strategy(args, where);
    }
    if (strategy === 'RequestedToCapacityRatio' && (read.utilizationShape ?? []).length === 0)
      this.problem(path, 'RequestedToCapacityRatio needs scoringStrategy.requestedToCapacityRatio.shape.');
    return { strategy, arguments: read };
  }

  private strategy(args: JsonObject, path: string): ScoringStrategy {
    const type = textAt(args, 'scoringStrategy', 'type') || 'LeastAllocated';
    if (type === 'LeastAllocated' || type === 'MostAllocated' || type === 'RequestedToCapacityRatio') return type;
    this.problem(
      `${path}.scoringStrategy.type`,
      `"${type}" is no strategy; there are LeastAllocated, MostAllocated and RequestedToCapacityRatio.`,
    );
    return 'LeastAllocated';
  }

  private problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }
}

/** Arguments by plugin. */
const ARGUMENTS: Readonly<Record<string, { fields: readonly string[]; read: (args: JsonObject) => PluginArguments }>> =
  {
    NodeResourcesFit: {
      fields: ['scoringStrategy', 'ignoredResources', 'ignoredResourceGroups'],
      read: (args) => ({
        ...given('fitResources', weightsOf(listAt(args, 'scoringStrategy', 'resources'))),
        ...given('utilizationShape', shapeOf(listAt(args, 'scoringStrategy', 'requestedToCapacityRatio', 'shape'))),
        ...given('ignoredResources', textsAt(args, 'ignoredResources')),
        ...given('ignoredResourceGroups', textsAt(args, 'ignoredResourceGroups')),
      }),
    },
    NodeResourcesBalancedAllocation: {
      fields: ['resources'],
      read: (args) => given('balancedResources', weightsOf(listAt(args, 'resources'))),
    },
    InterPodAffinity: {
      fields: ['hardPodAffinityWeight', 'ignorePreferredTermsOfExistingPods'],
      read: (args) => ({
        ...(numberAt(args, 'hardPodAffinityWeight') === undefined
          ? {}
          : { hardPodAffinityWeight: numberAt(args, 'hardPodAffinityWeight')! }),
        ...(at(args, 'ignorePreferredTermsOfExistingPods') === true
          ? { ignorePreferredTermsOfExistingPods: true }
          : {}),
      }),
    },
    PodTopologySpread: {
      fields: ['defaultConstraints', 'defaultingType'],
      read: (args) => (textAt(args, 'defaultingType') === 'List' ? { defaultConstraints: constraintsOf(args) } : {}),
    },
    NodeAffinity: {
      fields: ['addedAffinity'],
      read: (args) =>
        at(args, 'addedAffinity') === undefined ? {} : { addedAffinity: nodeAffinityOf(at(args, 'addedAffinity')) },
    },
  };

function weightsOf(list: readonly unknown[]): ResourceWeight[] {
  return list.map((each) => ({ name: textAt(each, 'name'), weight: numberAt(each, 'weight') || 1 }));
}

function shapeOf(list: readonly unknown[]): UtilizationPoint[] {
  return list.map((each) => ({ utilization: numberAt(each, 'utilization') ?? 0, score: numberAt(each, 'score') ?? 0 }));
}

function constraintsOf(args: JsonObject): NonNullable<PluginArguments['defaultConstraints']> {
  return listAt(args, 'defaultConstraints').map((each) => ({
    maxSkew: numberAt(each, 'maxSkew') ?? 1,
    topologyKey: textAt(each, 'topologyKey'),
    whenUnsatisfiable: textAt(each, 'whenUnsatisfiable') === 'DoNotSchedule' ? 'DoNotSchedule' : 'ScheduleAnyway',
  }));
}

function given<Key extends string, Value>(key: Key, list: readonly Value[]): { [K in Key]?: readonly Value[] } {
  return (list.length === 0 ? {} : { [key]: list }) as { [K in Key]?: readonly Value[] };
}

function isOff(point: JsonObject, name: string): boolean {
  return listAt(point, 'disabled').some((each) => [name, ALL].includes(textAt(each, 'name'))) && !isOn(point, name);
}

function isOn(point: JsonObject, name: string): boolean {
  return listAt(point, 'enabled').some((each) => textAt(each, 'name') === name);
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
